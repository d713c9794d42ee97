// A cloud that is lost to thousands of devices at once is not asked by all of them in one second.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/engine.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

// How long a device waits whose stream has broken.
Duration wait_after_loss(std::uint64_t seed, std::optional<Duration> return_within) {
  Engine engine(Random(seed), true);
  const Instant now{};
  engine.step(event::Started{true}, now);
  engine.step(event::ProbeAnswered{1}, now);
  engine.step(event::NothingToPush{2}, now);
  engine.step(event::PullAnswered{3, false, {}}, now);
  engine.step(event::Poked{1, {}, {}}, now);
  EXPECT_TRUE(engine.is_live());
  engine.step(event::StreamEnded{1, FailureClass::unreachable, {}, return_within}, now);
  return *engine.next_wakeup() - now;
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

TEST(Return, IsWithinASecondWhereItToldNothing) {
  const auto counts = by_tenth(1001ms, std::nullopt);
  EXPECT_EQ(counts[10], 0u);
  EXPECT_GT(counts[9], 130u);
}

TEST(Return, IsNoLaterThanAnyOtherRetryWhateverWasTold) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    EXPECT_LE(wait_after_loss(seed, 1000h), connection_backoff.cap);
}

}  // namespace
}  // namespace slipway
