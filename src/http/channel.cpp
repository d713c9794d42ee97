#include "http/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "base/check.h"

namespace slipway::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr char handshake_record = 0x16;  // every ClientHello begins with it

bool must_wait(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

Channel::State state_of(const error_code& error, Channel::State when_blocked) {
  if (!error) return Channel::State::done;
  if (must_wait(error)) return when_blocked;
  return error == asio::error::eof ? Channel::State::end : Channel::State::broken;
}

// OpenSSL's own socket functions would end the process by SIGPIPE, so it uses Asio's.
Socket& socket_of(BIO* bio) {
  return *static_cast<Socket*>(BIO_get_data(bio));
}

int give(BIO* bio, const char* bytes, int length) {
  error_code error;
  const auto count = socket_of(bio).write_some(asio::buffer(bytes, std::size_t(length)), error);
  BIO_clear_retry_flags(bio);
  if (must_wait(error)) BIO_set_retry_write(bio);
  return error ? -1 : int(count);
}

int take(BIO* bio, char* into, int length) {
  error_code error;
  const auto count = socket_of(bio).read_some(asio::buffer(into, std::size_t(length)), error);
  BIO_clear_retry_flags(bio);
  if (must_wait(error)) BIO_set_retry_read(bio);
  if (error == asio::error::eof) return 0;
  return error ? -1 : int(count);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    CHECK(made);
    BIO_meth_set_write(made, &give);
    BIO_meth_set_read(made, &take);
    BIO_meth_set_ctrl(made, &control);
    return made;
  }();
  return method;
}

SSL* new_session(SSL_CTX* context, Socket& socket) {
  SSL* ssl = SSL_new(context);
  BIO* bio = BIO_new(socket_method());
  CHECK(ssl && bio);
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
  return ssl;
}

}  // namespace

void Channel::Release::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

Channel::Channel(Socket socket, const std::optional<Certificate>& certificate)
    : socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  if (certificate) ssl_.reset(new_session(certificate->context(), socket_));
}

Channel::~Channel() = default;

// Who speaks plain HTTP is told so in plain HTTP: its first byte is a letter.
std::optional<Channel::Outcome> Channel::first_look() {
  char first = 0;
  error_code error;
  const auto count =
      socket_.receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  if (error) return Outcome{state_of(error, State::wants_read)};
  looked_ = count == 1;
  if (first == handshake_record) return std::nullopt;
  if (first >= 'A' && first <= 'Z') {
    ssl_.reset();
    trouble_ = "HTTP without TLS";
    return Outcome{State::plain_http};
  }
  failed_ = true;
  trouble_ = "what came is no TLS";
  return Outcome{State::broken};
}

Channel::Outcome Channel::read(std::span<char> into) {
  if (!ssl_) {
    error_code error;
    const auto count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
    return {state_of(error, State::wants_read), count};
  }
  if (failed_) return {State::broken};
  if (!looked_) {
    if (const auto refused = first_look()) return *refused;
  }
  ERR_clear_error();
  return outcome_of(SSL_read(ssl_.get(), into.data(), int(into.size())));
}

Channel::Outcome Channel::write(std::string_view bytes) {
  if (!ssl_) {
    error_code error;
    const auto count = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    return {state_of(error, State::wants_write), count};
  }
  if (failed_) return {State::broken};
  if (!looked_) return {State::wants_read};
  ERR_clear_error();
  return outcome_of(SSL_write(ssl_.get(), bytes.data(), int(bytes.size())));
}

Channel::Outcome Channel::outcome_of(int result) {
  if (SSL_is_init_finished(ssl_.get())) agreed_ = true;
  if (result > 0) return {State::done, std::size_t(result)};
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {State::wants_read};
    case SSL_ERROR_WANT_WRITE:
      return {State::wants_write};
    case SSL_ERROR_ZERO_RETURN:
      return {State::end};
    default:
      break;
  }
  failed_ = true;
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  if (agreeing()) trouble_ = reason ? reason : "the client went away";
  ERR_clear_error();
  return {State::broken};
}

Channel::Outcome Channel::end_sending() {
  if (ssl_ && !failed_ && !agreeing() && !(SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN)) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0) {
      const auto outcome = outcome_of(result);
      if (outcome.state != State::done) return outcome;
    }
  }
  error_code error;
  socket_.shutdown(asio::socket_base::shutdown_send, error);
  return {state_of(error, State::broken)};
}

void Channel::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace slipway::http
