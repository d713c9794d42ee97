// A full pull: pages of the state as of one commit, which make the device's rows what the cloud's
// are, keep what the user wrote, and go on where they were after a restart.
#include "device.h"

namespace slipway::store {
namespace {

std::string parent_row(const std::string& id, const std::string& name) {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","code":null,"amount":7})";
}
std::string child_row(const std::string& id, const std::string& parent) {
  return R"({"id":")" + id + R"(","title":"t","parentId":")" + parent + R"("})";
}

class FullPulls : public testing::Test {
 protected:
  FullPulls() { desk.meet(); }
  Store& store() { return desk.store(); }

  void begin() { ASSERT_TRUE(store().begin_full_pull(desk.now())); }
  PageRow at(PageRow row, std::int64_t seq) {
    row.version = desk.version(seq);
    return row;
  }
  // A page as of commit `seq`, which goes on where the last one ended.
  SnapshotPage page(std::int64_t seq, std::vector<PageRow> rows, bool last) {
    const auto request = store().snapshot_request("exchange", 100);
    SnapshotPage page;
    page.at = page.head = desk.version(seq);
    page.after = request->after;
    page.rows = std::move(rows);
    if (!last) page.next = SnapshotPlace{page.rows.back().entity, 0};
    page.passed = std::int64_t(page.rows.size());
    page.total = 10;
    return page;
  }
  bool absorb(const SnapshotPage& page) {
    const auto settled = store().absorb_snapshot(page, desk.now());
    EXPECT_TRUE(settled) << settled.error().message;
    return settled && settled->page_absorbed;
  }
  void others_write(const std::string& id, const std::string& name) {
    ASSERT_TRUE(desk.absorb(desk.page({row("Parent", id, parent_row(id, name))})));
  }
  std::string parents() {
    return desk.one("SELECT group_concat(x) FROM (SELECT id || name AS x FROM Parent ORDER BY id)");
  }

  Device desk;
};

TEST_F(FullPulls, ANewDeviceBeginsOneIfItsCloudHasThem) {
  Device fresh;
  Capabilities capabilities;
  capabilities.origin = fresh.version(0);
  capabilities.snapshot_rows_max = 100;
  ASSERT_TRUE(fresh->meet_cloud(capabilities, fresh.now()));
  ASSERT_TRUE(fresh->full_pull().value());
  const auto request = fresh->snapshot_request("x", 50);
  EXPECT_FALSE(request->at || request->after || request->since);
  EXPECT_EQ(request->cursor, fresh.version(0));
  EXPECT_EQ(request->limit, 50);
  EXPECT_FALSE(store().full_pull().value()) << "its cloud has none";
}

TEST_F(FullPulls, ADamagedCursorBeginsOneAndKeepsTheEntries) {
  for (const char* damage : {"UPDATE sync_meta SET value = 'garbage' WHERE key = 'cursor'",
                             "UPDATE sync_meta SET value = '-5-0123456789abcdef' WHERE key = "
                             "'cursor'",
                             "DELETE FROM sync_meta WHERE key = 'cursor'"}) {
    Device file;
    Capabilities capabilities;
    capabilities.origin = file.version(0);
    file.meet();
    ASSERT_TRUE(file.absorb(file.page({row("Parent", "p1", parent_row("p1", "old"))})));
    const EntryId open = file.update_parent("p1", "mine");
    file.run(damage);
    file.open();
    capabilities.snapshot_rows_max = 100;
    ASSERT_TRUE(file->meet_cloud(capabilities, file.now()));
    EXPECT_EQ(file->cursor().value(), file.version(0)) << damage;
    EXPECT_TRUE(file->full_pull().value()) << damage;
    ASSERT_EQ(file.push()->items.size(), 1u) << damage;
    EXPECT_EQ(file.status(open), Status::processing);
  }
}

// It cannot be asked for everything as of one commit, but for every row anew.
TEST_F(FullPulls, ADamagedCursorOfATargetWithoutThemHasItNameEveryRow) {
  desk.run("DELETE FROM sync_meta WHERE key = 'cursor'");
  desk.meet();
  EXPECT_EQ(desk.cursor(), desk.version(0));
  EXPECT_FALSE(store().full_pull().value());
  EXPECT_TRUE(store().pull_request("exchange", 1)->everything);
}

TEST_F(FullPulls, TypesAreAskedForParentsFirst) {
  begin();
  const auto types = store().snapshot_request("x", 50)->types;
  const auto place = [&](const char* type) {
    return std::ranges::find(types, type) - types.begin();
  };
  EXPECT_EQ(types.size(), store().schema().tables().size());
  EXPECT_LT(place("Parent"), place("Child"));
}

TEST_F(FullPulls, ItsLastPageMovesTheCursor) {
  begin();
  ASSERT_TRUE(absorb(page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, false)));
  EXPECT_EQ(desk.cursor().seq, 0);
  EXPECT_EQ(store().full_pull().value()->passed, 1);
  EXPECT_EQ(store().full_pull().value()->total, 10);
  EXPECT_EQ(parents(), "p1a") << "rows may be seen as they come";
  ASSERT_TRUE(absorb(page(7, {at(row("Child", "c1", child_row("c1", "p1")), 7)}, true)));
  EXPECT_EQ(desk.cursor(), desk.version(7));
  EXPECT_FALSE(store().full_pull().value());
  EXPECT_EQ(desk.one("SELECT group_concat(entityType || state || seq) FROM SyncShadow"),
            "ParentSAME3,ChildSAME7");
  EXPECT_TRUE(desk.absorb(desk.page({row("Parent", "p1", parent_row("p1", "b"))}))->page_absorbed);
  EXPECT_EQ(parents(), "p1b");
}

TEST_F(FullPulls, ItGoesOnAfterARestart) {
  begin();
  ASSERT_TRUE(absorb(page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, false)));
  desk.open();
  const auto request = store().snapshot_request("x", 50);
  EXPECT_EQ(request->at, desk.version(7));
  EXPECT_EQ(request->after, (SnapshotPlace{EntityKey{"Parent", "p1"}, 0}));
  ASSERT_TRUE(absorb(page(7, {at(row("Parent", "p2", parent_row("p2", "b")), 4)}, true)));
  EXPECT_EQ(parents(), "p1a,p2b");
  EXPECT_EQ(desk.cursor().seq, 7);
}

// The cloud goes through rows of which it does not tell this device, and names none of them.
TEST_F(FullPulls, PagesWithoutRowsLeadOnWithWhatOnlyTheCloudCanRead) {
  others_write("p0", "gone");
  others_write("p2", "b");
  others_write("p3", "gone, too");
  begin();
  SnapshotPage before_all = page(9, {}, true);
  before_all.next = SnapshotPlace{EntityKey{"Parent", std::string(1, '\0')}, 0, "~1"};
  ASSERT_TRUE(absorb(before_all));
  EXPECT_EQ(parents(), "p0gone,p2b,p3gone, too") << "nothing is told of them yet";
  SnapshotPage one = page(9, {at(row("Parent", "p2", parent_row("p2", "b")), 4)}, false);
  EXPECT_EQ(one.after, before_all.next);
  one.next->walked = "~2";
  ASSERT_TRUE(absorb(one));
  EXPECT_EQ(parents(), "p2b,p3gone, too");
  desk.open();
  EXPECT_EQ(store().snapshot_request("x", 50)->after, one.next);
  SnapshotPage none = page(9, {}, true);
  none.next = SnapshotPlace{one.next->row, 0, "~3"};
  ASSERT_TRUE(absorb(none));
  EXPECT_FALSE(absorb(none)) << "again";
  EXPECT_EQ(parents(), "p2b,p3gone, too");
  SnapshotPage of_an_older_cloud = page(9, {}, true);
  of_an_older_cloud.after->walked.reset();
  ASSERT_TRUE(absorb(of_an_older_cloud));
  EXPECT_EQ(parents(), "p2b");
  EXPECT_EQ(desk.cursor(), desk.version(9));
}

TEST_F(FullPulls, APageThatDoesNotGoOnWhereItStandsMeansNothing) {
  begin();
  const SnapshotPage first = page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, false);
  ASSERT_TRUE(absorb(first));
  EXPECT_FALSE(absorb(first)) << "again";
  SnapshotPage other = page(8, {at(row("Parent", "p2", parent_row("p2", "b")), 4)}, true);
  EXPECT_FALSE(absorb(other)) << "of another commit";
  other = page(7, {at(row("Parent", "p1", parent_row("p1", "b")), 4)}, true);
  EXPECT_FALSE(absorb(other)) << "a row that was there already";
  other = page(7,
               {at(row("Parent", "p3", parent_row("p3", "b")), 4),
                at(row("Parent", "p2", parent_row("p2", "b")), 4)},
               true);
  EXPECT_FALSE(absorb(other)) << "not in order";
  EXPECT_EQ(parents(), "p1a");
  EXPECT_EQ(desk.cursor().seq, 0);
  begin();
  const SnapshotPage whole = page(8, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, true);
  EXPECT_TRUE(absorb(whole));
  EXPECT_FALSE(absorb(whole)) << "none is under way";
}

TEST_F(FullPulls, RowsThatTheCloudDoesNotHaveGoWithTheirPage) {
  for (const char* id : {"p1", "p2", "p3", "p4"}) others_write(id, "old");
  ASSERT_TRUE(desk.absorb(desk.page({row("Child", "c1", child_row("c1", "p1"))})));
  begin();
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p2", parent_row("p2", "new")), 8)}, false)));
  EXPECT_EQ(parents(), "p1old,p2new,p3old,p4old") << "p1 is kept for its child";
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p4", parent_row("p4", "old")), 4)}, false)));
  EXPECT_EQ(parents(), "p1old,p2new,p4old");
  ASSERT_TRUE(absorb(page(9, {}, true)));
  EXPECT_EQ(parents(), "p2new,p4old");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE quarantine IS NOT NULL"), "0");
  EXPECT_EQ(desk.one("SELECT seq FROM SyncShadow WHERE entityId = 'p3'"), "9")
      << "as of the commit it is known not to exist";
}

TEST_F(FullPulls, RowsThatTheCloudWasNeverToldOfStay) {
  desk.run("INSERT INTO Parent (id, name, amount) VALUES ('mine', 'before Slipway', 1)");
  begin();
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p2", parent_row("p2", "a")), 8)}, true)));
  EXPECT_EQ(parents(), "minebefore Slipway,p2a");
  EXPECT_EQ(store().count_existing_rows().value(), 1);
}

// From before Slipway: nothing says which of the two a person wants.
TEST_F(FullPulls, ARowOfTheAppsOwnThatTheCloudHasOtherwiseIsOffered) {
  desk.run("INSERT INTO Parent (id, name) VALUES ('p1', 'mine'), ('p2', 'both'), ('p3', 'alone')");
  begin();
  ASSERT_TRUE(absorb(page(9,
                          {at(row("Parent", "p1", parent_row("p1", "theirs")), 8),
                           at(row("Parent", "p2", parent_row("p2", "both")), 8)},
                          true)));
  EXPECT_EQ(parents(), "p1mine,p2both,p3alone");
  EXPECT_EQ(desk.query("SELECT entityId, op, json_extract(payload, '$.name') FROM SyncQueue"),
            (std::vector<TextRow>{{"p1", "create", "mine"}}));
  EXPECT_EQ(desk.one("SELECT group_concat(entityId || state) FROM (SELECT * FROM SyncShadow ORDER "
                     "BY entityId)"),
            "p1ROW,p2SAME");
  ASSERT_TRUE(desk.discard(1));
  EXPECT_EQ(parents(), "p1theirs,p2both,p3alone") << "a person's word";
}

// The edit has seen nothing of the cloud's row, and goes on as it is; what else was here is shown.
TEST_F(FullPulls, ARowOfTheAppsOwnThatWasEditedFirstIsListedNotOverwritten) {
  for (const bool by_full_pull : {true, false}) {
    Device file;
    file.run("INSERT INTO Parent (id, name, code, amount) VALUES ('p1', 'old', 'mine', 1)");
    file.run("INSERT INTO Parent (id, name, code, amount) VALUES ('p2', 'old', 'same', 7)");
    file.meet();
    const EntryId edit = file.update_parent("p1", "edited");
    file.update_parent("p2", "edited");
    const char* theirs = R"({"id":"p1","name":"old","code":"theirs","amount":7})";
    const char* same = R"({"id":"p2","name":"old","code":"same","amount":7})";
    std::vector<PageRow> rows = {row("Parent", "p1", theirs), row("Parent", "p2", same)};
    if (by_full_pull) {
      ASSERT_TRUE(file->begin_full_pull(file.now()));
      ASSERT_TRUE(file->snapshot_request("exchange", 100));
      SnapshotPage page;
      page.at = page.head = file.version(9);
      for (PageRow& one : rows) one.version = file.version(8);
      page.rows = rows;
      ASSERT_TRUE(file->absorb_snapshot(page, file.now())->page_absorbed);
    } else {
      ASSERT_TRUE(file.absorb(file.page(rows)));
    }
    EXPECT_EQ(file.one("SELECT name || code || amount FROM Parent WHERE id = 'p1'"),
              "editedtheirs7");
    EXPECT_EQ(file.status(edit), Status::pending);
    const auto lost = file->lost_rows(10).value();
    ASSERT_EQ(lost.size(), 1u) << by_full_pull;
    EXPECT_EQ(lost[0].entity.id, "p1");
    EXPECT_EQ(lost[0].row.values.at("code"), "mine");
    const auto again = file->restore_lost(lost[0].id, file.now());
    ASSERT_TRUE(again && *again);
    EXPECT_EQ(file.entry(**again).body.payload.at("code"), "mine");
  }
}

TEST_F(FullPulls, ARowOfTheAppsOwnThatWasEditedFirstIsListedWhenItIsGone) {
  desk.run("INSERT INTO Parent (id, name, code) VALUES ('p1', 'old', 'a'), ('p2', 'old', 'b')");
  desk.run("INSERT INTO Parent (id, name, code) VALUES ('p3', 'old', 'c'), ('p4', 'old', 'd')");
  for (const char* id : {"p1", "p2", "p3"}) desk.update_parent(id, "edited");
  const EntryId removed = desk.write(Device::mutation("Parent", "p4", "DELETE_PARENT"));
  PageRow deleted = deleted_row("Parent", "p1", "{}");
  deleted.values.reset();
  PageRow left = row("Parent", "p2", "{}");
  left.values.reset();
  left.left = true;
  PageRow own = deleted_row("Parent", "p4", "{}");
  own.values.reset();
  ASSERT_TRUE(desk.push());
  const Receipt applied = receipt(desk.entry(removed), Verdict::applied);
  const Page told = desk.page({deleted, left, own}, {applied});
  desk.finish(told.receipts, told);
  EXPECT_EQ(desk.status(removed), Status::success);
  std::vector<std::string> listed;
  const auto rows = desk->lost_rows(10).value();
  for (const LostRow& lost : rows)
    listed.push_back(std::string(lost.row.values.at("code").as_string()));
  EXPECT_EQ(listed, (std::vector<std::string>{"a", "b"})) << "not what this device deleted itself";
}

TEST_F(FullPulls, OpenEntriesAreKeptAndShownOverTheNewRows) {
  others_write("p1", "old");
  others_write("p2", "old");
  const EntryId changed = desk.update_parent("p1", "mine");
  const EntryId orphan = desk.update_parent("p2", "mine");
  const EntryId created = desk.create_parent("p3", "mine");
  begin();
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p1", parent_row("p1", "theirs")), 8)}, true)));
  EXPECT_EQ(parents(), "p1mine,p3mine") << "an update of a row that is gone is not shown";
  for (const EntryId id : {changed, orphan, created}) EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(
      desk.one("SELECT json_extract(\"values\", '$.name') FROM SyncShadow WHERE entityId = 'p1'"),
      "theirs");
  EXPECT_EQ(desk.push()->items.size(), 3u);
}

TEST_F(FullPulls, ReceiptsSettleWhatWasSent) {
  EXPECT_FALSE([&] {
    begin();
    return store().snapshot_request("x", 50)->since.has_value();
  }()) << "nothing was written that could have one, or be a copy's";
  const EntryId sent = desk.create_parent("p1", "mine");
  const EntryId unsent = desk.create_parent("p2", "mine");
  desk.push({unsent});
  ASSERT_TRUE(
      store().fail_push({FailureClass::horizon_passed, "long ago", 409, {}}, 1, desk.now()));
  begin();
  EXPECT_TRUE(store().snapshot_request("x", 50)->since);
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p1", parent_row("p1", "mine")), 8)}, false)));
  EXPECT_EQ(desk.status(sent), Status::pending);
  SnapshotPage last = page(9, {}, true);
  last.receipts = {receipt(desk.entry(sent), Verdict::applied)};
  last.receipts[0].seq = 8;
  const auto settled = store().absorb_snapshot(last, desk.now());
  ASSERT_TRUE(settled && settled->page_absorbed);
  EXPECT_EQ(settled->entries, std::vector<EntryId>{sent});
  EXPECT_EQ(desk.status(sent), Status::success);
  EXPECT_EQ(desk.status(unsent), Status::pending);
  EXPECT_EQ(parents(), "p1mine,p2mine");
}

TEST_F(FullPulls, RowsWaitForParentsThatComeLater) {
  begin();  // a row of its own table, and one whose parent is not at the cloud at all
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p1", parent_row("p1", "a")), 1)}, false)));
  ASSERT_TRUE(absorb(page(9,
                          {at(row("Child", "c1", child_row("c1", "p1")), 2),
                           at(row("Child", "c2", child_row("c2", "nowhere")), 3)},
                          true)));
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Child"), "c1");
  EXPECT_EQ(desk.one("SELECT quarantine FROM SyncShadow WHERE entityId = 'c2'"),
            "it refers to Parent nowhere, which is not here");
  ASSERT_TRUE(desk.absorb(desk.page({row("Parent", "nowhere", parent_row("nowhere", "b"))})));
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Child"), "c1,c2");
}

TEST_F(FullPulls, WhatTheTableWouldNotTakeOrGiveBackIsKeptInTheShadow) {
  begin();
  ASSERT_TRUE(absorb(page(
      9,
      {at(row("Parent", "p1", R"({"id":"p1","name":"a","code":null,"amount":7,"newer":1})"), 1),
       at(row("Parent", "p2", R"({"id":"p2","name":"a","code":"x","amount":7})"), 1),
       at(row("Parent", "p3", R"({"id":"p3","name":"a","code":"x","amount":7})"), 1),
       at(row("Parent", "p4", R"({"id":"p4","name":"a"})"), 1)},
      true)));
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow WHERE entityId = 'p1'"), "ROW")
      << "this table has no such field";
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow WHERE entityId = 'p2'"), "SAME");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE quarantine IS NOT NULL"), "1")
      << "two rows with one unique value";
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow WHERE entityId = 'p4'"), "ROW")
      << "the table's defaults made it another";
}

TEST_F(FullPulls, ATypeThatThisDatabaseDoesNotHaveIsKept) {
  begin();
  ASSERT_TRUE(absorb(page(9,
                          {at(row("Parent", "p1", parent_row("p1", "a")), 1),
                           at(row("Unknown", "u1", R"({"id":"u1"})"), 1)},
                          true)));
  EXPECT_EQ(desk.one("SELECT quarantine FROM SyncShadow WHERE entityType = 'Unknown'"),
            "this database has no table Unknown");
  begin();
  ASSERT_TRUE(absorb(page(10, {at(row("Parent", "p1", parent_row("p1", "a")), 1)}, true)));
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow WHERE entityType = 'Unknown'"), "ABSENT");
}

// The cloud goes on behind the place in the order of the types that it is told.
TEST_F(FullPulls, BeginsAgainWhereTheAppHasMigratedMeanwhile) {
  begin();
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p1", parent_row("p1", "a")), 1)}, false)));
  desk.run("CREATE TABLE Box (id TEXT NOT NULL PRIMARY KEY)");  // before Parent
  const auto request = store().snapshot_request("exchange", 100);
  EXPECT_FALSE(request->after) << "Box would never be told";
  EXPECT_EQ(request->at, desk.version(9)) << "of the same commit";
  ASSERT_TRUE(absorb(page(9,
                          {at(row("Box", "b1", R"({"id":"b1"})"), 2),
                           at(row("Parent", "p1", parent_row("p1", "a")), 1)},
                          true)));
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Box"), "b1");
}

TEST_F(FullPulls, APageThatWasAskedForBeforeTheAppMigratedMeansNothing) {
  begin();
  ASSERT_TRUE(absorb(page(9, {at(row("Parent", "p1", parent_row("p1", "a")), 1)}, false)));
  const SnapshotPage last = page(9, {}, true);
  desk.run("CREATE TABLE Box (id TEXT NOT NULL PRIMARY KEY)");
  EXPECT_FALSE(absorb(last));
  EXPECT_TRUE(store().full_pull().value());
}

// The cursor is in the new log, but what the pull has brought is not.
TEST_F(FullPulls, ACloudThatIsRestoredMeanwhileIsFollowedAndPulledFromTheBeginning) {
  begin();
  ASSERT_TRUE(absorb(page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, false)));
  ASSERT_TRUE(store().history_request("exchange", 100));
  const Version origin = desk.version(0);
  ASSERT_TRUE(store().absorb_history({"exchange", origin, origin}, desk.now()).value());
  EXPECT_EQ(store().count_lost_rows(), 1);
  EXPECT_FALSE(store().full_pull().value()->at) << "its commit is gone";
}

TEST_F(FullPulls, WhatIsCommonWithARestoredCloudMovesTheCursorBackOnly) {
  others_write("p0", "first");
  begin();
  ASSERT_TRUE(absorb(page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, false)));
  ASSERT_TRUE(store().history_request("exchange", 100));
  const Version common = desk.version(3);
  ASSERT_FALSE(store().absorb_history({"exchange", common, common}, desk.now()).value());
  const Version cursor = desk.cursor();  // it may have been damaged, so it is asked about alone
  EXPECT_EQ(store().history_request("exchange", 100)->versions, std::vector{cursor});
  ASSERT_TRUE(store().absorb_history({"exchange", cursor, common}, desk.now()).value());
  EXPECT_EQ(desk.cursor().seq, 1) << "of commits 2 and 3 it has not seen everything";
}

TEST_F(FullPulls, AnAnswerThatBelongsToAnotherPastMeansNothing) {
  begin();
  const SnapshotPage answer = page(7, {at(row("Parent", "p1", parent_row("p1", "a")), 3)}, true);
  desk.run("INSERT OR REPLACE INTO sync_meta (key, value) VALUES ('generation', '5')");
  EXPECT_FALSE(absorb(answer));
}

}  // namespace
}  // namespace slipway::store
