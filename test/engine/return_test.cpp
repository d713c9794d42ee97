// A cloud that is lost to thousands of devices at once is not asked by all of them in one second.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "engine/engine.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

// A device whose stream has broken.
Engine lost(std::uint64_t seed, std::optional<Duration> return_within) {
  Engine engine(Random(seed), true);
  const Instant now{};
  engine.step(event::Started{true}, now);
  engine.step(event::ProbeAnswered{1}, now);
  engine.step(event::NothingToPush{2}, now);
  engine.step(event::PullAnswered{3, false, {}}, now);
  engine.step(event::Poked{1, {}, {}}, now);
  EXPECT_TRUE(engine.is_live());
  engine.step(event::StreamEnded{1, FailureClass::unreachable, {}, return_within}, now);
  return engine;
}

Duration wait_after_loss(std::uint64_t seed, std::optional<Duration> return_within) {
  return *lost(seed, return_within).next_wakeup() - Instant{};
}

// How many requests 2,000 devices, each of which has written something, ask of a cloud in the worst
// second from `gone` on, when it is there again. Each word tells of nothing new.
std::size_t asked_in_the_worst_second(Duration gone, Duration window) {
  std::map<std::int64_t, std::size_t> by_second;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Engine engine = lost(seed, window);
    Instant now{};
    engine.step(event::WorkAppeared{}, now);
    Actions actions =
        engine.step(event::ExchangeFailed{4, FailureClass::unreachable, "", {}, {1}, 1}, now);
    StreamId stream = 1;
    while (engine.connection() != Connection::online) {
      now = *engine.next_wakeup();
      engine.step(event::TimePassed{}, now);
      ++stream;
      if (now - Instant{} < gone) {
        engine.step(event::StreamEnded{stream, FailureClass::unreachable}, now);
        continue;
      }
      actions = engine.step(event::Poked{stream, {}, {}}, now);
      by_second[(now - Instant{}) / 1s] += 1;  // and what it leads to:
    }
    for (const Action& action : actions) {
      const bool asks = !std::holds_alternative<action::Announce>(action);
      EXPECT_TRUE(!asks || std::holds_alternative<action::Push>(action));
      by_second[(now - Instant{}) / 1s] += asks;
    }
  }
  std::size_t worst = 0;
  for (const auto& [second, asked] : by_second) worst = std::max(worst, asked);
  return worst;
}

std::vector<std::size_t> by_tenth(Duration window, std::optional<Duration> told) {
  std::vector<std::size_t> counts(11);
  for (std::uint64_t seed = 1; seed <= 2000; ++seed)
    ++counts[std::size_t(wait_after_loss(seed, told) * 10 / window)];
  return counts;
}

TEST(Return, IsSpreadOverWhatTheCloudTold) {
  const auto counts = by_tenth(40s, 40s);
  for (std::size_t tenth = 0; tenth < 10; ++tenth) {
    EXPECT_GT(counts[tenth], 130u) << tenth;
    EXPECT_LT(counts[tenth], 270u) << tenth;
  }
}

// Two requests of each, evenly spread, make 100 a second; chance adds some.
TEST(Return, AsksNoMoreTheLongerTheCloudWasGone) {
  for (Duration gone : {0s, 2s, 41s, 90s, 3600s}) {
    const std::size_t worst = asked_in_the_worst_second(gone, 40s);
    EXPECT_GE(worst, 100u) << gone.count();
    EXPECT_LE(worst, 150u) << gone.count();
  }
}

TEST(Return, IsWithinASecondWhereItToldNothing) {
  const auto counts = by_tenth(1001ms, std::nullopt);
  EXPECT_EQ(counts[10], 0u);
  EXPECT_GT(counts[9], 130u);
}

// A slow node with thousands of devices needs more than the minute of other retries.
TEST(Return, IsSpreadOverMinutesWhereTheCloudSaysSo) {
  const auto counts = by_tenth(150s, 150s);
  for (std::size_t tenth = 0; tenth < 10; ++tenth) EXPECT_GT(counts[tenth], 130u) << tenth;
}

TEST(Return, IsWithinThreeMinutesWhateverWasTold) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    EXPECT_LE(wait_after_loss(seed, 1000h), limits::return_within_max);
}

}  // namespace
}  // namespace slipway
