// Only the feed settles. Anything else in an answer means "wait".
#include "device.h"

namespace slipway::store {
namespace {

class Settle : public testing::Test {
 protected:
  void SetUp() override {
    desk.meet();
    id = desk.create_parent("p1");
    request = desk.push();
  }
  Receipt verdict(Verdict verdict, std::string reason = {}) {
    return receipt(desk.entry(id), verdict, std::move(reason));
  }
  PushOutcome answer(Receipt one, std::vector<PageRow> rows = {}) {
    const Page page = desk.page(std::move(rows), {std::move(one)});
    return desk.finish(page.receipts, page);
  }
  Device desk;
  EntryId id = 0;
  std::optional<PushRequest> request;
};

TEST_F(Settle, AppliedAndMergedBecomeSuccessWithTheirReceipt) {
  const PushOutcome outcome =
      answer(verdict(Verdict::merged),
             {row("Parent", "p1", R"({"id":"p1","name":"merged","code":null,"amount":1})")});
  EXPECT_TRUE(outcome.page_absorbed);
  EXPECT_FALSE(outcome.more);
  EXPECT_EQ(outcome.settled, std::vector{id});
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_EQ(desk.entry(id).receipt_seq, 1);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "merged");
  EXPECT_EQ(desk->counts()->of(Status::success), 1);
}

TEST_F(Settle, AConflictParksTheEntryAndItStaysInTheView) {
  Receipt conflict = verdict(Verdict::conflict, "already-exists");
  conflict.conflict = object(R"({"reason":"already-exists","server":{"name":"theirs"}})");
  answer(conflict, {row("Parent", "p1", R"({"id":"p1","name":"theirs","code":null,"amount":1})")});
  EXPECT_EQ(desk.status(id), Status::conflict);
  EXPECT_EQ(json::value(*desk.entry(id).conflict), json::value(*conflict.conflict));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "p");
  EXPECT_EQ(desk->row({"Parent", "p1"}).value()->state, "needs-you");
}

TEST_F(Settle, ARejectionParksTheEntryAsAnError) {
  answer(verdict(Verdict::rejected, "forbidden"));
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_EQ(desk.entry(id).error_message, "The cloud refused this entry: forbidden");
}

TEST_F(Settle, AVoidedEntryLeavesTheViewByThePublishedEdges) {
  answer(verdict(Verdict::voided));
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "0");
}

TEST_F(Settle, WhatAnotherCopyOfTheFileClosedSaysSo) {
  answer(verdict(Verdict::voided));
  const std::string told = desk.entry(id).error_message.value_or("");
  EXPECT_TRUE(told.starts_with("Another copy of this database discarded this entry")) << told;
}

TEST_F(Settle, VerdictsThatAreNotFinalMissingRepeatedOrStrangeMeanNothing) {
  const EntryId other = desk.create_parent("p2");  // not in this push
  const std::vector<std::vector<Receipt>> answers = {
      {},
      {verdict(Verdict::blocked)},
      {verdict(Verdict::deferred)},
      {{"no-such-id", Verdict::applied, 0, {}, {}, std::nullopt}},
      {verdict(Verdict::applied), verdict(Verdict::rejected, "twice")},
      {receipt(desk.entry(other), Verdict::rejected, "never asked")}};
  for (std::vector<Receipt> verdicts : answers) {
    for (Receipt& one : verdicts) one.seq = is_final(one.verdict) ? 1 : 0;
    const Page page = desk.page({});
    const PushOutcome outcome = desk.finish(std::move(verdicts), page);
    EXPECT_TRUE(outcome.settled.empty());
    EXPECT_EQ(outcome.unsettled, std::vector{id});
    EXPECT_EQ(desk.status(id), Status::pending);
    EXPECT_EQ(desk.status(other), Status::pending);
    desk.push({other});
  }
}

TEST_F(Settle, AVerdictBeyondTheCursorWaitsForThePage) {
  Receipt applied = verdict(Verdict::applied);
  applied.seq = 3;
  const PushOutcome outcome = desk.finish({applied}, std::nullopt);
  EXPECT_TRUE(outcome.more);
  EXPECT_EQ(desk.status(id), Status::pending);
  PageRow own;
  own.entity = {"Parent", "p1"};
  desk.absorb(desk.page({own}, {applied}));
  EXPECT_EQ(desk.status(id), Status::success);
}

TEST_F(Settle, AVerdictThatTheCursorHasPassedCounts) {
  for (int i = 0; i < 3; ++i) desk.absorb(desk.page({}));
  Receipt applied = verdict(Verdict::applied);
  applied.seq = 3;
  EXPECT_EQ(desk.finish({applied}, std::nullopt).settled, std::vector{id});
  EXPECT_EQ(desk.status(id), Status::success);
}

TEST_F(Settle, APageThatIsNotAtTheCursorIsDroppedAndTheEntryWaits) {
  const Page late = desk.page({}, {verdict(Verdict::applied)});
  desk.absorb(desk.page({row("Parent", "p9", R"({"id":"p9","name":"x","code":null,"amount":1})")}));
  Page wrong = late;
  wrong.to = desk.version(2);
  Receipt beyond = late.receipts[0];
  beyond.seq = 2;
  const PushOutcome outcome = desk.finish({beyond}, wrong);
  EXPECT_FALSE(outcome.page_absorbed);
  EXPECT_TRUE(outcome.more);
  EXPECT_EQ(desk.status(id), Status::pending);
}

TEST_F(Settle, AnAnswerLostIsSentAgainUnderTheSameId) {
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "time-out", 0, {}}, 1, desk.now()));
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_TRUE(desk.entry(id).sent_at);
  const auto again = desk.push();
  EXPECT_EQ(again->items[0].id, request->items[0].id);
  EXPECT_EQ(desk.entry(id).attempts, 2);
  EXPECT_EQ(desk.one("SELECT group_concat(outcome) FROM SyncAttempt"), "unreachable");
}

TEST_F(Settle, OnlyFaultsOfTheEntryItselfParkItAndOnlyAlone) {
  ASSERT_TRUE(desk->fail_push({FailureClass::server_error, "500", 500, {}}, 1, desk.now()));
  EXPECT_EQ(desk.status(id), Status::pending);
  desk.create_parent("p2");
  desk.push();
  EXPECT_EQ(desk->fail_push({FailureClass::invalid, "400", 400, {}}, 1, desk.now())->units, 2u);
  EXPECT_EQ(desk.status(id), Status::pending);
  desk.push({}, {1, 500, 1 << 20});
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "bad", 400, {}}, 3, desk.now()));
  EXPECT_EQ(desk.status(id), Status::pending);  // the second of three
  desk.push({}, {1, 500, 1 << 20});
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "bad", 400, {}}, 3, desk.now()));
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_EQ(desk.entry(id).error_message, "bad");
}

TEST_F(Settle, AReceiptAfterALocalRefusalSettlesTheEntry) {
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "captive", 400, {}}, 1, desk.now()));
  EXPECT_EQ(desk.status(id), Status::error);
  PageRow own;
  own.entity = {"Parent", "p1"};
  desk.absorb(desk.page({own}, {verdict(Verdict::applied)}));
  EXPECT_EQ(desk.status(id), Status::success);
}

TEST_F(Settle, ExpiredParksAnEntryAndAnswersAVoid) {
  Receipt expired = verdict(Verdict::expired);
  EXPECT_EQ(desk.finish({expired}, desk.page({})).settled, std::vector{id});
  EXPECT_EQ(desk.status(id), Status::error);
  ASSERT_TRUE(desk.discard(id));
  const auto voids = desk.push();
  ASSERT_EQ(voids->items.size(), 1u);
  desk.finish({expired}, desk.page({}));
  EXPECT_EQ(desk.entry(id).void_state, "done");
  EXPECT_FALSE(desk.push());
}

TEST_F(Settle, ADiscardThatCameTooLateSaysSo) {
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(desk.status(id), Status::discarding);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "1");
  PageRow own;
  own.entity = {"Parent", "p1"};
  answer(verdict(Verdict::applied), {own});
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_TRUE(desk.entry(id).error_message->starts_with("The discard came too late"));
  EXPECT_FALSE(desk.push());  // no void is owed any more
}

TEST_F(Settle, OneReceiptIsNotAppliedTwice) {
  answer(verdict(Verdict::conflict, "x"));
  const Entry before = desk.entry(id);
  desk.absorb(desk.page({}, {verdict(Verdict::conflict, "y")}));
  EXPECT_EQ(desk.entry(id).receipt, before.receipt);
  EXPECT_EQ(desk.entry(id).conflict, before.conflict);
}

TEST(Cloud, AnotherThanBeforeIsNotTalkedTo) {
  Device desk;
  desk.meet();
  desk.meet();
  Capabilities other;
  other.origin = {0, std::string(16, 'f')};
  const auto met = desk->meet_cloud(other, desk.now());
  ASSERT_FALSE(met);
  EXPECT_EQ(met.error().type, "other-cloud");
  EXPECT_EQ(desk.cursor(), desk.version(0));
}

class RowsFromBefore : public testing::Test {
 protected:
  void SetUp() override {
    desk.meet();
    desk.run("INSERT INTO Parent (id, name) VALUES ('p1', 'mine')");
  }
  std::string name() { return desk.one("SELECT name FROM Parent WHERE id = 'p1'"); }
  void told(const PageRow& row) { ASSERT_TRUE(desk.absorb(desk.page({row}))->page_absorbed); }

  Device desk;
};

TEST_F(RowsFromBefore, AreOfferedWhereTheCloudHasThemOtherwise) {
  told(row("Parent", "p1", R"({"id":"p1","name":"theirs","code":null,"amount":7})"));
  EXPECT_EQ(name(), "mine");
  EXPECT_EQ(desk.entry(1).body.op, Op::create);
  EXPECT_TRUE(desk.entry(1).body.base_versions.at("*").is_null()) << "it has seen nothing";
  EXPECT_EQ(desk.push()->items.size(), 1u);
}

TEST_F(RowsFromBefore, AreAdoptedWhereTheCloudHasThem) {
  told(row("Parent", "p1", R"({"id":"p1","name":"mine","code":null,"amount":7})"));
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "0");
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow"), "SAME");
}

TEST_F(RowsFromBefore, DoNotGoWithADeleteThatTheyHaveNothingToDoWith) {
  told(deleted_row("Parent", "p1", R"({"id":"p1","name":"theirs","code":null,"amount":7})"));
  EXPECT_EQ(name(), "mine");
  EXPECT_EQ(desk.entry(1).body.op, Op::create);
}

TEST_F(RowsFromBefore, StayWhenTheirOfferIsDiscarded) {
  ASSERT_EQ(desk->offer_existing_rows(desk.now()), 1u);
  ASSERT_TRUE(desk.discard(1));
  EXPECT_EQ(name(), "mine");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "0");
  EXPECT_EQ(desk->count_existing_rows(), 1) << "they can be offered again";
}

TEST_F(RowsFromBefore, StayWhenTheirOfferIsRefusedAndDiscarded) {
  ASSERT_EQ(desk->offer_existing_rows(desk.now()), 1u);
  desk.push();
  desk.finish({}, desk.page({}, {receipt(desk.entry(1), Verdict::rejected, "invalid")}));
  ASSERT_EQ(desk.status(1), Status::error);
  ASSERT_TRUE(desk.discard(1));
  EXPECT_EQ(name(), "mine");
}

// The cloud has never had it, so it has nothing to tell of a delete that it applies.
TEST_F(RowsFromBefore, ThatAreDeletedStayAway) {
  const EntryId deleted = desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT", "{}"));
  desk.push();
  desk.finish({}, desk.page({}, {receipt(desk.entry(deleted), Verdict::applied)}));
  EXPECT_EQ(desk.status(deleted), Status::success);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

// Its migration has filled a table of which the cloud had told before.
TEST_F(RowsFromBefore, OfATableThatIsNewAreNotOverwrittenEither) {
  told(row("Box", "b1", R"({"id":"b1","size":1})"));
  desk.run(
      "CREATE TABLE Box (id TEXT NOT NULL PRIMARY KEY, size INTEGER);"
      "INSERT INTO Box VALUES ('b1', 2)");
  desk.open();
  EXPECT_EQ(desk.one("SELECT size FROM Box"), "2");
  EXPECT_EQ(desk.entry(1).body.entity.type, "Box");
}

}  // namespace
}  // namespace slipway::store
