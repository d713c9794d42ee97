// A page of a full pull reads back as it was written; one that cannot be true is refused whole.
#include "model/snapshot.h"

#include <gtest/gtest.h>

#include "model/canonical_json.h"

namespace slipway {
namespace {

const Version at{7, "00000000000000aa"}, head{9, "00000000000000bb"};

SnapshotPage example_page() {
  return {"ex",
          at,
          head,
          SnapshotPlace{EntityKey{"Shipment", "s1"}, 0},
          SnapshotPlace{std::nullopt, 5},
          {{{"Shipment", "s2"}, {5, "00000000000000ab"}, false, json::object{{"id", "s2"}}}},
          {{"id-1", Verdict::applied, 5, "", "", std::nullopt}},
          2,
          2};
}

Result<SnapshotPage> read(const json::object& page) {
  return snapshot_page_from_json(parse_json_object(json_text(page), "a page").value());
}

TEST(Snapshot, APageReadsBackAsItWasWritten) {
  for (bool last : {false, true}) {
    SnapshotPage page = example_page();
    if (last) page.next.reset();
    page.after->walked = "~sealed";
    const auto again = read(to_json(page));
    ASSERT_TRUE(again);
    EXPECT_EQ(canonical_json(to_json(*again)), canonical_json(to_json(page)));
    EXPECT_EQ(again->next, page.next);
    EXPECT_EQ(again->after, page.after);
  }
}

TEST(Snapshot, APageWithoutOneOfItsMembersIsRefused) {
  const json::object whole = to_json(example_page());
  for (const auto& member : whole) {
    json::object page = whole;
    page.erase(member.key());
    EXPECT_FALSE(read(page)) << member.key() << ": without `next` it would pass for the last one";
    page[member.key()] = "garbled";
    EXPECT_EQ(read(page).has_value(), member.key() == "exchange") << member.key();
  }
}

TEST(Snapshot, APageThatCannotBeTrueIsRefused) {
  const auto reads = [](auto change) {
    SnapshotPage page = example_page();
    change(page);
    return read(to_json(page)).has_value();
  };
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.rows[0].deleted = true; })) << "what exists, only";
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.rows[0].values.reset(); }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.rows[0].version.seq = at.seq + 1; }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.receipts[0].verdict = Verdict::blocked; }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.receipts[0].seq = at.seq + 1; }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.passed = -1; }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.total = -1; }));
  EXPECT_TRUE(reads([](SnapshotPage& p) { p.passed = p.total = json_integer_max; }));
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.passed = json_integer_max + 1; })) << "they are added";
  EXPECT_FALSE(reads([](SnapshotPage& p) { p.total = json_integer_max + 1; }));
}

TEST(Snapshot, APlaceThatNamesNothingIsRefused) {
  const auto reads = [](const char* text) {
    return snapshot_place_from_json(parse_json(text, "a place").value()).has_value();
  };
  EXPECT_TRUE(reads(R"({"entityType":"A","entityId":"1"})"));
  EXPECT_TRUE(reads(R"({"entityType":"A","entityId":"1","walked":"~x"})"));
  EXPECT_TRUE(reads(R"({"receipts":0})"));
  for (const char* text :
       {"7", "{}", R"({"entityType":"A"})", R"({"entityId":"1"})",
        R"({"entityType":"","entityId":"1"})", R"({"entityType":"A","entityId":""})",
        R"({"entityType":"A","entityId":"1","walked":""})",
        R"({"entityType":"A","entityId":"1","walked":7})", R"({"receipts":-1})",
        R"({"receipts":"3"})", R"({"receipts":9007199254740993})"})
    EXPECT_FALSE(reads(text)) << text;
}

TEST(Snapshot, TypesThatAreNotNamedComeLastByName) {
  const TypeOrder order({"Quote", "Invoice"});
  EXPECT_TRUE(order.before("Quote", "Invoice"));
  EXPECT_FALSE(order.before("Invoice", "Quote"));
  EXPECT_TRUE(order.before("Invoice", "Ant"));
  EXPECT_TRUE(order.before("Ant", "Bee"));
  EXPECT_FALSE(order.before("Bee", "Ant"));
  EXPECT_FALSE(order.before("Quote", "Quote"));
}

}  // namespace
}  // namespace slipway
