// Settled and closed entries are kept until every backup of the cloud's contains their receipts;
// and what the device makes of "judged long ago".
#include "device.h"

namespace slipway::store {
namespace {

class Archive : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }
  EntryId settled(const std::string& id) {
    const EntryId entry = desk.create_parent(id);
    desk.settle_all();
    return entry;
  }
  void say_safe(std::optional<Version> safe) {
    const Version cursor = desk.cursor();
    ASSERT_TRUE(desk->pull_request("exchange", 1000));
    ASSERT_TRUE(
        desk->absorb_page({"exchange", cursor, {cursor, cursor, {}, {}}, safe}, desk.now()));
  }
  bool purge() { return desk->purge_archive(desk.now()).value(); }
  std::string kept() {
    return desk.one(
        "SELECT ifnull(group_concat(id), '') FROM (SELECT id FROM SyncQueue ORDER BY id)");
  }
  Device desk;
};

TEST_F(Archive, IsKeptForGoodWhereNothingIsKnownToBeSafe) {
  settled("p1");
  EXPECT_FALSE(purge());
  say_safe({});
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "1");
}

TEST_F(Archive, GoesUpToTheSafePointWithItsAttempts) {
  settled("p1");
  settled("p2");
  settled("p3");
  say_safe(desk.version(2));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "3");
  EXPECT_EQ(desk.one("SELECT group_concat(entryId) FROM SyncAttempt"), "3");
  say_safe(desk.version(3));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "");
  EXPECT_EQ(desk.entry(desk.create_parent("p4")).body.number, 4);
}

TEST_F(Archive, StaysWhenTheCloudTakesItsWordBack) {
  settled("p1");
  say_safe(desk.version(1));
  say_safe({});
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "1");
}

TEST_F(Archive, NeverLosesWhatIsOpenOrOwesAVoid) {
  settled("p1");
  const EntryId parked = desk.update_parent("p1", "mine");
  desk.push();
  const Page page = desk.page({}, {receipt(desk.entry(parked), Verdict::conflict, "changed")});
  desk.finish(page.receipts, page);
  const EntryId dropped = desk.create_parent("p2");
  ASSERT_TRUE(desk.discard(dropped));
  say_safe(desk.version(9));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), std::to_string(parked) + "," + std::to_string(dropped));
}

// Offered again to a restored cloud, it names what it took the place of.
TEST_F(Archive, WhatWasReplacedStaysAsLongAsWhatTookItsPlace) {
  settled("p1");
  const EntryId parked = desk.update_parent("p1", "mine");
  desk.push();
  const Page page = desk.page({}, {receipt(desk.entry(parked), Verdict::conflict, "changed")});
  desk.finish(page.receipts, page);
  const auto retried = desk.decide(wish::Retry{parked});
  ASSERT_TRUE(retried);
  const EntryId again = retried->appended.front().id;
  desk.settle_all();
  ASSERT_EQ(desk.status(again), Status::success);
  say_safe(desk.version(2));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), std::to_string(parked) + "," + std::to_string(again));
  say_safe(desk.version(3));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "");
}

TEST_F(Archive, TheNewestEntriesStayForPeople) {
  desk.archive_kept = 2;
  desk.open();
  for (const char* id : {"p1", "p2", "p3", "p4"}) settled(id);
  say_safe(desk.cursor());
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "3,4");
}

TEST_F(Archive, IsNotPurgedBeyondTheCursor) {
  settled("p1");
  const EntryId id = desk.create_parent("p2");
  desk.push();
  Receipt applied = receipt(desk.entry(id), Verdict::applied);
  applied.seq = 5;  // of a page that is still to come
  desk.finish({applied}, std::nullopt);
  say_safe(desk.version(7));
  EXPECT_FALSE(purge());
  EXPECT_EQ(kept(), "2");
}

class JudgedLongAgo : public testing::Test {
 protected:
  void SetUp() override {
    desk.meet();
    ASSERT_TRUE(desk.absorb(
        desk.page({row("Parent", "p1", R"({"id":"p1","name":"a","code":null,"amount":7})")})));
  }
  PushOutcome expired(EntryId id, std::optional<Page> page = {}) {
    Receipt verdict = receipt(desk.entry(id), Verdict::expired);
    verdict.seq = 0;
    if (!page) page = Page{desk.cursor(), desk.cursor(), {}, {}};
    return desk.finish({verdict}, page);
  }
  Device desk;
};

TEST_F(JudgedLongAgo, IsSettledWhereTheRowShowsWhatWasWritten) {
  const EntryId id = desk.update_parent("p1", "b");
  desk.push();
  Page page = desk.page({row("Parent", "p1", R"({"id":"p1","name":"b","code":null,"amount":7})")});
  expired(id, page);
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_EQ(desk.entry(id).receipt->at("verdict"), "expired");
  EXPECT_EQ(desk.entry(id).receipt_seq, page.to.seq);
}

TEST_F(JudgedLongAgo, IsParkedWhereItDoesNot) {
  const EntryId id = desk.update_parent("p1", "b");
  desk.push();
  expired(id);
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_NE(desk.entry(id).error_message->find("outcome is unknown"), std::string::npos);
  EXPECT_EQ(desk.entry(id).error_message->find("retry"), std::string::npos)
      << "which would be answered the same each time";
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "b") << "a parked entry stays in the view";
  EXPECT_FALSE(desk.push()) << "it must not be sent again";
}

TEST_F(JudgedLongAgo, WaitsForTheNewestState) {
  const EntryId id = desk.update_parent("p1", "b");
  desk.push();
  Receipt verdict = receipt(desk.entry(id), Verdict::expired);
  const PushOutcome outcome = desk.finish({verdict}, std::nullopt);  // the page was too large
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(outcome.unsettled, std::vector{id});
}

TEST_F(JudgedLongAgo, ADeleteIsShownByTheRowsAbsence) {
  const EntryId id = desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT"));
  desk.push();
  expired(
      id,
      desk.page({deleted_row("Parent", "p1", R"({"id":"p1","name":"a","code":null,"amount":7})")}));
  EXPECT_EQ(desk.status(id), Status::success);
}

TEST_F(JudgedLongAgo, AVoidIsAnsweredAndThePersonIsTold) {
  const EntryId id = desk.update_parent("p1", "b");
  ASSERT_TRUE(desk.discard(id));
  desk.push();
  expired(id);
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.entry(id).void_state, "done");
  EXPECT_NE(desk.entry(id).error_message->find("outcome is unknown"), std::string::npos);
}

TEST_F(JudgedLongAgo, IsOpenAgainWhenTheCloudIsRestoredToBefore) {
  const EntryId id = desk.update_parent("p1", "b");
  desk.push();
  expired(id);
  ASSERT_EQ(desk.status(id), Status::error);
  const auto request = desk->history_request("exchange", 100);
  ASSERT_TRUE(desk->absorb_history({"exchange", desk.version(0), desk.version(0)}, desk.now()));
  EXPECT_EQ(desk.status(id), Status::pending);
}

}  // namespace
}  // namespace slipway::store
