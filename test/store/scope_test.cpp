// Partial sync on the device: what its configuration and the cloud leave in is held, the rest is
// neither shown nor written; and a row that leaves goes only when nothing of it is open.
#include "store/scope.h"

#include "device.h"
#include "model/canonical_json.h"
#include "store/doctor.h"

namespace slipway::store {
namespace {

constexpr const char* some = R"({"Parent": {"code": ["A", "B", "D"]}, "Child": {}, "Guard": {}})";

std::string parent(const std::string& id, const std::string& code, const std::string& name = "n",
                   int amount = 1) {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","code":")" + code + R"(","amount":)" +
         std::to_string(amount) + "}";
}
std::string child(const std::string& id, const std::string& of) {
  return R"({"id":")" + id + R"(","title":"t","parentId":")" + of + R"("})";
}

class Scopes : public testing::Test {
 protected:
  void SetUp() override {
    desk.meet();
    declare(some);
    finish_full_pull({});
  }
  void TearDown() override { EXPECT_TRUE(desk.query("PRAGMA foreign_key_check").empty()); }

  void declare(std::string_view scope) {
    desk.set_scope(scope);
    desk.open();
  }
  // All of it in one page, as of the next commit.
  void finish_full_pull(std::vector<PageRow> rows, const RowScope& granted = {}) {
    const auto request = desk->snapshot_request("exchange", 1000);
    ASSERT_TRUE(request);
    SnapshotPage page;
    page.at = page.head = desk.version(desk.cursor().seq + 1);
    page.after = request->after;
    page.rows = std::move(rows);
    for (PageRow& row : page.rows) row.version = page.at;
    page.scope = granted;
    const auto settled = desk->absorb_snapshot(page, desk.now());
    ASSERT_TRUE(settled && settled->page_absorbed);
  }
  RowScope scope(std::string_view text) {
    return scope_from_json(*parse_json(text, "a test's text")).value();
  }
  void cloud_says(std::vector<PageRow> rows, std::vector<Receipt> receipts = {}) {
    const auto absorbed = desk.absorb(desk.page(std::move(rows), std::move(receipts)));
    ASSERT_TRUE(absorbed && absorbed->page_absorbed);
  }
  static PageRow left(std::string type, std::string id) {
    PageRow row;
    row.entity = {std::move(type), std::move(id)};
    row.deleted = row.left = true;
    return row;
  }
  std::string held() { return desk.one("SELECT group_concat(id || ' ' || name) FROM Parent"); }
  std::string state(const std::string& id) {
    return desk.one("SELECT state FROM SyncShadow WHERE entityId = '" + id + "'");
  }
  Mutation update(const std::string& id, std::string_view fields) {
    return Device::mutation("Parent", id, "UPDATE_PARENT", fields);
  }
  void refuse(Mutation mutation, std::string_view word) {
    const std::string before = desk.one("SELECT count(*) FROM SyncQueue");
    const auto written = desk.try_write(std::move(mutation));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().type, "outside-scope") << written.error().message;
    EXPECT_NE(written.error().message.find(word), std::string::npos) << written.error().message;
    EXPECT_NE(written.error().hint.find("Nothing was written"), std::string::npos);
    EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), before);
  }
  std::string findings() {
    sqlite::Database file(desk.path(), sqlite::OpenMode::read_only, Duration(100));
    std::string text;
    for (const Finding& finding : examine(file)) {
      if (finding.subject == "scope" || finding.grade == Grade::unexplained)
        text += std::string(to_text(finding.grade)) + ": " + finding.text + "\n";
    }
    return text;
  }

  Device desk;
};

TEST_F(Scopes, OnlyWhatLiesInsideIsTaken) {
  cloud_says({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "C")),
              row("Grandchild", "g1", R"({"id":"g1","note":"n","childId":null})")});
  EXPECT_EQ(held(), "p1 n");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "1") << "the others are nobody's here";
  EXPECT_EQ(desk.one("SELECT count(*) FROM Grandchild"), "0");
}

TEST_F(Scopes, ARowThatLeavesIsGoneAndComesBack) {
  for (const bool told : {true, false}) {
    cloud_says({row("Parent", "p1", parent("p1", "A"))});
    EXPECT_EQ(held(), "p1 n");
    cloud_says({told ? row("Parent", "p1", parent("p1", "C")) : left("Parent", "p1")});
    EXPECT_EQ(held(), "NULL");
    EXPECT_EQ(state("p1"), "LEFT");
    cloud_says({row("Parent", "p1", parent("p1", "B", "again"))});
    EXPECT_EQ(held(), "p1 again");
    EXPECT_EQ(state("p1"), "SAME");
  }
}

TEST_F(Scopes, ARowThatLeavesStaysUntilItsEntriesAreSettled) {
  for (const bool told : {true, false}) {
    cloud_says({row("Parent", "p1", parent("p1", "A"))});
    const EntryId id = desk.update_parent("p1", "mine");
    cloud_says({told ? row("Parent", "p1", parent("p1", "C", "n", 5)) : left("Parent", "p1")});
    EXPECT_EQ(held(), "p1 mine") << "it has an open entry";
    EXPECT_EQ(desk.one("SELECT amount FROM Parent"), told ? "5" : "1");
    EXPECT_EQ(state("p1"), "LEFT");
    EXPECT_EQ(findings().find("unexplained"), std::string::npos) << findings();
    desk.open();
    EXPECT_EQ(held(), "p1 mine");
    refuse(update("p1", R"({"amount":3})"), "Parent p1");
    ASSERT_TRUE(desk.push());
    desk.finish({receipt(desk.entry(id), Verdict::applied)},
                desk.page({}, {receipt(desk.entry(id), Verdict::applied)}));
    EXPECT_EQ(desk.status(id), Status::success);
    EXPECT_EQ(held(), "NULL");
  }
}

TEST_F(Scopes, ARefusedEntryKeepsItsRowUntilAPersonHasDecided) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  const EntryId id = desk.update_parent("p1", "mine");
  cloud_says({left("Parent", "p1")});
  ASSERT_TRUE(desk.push());
  const auto refused = receipt(desk.entry(id), Verdict::rejected, "outside-scope");
  desk.finish({refused}, desk.page({}, {refused}));
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_EQ(held(), "p1 mine");
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(held(), "NULL");
}

// What left without a word on what it has become is known as of before: a decision that would stand
// on it stands on that version, and cannot overwrite what nobody here saw.
TEST_F(Scopes, WhatLeftUnseenKeepsTheVersionThatWasSeen) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  const Version seen = desk.cursor();
  desk.update_parent("p1", "mine");
  cloud_says({left("Parent", "p1")});
  const auto shadow = desk->shadow({"Parent", "p1"}, desk.now());
  EXPECT_EQ((*shadow)->version, seen);
  EXPECT_TRUE((*shadow)->left);
}

TEST_F(Scopes, WhatIsHandedOverLeavesWhenTheCloudHasIt) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  desk.write(update("p1", R"({"code":"C","name":"yours"})"));
  EXPECT_EQ(held(), "p1 yours");
  refuse(update("p1", R"({"name":"mine"})"), "code is");
  const auto request = desk.push();
  const Receipt applied{request->items.front().id, Verdict::applied, 0, {}, {}, std::nullopt};
  const Page page = desk.page({left("Parent", "p1")}, {applied});
  desk.finish(page.receipts, page);
  EXPECT_EQ(held(), "NULL");
}

// What one's own entry has made of it is known, also where the cloud tells no values.
TEST_F(Scopes, WhatIsHandedOverShowsItsOwnChangeWhileMoreIsOpen) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  desk.write(update("p1", R"({"name":"mine"})"));
  desk.write(update("p1", R"({"code":"C"})"));
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 2u);
  const Receipt applied{request->items.front().id, Verdict::applied, 0, {}, {}, std::nullopt};
  const Page page = desk.page({left("Parent", "p1")}, {applied});
  desk.finish(page.receipts, page);
  EXPECT_EQ(held(), "p1 mine");
}

TEST_F(Scopes, WritesOutsideAreRefused) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  refuse(Device::mutation("Parent", "p9", "CREATE_PARENT", R"({"name":"n","code":"C"})"),
         R"(only those whose code is "A" or "B" or "D" are held here)");
  refuse(Device::mutation("Parent", "p9", "CREATE_PARENT", R"({"name":"n"})"), "code");
  refuse(Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"note":"n"})"),
         "no Grandchild is held here");
  EXPECT_EQ(held(), "p1 n");
  desk.write(Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"m","code":"B"})"));
  desk.write(Device::mutation("Parent", "p2", "DELETE_PARENT"));
  // A group is refused whole, and names the one that lies outside.
  const auto group = desk.try_write(
      {update("p1", R"({"name":"x"})"),
       Device::mutation("Parent", "p3", "CREATE_PARENT", R"({"name":"n","code":"C"})")});
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().type, "outside-scope");
  EXPECT_EQ(group.error().field, "mutations[1]");
  EXPECT_EQ(held(), "p1 n");
}

TEST_F(Scopes, AParentThatLeavesIsKeptForItsChildrenAndNotWritten) {
  cloud_says({row("Parent", "p1", parent("p1", "A")), row("Child", "c1", child("c1", "p1"))});
  cloud_says({row("Parent", "p1", parent("p1", "C", "moved"))});
  EXPECT_EQ(held(), "p1 moved");
  EXPECT_EQ(desk.one("SELECT quarantine FROM SyncShadow WHERE entityId = 'p1'"),
            "kept: outside of this device's scope, but other rows refer to Parent p1");
  refuse(update("p1", R"({"name":"x"})"), "Parent p1");
  cloud_says({row("Child", "c2", child("c2", "p1"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "2") << "the feed goes on";
  cloud_says({deleted_row("Child", "c1", child("c1", "p1")),
              deleted_row("Child", "c2", child("c2", "p1"))});
  EXPECT_EQ(held(), "NULL");
}

TEST_F(Scopes, AChildOfAParentOutsideIsSetAsideUntilThatComes) {
  cloud_says({row("Parent", "p1", parent("p1", "C")), row("Child", "c1", child("c1", "p1"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0");
  EXPECT_EQ(desk.one("SELECT quarantine FROM SyncShadow WHERE entityId = 'c1'"),
            "it refers to Parent p1, which is not here");
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "1");
}

TEST_F(Scopes, AnotherDeclarationTakesEverythingAnew) {
  cloud_says({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "B")),
              row("Parent", "p3", parent("p3", "D"))});
  EXPECT_FALSE(desk->full_pull().value());
  desk.open();
  EXPECT_FALSE(desk->full_pull().value()) << "the same one";
  desk.update_parent("p2", "mine");
  declare(R"({"Parent": {"code": ["A", "C"]}})");
  EXPECT_TRUE(desk->full_pull().value());
  EXPECT_EQ(held(), "p1 n,p2 mine,p3 n") << "offline nothing is taken away";
  refuse(update("p3", R"({"name":"x"})"), "Parent p3");
  finish_full_pull({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "B")),
                    row("Parent", "p3", parent("p3", "D")),
                    row("Parent", "p4", parent("p4", "C"))});
  EXPECT_EQ(held(), "p1 n,p2 mine,p4 n");
  declare("null");
  finish_full_pull({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "B")),
                    row("Parent", "p3", parent("p3", "D"))});
  EXPECT_EQ(held(), "p1 n,p2 mine,p3 n");
  EXPECT_EQ(desk->scope()->held.is_everything(), true);
}

// Its rows may be of a past that is gone meanwhile; only who asks for its commit is told.
TEST_F(Scopes, AnotherDeclarationDuringAFullPullAsksForTheSameCommitFromItsBeginning) {
  ASSERT_TRUE(desk->begin_full_pull(desk.now()));
  SnapshotPage page;
  page.at = page.head = desk.version(desk.cursor().seq + 1);
  page.rows = {row("Parent", "p1", parent("p1", "A"))};
  page.rows[0].version = page.at;
  page.next = SnapshotPlace{EntityKey{"Parent", "p1"}, 0};
  ASSERT_TRUE(desk->snapshot_request("exchange", 1000));
  ASSERT_TRUE(desk->absorb_snapshot(page, desk.now())->page_absorbed);
  declare(R"({"Parent": {}})");
  const auto request = desk->snapshot_request("exchange", 1000);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->at, page.at);
  EXPECT_EQ(request->after, std::nullopt);
}

TEST_F(Scopes, WhatTheCloudGrantsCutsWhatIsDeclared) {
  cloud_says({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "B"))});
  desk.update_parent("p2", "mine");
  ASSERT_TRUE(desk->begin_full_pull(desk.now()));
  finish_full_pull({row("Parent", "p1", parent("p1", "A"))},
                   scope(R"({"Parent": {"code": ["A", "C"]}, "Grandchild": {}})"));
  EXPECT_EQ(held(), "p1 n,p2 mine") << "p2 has an open entry, and its last values lie outside";
  EXPECT_EQ(state("p2"), "LEFT");
  for (const bool again : {false, true}) {
    if (again) desk.open();
    EXPECT_EQ(canonical_json(to_json(*desk->scope())),
              R"({"declared":{"Child":{},"Guard":{},"Parent":{"code":["A","B","D"]}},)"
              R"("granted":{"Grandchild":{},"Parent":{"code":["A","C"]}},)"
              R"("held":{"Parent":{"code":["A"]}},"withheld":["Child","Guard","Parent.code"]})");
    refuse(Device::mutation("Parent", "p9", "CREATE_PARENT", R"({"name":"n","code":"D"})"), "code");
    refuse(Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"note":"n"})"),
           "Grandchild");
  }
  EXPECT_EQ(findings(),
            "fine: This device holds a part of the rows: Parent with code \"A\"\n"
            "note: The configuration asks for more than the cloud grants this device, which keeps "
            "back Child, Guard, Parent.code. Declare less, or have it granted: slipway-cloud token "
            "create --scope\n");
}

// It left unseen, and was deleted out there; then the device may hold everything.
TEST_F(Scopes, WhatHasLeftIsGoneWhenNothingIsKeptBackAndItIsNotThere) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  const EntryId id = desk.update_parent("p1", "mine");
  cloud_says({left("Parent", "p1")});
  declare("null");
  EXPECT_EQ(held(), "p1 mine");
  const auto written = desk.try_write(update("p1", R"({"amount":3})"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().type, "outside-scope");
  finish_full_pull({});
  EXPECT_EQ(held(), "NULL");
  EXPECT_EQ(state("p1"), "ABSENT");
  EXPECT_EQ(desk.status(id), Status::pending);
}

// Not by a page of it that was not absorbed.
TEST_F(Scopes, WhatIsGrantedIsTakenWithThePageOnly) {
  ASSERT_TRUE(desk->begin_full_pull(desk.now()));
  ASSERT_TRUE(desk->snapshot_request("exchange", 1000));
  SnapshotPage page;
  page.at = page.head = desk.version(9);
  page.after = SnapshotPlace{EntityKey{"Parent", "p5"}, 0};  // of another pull
  page.scope = scope("{}");
  EXPECT_FALSE(desk->absorb_snapshot(page, desk.now())->page_absorbed);
  EXPECT_TRUE(desk->scope()->granted.is_everything());
}

TEST_F(Scopes, RowsThatTheCloudNeverHeardOfStayAndAreOfferedInsideOnly) {
  desk.run("INSERT INTO Parent VALUES ('old1','n','A',1), ('old2','n','C',1)");
  cloud_says({row("Parent", "old2", parent("old2", "D"))});
  EXPECT_EQ(held(), "old1 n,old2 n");
  EXPECT_EQ(desk->count_existing_rows().value(), 1);
  EXPECT_EQ(desk->offer_existing_rows(desk.now()).value(), 1u);
  EXPECT_EQ(desk.one("SELECT group_concat(entityId) FROM (SELECT * FROM SyncQueue ORDER BY id)"),
            "old2,old1")
      << "old2 when the cloud told of it otherwise: a person decides";
}

// A row that is gone with the cloud's past was not this device's any more.
TEST_F(Scopes, WhatHasLeftIsNotMissedWhenTheCloudIsRestored) {
  cloud_says({row("Parent", "p1", parent("p1", "A")), row("Parent", "p2", parent("p2", "B"))});
  cloud_says({row("Parent", "p1", parent("p1", "C"))});
  for (bool done = false; !done;) {
    ASSERT_TRUE(desk->history_request("exchange", 100));
    const auto compared =
        desk->absorb_history({"exchange", desk.version(0), desk.version(0)}, desk.now());
    ASSERT_TRUE(compared);
    done = *compared;
  }
  EXPECT_EQ(desk.one("SELECT group_concat(entityId) FROM SyncLost"), "p2");
  finish_full_pull({});
  EXPECT_EQ(held(), "NULL");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE seq IS NULL AND salt IS NOT NULL"),
            "0");
}

// Nothing is made up of a row of which nothing is known.
TEST_F(Scopes, ARowThatLeavesUnknownIsNotShown) {
  cloud_says({row("Parent", "p1", parent("p1", "A"))});
  desk.update_parent("p1", "mine");
  PageRow gone = left("Parent", "p1");
  gone.left = false;  // deleted, of no known values
  cloud_says({gone});
  cloud_says({left("Parent", "p2")});
  EXPECT_EQ(held(), "NULL");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "1");
}

TEST_F(Scopes, ADeclarationIsCheckedAgainstTheTables) {
  const auto opened = [&](const char* declared) {
    desk.set_scope(declared);
    const auto store = Store::open(desk.options(), Random(1), desk.now());
    EXPECT_TRUE(!store && store.error().type == "invalid-config");
    return store ? "" : store.error().message;
  };
  const std::string before = desk.one("SELECT value FROM sync_meta WHERE key = 'declaredScope'");
  desk.close();
  EXPECT_EQ(opened(R"({"Nobody": {}})"), "scope.Nobody: this database has no table “Nobody”");
  EXPECT_EQ(opened(R"({"Parent": {"amount": [1, "x"]}})"),
            "scope.Parent.amount: \"x\" is no value of this column, which is integer");
  EXPECT_EQ(opened(R"({"Parent": {"kode": ["A"]}})"),
            "scope.Parent.kode: there is no such column; Parent has id, name, code, amount");
  EXPECT_EQ(opened(R"({"Parent": {"name": [null]}})"),
            "scope.Parent.name: null is no value of this column, which is text");
  EXPECT_EQ(desk.one("SELECT value FROM sync_meta WHERE key = 'declaredScope'"), before);
  desk.set_scope(R"({"Parent": {"code": ["A", null], "amount": [1, 2]}})");
  desk.open();
}

}  // namespace
}  // namespace slipway::store
