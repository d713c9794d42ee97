#include "http/connection.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

#include "http/exchange.h"
#include "http/response_writer.h"
#include "http/server_impl.h"

namespace slipway::http {

using boost::system::error_code;
using State = Channel::State;

namespace {

constexpr std::size_t pipelined_bytes_max = 64 * 1024;       // read ahead of the present request
constexpr std::size_t unwritten_bytes_max = 256 * 1024;      // answers; then requests wait
constexpr std::size_t stream_waiting_bytes_max = 1 << 20;    // then the client is cut off
constexpr std::size_t kept_buffer_bytes_max = 64 * 1024;     // larger ones are given back
constexpr std::size_t stream_buffer_bytes_max = 256;         // there are thousands of idle streams
constexpr std::size_t drained_bytes_max = 64 * 1024 * 1024;  // thrown away after the last answer
constexpr char tls_handshake_byte = 0x16;                    // no request begins with it
constexpr auto drain_time = std::chrono::seconds(5);

Response too_slow() {
  return problem(408, {ErrorKind::invalid, "request-timeout",
                       "The request took too long to arrive.", "Nothing was done. Send it again."});
}

Response without_tls() {
  return problem(400, {ErrorKind::invalid, "tls-needed", "This port is spoken to with TLS.",
                       "Nothing was done. Use the same address with https:// instead of http://."});
}

Response no_tls_here() {
  return problem(400,
                 {ErrorKind::invalid, "malformed-request",
                  "The request is not valid HTTP/1.1: it is TLS, which this port does not speak.",
                  "Nothing was done. Use the same address with http:// instead of https://."});
}

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<Server::Impl> server)
    : channel_(std::move(socket), server->certificate),
      timer_(channel_.socket().get_executor()),
      server_(std::move(server)),
      accepted_at_(Clock::now()),
      idle_since_(accepted_at_) {}

void Connection::start() {
  proceed();
}

void Connection::refuse(const Request& so_far, Response refusal) {
  write_response(output_, server_->refused(so_far, std::move(refusal)),
                 {.keep_alive = false, .head_only = so_far.method == "HEAD"});
  phase_ = Phase::closing;
  parser_.reset();
  proceed();
}

void Connection::close_gently() {
  keep_alive_ = false;
  if (phase_ == Phase::streaming) return end_stream();
  if (phase_ != Phase::receiving) return;
  if (unwritten() == 0) {
    channel_.end_sending();
    return cut();
  }
  phase_ = Phase::closing;
}

void Connection::cut() {
  if (phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  phase_ = Phase::closed;
  channel_.close();
  timer_.cancel();
  server_->forget(this);
}

bool Connection::is_waiting(std::uint64_t number) const {
  return phase_ == Phase::handling && number == number_ && !end_of_input_;
}

void Connection::answer(std::uint64_t number, Response response) {
  if (phase_ != Phase::handling || number != number_) return;
  const bool keep_alive = keep_alive_ && !server_->closing;
  write_response(output_, std::move(response),
                 {.keep_alive = keep_alive,
                  .head_only = head_only_,
                  .gzip = gzip_,
                  .gzip_bytes_min = server_->limits.gzip_bytes_min});
  phase_ = keep_alive ? Phase::receiving : Phase::closing;
  idle_since_ = Clock::now();
  proceed();
}

void Connection::answer_forgotten(std::uint64_t number) {
  if (phase_ != Phase::handling || number != number_) return;
  std::fprintf(stderr, "slipway: internal error: nobody answered %s\n", request_line_.c_str());
  answer(number, our_fault());
}

void Connection::start_stream(std::uint64_t number, const Headers& headers) {
  if (phase_ != Phase::handling || number != number_) return;
  write_stream_head(output_, headers);
  const bool can_last = !head_only_ && !end_of_input_ && !server_->closing;
  phase_ = can_last ? Phase::streaming : Phase::closing;
  if (can_last) output_ += server_->heartbeat();
  heartbeat_at_ = Clock::now() + server_->limits.heartbeat_interval;
  proceed();
}

bool Connection::is_streaming(std::uint64_t number) const {
  return phase_ == Phase::streaming && number == number_;
}

void Connection::send(std::string_view bytes) {
  const auto self = shared_from_this();
  // What one event needs is always granted; a backlog is not.
  if (unwritten() > stream_waiting_bytes_max) return cut();
  output_ += bytes;
  proceed();
}

void Connection::end_stream() {
  phase_ = Phase::closing;
  proceed();
}

void Connection::proceed() {
  if (processing_ || phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  processing_ = true;
  for (bool more = true; more;) {
    while (more && phase_ == Phase::receiving && unwritten() < unwritten_bytes_max) {
      more = process_next();
    }
    flush();
    if (phase_ != Phase::receiving || unwritten() >= unwritten_bytes_max) break;
  }
  compact_input();
  processing_ = false;
  if (phase_ == Phase::closed) return;
  // Requests that came before the end are answered; half of one is not.
  if (end_of_input_ && phase_ == Phase::receiving && unwritten() == 0) return cut();
  if (end_of_input_ && phase_ == Phase::streaming) return cut();
  if (phase_ == Phase::closing && unwritten() == 0) begin_draining();
  if (phase_ == Phase::closed) return;
  arm_timer();
  wait_readable();
}

bool Connection::process_next() {
  if (!parser_) {
    // RFC 9112, 2.2: empty lines before a request are to be ignored.
    input_begin_ = std::min(input_.find_first_not_of("\r\n", input_begin_), input_.size());
    if (unread().empty()) return false;
    if (unread().front() == tls_handshake_byte) {
      server_->strangers.note("a client spoke TLS to a port without TLS", "", Clock::now());
      refuse({}, no_tls_here());
      return false;
    }
    parser_.emplace(server_->limits.header_bytes_max, server_->limits.body_bytes_max);
    continue_sent_ = false;
    request_began_ = Clock::now();
  }
  if (unread().empty()) return false;
  input_begin_ += parser_->feed(unread());
  if (parser_->refusal()) {
    refuse(parser_->so_far(), *parser_->refusal());
    return false;
  }
  if (parser_->done()) {
    dispatch();
    return true;
  }
  if (parser_->wants_continue() && unread().empty() && !std::exchange(continue_sent_, true)) {
    output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  return false;
}

void Connection::dispatch() {
  Request request = parser_->take();
  keep_alive_ = parser_->keep_alive() && !server_->closing;
  parser_.reset();
  head_only_ = request.method == "HEAD";
  gzip_ = accepts_gzip(request.header("accept-encoding"));
  request_line_.assign(request.method).append(" ").append(request.raw_path);
  phase_ = Phase::handling;
  const auto exchange = std::make_shared<Exchange>(weak_from_this(), ++number_);
  try {
    server_->handler(std::move(request), Reply(exchange));
    return;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "slipway: internal error: the handler of %s threw: %s\n",
                 request_line_.c_str(), error.what());
  } catch (...) {
    std::fprintf(stderr, "slipway: internal error: the handler of %s threw\n",
                 request_line_.c_str());
  }
  if (!exchange->answered()) exchange->respond(our_fault());
}

void Connection::flush() {
  while (unwritten() > 0 && !waiting_writable_ && phase_ != Phase::closed) {
    const auto outcome =
        channel_.write(std::string_view(output_).substr(output_begin_, unwritten()));
    if (outcome.state == State::wants_write || outcome.state == State::wants_read) {
      written_at_ = Clock::now();
      // A handshake that has to hear something first: what comes is waited for anyway.
      return outcome.state == State::wants_write ? wait_writable() : void();
    }
    if (outcome.state != State::done) return cut();
    output_begin_ += outcome.bytes;
  }
  if (unwritten() > 0) return;
  output_begin_ = 0;
  output_.clear();
  if (output_.capacity() > kept_bytes_max()) output_.shrink_to_fit();
}

std::size_t Connection::kept_bytes_max() const {
  return phase_ == Phase::streaming ? stream_buffer_bytes_max : kept_buffer_bytes_max;
}

void Connection::begin_draining() {
  if (end_of_input_) return cut();
  const auto outcome = channel_.end_sending();
  if (outcome.state == State::wants_write) {
    written_at_ = Clock::now();
    if (!waiting_writable_) wait_writable();
    return;
  }
  if (outcome.state != State::done) return cut();
  phase_ = Phase::draining;
  drain_until_ = Clock::now() + drain_time;
}

void Connection::compact_input() {
  if (phase_ != Phase::receiving && phase_ != Phase::handling) input_begin_ = input_.size();
  input_.erase(0, std::exchange(input_begin_, 0));
  if (input_.empty() && input_.capacity() > kept_bytes_max()) input_.shrink_to_fit();
}

void Connection::wait_readable() {
  if (waiting_readable_ || end_of_input_) return;
  const auto& limits = server_->limits;
  if (unread().size() > limits.header_bytes_max + pipelined_bytes_max) return;
  waiting_readable_ = true;
  channel_.socket().async_wait(Socket::wait_read,
                               [self = shared_from_this()](const error_code& error) {
                                 self->waiting_readable_ = false;
                                 if (self->phase_ == Phase::closed) return;
                                 if (error) return self->cut();
                                 self->read_channel();
                               });
}

void Connection::read_channel() {
  auto& scratch = server_->scratch;
  const auto [state, count] = channel_.read(scratch);
  switch (state) {
    case State::done:
      break;
    case State::wants_write:
      reads_when_writable_ = true;
      if (!waiting_writable_) wait_writable();
      return arm_timer();
    case State::wants_read:
      return proceed();  // a handshake may just have ended
    case State::end:
      end_of_input_ = true;
      if (phase_ == Phase::draining) return cut();
      return proceed();
    case State::plain_http:
      explain_break();
      return phase_ == Phase::receiving ? refuse({}, without_tls()) : proceed();
    case State::broken:
      explain_break();
      return cut();
  }
  if (phase_ == Phase::receiving || phase_ == Phase::handling) {
    input_.append(scratch.data(), count);
  } else if (phase_ != Phase::streaming) {
    drained_bytes_ += count;
    if (drained_bytes_ > drained_bytes_max) return cut();
  }
  proceed();
}

void Connection::explain_break() {
  if (channel_.trouble().empty()) return;
  server_->strangers.note("a client got no secure connection", channel_.trouble(), Clock::now());
}

void Connection::wait_writable() {
  waiting_writable_ = true;
  channel_.socket().async_wait(Socket::wait_write,
                               [self = shared_from_this()](const error_code& error) {
                                 self->waiting_writable_ = false;
                                 if (self->phase_ == Phase::closed) return;
                                 if (error) return self->cut();
                                 if (std::exchange(self->reads_when_writable_, false))
                                   return self->read_channel();
                                 self->proceed();
                               });
}

std::optional<Connection::Clock::time_point> Connection::deadline() const {
  const auto& limits = server_->limits;
  if (phase_ == Phase::closed) return std::nullopt;
  if (phase_ == Phase::draining) return drain_until_;
  if (channel_.agreeing()) return accepted_at_ + limits.handshake_timeout;
  if (unwritten() > 0 || waiting_writable_) return written_at_ + limits.idle_timeout;
  if (phase_ == Phase::streaming) return heartbeat_at_;
  if (phase_ != Phase::receiving) return std::nullopt;
  return parser_ ? request_began_ + limits.request_timeout : idle_since_ + limits.idle_timeout;
}

void Connection::arm_timer() {
  const auto at = deadline();
  // A timer that rings early looks again; one is not moved for every request.
  if (!at || (timer_armed_ && timer_.expiry() <= *at)) return;
  timer_armed_ = true;
  timer_.expires_at(*at);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error) return;  // moved, or closed
    self->timer_armed_ = false;
    const auto due = self->deadline();
    if (due && Clock::now() >= *due) return self->on_deadline();
    self->arm_timer();
  });
}

void Connection::on_deadline() {
  if (channel_.agreeing()) {
    server_->strangers.note("a client got no secure connection",
                            "it did not finish the handshake in time", Clock::now());
    return cut();
  }
  if (phase_ == Phase::streaming && unwritten() == 0) {
    heartbeat_at_ = Clock::now() + server_->limits.heartbeat_interval;
    return send(server_->heartbeat());
  }
  if (phase_ == Phase::receiving && unwritten() == 0 && parser_)
    return refuse(parser_->so_far(), too_slow());
  cut();
}

}  // namespace slipway::http
