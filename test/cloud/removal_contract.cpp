// A device that was removed: nothing counts it or waits for it, nobody comes under its name, and
// what it wrote stays. Made anew, it is a fresh one.
#include "cloud/tokens.h"
#include "ledger_contract.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};
constexpr WallTime later{noon.ms_since_1970 + 3'600'000};

const DeviceRow* device_in(const LedgerState& state, const std::string& name) {
  for (const DeviceRow& device : state.devices)
    if (device.tenant == "acme" && device.name == name) return &device;
  return nullptr;
}

}  // namespace

TEST_P(LedgerContract, ARemovedDevicesTokensEndAndNobodyElses) {
  const TokenOwner kiel = owner("acme", "Kiel"), oslo = owner("acme", "Oslo");
  owner("globex", "Kiel");
  ASSERT_TRUE(ledger->create_token("acme", "Kiel", token_hash("second"), noon));
  EXPECT_EQ(ledger->remove_device("acme", "Kiel", later).value(), 2);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(ledger->find_token(token_hash("acme/Kiel")).value(), std::nullopt);
    EXPECT_EQ(ledger->find_token(token_hash("second")).value(), std::nullopt);
    EXPECT_TRUE(ledger->find_token(token_hash("acme/Oslo")).value());
    EXPECT_TRUE(ledger->find_token(token_hash("globex/Kiel")).value()) << "another tenant's";
    const auto still = ledger->find_again(acme.tenant, {kiel, oslo}).value();
    EXPECT_FALSE(still[0]) << "an open stream is told nothing more";
    EXPECT_TRUE(still[1]);
    reopen();
  }
  const auto state = ledger->state().value();
  EXPECT_EQ(device_in(state, "Kiel")->removed, to_text(later));
  EXPECT_EQ(device_in(state, "Oslo")->removed, std::nullopt);
}

TEST_P(LedgerContract, WhatIsNotThereOrWasRemovedIsNotRemoved) {
  const auto why = [&](const char* tenant, const char* device) {
    const auto removed = ledger->remove_device(tenant, device, later);
    return removed ? "" : removed.error().type;
  };
  EXPECT_EQ(why("nobody", "Hamburg"), "unknown-tenant");
  EXPECT_EQ(why("acme", "Kiel"), "unknown-device");
  EXPECT_EQ(why("acme", "Hamburg"), "");
  EXPECT_EQ(why("acme", "Hamburg"), "device-removed");
}

// A token of an identity provider, or an open stream that came by one.
TEST_P(LedgerContract, ARemovedDeviceIsNotMadeAnewByWhoNamesIt) {
  const TokenOwner kiel = ledger->find_device("acme", "Kiel", noon).value().value();
  ASSERT_TRUE(ledger->remove_device("acme", "Kiel", later));
  const auto again = ledger->find_device("acme", "Kiel", later);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::unauthorized) << "it keeps what it has, and says why";
  EXPECT_NE(again.error().message.find("was removed"), std::string::npos);
  EXPECT_FALSE(ledger->find_again(acme.tenant, {kiel}).value()[0]);
  EXPECT_EQ(ledger->set_scope("acme", "Kiel", {}, later).error().type, "unknown-device");
  EXPECT_EQ(device_in(ledger->state().value(), "Kiel")->removed, to_text(later));
}

TEST_P(LedgerContract, ARemovedDeviceIsNoneOfThoseThatATenantMayHave) {
  ledger = storage->open(random, {}, {.devices = 2});
  ASSERT_TRUE(ledger->find_device("acme", "Kiel", noon).value());
  ASSERT_FALSE(ledger->find_device("acme", "Oslo", noon));
  ASSERT_TRUE(ledger->remove_device("acme", "Kiel", later));
  EXPECT_TRUE(ledger->find_device("acme", "Oslo", noon).value());
  const auto full = ledger->create_token("acme", "Kiel", token_hash("anew"), later);
  ASSERT_FALSE(full) << "Hamburg and Oslo are two";
  EXPECT_EQ(full.error().type, "tenant-full");
  EXPECT_NE(device_in(ledger->state().value(), "Kiel")->removed, std::nullopt);
}

TEST_P(LedgerContract, WhatARemovedDeviceWroteStaysUnderItsName) {
  const Item made = hamburg.create(shipment, {{"status", "new"}});
  const Receipt receipt = push_one(made);
  ASSERT_TRUE(ledger->remove_device("acme", "Hamburg", later));
  owner("acme", "Oslo");
  reopen();
  const PullAnswer all = pull(origin(), 1000, "Oslo");
  ASSERT_EQ(all.page.rows.size(), 1u);
  EXPECT_EQ(ledger->request(acme.tenant, "Oslo", made.id)->value(), receipt);
  const auto in_the_way =
      ledger->push(acme.tenant, "Oslo",
                   request_of({new_york.create(shipment, {{"status", "mine"}})}, origin()), later);
  EXPECT_EQ(in_the_way->verdicts.at(0).conflict->at("who"), "Hamburg");
  // The same entry, sent from a copy of its file by another desk, has no second effect.
  const auto again =
      ledger->push(acme.tenant, "Oslo", request_of({made}, all.page.to), later).value();
  EXPECT_EQ(again.verdicts.at(0), receipt);
}

TEST_P(LedgerContract, AReceiptOfARemovedDeviceIsKeptUntilItIsOld) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  push({item});
  EXPECT_EQ(purge(), 0) << "it has not reached its device";
  ASSERT_TRUE(ledger->remove_device("acme", "Hamburg", later));
  EXPECT_EQ(purge(later, 1000), 0) << "it is not old";
  EXPECT_EQ(purge(), 1) << "it never will";
  const auto again = ledger->push(acme.tenant, "Oslo", request_of({item}, origin()), later);
  EXPECT_EQ(again->verdicts.at(0).verdict, Verdict::expired) << "and is not judged again";
}

TEST_P(LedgerContract, WhereARemovedDeviceIsIsNotNotedAnyMore) {
  push({hamburg.create(shipment, {{"status", "new"}})});
  pull(head());
  ASSERT_TRUE(ledger->remove_device("acme", "Hamburg", later));
  ASSERT_TRUE(ledger->note_devices(later));
  EXPECT_EQ(device_in(ledger->state().value(), "Hamburg")->seen, std::nullopt);
}

TEST_P(LedgerContract, AFullPullOfARemovedDeviceHoldsNothingBack) {
  std::vector<Item> items;
  for (int i = 0; i < 3; ++i)
    items.push_back(hamburg.create({"Shipment", std::to_string(i)}, {{"n", i}}));
  push(items);
  SnapshotRequest request;
  request.limit = 1;
  ASSERT_TRUE(ledger->snapshot(acme.tenant, "Hamburg", request, noon)->next);
  const Version began = head();
  push({hamburg.create(shipment, {{"status", "new"}})});
  owner("acme", "Oslo");
  const Retention newest{.commits = 0, .days = {}};
  ASSERT_TRUE(ledger->compact("acme", newest, noon));
  EXPECT_TRUE(ledger->changes(acme.tenant, "Oslo", began, 1000)) << "it is spared";
  ASSERT_TRUE(ledger->remove_device("acme", "Hamburg", noon));
  ASSERT_TRUE(ledger->compact("acme", newest, noon));
  EXPECT_EQ(ledger->changes(acme.tenant, "Oslo", began, 1000).error().type, "horizon-passed");
}

// Whoever comes under the name with an older file may have held less, and may have missed receipts
// that are forgotten: it takes everything anew, and what it has not sent yet is taken.
TEST_P(LedgerContract, ADeviceThatIsMadeAnewIsAFreshOne) {
  const RowScope none = scope_from_json(json::object{{"Quote", json::object{}}}).value();
  ASSERT_TRUE(ledger->set_scope("acme", "Hamburg", none, noon));
  const Item made = hamburg.create(quote, {{"status", "new"}});
  push({made}, ledger->head(acme.tenant).value());
  const Version before = ledger->head(acme.tenant).value();
  ASSERT_TRUE(ledger->note_devices(noon));
  ASSERT_TRUE(ledger->remove_device("acme", "Hamburg", later));
  ASSERT_TRUE(ledger->create_token("acme", "Hamburg", token_hash("anew"), later));
  reopen();
  const auto state = ledger->state().value();
  const DeviceRow* device = device_in(state, "Hamburg");
  EXPECT_EQ(device->removed, std::nullopt);
  EXPECT_EQ(device->created, to_text(later));
  EXPECT_EQ(device->seen, std::nullopt);
  EXPECT_EQ(device->cursor, 0);
  EXPECT_TRUE(device->holds_everything);
  EXPECT_EQ(state.tenants.at(0).commits, state.tenants.at(0).head) << "without gaps";
  EXPECT_TRUE(ledger->find_token(token_hash("anew")).value());
  EXPECT_EQ(ledger->find_token(token_hash("acme/Hamburg")).value(), std::nullopt) << "nor the old";
  EXPECT_TRUE(ledger->find_device("acme", "Hamburg", later).value());
  EXPECT_EQ(ledger->changes(acme.tenant, "Hamburg", before, 1000).error().type, "horizon-passed");
  const Snapshot anew = ledger->snapshot(acme.tenant, "Hamburg", {}, later).value();
  const auto pushed = ledger->push(
      acme.tenant, "Hamburg",
      request_of({made, hamburg.create(shipment, {{"status", "late"}})}, anew.at), later);
  EXPECT_EQ(pushed->verdicts.at(0).seq, before.seq) << "known, and not judged again";
  EXPECT_EQ(pushed->verdicts.at(1).verdict, Verdict::applied);
}

}  // namespace slipway::cloud::test
