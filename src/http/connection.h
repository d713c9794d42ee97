// One client: reads its requests in turn, hands each to the handler, writes the answers in order.
//
//   receiving ─request→ handling ─answer→ receiving …       (keep-alive)
//                          │  └──stream()→ streaming ─┐
//   refused, "close" ──────┴──────────────────────────┴→ closing ─written→ draining ─→ closed
//
// closing: the last bytes are being written. draining: they are written and our half is shut; what
// the client still sends is read and thrown away for a while, since a closed socket would answer it
// with a reset that destroys the answer on its way (RFC 9112, 9.6).
//
// With TLS or without: channel.h. Until a handshake is done the connection is `receiving`.
//
// Sockets are read and written without blocking when they are ready, so an idle connection owns no
// buffer. Only for this folder; the loop's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/channel.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/server.h"

namespace slipway::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, std::shared_ptr<Server::Impl> server);

  void start();
  // Answers and closes. `so_far`: what was read of the request.
  void refuse(const Request& so_far, Response refusal);
  void close_gently();  // after the request in progress
  void cut();           // now

  // For the handler of request `number`; without effect when that is no longer the present one.
  bool is_waiting(std::uint64_t number) const;
  void answer(std::uint64_t number, Response response);
  void answer_forgotten(std::uint64_t number);
  void start_stream(std::uint64_t number, const Headers& headers);
  bool is_streaming(std::uint64_t number) const;
  void send(std::string_view bytes);
  void end_stream();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase { receiving, handling, streaming, closing, draining, closed };

  void proceed();       // does whatever is possible now; called after every change
  bool process_next();  // true: a request was handed over, look for the next
  void dispatch();
  void flush();
  void begin_draining();
  void compact_input();
  std::size_t kept_bytes_max() const;  // of an empty buffer

  void read_channel();
  void explain_break();
  void wait_readable();
  void wait_writable();

  std::optional<Clock::time_point> deadline() const;
  void arm_timer();
  void on_deadline();

  std::string_view unread() const { return std::string_view(input_).substr(input_begin_); }
  std::size_t unwritten() const { return output_.size() - output_begin_; }

  Channel channel_;
  boost::asio::steady_timer timer_;
  const std::shared_ptr<Server::Impl> server_;
  Phase phase_ = Phase::receiving;

  std::string input_;  // bytes that no request has taken yet
  std::size_t input_begin_ = 0;
  std::optional<RequestParser> parser_;  // from a request's first byte to its last
  std::string output_;                   // bytes that the kernel has not taken yet
  std::size_t output_begin_ = 0;
  std::size_t drained_bytes_ = 0;

  std::uint64_t number_ = 0;  // of the present request
  std::string request_line_;  // for messages on stderr
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool gzip_ = false;
  bool continue_sent_ = false;

  bool processing_ = false;    // proceed() is at work further up the stack
  bool end_of_input_ = false;  // the client has shut its half
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool reads_when_writable_ = false;  // TLS has to say something before it can go on
  bool timer_armed_ = false;

  const Clock::time_point accepted_at_;
  Clock::time_point idle_since_;  // the last answer; bytes that begin no request change nothing
  Clock::time_point request_began_;
  Clock::time_point written_at_;  // the kernel last took a byte, or the first one was kept waiting
  Clock::time_point drain_until_;
  Clock::time_point heartbeat_at_;
};

}  // namespace slipway::http
