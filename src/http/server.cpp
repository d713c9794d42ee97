#include "http/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <utility>

#include "http/server_impl.h"

namespace slipway::http {

using boost::system::error_code;

namespace {

constexpr std::size_t refused_connections_max = 64;  // that may be told why, at one time
// In one turn, so that it is noticed between turns who of them has gone: else one client that tries
// again at once, and again, is not told why any more.
constexpr int refused_at_once_max = 16;
constexpr int accepted_at_once_max = 256;  // some milliseconds, in which nobody else is served
constexpr auto accept_retry = std::chrono::milliseconds(100);

}  // namespace

Server::Impl::Impl(Loop& on_loop, Handler request_handler, ServerLimits server_limits)
    : loop(on_loop), handler(std::move(request_handler)), limits(server_limits) {}

void Server::Impl::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(
      [self = shared_from_this(), listener](const error_code& error, Socket socket) {
        if (self->closing || error == asio::error::operation_aborted) return;
        if (!error) self->admit(std::move(socket));
        if (!error) self->accept_more(*listener);
        if (!error || error == asio::error::connection_aborted) return self->accept(listener);
        // Out of file descriptors or memory: the clients wait in the kernel's queue meanwhile.
        listener->retry.expires_after(accept_retry);
        listener->retry.async_wait([self, listener](const error_code& retry_error) {
          if (!retry_error && !self->closing) self->accept(listener);
        });
      });
}

// Between two looks at the sockets a handler may take its time: whoever waits is let in now. What
// goes wrong here is met again by the next wait.
void Server::Impl::accept_more(Listener& listener) {
  error_code error;
  listener.acceptor.non_blocking(true, error);
  int turned_away = 0;
  for (int accepted = 0; !error && accepted < accepted_at_once_max; ++accepted) {
    Socket socket(loop.impl().context);
    listener.acceptor.accept(socket, error);
    if (!error && !admit(std::move(socket)) && ++turned_away == refused_at_once_max) return;
  }
}

bool Server::Impl::admit(Socket socket) {
  if (connections.size() >= limits.connections_max + refused_connections_max) return false;
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);  // a Unix socket has no such option
  auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this());
  connections.emplace(connection.get(), connection);
  if (connections.size() <= limits.connections_max) {
    connection->start();
    return true;
  }
  connection->refuse({}, problem({ErrorKind::busy, "too-many-connections",
                                  "This server already has " +
                                      std::to_string(limits.connections_max) + " connections.",
                                  "Nothing was done. Try again in a moment."}));
  return false;
}

void Server::Impl::forget(Connection* connection) {
  connections.erase(connection);
  if (closing && connections.empty() && closed) loop.post(std::exchange(closed, nullptr));
}

void Server::Impl::close_listeners() {
  for (const auto& listener : listeners) listener->close();
  listeners.clear();
}

void Server::Impl::close(std::function<void()> when_closed) {
  closing = true;
  closed = std::move(when_closed);
  close_listeners();
  const auto still_open = connections;  // ending one takes it out of the map
  for (const auto& [pointer, connection] : still_open) connection->close_gently();
  if (connections.empty() && closed) loop.post(std::exchange(closed, nullptr));
}

void Server::Impl::cut_all() {
  closing = true;
  closed = nullptr;
  close_listeners();
  const auto still_open = connections;
  for (const auto& [pointer, connection] : still_open) connection->cut();
}

Server::Server(Loop& loop, Handler handler, ServerLimits limits)
    : impl_(std::make_shared<Impl>(loop, std::move(handler), limits)) {}

Server::~Server() {
  impl_->cut_all();
}

void Server::secure(Certificate certificate) {
  impl_->certificate = std::move(certificate);
}

std::uint64_t Server::strangers() const {
  return impl_->strangers.count();
}

Result<void> Server::listen(const std::string& address) {
  auto listener =
      open_listener(impl_->loop.impl().context, address, impl_->certificate ? "https" : "http");
  if (!listener) return std::unexpected(std::move(listener.error()));
  if (impl_->listeners.empty()) impl_->url = (*listener)->url;
  impl_->listeners.push_back(*listener);
  impl_->accept(*listener);
  return {};
}

void Server::heartbeat_with(std::function<std::string()> text) {
  impl_->heartbeat = std::move(text);
}

void Server::refuse_by(Refused refused) {
  impl_->refused = std::move(refused);
}

const std::string& Server::url() const {
  return impl_->url;
}

void Server::close(std::function<void()> closed) {
  impl_->close(std::move(closed));
}

}  // namespace slipway::http
