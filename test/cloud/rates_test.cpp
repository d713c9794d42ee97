// How much may be asked at a time, told by made-up clocks.
#include "cloud/rates.h"

#include <gtest/gtest.h>

namespace slipway::cloud::test {
namespace {

Instant at(double seconds) {
  return Instant{Duration(std::int64_t(seconds * 1000))};
}

TEST(Bucket, GivesABurstAndThenTheRate) {
  Bucket bucket(10, 30, at(5));
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(bucket.wait_for(1, at(5)), Duration(0)) << i;
    bucket.take(1, at(5));
  }
  EXPECT_EQ(bucket.wait_for(1, at(5)), Duration(100));
  EXPECT_EQ(bucket.wait_for(5, at(5)), Duration(500));
  EXPECT_EQ(bucket.wait_for(1, at(5.1)), Duration(0));
  EXPECT_FALSE(bucket.is_full(at(7.9)));
  EXPECT_TRUE(bucket.is_full(at(8)));
  EXPECT_EQ(bucket.wait_for(30, at(1'000'000)), Duration(0)) << "no more than the burst lies in it";
  EXPECT_NE(bucket.wait_for(30, at(7.9)), Duration(0));
}

TEST(Bucket, WhatIsLargerThanItPassesWhenItIsFullAndIsOwed) {
  Bucket bucket(10, 30, at(0));
  ASSERT_EQ(bucket.wait_for(100, at(0)), Duration(0));
  bucket.take(100, at(0));
  EXPECT_EQ(bucket.wait_for(1, at(0)), Duration(7'100));
  EXPECT_EQ(bucket.wait_for(100, at(0)), Duration(10'000));
}

class RatesTest : public testing::Test {
 protected:
  static TokenOwner owner(const std::string& device, TenantId tenant = 1) {
    return {tenant, "tenant " + std::to_string(tenant), device};
  }
  static std::string limit(const std::optional<TooMuch>& much) {
    return much ? std::string(much->limit) : "";
  }
};

TEST_F(RatesTest, ADeviceTakesNobodyElsesShare) {
  Rates rates({.device_requests = 1, .tenant_requests = 2});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(limit(rates.take_request(owner("Hamburg"), at(0))), "");
  const auto refused = rates.take_request(owner("Hamburg"), at(0));
  EXPECT_EQ(limit(refused), "device-requests");
  EXPECT_EQ(refused->wait, Duration(1000));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(limit(rates.take_request(owner("Kiel"), at(0))), "");
  EXPECT_EQ(limit(rates.take_request(owner("Berlin"), at(0))), "tenant-requests");
  EXPECT_EQ(limit(rates.take_request(owner("Hamburg", 2), at(0))), "") << "another tenant's";
  EXPECT_EQ(limit(rates.take_request(owner("Hamburg"), at(1))), "");
}

TEST_F(RatesTest, WhatIsRefusedCostsNothing) {
  Rates rates({.device_entries = 1, .tenant_entries = 1});
  EXPECT_EQ(limit(rates.take_entries(owner("Hamburg"), 20, at(0))), "");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(limit(rates.take_entries(owner("Kiel"), 1, at(0))), "tenant-entries");
  EXPECT_EQ(limit(rates.take_entries(owner("Kiel"), 20, at(20))), "");
}

TEST_F(RatesTest, NoBoundIsNone) {
  Rates rates({0, 0, 0, 0, 0, 0});
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_FALSE(rates.take_request(owner("Hamburg"), at(0)));
    ASSERT_FALSE(rates.take_entries(owner("Hamburg"), 1000, at(0)));
  }
  EXPECT_FALSE(rates.may_stream(1'000'000, 1'000'000));
}

TEST_F(RatesTest, BucketsOfThousandsOfDevicesAreForgottenAndKeepTheirWord) {
  Rates rates({.device_requests = 1, .tenant_requests = 0});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(rates.take_request(owner("Hamburg"), at(0)));
  for (int i = 0; i < 5'000; ++i)
    EXPECT_FALSE(rates.take_request(owner("desk " + std::to_string(i)), at(0)));
  EXPECT_EQ(limit(rates.take_request(owner("Hamburg"), at(0))), "device-requests");
}

TEST_F(RatesTest, StreamsAreCounted) {
  const Rates rates({.device_streams = 2, .tenant_streams = 5});
  EXPECT_EQ(limit(rates.may_stream(1, 4)), "");
  EXPECT_EQ(limit(rates.may_stream(2, 4)), "device-streams");
  EXPECT_EQ(limit(rates.may_stream(0, 5)), "tenant-streams");
}

}  // namespace
}  // namespace slipway::cloud::test
