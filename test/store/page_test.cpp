// A page is applied whole, with the cursor; view = shadow + open entries afterwards. Foreign keys'
// own actions never fire; what cannot be shown is quarantined and comes back by itself.
#include "device.h"

namespace slipway::store {
namespace {

std::string parent(std::string_view id, std::string_view name, std::string_view code = "") {
  const std::string quoted_code = code.empty() ? "null" : "\"" + std::string(code) + "\"";
  return R"({"id":")" + std::string(id) + R"(","name":")" + std::string(name) + R"(","code":)" +
         quoted_code + R"(,"amount":1})";
}
std::string child(std::string_view id, std::string_view of) {
  return R"({"id":")" + std::string(id) + R"(","title":"t","parentId":")" + std::string(of) + "\"}";
}

class PageTest : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }
  void TearDown() override { EXPECT_TRUE(desk.query("PRAGMA foreign_key_check").empty()); }
  Settled pull(std::vector<PageRow> rows, std::vector<Receipt> receipts = {}) {
    auto settled = desk.absorb(desk.page(std::move(rows), std::move(receipts)));
    EXPECT_TRUE(settled) << settled.error().message;
    return settled.value_or(Settled{});
  }
  std::string quarantine(const std::string& id) {
    return desk.one("SELECT COALESCE(quarantine, 'none') FROM SyncShadow WHERE entityId = '" + id +
                    "'");
  }
  Device desk;
};

TEST_F(PageTest, InsertsUpdatesAndDeletesRowsAndMovesTheCursor) {
  pull({row("Parent", "p1", parent("p1", "a")), row("Parent", "p2", parent("p2", "b"))});
  EXPECT_EQ(desk.cursor(), desk.version(1));
  pull({row("Parent", "p1", parent("p1", "x")), deleted_row("Parent", "p2", parent("p2", "b"))});
  EXPECT_EQ(desk.query("SELECT id, name FROM Parent"), (std::vector<TextRow>{{"p1", "x"}}));
  EXPECT_EQ(desk.query("SELECT entityId, seq, state FROM SyncShadow ORDER BY 1"),
            (std::vector<TextRow>{{"p1", "2", "SAME"}, {"p2", "2", "ABSENT"}}));
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "0");  // a pulled row is no entry
}

TEST_F(PageTest, ThatDoesNotBeginAtTheCursorIsDroppedSoTwoPullsOfOnePageAreOne) {
  const Page page = desk.page({row("Parent", "p1", parent("p1", "a"))});
  EXPECT_TRUE(desk.absorb(page)->page_absorbed);
  const EntryId id = desk.update_parent("p1", "mine");
  EXPECT_FALSE(desk.absorb(page)->page_absorbed);
  EXPECT_EQ(desk.cursor(), desk.version(1));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "mine");
  EXPECT_EQ(desk.status(id), Status::pending);
  Page other_history = desk.page({});
  other_history.from.salt = std::string(16, 'f');
  EXPECT_FALSE(desk.absorb(other_history)->page_absorbed);
  Page two_salts = desk.page({});
  two_salts.to = {two_salts.from.seq, std::string(16, 'f')};
  EXPECT_FALSE(desk.absorb(two_salts)->page_absorbed);
}

TEST_F(PageTest, PendingEditsStayOnTopOfTheNewShadow) {
  pull({row("Parent", "p1", parent("p1", "a"))});
  desk.update_parent("p1", "mine");
  pull({row("Parent", "p1", R"({"id":"p1","name":"theirs","code":null,"amount":99})")});
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"mine", "99"}}));
  const auto shadow = desk->shadow({"Parent", "p1"}, desk.now()).value();
  EXPECT_EQ(shadow->row.values.at("name"), "theirs");
  EXPECT_EQ(shadow->version, desk.version(2));
}

TEST_F(PageTest, AnUpdateOfARowDeletedAtTheCloudIsNotMaterialisedButStaysAnEntry) {
  pull({row("Parent", "p1", parent("p1", "a"))});
  const EntryId id = desk.update_parent("p1", "mine");
  pull({deleted_row("Parent", "p1", parent("p1", "a"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(desk.status(id), Status::pending);
}

TEST_F(PageTest, AUniqueCollisionIsQuarantinedWithTheReasonAndLaterReleased) {
  desk.write(Device::mutation("Parent", "mine", "CREATE_PARENT", R"({"name":"m","code":"X"})"));
  pull({row("Parent", "theirs", parent("theirs", "t", "X"))});
  EXPECT_NE(quarantine("theirs").find("UNIQUE"), std::string::npos);
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "mine");
  desk.write(Device::mutation("Parent", "mine", "UPDATE_PARENT", R"({"code":"Y"})"));
  pull({});
  EXPECT_EQ(quarantine("theirs"), "none");
  EXPECT_EQ(desk.one("SELECT code FROM Parent WHERE id = 'theirs'"), "X");
}

TEST_F(PageTest, RowsThatExchangeUniqueValuesAreAppliedInOnePage) {
  pull({row("Parent", "p1", parent("p1", "a", "A")), row("Parent", "p2", parent("p2", "b", "B")),
        row("Parent", "p3", parent("p3", "c", "C"))});
  pull({row("Parent", "p1", parent("p1", "a", "B")), row("Parent", "p2", parent("p2", "b", "A"))});
  EXPECT_EQ(desk.query("SELECT id, code FROM Parent ORDER BY id"),
            (std::vector<TextRow>{{"p1", "B"}, {"p2", "A"}, {"p3", "C"}}));
  pull({row("Parent", "p1", parent("p1", "a", "A")), row("Parent", "p2", parent("p2", "b", "C")),
        row("Parent", "p3", parent("p3", "c", "D"))});
  EXPECT_EQ(desk.query("SELECT id, code FROM Parent ORDER BY id"),
            (std::vector<TextRow>{{"p1", "A"}, {"p2", "C"}, {"p3", "D"}}));
  EXPECT_EQ(
      desk.one("SELECT count(*) FROM SyncShadow WHERE quarantine IS NOT NULL OR state <> 'SAME'"),
      "0");
}

TEST_F(PageTest, AChildWithoutItsParentIsQuarantinedAndReleasedWithIt) {
  pull({row("Child", "c1", child("c1", "late"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0");
  EXPECT_NE(quarantine("c1").find("Parent late"), std::string::npos);
  pull({row("Parent", "late", parent("late", "x"))});
  EXPECT_EQ(quarantine("c1"), "none");
  EXPECT_EQ(desk.one("SELECT parentId FROM Child"), "late");
}

TEST_F(PageTest, ARowThatIsMadeAnewHereIsShownAndNotInQuarantineAnyMore) {
  pull({row("Child", "c1", child("c1", "late")), row("Parent", "p1", parent("p1", "a"))});
  const EntryId mine = desk.create_child("c1", "p1");
  EXPECT_EQ(quarantine("c1"), "none");
  EXPECT_TRUE(desk.entry(mine).body.base_versions.at("*").is_null());  // it was not to be seen
  const EntryId next =
      desk.write(Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"title":"mine"})"));
  EXPECT_TRUE(desk.entry(next).body.base_versions.at("title").is_null());
  EXPECT_EQ(desk.query("SELECT title, parentId FROM Child"),
            (std::vector<TextRow>{{"mine", "p1"}}));
}

TEST_F(PageTest, ARowThatIsDeletedHereIsNotInQuarantineAnyMore) {
  pull({row("Parent", "p1", parent("p1", "a", "A")), row("Parent", "p2", parent("p2", "b", "B"))});
  pull({row("Parent", "p2", parent("p2", "unseen", "A"))});
  EXPECT_NE(quarantine("p2"), "none");
  const EntryId mine = desk.write(Device::mutation("Parent", "p2", "DELETE_PARENT"));
  EXPECT_EQ(quarantine("p2"), "none");
  EXPECT_TRUE(desk.entry(mine).body.base_versions.at("*").is_null());
  pull({});
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "p1");
}

TEST_F(PageTest, EveryRowBelowAQuarantinedOneFollowsItAndComesBack) {
  desk.write(Device::mutation("Parent", "mine", "CREATE_PARENT", R"({"name":"m","code":"X"})"));
  pull({row("Parent", "p1", parent("p1", "a")), row("Child", "c1", child("c1", "p1")),
        row("Grandchild", "g1", R"({"id":"g1","note":"n","childId":"c1"})"),
        row("Grandchild", "g2", R"({"id":"g2","note":"n","childId":"c1"})")});
  pull({row("Parent", "p2", parent("p2", "collides", "X")), row("Child", "c1", child("c1", "p2"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE quarantine IS NOT NULL"), "4");
  desk.write(Device::mutation("Parent", "mine", "UPDATE_PARENT", R"({"code":null})"));
  pull({});
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE quarantine IS NOT NULL"), "0");
  EXPECT_EQ(desk.query("SELECT id, childId FROM Grandchild ORDER BY id"),
            (std::vector<TextRow>{{"g1", "c1"}, {"g2", "c1"}}));
}

TEST_F(PageTest, ADeletedParentIsKeptWhileARowInTheViewRefersToIt) {
  pull({row("Parent", "p1", parent("p1", "a"))});
  const EntryId mine = desk.create_child("c1", "p1");
  pull({deleted_row("Parent", "p1", parent("p1", "last"))});
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "last");
  EXPECT_TRUE(quarantine("p1").starts_with("kept"));
  EXPECT_EQ(desk.one("SELECT parentId FROM Child"), "p1");  // not cascaded
  ASSERT_TRUE(desk.discard(mine));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(quarantine("p1"), "none");
}

TEST_F(PageTest, AKeptRowShowsWhatIsBeingWritten) {
  pull({row("Parent", "p1", parent("p1", "a"))});
  const EntryId before = desk.update_parent("p1", "before");
  desk.create_child("c1", "p1");
  pull({deleted_row("Parent", "p1", parent("p1", "last"))});
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "before");
  const EntryId mine = desk.update_parent("p1", "mine");
  pull({row("Parent", "p2", parent("p2", "b"))});
  EXPECT_EQ(desk.one("SELECT name FROM Parent WHERE id = 'p1'"), "mine");
  EXPECT_TRUE(quarantine("p1").starts_with("kept"));
  ASSERT_TRUE(desk.discard(mine));
  EXPECT_EQ(desk.one("SELECT name FROM Parent WHERE id = 'p1'"), "before");
  ASSERT_TRUE(desk.discard(before));
  EXPECT_EQ(desk.one("SELECT name FROM Parent WHERE id = 'p1'"), "last");
}

TEST_F(PageTest, ATombstoneWhoseOwnParentIsMissingIsNotKeptForItsChildren) {
  desk.write(Device::mutation("Parent", "mine", "CREATE_PARENT", R"({"name":"m","code":"X"})"));
  pull({row("Parent", "p1", parent("p1", "a")), row("Child", "c1", child("c1", "p1")),
        row("Grandchild", "g1", R"({"id":"g1","note":"n","childId":"c1"})")});
  pull({row("Parent", "p2", parent("p2", "collides", "X")),
        deleted_row("Child", "c1", child("c1", "p2"))});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Grandchild"), "0");
  EXPECT_NE(quarantine("g1").find("Child c1"), std::string::npos);
  desk.write(Device::mutation("Parent", "mine", "UPDATE_PARENT", R"({"code":null})"));
  pull({});
  EXPECT_EQ(desk.one("SELECT childId FROM Grandchild"), "c1");
  EXPECT_TRUE(quarantine("c1").starts_with("kept"));
}

TEST_F(PageTest, RestrictCascadeAndSetNullNeverFire) {
  pull({row("Parent", "p1", parent("p1", "a")), row("Parent", "p2", parent("p2", "b")),
        row("Child", "c1", child("c1", "p1")), row("Guard", "r1", R"({"id":"r1","parentId":"p1"})"),
        row("Grandchild", "g1", R"({"id":"g1","note":"n","childId":"c1"})")});
  pull({deleted_row("Parent", "p1", parent("p1", "a")), row("Child", "c1", child("c1", "p2")),
        row("Guard", "r1", R"({"id":"r1","parentId":"p2"})")});
  EXPECT_EQ(desk.query("SELECT c.parentId, r.parentId, childId FROM Child c, Guard r, Grandchild"),
            (std::vector<TextRow>{{"p2", "p2", "c1"}}));
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "p2");
  EXPECT_EQ(desk.query("SELECT * FROM SyncShadow WHERE quarantine IS NOT NULL").size(), 0u);
  EXPECT_THROW(desk.run("PRAGMA foreign_keys = ON; INSERT INTO Guard VALUES ('r9', 'nobody')"),
               sqlite::Failure);
  EXPECT_FALSE(desk.try_write(
      Device::mutation("Guard", "r9", "CREATE_GUARD", R"({"parentId":"nobody"})")));  // on again
}

TEST_F(PageTest, UnknownTablesAndFieldsAreKeptInTheShadowUntilTheAppKnowsThem) {
  pull({row("Later", "l1", R"({"id":"l1","x":1})"),
        row("Parent", "p1", R"({"id":"p1","name":"a","code":null,"amount":1,"new":5})")});
  EXPECT_NE(quarantine("l1").find("no table Later"), std::string::npos);
  desk.update_parent("p1", "mine");
  const auto shadow = desk->shadow({"Parent", "p1"}, desk.now()).value();
  EXPECT_EQ(shadow->row.values.at("new"), 5);
  desk.run("CREATE TABLE Later (id TEXT NOT NULL PRIMARY KEY, x INTEGER)");
  pull({});
  EXPECT_EQ(desk.one("SELECT x FROM Later"), "1");
  EXPECT_EQ(quarantine("l1"), "none");
}

TEST_F(PageTest, ARowThatTheTableRefusesIsQuarantined) {
  pull({row("Parent", "p1", R"({"id":"p1","name":null})"),
        row("Parent", "p2", R"({"id":"p2","name":"a","amount":"many"})"),
        row("Parent", "p3", parent("p3", "fine"))});
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "p3");
  EXPECT_NE(quarantine("p1"), "none");
  EXPECT_NE(quarantine("p2"), "none");
}

TEST_F(PageTest, ARowWhoseValuesNameAnotherRowIsQuarantined) {
  pull({row("Parent", "p1", parent("p1", "a"))});
  pull({row("Parent", "p2", parent("p9", "b")), row("Parent", "p3", parent("p1", "c"))});
  EXPECT_EQ(desk.query("SELECT id, name FROM Parent"), (std::vector<TextRow>{{"p1", "a"}}));
  EXPECT_NE(quarantine("p2").find("p9"), std::string::npos);
  EXPECT_NE(quarantine("p3").find("p1"), std::string::npos);
  pull({row("Parent", "p2", parent("p2", "b"))});
  EXPECT_EQ(quarantine("p2"), "none");
}

TEST_F(PageTest, ARowWhoseValuesDoNotNameItIsShownUnderItsId) {
  pull({row("Parent", "p1", R"({"name":"a"})")});
  EXPECT_EQ(desk.query("SELECT id, name FROM Parent"), (std::vector<TextRow>{{"p1", "a"}}));
  pull({row("Parent", "p2", R"({})"), row("Parent", "p3", R"({"of":"a newer desk"})")});
  EXPECT_NE(quarantine("p2"), "none");
  EXPECT_NE(quarantine("p3"), "none");
}

TEST_F(PageTest, AnIdThatCannotBeAKeyOfItsTableIsQuarantined) {
  desk.run("CREATE TABLE Numbered (id INTEGER NOT NULL PRIMARY KEY, x INTEGER)");
  PageRow own;
  own.entity = {"Numbered", "seven"};  // said to be our own, without values
  pull({own, row("Numbered", "eight", R"({"id":"eight","x":1})")});
  EXPECT_NE(quarantine("seven"), "none");
  EXPECT_NE(quarantine("eight"), "none");
  EXPECT_FALSE(desk->shadow({"Numbered", "nine"}, desk.now()).value()->row.exists);
}

TEST_F(PageTest, ARowWithoutValuesIsTheDevicesOwnWriteOnItsShadow) {
  desk.create_parent("p1", "mine");
  desk.update_parent("p1", "mine2");
  EXPECT_EQ(desk.settle_all().settled.size(), 2u);
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"mine2", "7"}}));
  EXPECT_EQ(desk.query("SELECT seq, state FROM SyncShadow"), (std::vector<TextRow>{{"1", "SAME"}}));
  desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT"));
  desk.settle_all();
  EXPECT_EQ(desk.query("SELECT seq, state FROM SyncShadow"),
            (std::vector<TextRow>{{"2", "ABSENT"}}));
}

TEST_F(PageTest, ARowWithoutValuesKnowsEvenAnEntryThatWasClosedHereMeanwhile) {
  pull({row("Parent", "p1", parent("p1", "old"))});
  const EntryId id = desk.update_parent("p1", "went through");
  desk.push();
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "no", 400, {}}, 1, desk.now()));
  EXPECT_EQ(desk.status(id), Status::error);
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "old");
  PageRow own;
  own.entity = {"Parent", "p1"};
  pull({own}, {receipt(desk.entry(id), Verdict::applied)});
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "went through");
  EXPECT_EQ(desk.entry(id).void_state, "done");
}

}  // namespace
}  // namespace slipway::store
