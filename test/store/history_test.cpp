// When the cloud's past is no longer the one that the file knows: what the cloud had judged beyond
// the common commit is open again under its old id, and what is gone is listed.
#include "device.h"
#include "model/client_request_id.h"
#include "store/meta.h"

namespace slipway::store {
namespace {

std::string parent_row(const std::string& id, const std::string& name) {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","code":null,"amount":7})";
}

class History : public testing::Test {
 protected:
  void SetUp() override { begin(); }
  void begin() {
    desk = std::make_unique<Device>();
    desk->meet();
  }
  Store& store() { return desk->store(); }

  // The receipts of these tests know the commit's salt, as a cloud's do.
  void settle(EntryId id, Verdict verdict, std::string_view values) {
    desk->push();
    Receipt one = receipt(desk->entry(id), verdict, verdict == Verdict::conflict ? "changed" : "");
    one.salt = desk->version(desk->cursor().seq + 1).salt;
    if (verdict == Verdict::conflict) one.conflict = object(R"({"reason":"changed"})");
    const EntityKey entity = desk->entry(id).body.entity;
    std::vector<PageRow> rows;
    if (!values.empty()) rows.push_back(row(entity.type, entity.id, values));
    const Page page = desk->page(std::move(rows), {one});
    desk->finish(page.receipts, page);
  }
  void others_write(const std::string& id, const std::string& name) {
    ASSERT_TRUE(desk->absorb(desk->page({row("Parent", id, parent_row(id, name))})));
  }

  // The cloud's part: its log agrees up to `common`. Gives how many questions were needed.
  int compare(std::int64_t common, std::size_t versions_max = 100) {
    for (int questions = 1; questions < 50; ++questions) {
      const auto request = store().history_request("exchange", versions_max);
      EXPECT_TRUE(request);
      EXPECT_LE(request->versions.size(), versions_max);
      Version best = desk->version(0);
      for (const Version& version : request->versions) {
        if (version == damaged_cursor) continue;  // in no log
        EXPECT_EQ(version, desk->version(version.seq)) << "not a commit that was absorbed";
        if (version.seq <= common && version.seq > best.seq) best = version;
      }
      const auto done = store().absorb_history({"exchange", best, best}, desk->now());
      EXPECT_TRUE(done) << done.error().message;
      if (!done || *done) return questions;
    }
    return -1;
  }

  // The full pull that follows brings these rows, as of another past's head.
  void pull_all(std::vector<PageRow> rows, std::int64_t to) {
    ASSERT_TRUE(store().snapshot_request("exchange", 100));
    SnapshotPage page;
    page.at = page.head = desk->version(to);
    page.rows = std::move(rows);
    const auto settled = store().absorb_snapshot(page, desk->now());
    ASSERT_TRUE(settled && settled->page_absorbed);
  }
  PageRow at(PageRow row, std::int64_t seq) {
    row.version = desk->version(seq);
    return row;
  }

  std::unique_ptr<Device> desk;
  std::optional<Version> damaged_cursor;
};

TEST_F(History, WhatWasJudgedBeyondTheCommonCommitIsOpenAgainUnderItsOldId) {
  const EntryId kept = desk->create_parent("p1");
  settle(kept, Verdict::applied, parent_row("p1", "p"));
  const EntryId gone = desk->update_parent("p1", "mine");
  settle(gone, Verdict::applied, parent_row("p1", "mine"));
  const EntryId stuck = desk->update_parent("p1", "stuck");
  settle(stuck, Verdict::conflict, "");
  const std::string id = desk->entry(gone).client_request_id;
  compare(1);
  EXPECT_EQ(store().identity()->generation, 1);
  EXPECT_EQ(desk->status(kept), Status::success);
  for (const EntryId open : {gone, stuck}) {
    const Entry entry = desk->entry(open);
    EXPECT_EQ(entry.status, Status::pending);
    EXPECT_EQ(client_request_id(entry.body), entry.client_request_id);
    EXPECT_FALSE(entry.receipt || entry.receipt_seq || entry.conflict);
  }
  const auto request = desk->push();
  ASSERT_EQ(request->items.size(), 2u);
  EXPECT_EQ(request->items[0].id, id);
  EXPECT_EQ(request->items[1].id, desk->entry(stuck).client_request_id);
}

TEST_F(History, TheViewStaysShadowPlusOpenEntries) {
  settle(desk->create_parent("p1"), Verdict::applied, parent_row("p1", "p"));
  settle(desk->update_parent("p1", "mine"), Verdict::applied, parent_row("p1", "mine"));
  compare(1);
  EXPECT_EQ(desk->one("SELECT name FROM Parent"), "mine");
  pull_all({at(row("Parent", "p1", parent_row("p1", "p")), 1)}, 1);
  EXPECT_EQ(desk->one("SELECT name FROM Parent"), "mine");
  EXPECT_EQ(desk->one("SELECT json_extract(\"values\", '$.name') || seq FROM SyncShadow"), "p1");
}

TEST_F(History, RowsThatTheFullPullDoesNotBringAreGone) {
  others_write("p1", "theirs");
  others_write("p2", "theirs, later");
  compare(1);
  EXPECT_EQ(desk->one("SELECT count(*) FROM Parent"), "2");
  pull_all({at(row("Parent", "p1", parent_row("p1", "theirs")), 1)}, 1);
  EXPECT_EQ(desk->one("SELECT group_concat(id) FROM Parent"), "p1");
  EXPECT_EQ(desk->one("SELECT group_concat(entityId) FROM SyncShadow WHERE state <> 'ABSENT'"),
            "p1");
}

TEST_F(History, ARowOfOurOwnThatIsOfferedAgainStays) {
  settle(desk->create_parent("p1"), Verdict::applied, parent_row("p1", "p"));
  compare(0);
  pull_all({}, 0);
  EXPECT_EQ(desk->one("SELECT name FROM Parent"), "p");
  EXPECT_EQ(desk->one("SELECT state FROM SyncShadow"), "ABSENT");
  desk->settle_all();
  EXPECT_EQ(desk->one("SELECT name FROM Parent"), "p");
  EXPECT_EQ(store().count_lost_rows(), 0);
}

TEST_F(History, WhatOthersWroteIsListedAndNeverOffered) {
  others_write("p1", "first");
  others_write("p1", "second");
  others_write("p2", "new");
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  const auto lost = store().lost_rows(10);
  ASSERT_EQ(lost->size(), 2u);
  EXPECT_EQ((*lost)[0].entity, (EntityKey{"Parent", "p1"}));
  EXPECT_EQ((*lost)[0].row.values.at("name"), "second");
  EXPECT_EQ((*lost)[0].version, desk->version(2));
  EXPECT_EQ((*lost)[1].entity, (EntityKey{"Parent", "p2"}));
  EXPECT_FALSE(desk->push());
}

TEST_F(History, WhatComesBackLeavesTheList) {
  others_write("p1", "first");
  others_write("p1", "second");
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  EXPECT_EQ(store().count_lost_rows(), 1);
  others_write("p1", "second");  // its writer has offered it again
  EXPECT_EQ(store().count_lost_rows(), 0);
}

// What its shadow held of them nobody knows: until the pull brings the row, it shows what was
// written.
TEST_F(History, AnOpenEntryOnAStateThatIsGoneIsShownAsItWasWritten) {
  SyncRules rules;
  rules.entities["Parent"].merge.fields["amount"] = Rule::sum;
  desk = std::make_unique<Device>(app_schema, 1, rules);
  desk->meet();
  others_write("p1", "first");
  ASSERT_TRUE(desk->write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":9})")));
  ASSERT_TRUE(desk->absorb(
      desk->page({row("Parent", "p1", R"({"id":"p1","name":"first","code":null,"amount":20})")})));
  EXPECT_EQ(desk->one("SELECT amount FROM Parent"), "22");
  compare(1);
  EXPECT_EQ(desk->one("SELECT amount FROM Parent"), "9");
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  EXPECT_EQ(desk->one("SELECT amount FROM Parent"), "9");
}

TEST_F(History, AnUndoOnAStateThatIsGoneIsShownAsItIsWritten) {
  SyncRules rules;
  rules.entities["Parent"].merge.fields["amount"] = Rule::sum;
  desk = std::make_unique<Device>(app_schema, 1, rules);
  desk->meet();
  others_write("p1", "first");
  const EntryId id =
      desk->write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":9})"));
  settle(id, Verdict::applied, R"({"id":"p1","name":"first","code":null,"amount":9})");
  ASSERT_TRUE(desk->absorb(
      desk->page({row("Parent", "p1", R"({"id":"p1","name":"first","code":null,"amount":20})")})));
  compare(2);
  ASSERT_TRUE(desk->decide(wish::Undo{id}));
  EXPECT_EQ(desk->one("SELECT amount FROM Parent"), "7");
  pull_all({at(row("Parent", "p1", R"({"id":"p1","name":"first","code":null,"amount":9})"), 2)}, 2);
  EXPECT_EQ(desk->one("SELECT amount FROM Parent"), "7");
}

TEST_F(History, AWriteThatTheCloudHasNotHeardOfTakesNothingOffTheList) {
  others_write("p1", "first");
  others_write("p1", "second");
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  desk->update_parent("p1", "second");
  others_write("p1", "third");
  EXPECT_EQ(desk->one("SELECT name FROM Parent"), "second");
  EXPECT_EQ(store().count_lost_rows(), 1);
}

TEST_F(History, ALostRowIsWrittenAgainOnlyAtAPersonsWord) {
  others_write("p1", "first");
  others_write("p1", "second");
  others_write("p2", "new");
  ASSERT_TRUE(desk->absorb(desk->page({row("Parent", "p3", parent_row("p3", "dead"))})));
  ASSERT_TRUE(desk->absorb(desk->page({deleted_row("Parent", "p3", parent_row("p3", "dead"))})));
  compare(4);  // p3 was alive then; p1 and p2 are as they are
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1),
            at(row("Parent", "p2", parent_row("p2", "new")), 3),
            at(row("Parent", "p3", parent_row("p3", "dead")), 4)},
           4);
  auto lost = store().lost_rows(10);
  ASSERT_EQ(lost->size(), 1u);
  EXPECT_FALSE((*lost)[0].row.exists);
  const auto entry = store().restore_lost((*lost)[0].id, desk->now());
  ASSERT_TRUE(entry && *entry);
  EXPECT_EQ(desk->entry(**entry).body.op, Op::remove);
  EXPECT_EQ(desk->one("SELECT count(*) FROM Parent WHERE id = 'p3'"), "0");
  EXPECT_EQ(store().restore_lost((*lost)[0].id, desk->now()).error().type, "unknown-row");
}

TEST_F(History, ALostRowIsCreatedOrChangedBackOrDismissed) {
  others_write("p1", "first");
  others_write("p1", "second");
  others_write("p2", "new");
  others_write("p3", "never mind");
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  const auto lost = store().lost_rows(10);
  ASSERT_EQ(lost->size(), 3u);
  const EntryId changed = store().restore_lost((*lost)[0].id, desk->now()).value().value();
  EXPECT_EQ(desk->entry(changed).body.op, Op::update);
  EXPECT_EQ(json::value(desk->entry(changed).body.payload),
            json::value(object(R"({"name":"second"})")));
  const EntryId created = store().restore_lost((*lost)[1].id, desk->now()).value().value();
  EXPECT_EQ(desk->entry(created).body.op, Op::create);
  EXPECT_EQ(desk->one("SELECT name FROM Parent WHERE id = 'p2'"), "new");
  ASSERT_TRUE(store().dismiss_lost((*lost)[2].id, desk->now()));
  EXPECT_EQ(store().count_lost_rows(), 0);
}

TEST_F(History, AClosedEntryOwesItsVoidAgain) {
  const EntryId id = desk->create_parent("p1");
  desk->push();
  ASSERT_TRUE(store().fail_push({FailureClass::unreachable, "time-out", 0, {}}, 1, desk->now()));
  ASSERT_TRUE(desk->discard(id));
  desk->settle_all();
  EXPECT_EQ(desk->status(id), Status::discarded);
  EXPECT_EQ(desk->entry(id).void_state, "done");
  compare(0);
  pull_all({}, 0);
  EXPECT_EQ(desk->entry(id).void_state, "owed");
  const auto request = desk->push();
  ASSERT_EQ(request->items.size(), 1u);
  EXPECT_FALSE(request->items[0].write);
}

TEST_F(History, ManyCommitsAreToldApartInFewBoundedQuestions) {
  for (const std::int64_t common : {47, 20, 1, 0}) {
    begin();
    for (int i = 1; i <= 60; ++i) others_write("p" + std::to_string(i), "x");
    EXPECT_LE(compare(common, 5), 4);
    EXPECT_EQ(store().count_lost_rows(), 60 - common);
    EXPECT_EQ(desk->one("SELECT count(*) FROM SyncShadow WHERE seq IS NOT NULL"),
              std::to_string(common));
  }
}

TEST_F(History, ACursorThatTheCloudHasAfterAllChangesNothing) {
  others_write("p1", "x");
  settle(desk->update_parent("p1", "y"), Verdict::applied, parent_row("p1", "y"));
  compare(2);
  EXPECT_EQ(store().identity()->generation, 0);
  EXPECT_EQ(desk->cursor(), desk->version(2));
  EXPECT_EQ(store().count_lost_rows(), 0);
}

// All that was absorbed is common, but the cursor; a full pull from it would be refused for ever.
TEST_F(History, ACursorThatIsInNoLogGivesWayToAFullPull) {
  for (const Version& damaged : {Version{1, "0123456789abcdef"}, Version{0, "0123456789abcdef"},
                                 Version{2, "0123456789abcdef"}}) {
    begin();
    others_write("p1", "x");
    others_write("p2", "x");
    settle(desk->update_parent("p1", "y"), Verdict::applied, parent_row("p1", "y"));
    const EntryId open = desk->update_parent("p2", "mine");
    write_meta(desk->raw(), meta_key::cursor, to_text(damaged));
    damaged_cursor = damaged;
    EXPECT_LE(compare(3), 2);
    EXPECT_EQ(desk->cursor(), desk->version(0)) << to_text(damaged);
    EXPECT_TRUE(store().full_pull().value());
    EXPECT_EQ(store().identity()->generation, 1);
    EXPECT_EQ(store().count_lost_rows(), 0);
    EXPECT_EQ(desk->status(open), Status::pending);
  }
}

TEST_F(History, AnAnswerAboutACommitThatWasNotOfferedMeansNothing) {
  others_write("p1", "x");
  ASSERT_TRUE(store().history_request("exchange", 100));
  const auto absorbed =
      store().absorb_history({"exchange", desk->version(7), desk->version(7)}, desk->now());
  ASSERT_FALSE(absorbed);
  EXPECT_EQ(absorbed.error().type, "garbled-history");
  EXPECT_EQ(store().identity()->generation, 0);
}

TEST_F(History, AnAnswerToARequestOfTheOldPastCountsForNothing) {
  const EntryId id = desk->create_parent("p1");
  desk->push();
  const Page page = desk->page({}, {receipt(desk->entry(id), Verdict::applied)});
  Capabilities other;
  other.origin = {0, "00000000000000ff"};
  other.snapshot_rows_max = 100;
  EXPECT_EQ(store().meet_cloud(other, desk->now()).error().type, "other-cloud");
  ASSERT_TRUE(store().join_cloud("00000000000000ff", desk->now()));
  const PushOutcome outcome = desk->finish(page.receipts, page);
  EXPECT_FALSE(outcome.page_absorbed);
  EXPECT_EQ(desk->status(id), Status::pending);
}

TEST_F(History, AnotherCloudIsJoinedOnlyAtAPersonsWordAndGetsEverythingAgain) {
  const EntryId id = desk->create_parent("p1");
  settle(id, Verdict::applied, parent_row("p1", "p"));
  others_write("p2", "theirs");
  Capabilities other;
  other.origin = {0, "00000000000000ff"};
  other.tenant = "acme";
  other.snapshot_rows_max = 100;
  EXPECT_EQ(store().join_cloud("00000000000000ff", desk->now()).error().type, "not-that-cloud");
  EXPECT_EQ(store().meet_cloud(other, desk->now()).error().type, "other-cloud");
  EXPECT_EQ(store().identity()->other_cloud->tenant, "acme");
  EXPECT_EQ(desk->status(id), Status::success);
  ASSERT_TRUE(store().join_cloud("00000000000000ff", desk->now()));
  EXPECT_FALSE(store().identity()->other_cloud);
  EXPECT_EQ(store().identity()->cloud_id, "00000000000000ff");
  EXPECT_EQ(desk->cursor(), other.origin);
  EXPECT_EQ(desk->status(id), Status::pending);
  ASSERT_TRUE(store().meet_cloud(other, desk->now()));
  pull_all({}, 0);
  ASSERT_EQ(store().lost_rows(10)->size(), 2u);  // p1 until it is applied again
  desk->settle_all();
  ASSERT_EQ(store().lost_rows(10)->size(), 1u);
  EXPECT_EQ(store().lost_rows(10)->front().entity.id, "p2");
}

// A webhook or an API that has moved: it cannot tell what it has, so nothing is done again.
TEST_F(History, ATargetThatKeepsNoLogIsJoinedWithoutDoingAnythingAgain) {
  const EntryId done = desk->create_parent("p1");
  desk->settle_all();
  const EntryId waiting = desk->create_parent("p2");
  const Version cursor = desk->cursor();
  Capabilities moved;
  moved.origin = {0, "00000000000000ff"};
  moved.snapshot_rows_max = 0;
  ASSERT_EQ(store().meet_cloud(moved, desk->now()).error().type, "other-cloud");
  ASSERT_TRUE(store().join_cloud("00000000000000ff", desk->now()));
  EXPECT_EQ(store().identity()->cloud_id, "00000000000000ff");
  EXPECT_EQ(desk->cursor(), cursor);
  EXPECT_FALSE(store().full_pull().value()) << "it could not be answered";
  EXPECT_EQ(desk->status(done), Status::success) << "it would be done twice";
  EXPECT_EQ(store().count_lost_rows(), 0);
  EXPECT_TRUE(store().pull_request("exchange", 1)->everything);
  ASSERT_TRUE(store().meet_cloud(moved, desk->now()));
  const auto request = desk->push();
  ASSERT_EQ(request->items.size(), 1u);
  EXPECT_EQ(request->items[0].id, desk->entry(waiting).client_request_id);
}

// The app's tables have changed since.
TEST_F(History, ALostRowIsRestoredAsFarAsTheTablesStillHoldIt) {
  others_write("p1", "first");
  others_write("p1", "second");
  others_write("p2", "new");
  ASSERT_TRUE(desk->absorb(desk->page({row("Guard", "g1", R"({"id":"g1","parentId":"p1"})")})));
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  const auto lost = store().lost_rows(10);
  ASSERT_EQ(lost->size(), 3u);
  desk->run("DROP TABLE Guard; ALTER TABLE Parent DROP COLUMN amount");
  const auto gone = store().restore_lost((*lost)[2].id, desk->now());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().type, "unknown-type");
  EXPECT_EQ(gone.error().message, "This database has no table Guard any more");
  const EntryId created = store().restore_lost((*lost)[1].id, desk->now()).value().value();
  EXPECT_EQ(json::value(desk->entry(created).body.payload),
            json::value(object(R"({"id":"p2","name":"new","code":null})")));
  EXPECT_EQ(store().count_lost_rows(), 2);
}

// A person has written it by hand meanwhile, or wrote something else that stands in its way.
TEST_F(History, ALostRowThatIsThereAgainNeedsNoWriteAndOneThatCannotBeStaysListed) {
  others_write("p1", "first");
  others_write("p1", "second");
  ASSERT_TRUE(desk->absorb(
      desk->page({row("Parent", "p2", R"({"id":"p2","name":"new","code":"C","amount":7})")})));
  compare(1);
  pull_all({at(row("Parent", "p1", parent_row("p1", "first")), 1)}, 1);
  const auto lost = store().lost_rows(10);
  ASSERT_EQ(lost->size(), 2u);
  desk->update_parent("p1", "second");
  EXPECT_EQ(store().restore_lost((*lost)[0].id, desk->now()).value(), std::nullopt);
  desk->write(Device::mutation("Parent", "p9", "CREATE_PARENT", R"({"name":"x","code":"C"})"));
  const std::string before = desk->one("SELECT count(*) FROM SyncQueue");
  const auto refused = store().restore_lost((*lost)[1].id, desk->now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "constraint");
  EXPECT_EQ(store().count_lost_rows(), 1);
  EXPECT_EQ(desk->one("SELECT count(*) FROM SyncQueue"), before);
  EXPECT_EQ(store().dismiss_lost(99, desk->now()).error().type, "unknown-row");
}

TEST_F(History, AnswersOfAnotherCloudAreNotFollowed) {
  others_write("p1", "x");
  ASSERT_TRUE(store().history_request("exchange", 100));
  const Version other{0, "00000000000000ff"};
  const auto refused = store().absorb_history({"exchange", other, other}, desk->now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "other-cloud");
  EXPECT_EQ(store().join_cloud("00000000000000ee", desk->now()).error().type, "not-that-cloud")
      << "only the one that answered";
  EXPECT_EQ(store().identity()->generation, 0);
  EXPECT_EQ(desk->cursor(), desk->version(1));
}

}  // namespace
}  // namespace slipway::store
