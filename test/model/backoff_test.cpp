#include "model/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace slipway {
namespace {

using namespace std::chrono_literals;

std::pair<Duration, Duration> range_of(const BackoffRule& rule, unsigned failures) {
  Random random(failures);
  Duration least = Duration::max(), most{0};
  for (int i = 0; i < 2000; ++i) {
    const Duration wait = backoff(rule, failures, random);
    least = std::min(least, wait), most = std::max(most, wait);
  }
  return {least, most};
}

TEST(Backoff, DoublesAConnectionsBoundUpToAMinute) {
  Duration bound = 1s;
  for (unsigned failures = 1; failures <= 12;
       ++failures, bound = std::min<Duration>(bound * 2, 60s)) {
    const auto [least, most] = range_of(connection_backoff, failures);
    EXPECT_GE(least, 100ms) << failures;
    EXPECT_LE(most, bound) << failures;
    EXPECT_GT(most, bound * 95 / 100) << failures;
    EXPECT_LT(least, 100ms + bound / 20)
        << "full jitter spreads over the whole range, failure " << failures;
  }
}

TEST(Backoff, TriplesAnEntrysBoundUpToHalfAnHour) {
  for (const auto& [failures, bound] : {std::pair<unsigned, Duration>{1, 5s},
                                        {2, 15s},
                                        {3, 45s},
                                        {4, 135s},
                                        {5, 405s},
                                        {6, 1215s},
                                        {7, 30min},
                                        {50, 30min}}) {
    const auto [least, most] = range_of(entry_backoff, failures);
    EXPECT_GE(least, 1s) << failures;
    EXPECT_LE(most, bound) << failures;
    EXPECT_GT(most, bound * 95 / 100) << failures;
  }
}

TEST(Backoff, NeverExceedsTheCapHoweverManyFailures) {
  Random random(1);
  for (unsigned failures : {60u, 1000u, 4'000'000'000u})
    EXPECT_LE(backoff(connection_backoff, failures, random), 60s);
  EXPECT_LE(backoff({5s, 4'000'000'000u, 60s}, 3, random), 60s);
}

TEST(Backoff, LetsTheCapBeatTheBaseAndTheFloor) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_LE(backoff({10s, 2, 3s}, 1, random), 3s);
    EXPECT_EQ(backoff({10s, 2, 3s, 5s}, 1, random), 3s);
  }
}

TEST(Backoff, SpreadsAThousandDesks) {
  std::vector<int> per_second(60);
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    Random random(seed);
    const auto second = backoff(connection_backoff, 10, random) / 1s;
    ++per_second[std::size_t(std::min<std::int64_t>(second, 59))];
  }
  EXPECT_LT(*std::max_element(per_second.begin(), per_second.end()), 160);  // 100 on average
  EXPECT_GT(*std::min_element(per_second.begin(), per_second.end()), 50);
}

}  // namespace
}  // namespace slipway
