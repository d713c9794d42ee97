#include "cloud/return_window.h"

#include <gtest/gtest.h>

#include "cloud/limits.h"

namespace slipway::cloud {
namespace {

TEST(ReturnWindow, GivesEachWhoComesBackItsShareOfWhatTheNodeServes) {
  EXPECT_EQ(return_window(1000, 400), std::chrono::seconds(25));
  EXPECT_EQ(return_window(500, 400), Duration(12'500));
  EXPECT_EQ(return_window(500, 200), std::chrono::seconds(25));
}

TEST(ReturnWindow, IsNeverShorterOrLongerThanDevicesWaitByThemselves) {
  EXPECT_EQ(return_window(0, 100), return_window_min);
  EXPECT_EQ(return_window(30, 1000), return_window_min);
  EXPECT_EQ(return_window(20'000, 0.001), return_window_max);
  EXPECT_EQ(return_window(std::size_t(1) << 60, 1e-9), return_window_max);
}

TEST(ReturnWindow, IsToldAsTheReconnectionTimeOfAStream) {
  EXPECT_EQ(heartbeat_of(Duration(7500)), "retry: 7500\n\n");
}

}  // namespace
}  // namespace slipway::cloud
