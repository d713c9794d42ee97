// Carries out what the engine decides: asks the store for ready entries, hands them to the
// transport, gives answers back to the store, and tells the engine what became of it.
//
// Store first, then remember, then speak: a step's store actions have committed before anything is
// sent. One thread; events that arrive while one is handled wait for their turn. No sockets and no
// clock of its own, so the simulator runs it unchanged.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "store/store.h"
#include "worker/transport.h"

namespace slipway {

struct WorkerOptions {
  std::int64_t faults_max = limits::attempts_max;  // of one entry's own, before it is parked
};

enum class LogLevel { info, warning, error };

class Worker {
 public:
  using Clock = std::function<Now()>;
  using Log =
      std::function<void(LogLevel level, std::string_view event, const json::object& details)>;

  Worker(store::Store& store, Transport& transport, Random random, Clock clock, Log log,
         WorkerOptions options = {});

  void handle(Event event);  // from local_api, from timers, from the store
  void on_store_change(const store::Changes& changes);
  std::optional<Instant> next_wakeup() const;
  const Engine& engine() const { return engine_; }
  void set_options(WorkerOptions options) { options_ = options; }

  // Called whenever next_wakeup() or what status shows may have changed.
  void on_progress(std::function<void()> listener) { progress_ = std::move(listener); }

 private:
  struct Current {
    ExchangeId exchange = 0;
    std::string id;  // as on the wire
  };

  void perform(const action::Probe& a);
  void perform(const action::Push& a);
  void perform(const action::Pull& a);
  void perform(const action::PullAll& a);
  void perform(const action::CompareHistory& a);
  void perform(const action::Cancel& a);
  void perform(const action::ShowWait& a);
  void perform(const action::OpenStream& a);
  void perform(const action::CloseStream& a);
  void perform(const action::Announce& a);
  void perform(const action::ReopenStore& a);

  void probed(ExchangeId exchange, std::expected<Capabilities, Failure> answer);
  void pushed(ExchangeId exchange, std::expected<PushAnswer, Failure> answer);
  void pulled(ExchangeId exchange, std::expected<PullAnswer, Failure> answer);
  void pulled_all(ExchangeId exchange, std::expected<SnapshotPage, Failure> answer);
  void compared(ExchangeId exchange, std::expected<HistoryAnswer, Failure> answer);
  void heard(StreamId stream, Poke poke);
  void stream_ended(StreamId stream, const Failure& failure);

  void tend_lease();
  void note_standby();
  void note_cloud();
  void tidy();
  void begin(ExchangeId exchange);
  bool is_current(ExchangeId exchange) const { return current_.exchange == exchange; }
  void end() { current_ = {}; }
  void fail(ExchangeId exchange, const Failure& failure, store::FailedPush push = {});
  void store_trouble(ExchangeId exchange, const Error& error);

  store::Store& store_;
  Transport& transport_;
  Random random_;
  Clock clock_;
  Log log_;
  WorkerOptions options_;
  std::int64_t lease_token_;  // as the engine knows it
  Engine engine_;
  std::optional<std::string> cloud_away_;  // as the store was told
  bool unsent_parked_ = false;             // since then
  std::deque<Event> events_;
  bool handling_ = false;
  Instant lease_due_{};
  Current current_;
  StreamId stream_ = 0;  // the one that is open; 0: none
  std::function<void()> progress_;
};

}  // namespace slipway
