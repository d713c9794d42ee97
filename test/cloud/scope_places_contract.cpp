// What a device with a scope is told beside rows — where a page ends, how far a pull is, what
// stands in a conflict's way — names no row outside, and it cannot find one by trying; for every
// ledger.
#include <set>

#include "cloud/limits.h"
#include "model/canonical_json.h"
#include "scope_contract.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};
constexpr const char* kiel = "Kiel";

EntityKey numbered(const char* type, int number) {
  return {type, std::to_string(number)};
}

}  // namespace

// Of Shipments 10 to 59 Kiel holds 20, 30 and 45, and all of the Customers after them.
void ScopePlaces::SetUp() {
  ScopeContract::SetUp();
  std::vector<Item> items;
  for (int i = 10; i < 60; ++i) {
    const bool is_held = i == 20 || i == 30 || i == 45;
    items.push_back(hamburg.create(numbered("Shipment", i), {{"port", is_held ? "DEHAM" : "X"}}));
  }
  items.push_back(hamburg.create(numbered("Customer", 1), {{"port", "X"}}));
  push(items, cursor);
  seen = ledger->head(acme.tenant).value();
}

SnapshotRequest ScopePlaces::asking(std::int64_t limit) {
  return {"", std::nullopt, std::nullopt, {"Shipment"}, std::nullopt, 0, limit};
}

SnapshotPage ScopePlaces::page(const SnapshotRequest& request) {
  const auto part = ledger->snapshot(acme.tenant, kiel, request, noon).value();
  return snapshot_page_from_json(parse_json_object(snapshot_text(part, request), "a page").value())
      .value();
}

TEST_P(ScopePlaces, AFullPullNamesNoRowOutside) {
  for (const std::int64_t limit : {1, 2, 3, 7, 1000}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    SnapshotRequest request = asking(limit);
    std::vector<std::string> rows;
    std::int64_t passed = 0;
    for (int pages = 0;; ++pages) {
      ASSERT_LT(pages, 60);
      const SnapshotPage got = page(request);
      ASSERT_LE(std::int64_t(got.rows.size()), limit);
      for (const PageRow& row : got.rows) rows.push_back(row.entity.id);
      passed += got.passed;
      request.at = got.at;
      if (!got.next) break;
      if (got.next->row) {
        const std::string& id = got.next->row->id;
        EXPECT_TRUE(got.next->walked);
        EXPECT_TRUE(rows.empty() ? id == std::string(1, '\0') : id == rows.back()) << id;
      }
      ASSERT_NE(got.next, request.after) << "no way forward";
      request.after = got.next;
    }
    EXPECT_EQ(rows, (std::vector<std::string>{"20", "30", "45", "1"}));
    EXPECT_EQ(passed, 51) << "for people";
  }
}

// A device of the version before, or one that forgot: it takes longer.
TEST_P(ScopePlaces, WithoutWhatOnlyTheCloudCanReadAFullPullGoesOnToo) {
  for (const std::int64_t limit : {1, 2, 7}) {
    SnapshotRequest request = asking(limit);
    std::vector<std::string> rows;
    for (int pages = 0;; ++pages) {
      ASSERT_LT(pages, 8) << "each page but the first has a row, or is the last";
      const SnapshotPage got = page(request);
      for (const PageRow& row : got.rows) rows.push_back(row.entity.id);
      request.at = got.at;
      if (!got.next) break;
      request.after = got.next;
      request.after->walked.reset();
    }
    EXPECT_EQ(rows, (std::vector<std::string>{"20", "30", "45", "1"})) << "limit " << limit;
  }
}

// Whichever place it makes up: what it is told depends on the rows that it knows, and on how many
// others lie between these.
TEST_P(ScopePlaces, NobodyFindsRowsOutsideByTryingOnePlaceAfterTheOther) {
  for (const std::int64_t limit : {1, 2, 3, 20}) {
    std::set<std::string> pulled, listed;
    for (int from = 30; from < 45; ++from) {
      SnapshotRequest request = asking(limit);
      request.at = seen;
      request.after = SnapshotPlace{numbered("Shipment", from), 0};
      const SnapshotPage got = page(request);
      const bool more = got.next && got.next->row;
      pulled.insert(std::to_string(got.rows.size()) + " " + got.rows.at(0).entity.id + " " +
                    std::to_string(got.passed) +
                    (more ? " " + got.next->row->id + " " + *got.next->walked : ""));
      const auto list =
          ledger->rows(acme.tenant, kiel, "Shipment", {std::to_string(from)}, limit).value();
      EXPECT_TRUE(list.next ? list.next->walked : limit == 20);
      listed.insert(list.rows + (list.next ? list.next->id : ""));
    }
    EXPECT_EQ(pulled.size(), 1u) << "limit " << limit << ": " << *pulled.begin();
    EXPECT_EQ(listed.size(), 1u) << "limit " << limit << ": " << *listed.begin();
  }
}

TEST_P(ScopePlaces, AListGoesOnWhereItWasAndSaysWhichOfItsPlacesAreToBeSealed) {
  for (const std::int64_t limit : {1, 2, 7, 1000}) {
    std::string rows;
    ListPlace after;
    for (int pages = 0;; ++pages) {
      ASSERT_LT(pages, 60);
      const auto part = ledger->rows(acme.tenant, kiel, "Shipment", after, limit).value();
      const json::value list = parse_json(part.rows, "rows").value();
      for (const json::value& row : list.as_array())
        rows += std::string(row.at("entityId").as_string()) + " ";
      if (!part.next) break;
      EXPECT_TRUE(part.next->walked);
      ASSERT_GT(part.next->id, after.id);
      after = *part.next;
    }
    EXPECT_EQ(rows, "20 30 45 ");
    EXPECT_FALSE(ledger->rows(acme.tenant, "Bremen", "Shipment", {}, 3).value().next->walked);
  }
}

// They are read in runs that end at so many bytes.
TEST_P(ScopePlaces, LargeRowsOutsideAreGoneThrough) {
  const std::string large(std::size_t(page_bytes_max) / 3, 'x');
  for (int i = 60; i < 67; ++i)
    push({hamburg.create(numbered("Shipment", i), {{"port", "X"}, {"note", large}})}, seen);
  push({hamburg.create(numbered("Shipment", 67), {{"port", "DEHAM"}})}, seen);
  const auto list = ledger->rows(acme.tenant, kiel, "Shipment", {"45"}, 10).value();
  EXPECT_NE(list.rows.find("\"67\""), std::string::npos) << list.rows;
  SnapshotRequest request = asking(10);
  request.at = ledger->head(acme.tenant).value();
  request.after = SnapshotPlace{numbered("Shipment", 45), 0};
  EXPECT_EQ(page(request).rows.at(0).entity.id, "67");
}

TEST_P(ScopePlaces, MoreRowsOutsideThanOneReadTakesAreGoneThrough) {
  std::vector<Item> items;
  const std::int64_t many = 2 * entity_rows_max + 5;
  for (std::int64_t i = 0; i < many; ++i) {
    items.push_back(hamburg.create({"Shipment", "6" + std::to_string(10'000 + i)},
                                   {{"port", i + 1 < many ? "X" : "DEHAM"}}));
    if (items.size() == 500 || i + 1 == many) push(std::exchange(items, {}), seen);
  }
  const auto list = ledger->rows(acme.tenant, kiel, "Shipment", {"45"}, 3).value();
  EXPECT_NE(list.rows.find("612004"), std::string::npos) << list.rows;
  SnapshotRequest request = asking(3);
  request.at = ledger->head(acme.tenant).value();
  request.after = SnapshotPlace{numbered("Shipment", 45), 0};
  EXPECT_EQ(page(request).rows.at(0).entity.id, "612004");
}

TEST_P(ScopePlaces, WhatStandsInTheWayOutsideIsNotNamed) {
  const std::vector<Reference> references{{"Shipment", {"customerId"}, "Customer"}};
  push({hamburg.create({"Shipment", "secret"}, {{"port", "X"}, {"customerId", "1"}})}, seen,
       references);
  seen = ledger->head(acme.tenant).value();
  Desk desk{"inc-kiel"};
  const auto pushed = [&](const Item& item) {
    return ledger->push(acme.tenant, kiel, request_of({item}, cursor, references), noon)
        .value()
        .verdicts.at(0);
  };
  const Receipt hidden = pushed(desk.remove(numbered("Customer", 1), {{"port", "X"}}, seen));
  EXPECT_EQ(hidden.reason, "has-children");
  EXPECT_FALSE(hidden.conflict->contains("because"));
  EXPECT_TRUE(hidden.conflict->at("who").is_null() && hidden.conflict->at("when").is_null());
  EXPECT_EQ(json_text(to_json(hidden)).find("secret"), std::string::npos);
  EXPECT_EQ(hidden.message,
            "Customer 1 cannot be deleted: a row that this device is not told of still refers to "
            "it");
  // To what is missing the entry refers itself; who deleted it out there is not told.
  const Version made = ledger->head(acme.tenant).value();
  push({hamburg.remove({"Shipment", "secret"}, {{"port", "X"}, {"customerId", "1"}}, made)}, made);
  const std::vector<Reference> back{{"Customer", {"shipmentId"}, "Shipment"}};
  const auto missing =
      ledger
          ->push(acme.tenant, kiel,
                 request_of({desk.create(numbered("Customer", 2), {{"shipmentId", "secret"}})},
                            cursor, back),
                 noon)
          .value()
          .verdicts.at(0);
  EXPECT_EQ(missing.reason, "reference-missing");
  EXPECT_EQ(missing.conflict->at("because").at("entityId"), "secret");
  EXPECT_TRUE(missing.conflict->at("who").is_null());
  // A row inside of it is named.
  const Version now = ledger->head(acme.tenant).value();
  push({hamburg.create({"Shipment", "own"}, {{"port", "DEHAM"}, {"customerId", "1"}})}, now,
       references);
  const Receipt own = pushed(desk.remove(numbered("Customer", 1), {{"port", "X"}}, seen));
  EXPECT_EQ(own.conflict->at("because").at("entityId"), "own");
  EXPECT_EQ(own.conflict->at("who"), "Hamburg");
}

TEST_P(ScopePlaces, AllNodesSealPlacesWithOneKeyAndKeepIt) {
  const std::string key = ledger->seal_key().value();
  EXPECT_EQ(key.size(), 64u);
  EXPECT_EQ(ledger->seal_key().value(), key);
  EXPECT_EQ(storage->open(random)->seal_key().value(), key);
  reopen();
  EXPECT_EQ(ledger->seal_key().value(), key);
}

}  // namespace slipway::cloud::test
