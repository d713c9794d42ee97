#include "cloud/metrics.h"

#include <gtest/gtest.h>

#include "cloud/limits.h"
#include "cloud/observer.h"

namespace slipway::cloud::test {
namespace {

constexpr Instant start{};

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != text.npos;
}

TEST(Metrics, TimesAreCountedUpToEachBound) {
  Metrics metrics;
  for (const int ms : {0, 5, 6, 20'000}) metrics.answered("GET", "/x", 200, Duration(ms));
  const std::string text = metrics.text(start);
  EXPECT_TRUE(has(text, R"(slipway_request_seconds_bucket{route="/x",le="0.005"} 2)")) << text;
  EXPECT_TRUE(has(text, R"(slipway_request_seconds_bucket{route="/x",le="0.01"} 3)"));
  EXPECT_TRUE(has(text, R"(slipway_request_seconds_bucket{route="/x",le="10"} 3)"));
  EXPECT_TRUE(has(text, R"(slipway_request_seconds_bucket{route="/x",le="+Inf"} 4)"));
  EXPECT_TRUE(has(text, R"(slipway_request_seconds_sum{route="/x"} 20.011)"));
}

TEST(Metrics, FewTenantsAreToldThoseThatAreFurthestBehind) {
  Metrics metrics;
  for (TenantId id = 1; id <= TenantId(3 * tenants_told_max); ++id) {
    metrics.asked(id, "desk", 0, id, start);
    metrics.asked(id, "another", id, id, start);
  }
  const std::string text = metrics.text(start);
  EXPECT_TRUE(has(text, R"(slipway_tenant_behind_commits{tenant="60"} 60)")) << text;
  EXPECT_TRUE(has(text, R"(slipway_tenant_behind_commits{tenant="41"} 41)"));
  EXPECT_EQ(text.find("tenant=\"40\""), text.npos);
}

TEST(Metrics, WhoeverIsSilentIsForgotten) {
  Metrics metrics;
  metrics.asked(1, "desk", 0, 7, start);
  const Instant later = start + device_silence_max + Duration(1);
  metrics.asked(1, "another", 7, 7, later);
  EXPECT_TRUE(has(metrics.text(later), R"(slipway_tenant_behind_commits{tenant="1"} 0)"));
}

TEST(Metrics, WhoIsToldTheRowsByAStreamIsThereUntilHeAsksFromLess) {
  Metrics metrics;
  const auto behind = [&](int commits) {
    return has(metrics.text(start),
               R"(slipway_tenant_behind_commits{tenant="1"} )" + std::to_string(commits));
  };
  metrics.asked(1, "desk", 21, 21, start);
  metrics.told(1, "desk", 150, true, start);
  EXPECT_TRUE(behind(0)) << metrics.text(start);
  metrics.told(1, "desk", 152, false, start);  // he has to ask for them
  EXPECT_TRUE(behind(2)) << metrics.text(start);
  metrics.asked(1, "desk", 21, 152, start);
  EXPECT_TRUE(behind(131)) << metrics.text(start);
}

TEST(Metrics, WhoKeepsNoCopyMovesTheHeadAndIsBehindNothing) {
  Metrics metrics;
  metrics.wrote(1, "script", 150, start);
  const std::string alone = metrics.text(start);
  EXPECT_TRUE(has(alone, R"(slipway_tenant_head{tenant="1"} 150)")) << alone;
  EXPECT_TRUE(has(alone, R"(slipway_tenant_behind_commits{tenant="1"} 0)")) << alone;
  metrics.asked(1, "desk", 150, 150, start);
  metrics.wrote(1, "script", 152, start);
  const std::string text = metrics.text(start);
  EXPECT_TRUE(has(text, R"(slipway_tenant_head{tenant="1"} 152)")) << text;
  EXPECT_TRUE(has(text, R"(slipway_tenant_behind_commits{tenant="1"} 2)")) << text;
}

TEST(Metrics, WhatOthersKeepIsAskedForWhenItIsTold) {
  Metrics metrics;
  int value = 1;
  metrics.add("slipway_figure", "A figure.", false, [&] { return value; });
  value = 2;
  EXPECT_TRUE(has(metrics.text(start), "# TYPE slipway_figure gauge\nslipway_figure 2"));
}

TEST(Routing, EveryAddressIsOneOfAFewRoutes) {
  EXPECT_EQ(route_of("/v1/push"), "/v1/push");
  EXPECT_EQ(route_of("/v1/requests/a/b"), "/v1/requests/{id}");
  EXPECT_EQ(route_of("/v1/entities"), "/v1/entities");
  EXPECT_EQ(route_of("/v1/entities/Port"), "/v1/entities/{type}");
  EXPECT_EQ(route_of("/v1/entities/Port/a%2Fb"), "/v1/entities/{type}/{id}");
  for (const char* path : {"", "/", "/v1/push/", "/V1/push", "/v1/entitiesX", "*"})
    EXPECT_EQ(route_of(path), "other") << path;
}

}  // namespace
}  // namespace slipway::cloud::test
