#include "http/loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "http/loop_impl.h"

namespace slipway::http {

namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point time_point_of(Instant at) {
  constexpr auto furthest = std::chrono::floor<Duration>(Clock::duration::max()) / 2;
  return Clock::time_point(std::clamp(at.since_origin, Duration(0), Duration(furthest)));
}

struct SignalWatch : std::enable_shared_from_this<SignalWatch> {
  SignalWatch(asio::io_context& context, int number, std::function<void()> on_arrival)
      : set(context, number), handler(std::move(on_arrival)) {}

  void wait() {
    set.async_wait([self = shared_from_this()](const boost::system::error_code& error, int) {
      if (error) return;
      self->handler();
      self->wait();
    });
  }

  asio::signal_set set;
  std::function<void()> handler;
};

}  // namespace

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::run() {
  impl_->context.run();
  impl_->context.restart();  // so that run() may be called again
}

void Loop::stop() {
  impl_->context.stop();
}

void Loop::post(std::function<void()> task) {
  asio::post(impl_->context, std::move(task));
}

Instant Loop::now() const {
  return {std::chrono::floor<Duration>(Clock::now().time_since_epoch())};
}

void Loop::on_signal(int signal_number, std::function<void()> handler) {
  std::make_shared<SignalWatch>(impl_->context, signal_number, std::move(handler))->wait();
}

struct Loop::Alarm::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, std::function<void()> on_ring)
      : timer(context), ring(std::move(on_ring)) {}

  void set(Instant at) {
    const auto mine = ++setting;
    timer.expires_at(time_point_of(at));
    timer.async_wait([self = shared_from_this(), mine](const boost::system::error_code& error) {
      // A wait that has already ended cannot be cancelled any more: the number tells it apart.
      if (!error && mine == self->setting) self->ring();
    });
  }

  void cancel() {
    ++setting;
    timer.cancel();
  }

  asio::steady_timer timer;
  std::function<void()> ring;
  std::uint64_t setting = 0;
};

Loop::Alarm::Alarm(Loop& loop, std::function<void()> ring)
    : state_(std::make_shared<State>(loop.impl().context, std::move(ring))) {}
Loop::Alarm::~Alarm() {
  state_->cancel();
}
void Loop::Alarm::set(Instant at) {
  state_->set(at);
}
void Loop::Alarm::cancel() {
  state_->cancel();
}

}  // namespace slipway::http
