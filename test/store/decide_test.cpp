// What a person decides: discard or retry. Rows roll back to shadow + what is still open; nothing
// closed takes effect later.
#include "device.h"

namespace slipway::store {
namespace {

class Decide : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }
  void TearDown() override { EXPECT_TRUE(desk.query("PRAGMA foreign_key_check").empty()); }
  std::vector<EntryId> discard(EntryId id) {
    auto closed = desk.discard(id);
    EXPECT_TRUE(closed) << closed.error().message;
    std::vector<EntryId> ids;
    for (const Entry& entry : closed.value_or(Decided{}).closed) ids.push_back(entry.id);
    return ids;
  }
  void park(EntryId id, Verdict verdict = Verdict::conflict) {
    std::vector<Receipt> receipts;
    const auto request = desk.push();
    for (const PushItem& item : request->items)
      receipts.push_back({item.id, verdict, 0, "x", {}, std::nullopt});
    const Page page = desk.page({}, receipts);
    desk.finish(page.receipts, page);
    EXPECT_TRUE(is_parked(desk.status(id)));
  }
  std::string all_rows() {
    std::string text;
    for (const char* sql :
         {"SELECT * FROM Parent ORDER BY 1", "SELECT * FROM Child ORDER BY 1",
          "SELECT * FROM Grandchild ORDER BY 1", "SELECT id, status, voidState FROM SyncQueue",
          "SELECT * FROM SyncShadow ORDER BY 1, 2"}) {
      for (const TextRow& row : desk.query(sql)) {
        for (const std::string& column : row) text += column + "|";
      }
    }
    return text;
  }
  Device desk;
};

TEST_F(Decide, ADiscardOfWhatWasNeverSentLeavesTheViewAtOnceAndOwesAVoid) {
  const EntryId id = desk.create_parent("p1");
  EXPECT_EQ(discard(id), std::vector{id});
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.entry(id).void_state, "owed");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "0");
  desk.settle_all();
  EXPECT_EQ(desk.entry(id).void_state, "done");
  EXPECT_FALSE(desk.push());
}

TEST_F(Decide, ADiscardOfWhatWasSentStaysInTheViewUntilTheCloudAnswers) {
  const EntryId id = desk.create_parent("p1");
  desk.push();
  discard(id);
  EXPECT_EQ(desk.status(id), Status::discarding);
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "1");
  const auto refused =
      desk.try_write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"x"})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "being-discarded");
  EXPECT_EQ(desk.retry(id).error().type, "being-discarded");
  EXPECT_EQ(discard(id), std::vector{id});  // again changes nothing
  desk.settle_all();
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

TEST_F(Decide, ADiscardOfACreateTakesEverythingThatCannotLiveWithoutIt) {
  const EntryId parent = desk.create_parent("p1");
  const EntryId update = desk.update_parent("p1", "b");
  const EntryId child = desk.create_child("c1", "p1");
  const EntryId grandchild =
      desk.write(Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"childId":"c1"})"));
  const auto group =
      desk.write({Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"title":"x"})"),
                  Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"mate"})")});
  desk.create_parent("p3");
  const std::string before = all_rows();
  const auto preview = desk.preview(wish::Discard{parent, true});
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->closed.size(), 6u);
  EXPECT_EQ(preview->rows.size(), 4u);
  EXPECT_EQ(preview->dependants, (std::vector{update, child, grandchild, group[0], group[1]}));
  const auto refused = desk.decide(wish::Discard{parent});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "has-dependants");
  EXPECT_EQ(refused.error().entries, preview->dependants);
  EXPECT_EQ(all_rows(), before);
  EXPECT_EQ(discard(parent), (std::vector{parent, update, child, grandchild, group[0], group[1]}));
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "p3");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child") + desk.one("SELECT count(*) FROM Grandchild"),
            "00");
}

TEST_F(Decide, ADiscardRollsTheRowBackToShadowAndWhatIsStillOpen) {
  desk.absorb(
      desk.page({row("Parent", "p1", R"({"id":"p1","name":"cloud","code":"C","amount":1})")}));
  const EntryId first = desk.update_parent("p1", "first");
  desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":5})"));
  discard(first);
  EXPECT_EQ(desk.query("SELECT name, code, amount FROM Parent"),
            (std::vector<TextRow>{{"cloud", "C", "5"}}));
}

TEST_F(Decide, ADiscardedCascadeBringsEveryRowBack) {
  desk.create_parent("p1");
  desk.create_child("c1", "p1");
  desk.write(Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"childId":"c1"})"));
  desk.settle_all();
  const std::string before = all_rows();
  const auto ids = desk.write(std::vector{Device::mutation("Parent", "p1", "DELETE_PARENT")});
  EXPECT_EQ(discard(ids[1]), ids);
  desk.settle_all();
  EXPECT_EQ(desk.query("SELECT p.id, c.parentId, g.childId FROM Parent p, Child c, Grandchild g"),
            (std::vector<TextRow>{{"p1", "p1", "c1"}}));
  EXPECT_EQ(desk.one("SELECT group_concat(DISTINCT state) FROM SyncShadow"), "SAME");
}

TEST_F(Decide, WhatIsClosedCannotBeDiscardedOrRetriedAgain) {
  const EntryId id = desk.create_parent("p1");
  desk.settle_all();
  EXPECT_EQ(desk.discard(id).error().type, "already-closed");
  EXPECT_EQ(desk.retry(id).error().type, "already-closed");
  EXPECT_EQ(desk.discard(99).error().type, "unknown-entry");
  EXPECT_EQ(desk.retry(99).error().type, "unknown-entry");
}

TEST_F(Decide, ARetryTakesTheOldPlaceUnderANewIdAndVoidsTheOld) {
  const EntryId old = desk.create_parent("p1");
  ASSERT_TRUE(desk.push());
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "no", 400, {}}, 1, desk.now()));
  const EntryId later = desk.update_parent("p1", "later");
  const EntryId child = desk.create_child("c1", "p1");
  const auto retried = desk.retry(old);
  ASSERT_TRUE(retried);
  const Entry successor = retried->appended.front();
  EXPECT_EQ(successor.body.supersedes, desk.entry(old).client_request_id);
  EXPECT_EQ(successor.body.lane_position, old);
  EXPECT_EQ(successor.root_id, desk.entry(old).root_id);
  EXPECT_NE(successor.client_request_id, desk.entry(old).client_request_id);
  EXPECT_EQ(desk.status(old), Status::discarded);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "later");
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 4u);
  EXPECT_EQ(request->items[0].id, desk.entry(old).client_request_id);  // the void
  EXPECT_EQ(request->items[1].id, successor.client_request_id);
  EXPECT_EQ(request->items[2].id, desk.entry(later).client_request_id);
  EXPECT_EQ(request->items[3].id, desk.entry(child).client_request_id);
  EXPECT_EQ(request->items[3].after, std::vector{successor.client_request_id});
  EXPECT_EQ(desk.retry(old).error().type, "already-resolved");
}

TEST_F(Decide, AJudgedEntryOwesNoVoidWhenItIsRetried) {
  const EntryId old = desk.create_parent("p1");
  park(old);
  ASSERT_TRUE(desk.retry(old));
  EXPECT_EQ(desk.entry(old).void_state, "done");
  EXPECT_EQ(desk.push()->items.size(), 1u);
}

TEST_F(Decide, ASuccessorThatIsDiscardedIsClosedNotResolved) {
  const EntryId old = desk.create_parent("p1");
  park(old);
  const EntryId successor = desk.retry(old)->appended.front().id;
  discard(successor);
  EXPECT_EQ(desk.retry(successor).error().type, "already-closed");
}

TEST_F(Decide, ARetryOfAGroupRetriesAllOfIt) {
  const auto group =
      desk.write({Device::mutation("Parent", "a", "CREATE_PARENT", R"({"name":"x"})"),
                  Device::mutation("Child", "c", "CREATE_CHILD", R"({"parentId":"a"})")});
  park(group[0]);
  const auto retried = desk.retry(group[1]);
  ASSERT_TRUE(retried);
  const std::vector<Entry>& appended = retried->appended;
  ASSERT_EQ(appended.size(), 2u);
  EXPECT_EQ(appended[0].body.group_id, appended[1].body.group_id);
  EXPECT_NE(appended[0].body.group_id, desk.entry(group[0]).body.group_id);
  EXPECT_EQ(appended[0].body.group_size, 2);
  EXPECT_EQ(desk.settle_all().settled.size(), 2u);
}

TEST_F(Decide, ARetryOfAWaitingEntryChangesNothing) {
  const EntryId id = desk.create_parent("p1");
  const std::string before = all_rows();
  const auto retried = desk.retry(id);
  ASSERT_TRUE(retried);
  EXPECT_EQ(retried->closed.size() + retried->appended.size(), 0u);
  EXPECT_EQ(all_rows(), before);
}

// Found by the simulator: the row stayed on the screen until the next page.
TEST_F(Decide, AForcedCreateOfARowThatTheCloudHasDeletedSinceShowsNoRow) {
  const EntryId id = desk.create_parent("p1", "mine");
  const auto request = desk.push();
  const std::string theirs = R"({"id":"p1","name":"theirs","code":null,"amount":7})";
  Receipt conflict{
      request->items.front().id, Verdict::conflict, 0, "already-exists", {}, std::nullopt};
  conflict.conflict =
      json::object{{"server", object(theirs)}, {"version", to_json(desk.version(1))}};
  const Page page = desk.page({row("Parent", "p1", theirs)}, {conflict});
  desk.finish(page.receipts, page);
  ASSERT_EQ(desk.status(id), Status::conflict);
  ASSERT_TRUE(desk.absorb(desk.page({deleted_row("Parent", "p1", theirs)})));
  ASSERT_EQ(desk.one("SELECT count(*) FROM Parent"), "1");  // the parked create is still open
  const auto forced = desk.force(id);
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_EQ(forced->appended.front().body.op, Op::update);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

}  // namespace
}  // namespace slipway::store
