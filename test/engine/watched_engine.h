// An engine whose every step is judged by what it promises, whatever the events and their order.
//
// At most one exchange is in flight, and none while it is forbidden; only a probe leaves while the
// connection is not there, nothing is sent during a full pull; no wait is shorter or longer than a
// rule allows; unless a person keeps it still, the engine knows when it goes on; a wake-up leads to
// something.
//
// Copies go on by themselves: from one state, each thing that can happen next is tried on a copy.
#pragma once

#include <set>
#include <string>

#include "engine/engine.h"

namespace slipway {

class WatchedEngine {
 public:
  WatchedEngine(std::uint64_t seed, bool has_stream) : engine_(Random(seed), has_stream) {}

  Actions step(const Event& event, Instant now);  // `now` never goes back

  const Engine& engine() const { return engine_; }
  Instant now() const { return now_; }
  bool started() const { return started_; }
  bool store_failed() const { return store_failed_; }
  // What began the exchange in flight; nothing: none is.
  const std::optional<Action>& in_flight() const { return in_flight_; }
  ExchangeId last_exchange() const { return last_; }
  bool is_in_flight(ExchangeId exchange) const { return in_flight_ && exchange == last_; }
  std::optional<StreamId> stream() const { return stream_; }
  StreamId last_stream() const { return last_stream_; }
  bool full_pull() const { return full_pull_; }  // by what the events said
  Instant asked_to_wait_until() const { return asked_to_wait_until_; }
  BackoffRule entry_rule() const { return entry_rule_; }
  const std::set<std::string>& seen() const { return seen_; }  // kinds of actions

 private:
  // What the event means for what may happen next.
  void note(const Event& event);
  void note_wish(const Event& event);  // of people, of the network, of another service
  void note_full_pull(const Event& event, bool counts);
  void note_failure(const event::ExchangeFailed& failed);
  void begin(const Action& action, ExchangeId exchange, const char* kind);
  void expect_connection(Connection connection, const char* kind);

  void on(const action::Probe& a);
  void on(const action::Push& a);
  void on(const action::Pull& a);
  void on(const action::PullAll& a);
  void on(const action::CompareHistory& a);
  void on(const action::Cancel& a);
  void on(const action::ShowWait& a);
  void on(const action::OpenStream& a);
  void on(const action::CloseStream& a);
  void on(const action::Announce&) {}
  void on(const action::ReopenStore& a);

  void check_state() const;
  void check_wakeup(const Event& event);

  Engine engine_;
  Instant now_{};
  std::optional<Action> in_flight_;
  ExchangeId last_ = 0;
  std::optional<StreamId> stream_;
  StreamId last_stream_ = 0;
  bool started_ = false, store_failed_ = false, full_pull_ = false;
  bool paused_ = false, offline_ = false, standby_ = false;
  bool past_its_time_ = false;  // this step ends an exchange that was never answered
  Instant asked_to_wait_until_{};
  Instant not_before_{};  // the shortest wait after a failure
  Duration poll_interval_ = limits::poll_interval;
  BackoffRule entry_rule_ = entry_backoff;
  int idle_wakeups_ = 0;
  std::set<std::string> seen_;
};

}  // namespace slipway
