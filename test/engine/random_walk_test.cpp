// Any events in any order: what the engine promises (watched_engine.h) holds after each of
// them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>

#include "engine/watched_engine.h"

namespace slipway {
namespace {

// Replay: SLIPWAY_SEED=… test_engine --gtest_filter='RandomWalk.*'
std::uint64_t seed_of_this_run() {
  if (const char* seed = std::getenv("SLIPWAY_SEED")) return std::strtoull(seed, nullptr, 10);
  return std::uint64_t(std::chrono::steady_clock::now().time_since_epoch().count()) % 1'000'000;
}

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed), watched_(seed + 1, true) {}

  void run(int steps) {
    watched_.step(event::Started{random_.chance(1, 2)}, now_);
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      if (random_.chance(1, 3)) now_ = now_ + Duration(std::int64_t(random_.below(5000)));
      const Event event = next_event();  // may move the time
      watched_.step(event, now_);
    }
  }
  const std::set<std::string>& seen() const { return watched_.seen(); }

 private:
  std::vector<EntryId> some_entries() {
    std::vector<EntryId> entries;
    for (EntryId id = 1; id < 9; ++id) {
      if (random_.chance(1, 4)) entries.push_back(id);
    }
    return entries;
  }

  ExchangeId some_exchange() {  // now and then a stale or an invented one
    if (watched_.in_flight() && !random_.chance(1, 10)) return watched_.last_exchange();
    return random_.below(watched_.last_exchange() + 2);
  }

  StreamId some_stream() {
    if (watched_.stream() && !random_.chance(1, 10)) return *watched_.stream();
    return random_.below(watched_.last_stream() + 2);
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
    if (random_.chance(1, 2) && watched_.in_flight()) return answer();
    const auto due = watched_.engine().next_wakeup();
    if (random_.chance(1, 3) && due) {
      now_ = std::max(now_, *due);
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
                                      watched_.full_pull() || random_.chance(1, 2)};
      case 1:
        return event::PushAnswered{exchange, random_.chance(2, 3), random_.chance(1, 3),
                                   some_entries(), some_entries()};
      case 2:
        return event::PullAnswered{exchange, random_.chance(1, 3), some_entries(), 0,
                                   watched_.full_pull() && random_.chance(1, 2)};
      case 3:
        return event::NothingToPush{exchange};
      default:
        return failure();
    }
  }

  Random random_;
  WatchedEngine watched_;
  Instant now_{};
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
