// Any events in any order: what the engine promises holds after each of them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>

#include "engine/engine.h"

namespace slipway {
namespace {

// Replay: SLIPWAY_SEED=… test_engine --gtest_filter='RandomWalk.*'
std::uint64_t seed_of_this_run() {
  if (const char* seed = std::getenv("SLIPWAY_SEED")) return std::strtoull(seed, nullptr, 10);
  return std::uint64_t(std::chrono::steady_clock::now().time_since_epoch().count()) % 1'000'000;
}

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed), engine_(Random(seed + 1), true) {}

  void run(int steps) {
    step(event::Started{random_.chance(1, 2)});
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      if (random_.chance(1, 3)) now_ = now_ + Duration(std::int64_t(random_.below(5000)));
      step(next_event());
    }
  }
  const std::set<std::string>& seen() const { return seen_; }

 private:
  std::vector<EntryId> some_entries() {
    std::vector<EntryId> entries;
    for (EntryId id = 1; id < 9; ++id) {
      if (random_.chance(1, 4)) entries.push_back(id);
    }
    return entries;
  }

  ExchangeId some_exchange() {  // now and then a stale or an invented one
    if (in_flight_ && !random_.chance(1, 10)) return *in_flight_;
    return random_.below(last_ + 2);
  }

  StreamId some_stream() {
    return stream_ && !random_.chance(1, 10) ? *stream_ : random_.below(last_stream_ + 2);
  }
  Version some_version() {
    return {std::int64_t(random_.below(5)), random_.chance(9, 10) ? "a" : "b"};
  }

  event::ExchangeFailed failure() {
    event::ExchangeFailed e{
        some_exchange(), FailureClass(random_.below(16)), "it failed", std::nullopt, {}, 0};
    if (random_.chance(1, 4)) e.retry_after = Duration(std::int64_t(random_.below(60'000)));
    if (random_.chance(3, 4)) e.entries = some_entries();
    e.units = e.entries.empty() ? 0 : 1 + random_.below(e.entries.size());
    return e;
  }

  Event next_event() {
    if (random_.chance(1, 2) && in_flight_) return answer();
    if (random_.chance(1, 3) && engine_.next_wakeup()) {
      now_ = std::max(now_, *engine_.next_wakeup());
      return event::TimePassed{};
    }
    switch (random_.below(19)) {
      case 0:
        return event::WorkAppeared{};
      case 1:
        return event::TimePassed{};
      case 2:
        return event::NetworkChanged{random_.chance(1, 2)};
      case 3:
        return event::OfflineSimulated{random_.chance(1, 3)};
      case 4:
        return event::Paused{random_.chance(1, 3)};
      case 5:
        return event::TokenChanged{};
      case 6:
        return event::SyncRequested{};
      case 7:
        return event::WaitCleared{EntryId(random_.below(9))};
      case 8:
        return event::PolicyChanged{Duration(std::int64_t(100 + random_.below(10'000))),
                                    entry_backoff};
      case 9:
        return event::StoreFailed{};
      case 10:
        return event::StoreReopened{random_.chance(1, 2)};
      case 11:
        return event::CloudJoined{random_.chance(1, 2)};
      case 12:
      case 13:
        return event::Poked{some_stream(), some_version(), some_version(), some_entries()};
      case 14:
        return event::StreamEnded{some_stream(), FailureClass(random_.below(16)), std::nullopt};
      case 15:
        return event::Standby{random_.chance(1, 6), random_.chance(1, 2), random_.chance(1, 4)};
      default:
        return answer();
    }
  }

  Event answer() {
    const ExchangeId exchange = some_exchange();
    switch (random_.below(6)) {
      case 0:
        return event::ProbeAnswered{exchange};
      case 5:
        return event::HistoryCompared{exchange, random_.chance(1, 2),
                                      pulls_all_ || random_.chance(1, 2)};
      case 1:
        return event::PushAnswered{exchange, random_.chance(2, 3), random_.chance(1, 3),
                                   some_entries(), some_entries()};
      case 2:
        return event::PullAnswered{exchange, random_.chance(1, 3), some_entries(), 0,
                                   pulls_all_ && random_.chance(1, 2)};
      case 3:
        return event::NothingToPush{exchange};
      default:
        return failure();
    }
  }

  void step(const Event& event) {
    note(event);
    const Actions actions = engine_.step(event, now_);
    for (const Action& action : actions) std::visit([&](const auto& a) { on(a); }, action);
    check(event);
  }

  void note(const Event& event) {
    const auto answers = [&](const auto& e) {
      if constexpr (requires { e.exchange; }) {
        if (in_flight_ == e.exchange) in_flight_.reset();
      }
    };
    std::visit(answers, event);
    const auto* ended = std::get_if<event::StreamEnded>(&event);
    if (ended && stream_ == ended->stream) stream_.reset();
    if (const auto* failed = std::get_if<event::ExchangeFailed>(&event)) note_retry_after(*failed);
    if (const auto* paused = std::get_if<event::Paused>(&event)) paused_ = paused->on;
    if (const auto* offline = std::get_if<event::OfflineSimulated>(&event)) offline_ = offline->on;
    if (const auto* standby = std::get_if<event::Standby>(&event)) standby_ = standby->on;
    if (std::holds_alternative<event::StoreFailed>(event)) store_failed_ = true;
    if (std::holds_alternative<event::StoreReopened>(event)) store_failed_ = false;
    if (std::holds_alternative<event::SyncRequested>(event) ||
        std::holds_alternative<event::TokenChanged>(event)) {
      asked_to_wait_until_ = Instant{};
    }
  }

  void note_retry_after(const event::ExchangeFailed& failed) {
    if (failed.exchange != last_ || answered_.contains(last_) || !failed.retry_after) return;
    asked_to_wait_until_ = std::max(asked_to_wait_until_, now_ + *failed.retry_after);
  }

  void begin(ExchangeId exchange, const char* kind) {
    seen_.insert(kind);
    EXPECT_FALSE(in_flight_) << "two exchanges in flight";
    EXPECT_FALSE(paused_ || offline_ || standby_ || store_failed_)
        << kind << " although it is forbidden";
    EXPECT_EQ(exchange, last_ + 1);
    EXPECT_GE(now_, asked_to_wait_until_) << kind << " before Retry-After has passed";
    in_flight_ = last_ = exchange;
  }
  void on(const action::Probe& a) { begin(a.exchange, "Probe"); }
  void on(const action::Pull& a) {
    begin(a.exchange, "Pull");
    pulls_all_ = false;
  }
  void on(const action::PullAll& a) {
    begin(a.exchange, "PullAll");
    pulls_all_ = true;
  }
  void on(const action::CompareHistory& a) { begin(a.exchange, "CompareHistory"); }
  void on(const action::Push& a) {
    begin(a.exchange, "Push");
    EXPECT_GE(a.units_max, 1u);
    EXPECT_LE(a.units_max, limits::push_entries_max);
    for (EntryId entry : a.waiting)
      EXPECT_GT(engine_.wait_until(entry), std::optional(now_)) << "a wait that is over";
  }
  void on(const action::Cancel& a) {
    seen_.insert("Cancel");
    EXPECT_EQ(in_flight_, a.exchange) << "cancels what is not in flight";
    answered_.insert(a.exchange);
    in_flight_.reset();
  }
  void on(const action::ShowWait& a) {
    seen_.insert("ShowWait");
    EXPECT_GE(a.wait, entry_backoff.floor);
    EXPECT_LE(a.wait, entry_backoff.cap);
    for (EntryId entry : a.entries) EXPECT_EQ(engine_.wait_until(entry), now_ + a.wait);
  }
  void on(const action::OpenStream& a) {
    seen_.insert("OpenStream");
    EXPECT_FALSE(stream_) << "two streams";
    EXPECT_FALSE(paused_ || offline_ || store_failed_);
    EXPECT_EQ(a.stream, last_stream_ + 1);
    stream_ = last_stream_ = a.stream;
  }
  void on(const action::CloseStream& a) {
    seen_.insert("CloseStream");
    EXPECT_EQ(stream_, a.stream) << "closes what is not open";
    stream_.reset();
  }
  void on(const action::Announce&) {}
  void on(const action::ReopenStore&) {
    seen_.insert("ReopenStore");
    EXPECT_TRUE(store_failed_);
  }

  void check(const Event& event) {
    if (!in_flight_) answered_.insert(last_);
    EXPECT_EQ(engine_.is_paused(), paused_);
    EXPECT_FALSE(stream_ && (paused_ || offline_ || store_failed_)) << "a stream that must not be";
    EXPECT_TRUE(stream_ || !engine_.is_live());
    EXPECT_TRUE(!stream_ || engine_.connection() == Connection::online);
    EXPECT_EQ(engine_.simulates_offline(), offline_);
    const auto due = engine_.next_wakeup();
    const bool halted_by_person = (paused_ || offline_ || standby_) && !store_failed_;
    EXPECT_EQ(due.has_value(), !halted_by_person) << "no way forward by itself";
    if (in_flight_) {
      EXPECT_LE(*due, now_ + limits::exchange_time_max);
    } else if (due) {
      const Duration longest =
          std::max<Duration>(limits::halted_retry_interval, asked_to_wait_until_ - now_);
      EXPECT_LE(*due, now_ + longest) << "a wait that is longer than any rule allows";
    }
    // A wake-up that is due already may lead to nothing once, but not twice.
    const bool idle_wakeup =
        std::holds_alternative<event::TimePassed>(event) && due && *due <= now_;
    idle_wakeups_ = idle_wakeup ? idle_wakeups_ + 1 : 0;
    EXPECT_LE(idle_wakeups_, 1) << "a hot loop";
  }

  Random random_;
  Engine engine_;
  Instant now_{};
  std::optional<ExchangeId> in_flight_;
  ExchangeId last_ = 0;
  std::set<ExchangeId> answered_;
  bool paused_ = false, offline_ = false, standby_ = false, store_failed_ = false;
  Instant asked_to_wait_until_{};
  int idle_wakeups_ = 0;
  bool pulls_all_ = false;  // the last pull was a page of a full pull
  std::optional<StreamId> stream_;
  StreamId last_stream_ = 0;
  std::set<std::string> seen_;
};

TEST(RandomWalk, KeepsEveryPromise) {
  const std::uint64_t seed = seed_of_this_run();
  std::cout << "SLIPWAY_SEED=" << seed << "\n";
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 100 && !HasFailure(); ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", walk " + std::to_string(i));
    Walk walk(seed * 1000 + i);
    walk.run(5000);
    seen.insert(walk.seen().begin(), walk.seen().end());
  }
  for (const char* kind : {"Probe", "Push", "Pull", "PullAll", "CompareHistory", "Cancel",
                           "ReopenStore", "ShowWait", "OpenStream", "CloseStream"}) {
    EXPECT_TRUE(seen.contains(kind)) << kind << " never happened: the walks prove nothing about it";
  }
}

}  // namespace
}  // namespace slipway
