// Whose a JWT is at the cloud.
#include "cloud/identity.h"

#include <gtest/gtest.h>

#include "cloud/folder.h"
#include "cloud/pokes.h"
#include "cloud/sqlite_ledger.h"
#include "cloud/tokens.h"
#include "issuer.h"

namespace slipway::cloud::test {
namespace {

namespace issuer = slipway::jwt::test;
using issuer::good_claims, issuer::noon, issuer::SigningKey;

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    EXPECT_TRUE(ledger_->create_token("acme", "Kiel", token_hash("slw_kiel"), noon));
    ring_.reading_began({});
    ring_.reading_ended(issuer::key_set({key_.as_public()}));
    identity_.trust(issuer::expected(), ring_);
  }

  Result<TokenOwner> owner(const json::object& claims) {
    return identity_.owner_of(key_.sign(claims));
  }
  static json::object with(std::string_view name, json::value value) {
    json::object claims = good_claims();
    claims[name] = std::move(value);
    return claims;
  }
  std::string why(const json::object& claims) {
    const auto found = owner(claims);
    return found ? "" : found.error().type + ": " + found.error().message;
  }

  inline static const SigningKey key_ = SigningKey::ec("one");
  Folder folder_;
  Random random_{3};
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(folder_.file(), random_).value();
  WallTime now_ = noon;
  jwt::KeyRing ring_;
  bool may_go_on(const TokenOwner& owner) {
    return identity_.still(owner.tenant, {owner}).value().front().has_value();
  }

  Identity identity_{*ledger_, [this] { return now_; }};
};

TEST_F(IdentityTest, AJwtIsOfTheDeviceThatItNames) {
  const auto found = owner(good_claims());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->tenant_name, "acme");
  EXPECT_EQ(found->device, "Hamburg");
  EXPECT_TRUE(found->holds_everything());
  EXPECT_EQ(found->tenant, identity_.owner_of("slw_kiel")->tenant) << "beside tokens of our own";
  const auto state = ledger_->state().value();
  ASSERT_EQ(state.devices.size(), 2u) << "the device exists from then on, once";
  EXPECT_TRUE(owner(good_claims()));
  EXPECT_EQ(ledger_->state()->devices.size(), 2u);
}

TEST_F(IdentityTest, AJwtOfADeviceThatWasRemovedIsRefusedUntilItIsMadeAnew) {
  const auto found = owner(with("slipway_scope", json::object{{"Shipment", json::object{}}}));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(ledger_->remove_device("acme", "Hamburg", noon));
  EXPECT_NE(why(good_claims()).find("unauthorized: The device Hamburg was removed"),
            std::string::npos);
  EXPECT_FALSE(may_go_on(*found));
  ASSERT_TRUE(ledger_->create_token("acme", "Hamburg", token_hash("slw_new"), noon));
  EXPECT_EQ(why(good_claims()), "");
}

TEST_F(IdentityTest, ATenantIsNotMadeByAToken) {
  EXPECT_EQ(why(with("tenant", "globex")), "unauthorized: There is no tenant “globex” here");
  EXPECT_EQ(ledger_->state()->tenants.size(), 1u);
}

TEST_F(IdentityTest, WhatIsForgedExpiredOrForOthersIsRefused) {
  EXPECT_EQ(identity_.owner_of(SigningKey::ec("one").sign(good_claims())).error().message,
            "The token's signature is not right");
  EXPECT_TRUE(why(with("aud", "others")).starts_with("unauthorized: "));
  EXPECT_TRUE(why(with("exp", issuer::noon_seconds - 61)).starts_with("unauthorized: "));
  const SigningKey confused = SigningKey::secret("one", std::string(32, 's'));
  EXPECT_EQ(identity_.owner_of(confused.sign(good_claims())).error().type, "unauthorized");
  EXPECT_EQ(ledger_->state()->devices.size(), 1u) << "none of them left anything";
}

TEST_F(IdentityTest, AnUnknownKeyIsAskedForOnceAndThenRefused) {
  const std::string token = SigningKey::ec("two").sign(good_claims());
  EXPECT_EQ(identity_.owner_of(token).error().type, "keys-not-read");
  EXPECT_TRUE(ring_.wants_reading(Instant{Duration(60'000)}));
  ring_.reading_began({});
  ring_.reading_ended(issuer::key_set({key_.as_public()}));
  EXPECT_EQ(identity_.owner_of(token).error().type, "unauthorized");
}

TEST_F(IdentityTest, WithoutAnIssuerNoJwtIsTaken) {
  Identity plain(*ledger_, [] { return noon; });
  EXPECT_EQ(plain.owner_of(key_.sign(good_claims())).error().message,
            "The token is unknown or was revoked");
}

TEST_F(IdentityTest, TheScopeThatItNamesHolds) {
  const json::object germany{{"Shipment", json::object{{"originPort", json::array{"DEHAM"}}}}};
  const auto head = [&] { return ledger_->head(owner(good_claims())->tenant)->seq; };
  EXPECT_FALSE(owner(with("slipway_scope", germany))->holds_everything());
  const std::int64_t after = head();
  EXPECT_FALSE(owner(with("slipway_scope", germany))->holds_everything());
  EXPECT_EQ(head(), after) << "said again, it is no commit";
  EXPECT_FALSE(owner(good_claims())->holds_everything()) << "not said: as it was";
  json::object older = with("slipway_scope", "everything");
  older["iat"] = issuer::noon_seconds - 10;
  EXPECT_FALSE(owner(older)->holds_everything()) << "an older token does not set it back";
  EXPECT_TRUE(owner(with("slipway_scope", "everything"))->holds_everything());
  EXPECT_TRUE(why(with("slipway_scope", "openid")).find("slipway_scope") != std::string::npos);
  EXPECT_TRUE(
      why(with("slipway_scope", json::object{{"Shipment", 7}})).starts_with("unauthorized"));
}

TEST_F(IdentityTest, WhoListensHearsNothingMoreWhenTheTokenHasEnded) {
  const auto found = owner(good_claims()).value();
  EXPECT_TRUE(may_go_on(found));
  now_ = noon + std::chrono::hours(1) + std::chrono::seconds(59);
  EXPECT_TRUE(may_go_on(found));
  now_ = noon + std::chrono::hours(1) + std::chrono::seconds(60);
  EXPECT_FALSE(may_go_on(found));
}

}  // namespace
}  // namespace slipway::cloud::test
