// What a token must say.
#include "jwt/claims.h"

#include <gtest/gtest.h>

#include "issuer.h"

namespace slipway::jwt::test {
namespace {

// Why it is refused; "": it is not.
std::string why(const json::object& claims, WallTime now = noon) {
  const auto read = read_claims(claims, expected(), now);
  if (read) return "";
  EXPECT_EQ(read.error().type, "unauthorized");
  return read.error().message;
}
std::string why_with(std::string_view name, json::value value) {
  json::object claims = good_claims();
  claims[name] = std::move(value);
  return why(claims);
}
std::string why_without(std::string_view name) {
  json::object claims = good_claims();
  claims.erase(name);
  return why(claims);
}

TEST(Claims, OfAGoodTokenAreRead) {
  json::object claims = good_claims();
  claims["slipway_scope"] = json::object{{"Shipment", json::object{}}};
  const auto read = read_claims(claims, expected(), noon);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->tenant, "acme");
  EXPECT_EQ(read->device, "Hamburg");
  EXPECT_EQ(read->issued, noon);
  EXPECT_TRUE(read->scope);
  EXPECT_FALSE(read_claims(good_claims(), expected(), noon)->scope);
}

TEST(Claims, HaveTheNamesThatTheyAreSaidToHave) {
  Expected named = expected();
  named.tenant_claim = "https://example.org/company";
  named.device_claim = "sub";
  json::object claims = good_claims();
  claims["https://example.org/company"] = "globex";
  claims["sub"] = "Kiel";
  const auto read = read_claims(claims, named, noon);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tenant + " " + read->device, "globex Kiel");
}

TEST(Claims, MustBeOfTheIssuerForUs) {
  const std::string stranger = "The token is not from the issuer that is trusted here";
  EXPECT_EQ(why_with("iss", "https://id.example.org"), stranger) << "exactly";
  EXPECT_EQ(why_without("iss"), stranger);
  const std::string not_us = "The token is meant for somebody else";
  EXPECT_EQ(why_with("aud", "others"), not_us);
  EXPECT_EQ(why_with("aud", json::array{"others", 7}), not_us);
  EXPECT_EQ(why_without("aud"), not_us);
  EXPECT_EQ(why_with("aud", json::array{"others", "slipway"}), "");
}

TEST(Claims, EndAndBeginWithAMinuteOfLeeway) {
  const auto at = [](std::int64_t seconds) { return WallTime{(noon_seconds + seconds) * 1000}; };
  EXPECT_EQ(why(good_claims(), at(3600 + 59)), "");
  EXPECT_TRUE(why(good_claims(), at(3600 + 60)).starts_with("The token has expired at 2026-"));
  EXPECT_EQ(why_without("exp"), "The token does not say when it ends (“exp”)");
  EXPECT_EQ(why_with("exp", "tomorrow"), "The token does not say when it ends (“exp”)");
  EXPECT_EQ(why_with("exp", double(noon_seconds) + 0.5), "");
  EXPECT_EQ(why_with("exp", 1e300), "");
  for (const char* name : {"nbf", "iat"}) {
    EXPECT_EQ(why_with(name, noon_seconds + 60), "");
    EXPECT_TRUE(why_with(name, noon_seconds + 61).starts_with("The token is of the future"))
        << name;
    EXPECT_TRUE(why_with(name, "now").ends_with("is no time")) << name;
  }
  EXPECT_EQ(why_without("iat"), "");
}

TEST(Claims, NameTenantAndDevice) {
  for (const char* name : {"tenant", "device"}) {
    for (const json::value& value :
         {json::value(""), json::value(7), json::value("a\nb"), json::value(std::string(257, 'a'))})
      EXPECT_TRUE(why_with(name, value).find(name) != std::string::npos) << name << value;
    EXPECT_NE(why_without(name), "");
  }
}

}  // namespace
}  // namespace slipway::jwt::test
