// A device with a scope is told of the rows in it, and of those that leave it, and may write no
// others; for every ledger.
#include "scope_contract.h"

#include "cloud/tokens.h"
#include "model/canonical_json.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};
constexpr const char* kiel = "Kiel";

RowScope scope_of(const char* text) {
  return scope_from_json(parse_json(text, "a scope").value()).value();
}
const char* const ports = R"({"Shipment": {"port": ["DEKEL", "DEHAM"]}, "Customer": {}})";

void absorb(Held& held, const Page& page) {
  for (const PageRow& row : page.rows) {
    if (row.deleted)
      held.erase(row.entity);
    else
      held[row.entity] = *row.values;
  }
}

Held inside(const Held& all, const RowScope& scope) {
  Held held = all;
  std::erase_if(held, [&](const auto& row) { return !scope.covers(row.first.type, row.second); });
  return held;
}

std::string shown(const Held& held) {
  std::string text;
  for (const auto& [key, values] : held) text += to_text(key) + canonical_json(values) + "\n";
  return text;
}

}  // namespace

void ScopeContract::SetUp() {
  owner("acme", kiel);
  hold(ports);
  cursor = ledger->head(acme.tenant).value();
}

void ScopeContract::hold(const char* scope) {
  ASSERT_TRUE(ledger->set_scope("acme", kiel, scope_of(scope), noon));
}

Receipt ScopeContract::push_as_kiel(const Item& item) {
  return ledger->push(acme.tenant, kiel, request_of({item}, cursor), noon).value().verdicts.at(0);
}

Held ScopeContract::snapshot(std::int64_t limit) {
  SnapshotRequest request;
  request.types = {"Quote", "Shipment"};
  request.limit = limit;
  Held held;
  for (;;) {
    const auto part = ledger->snapshot(acme.tenant, kiel, request, noon).value();
    const auto page =
        snapshot_page_from_json(parse_json_object(snapshot_text(part, request), "a page").value())
            .value();
    told = page.scope;
    for (const PageRow& row : page.rows) held[row.entity] = *row.values;
    request.at = page.at;
    request.after = page.next;
    if (!page.next) return held;
  }
}

Item ScopeContract::somebodys_write(const Held& all) {
  const char* types[] = {"Shipment", "Quote", "Customer"};
  const char* where[] = {"DEKEL", "DEHAM", "NLRTM", "USNYC"};
  const EntityKey key{types[random.below(3)], std::to_string(random.below(4))};
  const json::object port{{"port", where[random.below(4)]}};
  const Version seen = ledger->head(acme.tenant).value();
  const auto now = all.find(key);
  if (now == all.end()) return hamburg.create(key, port, seen);
  if (random.chance(1, 4)) return hamburg.remove(key, now->second, seen);
  return hamburg.update(key, now->second, port, seen);
}

TEST_P(ScopeContract, ADeviceHoldsTheRowsOfItsScopeWhateverThePagesAre) {
  const RowScope scope = scope_of(ports);
  Held all, held;
  Version of_all = cursor, of_kiel = cursor;
  int left = 0;
  for (int round = 0; round < 60; ++round) {
    for (std::uint64_t i = 0; i <= random.below(3); ++i) {
      push({somebodys_write(all)}, of_all);
      const Page page = pull(of_all, 1000, "Bremen").page;
      absorb(all, page);
      of_all = page.to;
    }
    const std::size_t before = held.size();
    while (of_kiel != of_all) {
      const Page page = pull(of_kiel, std::int64_t(1 + random.below(4)), kiel).page;
      for (const PageRow& row : page.rows) {
        EXPECT_TRUE(row.deleted || scope.covers(row.entity.type, *row.values))
            << "it is told of " << to_text(row.entity);
        EXPECT_TRUE(!row.deleted || held.contains(row.entity)) << "of what it never had";
      }
      absorb(held, page);
      of_kiel = page.to;
    }
    left += held.size() < before ? 1 : 0;
    ASSERT_EQ(shown(held), shown(inside(all, scope))) << "round " << round;
    if (round % 10 != 9) continue;
    for (const std::int64_t limit : {1, 2, 1000})
      EXPECT_EQ(shown(snapshot(limit)), shown(held)) << "limit " << limit;
    EXPECT_EQ(to_json(told), to_json(scope));
  }
  EXPECT_GT(left, 3);
}

TEST_P(ScopeContract, ARowThatLeavesIsToldWithoutWhatItHasBecome) {
  push({hamburg.create(shipment, {{"port", "DEHAM"}, {"n", 1}})}, cursor);
  const Version made = pull(cursor, 10, kiel).page.to;
  push({hamburg.update(shipment, {{"port", "DEHAM"}}, {{"port", "NLRTM"}}, made)}, cursor);
  const Page page = pull(made, 10, kiel).page;
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_TRUE(page.rows[0].deleted && page.rows[0].left);
  EXPECT_FALSE(page.rows[0].values);
  push({hamburg.update(shipment, {{"n", 1}}, {{"n", 2}}, page.to)}, cursor);
  EXPECT_TRUE(pull(page.to, 10, kiel).page.rows.empty());
  // Deleted since: that it is gone is told, what it had become out there is not.
  const Version now = ledger->head(acme.tenant).value();
  push({hamburg.remove(shipment, {{"port", "NLRTM"}, {"n", 2}}, now)}, cursor);
  const Page all = pull(made, 10, kiel).page;
  ASSERT_EQ(all.rows.size(), 1u);
  EXPECT_TRUE(all.rows[0].deleted && !all.rows[0].left);
  EXPECT_FALSE(all.rows[0].values);
}

TEST_P(ScopeContract, WhatLiesOutsideIsNotWritten) {
  push({hamburg.create(shipment, {{"port", "NLRTM"}})}, cursor);
  const Version head = ledger->head(acme.tenant).value();
  Desk desk{"inc-kiel"};
  for (const Item& item :
       {desk.create(quote, {{"port", "DEHAM"}}), desk.create(other_shipment, {{"port", "USNYC"}}),
        desk.create(shipment, {{"port", "DEHAM"}}),
        desk.update(shipment, {{"port", "NLRTM"}}, {{"port", "DEHAM"}}, head),
        desk.remove(shipment, {{"port", "NLRTM"}}, head)}) {
    const Receipt receipt = push_as_kiel(item);
    EXPECT_EQ(receipt.verdict, Verdict::rejected);
    EXPECT_EQ(receipt.reason, "outside-scope");
    EXPECT_FALSE(receipt.conflict) << "what it may not see is not told, either";
    EXPECT_EQ(push_as_kiel(item).verdict, Verdict::rejected);
  }
  Held all;
  absorb(all, pull(cursor, 1000, "Bremen").page);
  EXPECT_EQ(shown(all), "Shipment shp_1{\"port\":\"NLRTM\"}\n");
}

// The receipt of a conflict has values; what its entry wrote to is not known any more.
TEST_P(ScopeContract, ReceiptsOfOtherDevicesAreNotToldToADeviceWithAScope) {
  ASSERT_EQ(push_one(hamburg.create(shipment, {{"port", "NLRTM"}})).verdict, Verdict::applied);
  const Item item = new_york.create(shipment, {{"port", "USNYC"}});
  ASSERT_EQ(push_one(item).verdict, Verdict::conflict);
  EXPECT_EQ(ledger->request(acme.tenant, kiel, item.id).value(), std::nullopt);
  EXPECT_TRUE(ledger->request(acme.tenant, "Bremen", item.id).value()) << "it holds everything";
  const Item own = Desk{"inc-kiel"}.create(other_shipment, {{"port", "USNYC"}});
  const Receipt refused = push_as_kiel(own);
  EXPECT_EQ(ledger->request(acme.tenant, kiel, own.id).value(), refused);
  const Item copied = Desk{"inc-kiel-2"}.create(other_shipment, {{"port", "DEKEL"}});
  const Receipt applied = push_as_kiel(copied);
  EXPECT_EQ(ledger->request(acme.tenant, kiel, copied.id).value(), applied)
      << "of the device, whatever copy of its file sent it";
}

TEST_P(ScopeContract, ADeletedRowIsNotMadeAgainOutside) {
  Desk desk{"inc-kiel"};
  ASSERT_EQ(push_as_kiel(desk.create(shipment, {{"port", "DEHAM"}})).verdict, Verdict::applied);
  const Version made = ledger->head(acme.tenant).value();
  ASSERT_EQ(push_as_kiel(desk.remove(shipment, {{"port", "DEHAM"}}, made)).verdict,
            Verdict::applied);
  const Version gone = ledger->head(acme.tenant).value();
  EXPECT_EQ(push_as_kiel(desk.create(shipment, {{"port", "USNYC"}}, gone)).reason, "outside-scope");
  EXPECT_EQ(push_as_kiel(desk.create(shipment, {{"port", "DEKEL"}}, gone)).verdict,
            Verdict::applied);
}

TEST_P(ScopeContract, AGroupWithOneWriteOutsideIsRejectedWhole) {
  Desk desk{"inc-kiel"};
  const auto items = grouped({desk.create(shipment, {{"port", "DEHAM"}}),
                              desk.create(other_shipment, {{"port", "USNYC"}})});
  const auto answer = ledger->push(acme.tenant, kiel, request_of(items, cursor), noon);
  const auto& verdicts = answer.value().verdicts;
  EXPECT_EQ(verdicts[0].verdict, Verdict::conflict);
  EXPECT_EQ(verdicts[0].reason, "group");
  EXPECT_EQ(verdicts[0].conflict->at("culprit"), json::value(items[1].id));
  EXPECT_EQ(verdicts[1].verdict, Verdict::rejected);
  EXPECT_EQ(verdicts[1].reason, "outside-scope");
  EXPECT_TRUE(snapshot(10).empty());
}

TEST_P(ScopeContract, AGroupThatFailsTellsNothingOfItsMatesOutside) {
  push({hamburg.create(shipment, {{"port", "DEHAM"}}),
        hamburg.create(other_shipment, {{"port", "USNYC"}})},
       cursor);
  Desk desk{"inc-kiel"};
  const auto items = grouped({desk.create(shipment, {{"port", "DEHAM"}}),
                              desk.create(other_shipment, {{"port", "DEHAM"}})});
  const auto answer = ledger->push(acme.tenant, kiel, request_of(items, cursor), noon);
  const auto& verdicts = answer.value().verdicts;
  EXPECT_EQ(verdicts[0].verdict, Verdict::conflict);
  EXPECT_EQ(verdicts[1].reason, "outside-scope");
  EXPECT_FALSE(verdicts[1].conflict);
}

TEST_P(ScopeContract, ItsOwnRowsMayBeHandedOver) {
  Desk desk{"inc-kiel"};
  ASSERT_EQ(push_as_kiel(desk.create(shipment, {{"port", "DEHAM"}})).verdict, Verdict::applied);
  const Page made = pull(cursor, 10, kiel).page;
  ASSERT_EQ(made.rows.size(), 1u);
  const Item over = desk.update(shipment, {{"port", "DEHAM"}}, {{"port", "USNYC"}}, made.to);
  ASSERT_EQ(push_as_kiel(over).verdict, Verdict::applied);
  const Page page = pull(made.to, 10, kiel).page;
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_TRUE(page.rows[0].deleted);
  EXPECT_EQ(page.receipts.size(), 1u);
}

TEST_P(ScopeContract, AChangedScopeMakesADeviceTakeEverythingAnew) {
  push({hamburg.create(shipment, {{"port", "NLRTM"}})}, cursor);
  const Version before = ledger->head(acme.tenant).value();
  hold(ports);
  EXPECT_EQ(ledger->head(acme.tenant).value(), before) << "nothing has changed";
  hold(R"({"Shipment": {"port": ["NLRTM"]}})");
  EXPECT_EQ(ledger->changes(acme.tenant, kiel, before, 10).error().type, "horizon-passed");
  EXPECT_EQ(ledger->push(acme.tenant, kiel, request_of({}, before), noon).error().type,
            "horizon-passed");
  SnapshotRequest request;
  request.at = before;
  EXPECT_EQ(ledger->snapshot(acme.tenant, kiel, request, noon).error().type, "horizon-passed");
  EXPECT_TRUE(ledger->changes(acme.tenant, "Bremen", before, 10)) << "others go on";
  EXPECT_EQ(snapshot(10).size(), 1u);
  EXPECT_TRUE(ledger->changes(acme.tenant, kiel, ledger->head(acme.tenant).value(), 10));
  const Version narrow = ledger->head(acme.tenant).value();
  ASSERT_TRUE(ledger->set_scope("acme", kiel, RowScope{}, noon));
  EXPECT_EQ(ledger->changes(acme.tenant, kiel, narrow, 10).error().type, "horizon-passed")
      << "also where it may hold everything again";
  const TokenOwner owner = ledger->find_token(token_hash("acme/Kiel")).value().value();
  EXPECT_TRUE(ledger->find_again(owner.tenant, {owner}).value().at(0)->holds_everything());
  EXPECT_EQ(ledger->set_scope("acme", "Nowhere", RowScope{}, noon).error().type, "unknown-device");
}

}  // namespace slipway::cloud::test
