#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>

namespace slipway {
namespace {

TEST(TimeText, IsThatOfPrisma) {
  EXPECT_EQ(to_text(WallTime{0}), "1970-01-01T00:00:00.000+00:00");
  EXPECT_EQ(to_text(WallTime{1795353901462}), "2026-11-22T13:25:01.462+00:00");
  EXPECT_EQ(to_text(WallTime{951782400000}), "2000-02-29T00:00:00.000+00:00");
}

TEST(TimeText, RoundsTowardsThePastBeforeTheEpoch) {
  EXPECT_EQ(to_text(WallTime{-1}), "1969-12-31T23:59:59.999+00:00");
  EXPECT_EQ(to_text(WallTime{-86400001}), "1969-12-30T23:59:59.999+00:00");
}

TEST(TimeText, ClampsWhatFourDigitsCannotHold) {
  EXPECT_EQ(to_text(WallTime{253402300799999}), "9999-12-31T23:59:59.999+00:00");
  EXPECT_EQ(to_text(WallTime{253402300800000}), "9999-12-31T23:59:59.999+00:00");
  EXPECT_EQ(to_text(WallTime{std::numeric_limits<std::int64_t>::max()}),
            "9999-12-31T23:59:59.999+00:00");
  EXPECT_EQ(to_text(WallTime{std::numeric_limits<std::int64_t>::min()}),
            "0000-01-01T00:00:00.000+00:00");
}

TEST(TimeText, SortsAsTimeDoes) {
  for (std::int64_t ms :
       std::initializer_list<std::int64_t>{-62167219200000, -1, 0, 999, 1795353901462}) {
    EXPECT_LT(to_text(WallTime{ms}), to_text(WallTime{ms + 1}));
  }
}

}  // namespace
}  // namespace slipway
