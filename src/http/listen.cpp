#include "http/listen.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <charconv>
#include <optional>

#include "http/server.h"

namespace slipway::http {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using boost::system::error_code;
using Opened = Result<std::shared_ptr<Listener>>;

namespace {

constexpr std::string_view unix_prefix = "unix:";

std::unexpected<Error> bad_address(const std::string& address) {
  return fail(ErrorKind::invalid, "bad-address", "Cannot listen at \"" + address + "\".",
              "Write it as 127.0.0.1:8080, [::1]:8080 or unix:/path/to/socket (a path of at most "
              "107 bytes). Port 0 lets the system choose.");
}

std::unexpected<Error> address_in_use(const std::string& address) {
  return fail(ErrorKind::conflict, "address-in-use",
              "Cannot listen at " + address + ": another process is using that address.",
              "Nothing was changed. Stop the other process, or choose another address.");
}

std::unexpected<Error> refused(const std::string& address, const error_code& error) {
  if (error == asio::error::address_in_use) return address_in_use(address);
  const std::string message = "Cannot listen at " + address + ": " + error.message() + ".";
  if (error == boost::system::errc::address_not_available) {
    return fail(ErrorKind::invalid, "address-not-available", message,
                "This machine does not have that address. Use 127.0.0.1 or one of its own.");
  }
  if (error == asio::error::access_denied || error == asio::error::no_permission) {
    return fail(ErrorKind::forbidden, "address-forbidden", message,
                "Choose a port above 1023, or a folder that you may write to.");
  }
  return fail(ErrorKind::invalid, "address-not-available", message, "Choose another address.");
}

// "127.0.0.1:8080", "[::1]:0", "localhost:80". No name is looked up.
std::optional<tcp::endpoint> endpoint_of(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(address.substr(0, colon));
  const std::string_view digits = address.substr(colon + 1);
  unsigned short port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  error_code error;
  const auto ip = asio::ip::make_address(host, error);
  if (error || ip.is_v6() != bracketed) return std::nullopt;
  return tcp::endpoint(ip, port);
}

Opened open_tcp(asio::io_context& context, const std::string& address, const std::string& scheme) {
  const auto endpoint = endpoint_of(address);
  if (!endpoint) return bad_address(address);
  tcp::acceptor acceptor(context);
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (error) return refused(address, error);
#ifndef _WIN32  // where it would let two servers share a port
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
#endif
  acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refused(address, error);

  auto listener = std::make_shared<Listener>(context);
  const auto bound = acceptor.local_endpoint(error);
  const std::string host = bound.address().to_string();
  listener->url = scheme + "://" + (bound.address().is_v6() ? "[" + host + "]" : host) + ":" +
                  std::to_string(bound.port());
  listener->acceptor = std::move(acceptor);
  return listener;
}

// A socket file that nobody answers at is left over from a process that was killed.
bool remove_left_over(asio::io_context& context, const fs::path& path) {
  std::error_code status_error;
  if (fs::status(path, status_error).type() != fs::file_type::socket) return false;
  asio::local::stream_protocol::socket probe(context);
  error_code error;
  probe.connect(asio::local::stream_protocol::endpoint(path.string()), error);
  return error == asio::error::connection_refused && fs::remove(path, status_error);
}

Opened open_unix(asio::io_context& context, const std::string& address) {
  using asio::local::stream_protocol;
  const std::string path = address.substr(unix_prefix.size());
  constexpr std::size_t path_bytes_max = 107;  // sockaddr_un on Linux, with its final zero
  if (path.empty() || path.size() > path_bytes_max || path.find('\0') != std::string::npos) {
    return bad_address(address);
  }
  error_code error;
  stream_protocol::acceptor acceptor(context);
  acceptor.open(stream_protocol(), error);
  if (error) return refused(address, error);
  acceptor.bind(stream_protocol::endpoint(path), error);
  if (error == asio::error::address_in_use && remove_left_over(context, path)) {
    acceptor.bind(stream_protocol::endpoint(path), error);
  }
  if (error) return refused(address, error);

  auto listener = std::make_shared<Listener>(context);
  listener->unix_path = path;
  listener->url = address;
  // Before listen(): nobody else can have connected yet.
  std::error_code mode_error;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, mode_error);
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refused(address, error);
  listener->acceptor = std::move(acceptor);
  return listener;
}

}  // namespace

Result<void> check_own_machine(const std::string& address) {
  if (address.starts_with(unix_prefix)) return {};
  const auto endpoint = endpoint_of(address);
  if (!endpoint) return bad_address(address);
  if (endpoint->address().is_loopback()) return {};
  return fail(ErrorKind::invalid, "not-loopback",
              "Cannot listen at " + address + ": other machines could reach it, in plain HTTP.",
              "Write it as 127.0.0.1:8080, [::1]:8080 or unix:/path/to/socket, which only programs "
              "on this machine reach. Port 0 lets the system choose.");
}

void Listener::close() {
  error_code ignored;
  acceptor.close(ignored);
  retry.cancel();
  std::error_code also_ignored;
  if (!unix_path.empty()) fs::remove(unix_path, also_ignored);
  unix_path.clear();
}

Opened open_listener(asio::io_context& context, const std::string& address,
                     const std::string& scheme) {
  return address.starts_with(unix_prefix) ? open_unix(context, address)
                                          : open_tcp(context, address, scheme);
}

}  // namespace slipway::http
