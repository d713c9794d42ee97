// What people look for in the queue and in the rows, they find; and nothing else.
#include "store/listing.h"

#include "device.h"

namespace slipway::store {
namespace {

using Ids = std::vector<EntryId>;

class Listing : public testing::Test {
 protected:
  // Entry 1 is parked; 2 and 3 are held behind it; 4 stands alone.
  void SetUp() override {
    desk.meet();
    desk.create_parent("p1", "100% wool");
    desk.update_parent("p1", "second_thought");
    desk.create_child("c1", "p1");
    desk.create_parent("p2", R"(back\\slash)");
    desk.push({2, 3, 4});
    const Page page = desk.page({}, {receipt(desk.entry(1), Verdict::rejected, "invalid")});
    desk.finish(page.receipts, page);
    ASSERT_EQ(desk.status(1), Status::error);
  }
  Ids found(const QueueQuery& query) {
    Ids ids;
    const QueuePage page = desk->entries(query).value();
    for (const Entry& entry : page.entries) ids.push_back(entry.id);
    return ids;
  }
  Ids with_text(const char* text) {
    QueueQuery query;
    query.text = text;
    return found(query);
  }
  std::vector<std::string> rows(const RowQuery& query, const char* type = "Parent") {
    std::vector<std::string> ids;
    const RowPage page = desk->rows(type, query).value();
    for (const ListedRow& row : page.rows) ids.push_back(row.entity_id);
    return ids;
  }
  Device desk;
};

TEST_F(Listing, TheQueueIsFilteredByStatusAndEntity) {
  EXPECT_EQ(found({}), (Ids{4, 3, 2, 1}));
  EXPECT_EQ(found({.statuses = {Status::error, Status::conflict}}), (Ids{1}));
  EXPECT_EQ(found({.statuses = {Status::pending}, .entity_type = "Parent"}), (Ids{4, 2}));
  EXPECT_EQ(found({.entity_type = "Parent", .entity_id = "p1"}), (Ids{2, 1}));
}

TEST_F(Listing, WhatIsSearchedForIsMeantLiterally) {
  EXPECT_EQ(with_text("%"), (Ids{1}));
  EXPECT_EQ(with_text("second_"), (Ids{2}));
  EXPECT_EQ(with_text("second-"), (Ids{}));
  EXPECT_EQ(with_text("\\\\slash"), (Ids{4})) << "as JSON writes it";
  EXPECT_EQ(with_text("child"), (Ids{3}));
}

TEST_F(Listing, HeldEntriesAreTheirsBeneathTheirRoot) {
  EXPECT_EQ(found({.held = true}), (Ids{3, 2}));
  EXPECT_EQ(found({.held = false}), (Ids{4, 1}));
  EXPECT_EQ(found({.root = 1}), (Ids{3, 2}));
  EXPECT_EQ(found({.root = 4}), (Ids{}));
  const HeldEntries held = *desk->held();
  EXPECT_EQ(held.root_of(3), 1);
  EXPECT_EQ(held.root_of(4), std::nullopt);
  EXPECT_EQ(held.beneath(1), 2);
  EXPECT_EQ(held.beneath(4), 0);
}

TEST_F(Listing, PagesFollowEachOtherWithoutGapOrRepeat) {
  const auto first = desk->entries({.limit = 3});
  EXPECT_EQ(first->entries.size(), 3u);
  EXPECT_EQ(first->total, 4);
  ASSERT_EQ(first->next, 2);
  EXPECT_EQ(found({.limit = 3, .after = first->next}), (Ids{1}));
  EXPECT_EQ(found({.limit = 2, .offset = 1}), (Ids{3, 2}));
  EXPECT_EQ(desk->entries({.limit = 4})->next, std::nullopt);
}

TEST_F(Listing, AttemptsComeNewestFirstFromAPlaceOn) {
  const auto all = desk->attempts(std::nullopt, std::nullopt, 10);
  ASSERT_FALSE(all->empty());
  EXPECT_EQ(all->front().entry, 1);
  EXPECT_TRUE(desk->attempts(std::nullopt, all->back().id, 10)->empty());
  EXPECT_TRUE(desk->attempts(4, std::nullopt, 10)->empty());
}

TEST_F(Listing, WhyAnEntryWaitsIsTheNearestOneBeforeIt) {
  EXPECT_EQ((*desk->prerequisite_of(desk.entry(2)))->id, 1);
  EXPECT_EQ((*desk->prerequisite_of(desk.entry(3)))->id, 1);
  EXPECT_EQ(*desk->prerequisite_of(desk.entry(4)), std::nullopt);
}

TEST_F(Listing, RowsAreSearchedSortedAndComparedAsTheirColumnsStoreThem) {
  EXPECT_EQ(rows({}), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(rows({.search = "SECOND_"}), (std::vector<std::string>{"p1"}));
  EXPECT_EQ(rows({.search = ""}), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(rows({.sort = "name"}), (std::vector<std::string>{"p2", "p1"}));
  EXPECT_EQ(rows({.sort = "name", .descending = true}), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(rows({.equals = {{"amount", 7}}}), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(rows({.equals = {{"code", nullptr}, {"id", "p2"}}}), (std::vector<std::string>{"p2"}));
  EXPECT_EQ(rows({.equals = {{"amount", "many"}}}), std::vector<std::string>{});
}

TEST_F(Listing, ARowTellsWhatItWaitsFor) {
  EXPECT_EQ((*desk->row({"Parent", "p1"}))->state, "needs-you");
  EXPECT_EQ((*desk->row({"Parent", "p2"}))->state, "waiting");
  EXPECT_EQ((*desk->row({"Parent", "p2"}))->open_entries, (Ids{4}));
  EXPECT_EQ(*desk->row({"Parent", "p9"}), std::nullopt);
  desk.run("INSERT INTO Parent (id, name) VALUES ('p3', 'mine')");
  EXPECT_EQ((*desk->row({"Parent", "p3"}))->state, "local-only");
  EXPECT_EQ((*desk->row({"Child", "c1"}))->version, std::nullopt);
  ASSERT_TRUE(desk.absorb(desk.page({row("Parent", "p4", R"({"id":"p4","name":"n"})")})));
  EXPECT_EQ((*desk->row({"Parent", "p4"}))->state, "synced");
}

TEST(ListingWithoutText, NothingIsFoundInATableWithoutTexts) {
  Device desk(R"(CREATE TABLE "Count" ("id" INTEGER NOT NULL PRIMARY KEY, "n" INTEGER))");
  desk.run(R"(INSERT INTO "Count" VALUES (1, 2))");
  const auto found = desk->rows("Count", {.search = "2"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->total, 0);
  EXPECT_EQ(*desk->row({"Count", "no number"}), std::nullopt);
}

TEST_F(Listing, WhatIsAskedForMustExist) {
  EXPECT_EQ(desk->rows("Nope", {}).error().type, "unknown-type");
  EXPECT_EQ(desk->row({"Nope", "p1"}).error().type, "unknown-type");
  EXPECT_EQ(desk->shadow({"Nope", "p1"}, desk.now()).value(), std::nullopt);
  const auto chosen = desk->rows("Parent", {{{"nmae", "p"}}, {}, "", false, 10, 0});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().type, "unknown-field");
  EXPECT_EQ(chosen.error().field, "nmae");
  EXPECT_TRUE(chosen.error().hint.starts_with("Nothing was read. "));
  const auto sorted = desk->rows("Parent", {{}, {}, "nmae", false, 10, 0});
  EXPECT_EQ(sorted.error().field, "sort");
  EXPECT_EQ(desk->row({"Parent", "p9"}).value(), std::nullopt);
}

}  // namespace
}  // namespace slipway::store
