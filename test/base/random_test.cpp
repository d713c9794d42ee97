#include "base/random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace slipway {
namespace {

TEST(Random, IsXoshiro256StarStar) {
  Random random(std::array<std::uint64_t, 4>{1, 2, 3, 4});  // the generator's published example
  for (std::uint64_t expected : {11520ull, 0ull, 1509978240ull, 1215971899390074240ull}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(Random, GivesOneSequenceForOneSeedForEver) {
  Random random(42);
  for (std::uint64_t expected : {0x15780b2e0c2ec716ull, 0x6104d9866d113a7eull,
                                 0xae17533239e499a1ull, 0xecb8ad4703b360a1ull}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(Random, StaysBelowItsBoundAndFavoursNobody) {
  Random random(1);
  constexpr std::uint64_t bounds[] = {1, 2, 3, 7, 10};
  for (std::uint64_t bound : bounds) {
    std::map<std::uint64_t, int> seen;
    for (int i = 0; i < 10'000; ++i) ++seen[random.below(bound)];
    EXPECT_EQ(seen.size(), bound);
    EXPECT_LT(seen.rbegin()->first, bound);
    for (const auto& [value, count] : seen)
      EXPECT_NEAR(count, 10'000.0 / double(bound), 350) << bound;
  }
  // Where a plain remainder would give the lower third twice as often as the rest.
  const std::uint64_t large = std::uint64_t(3) << 62;
  int low = 0;
  for (int i = 0; i < 10'000; ++i) low += random.below(large) < large / 3 ? 1 : 0;
  EXPECT_NEAR(low, 3333, 350);
}

TEST(Random, IncludesBothEndsOfARange) {
  Random random(2);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.between(5, 7));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{5, 6, 7}));
  EXPECT_EQ(random.between(9, 9), 9u);
  random.between(0, UINT64_MAX);  // the whole range has no bound to be below
}

TEST(Random, WritesUuidsOfVersionFour) {
  Random random(3);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random.uuid();
    ASSERT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    for (std::size_t dash : {8, 13, 18, 23}) EXPECT_EQ(id[dash], '-');
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Random, WritesTwoDigitsAByte) {
  Random random(4);
  for (std::size_t bytes : {0, 1, 7, 8, 9, 16, 33}) {
    const std::string text = random.hex(bytes);
    EXPECT_EQ(text.size(), bytes * 2);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace
}  // namespace slipway
