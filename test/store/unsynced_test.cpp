// `sync = false`: the table is the app's alone. What the cloud has of that type is kept beside it.
#include "device.h"

namespace slipway::store {
namespace {

SyncRules without(const std::string& type) {
  SyncRules rules;
  rules.entities[type].sync = false;
  return rules;
}
std::string parent(const std::string& id, const std::string& name) {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","code":null,"amount":7})";
}

class Unsynced : public testing::Test {
 protected:
  void use(SyncRules rules) {
    desk.set_rules(std::move(rules));
    desk.open();
  }
  void told(std::vector<PageRow> rows) {
    ASSERT_TRUE(desk.absorb(desk.page(std::move(rows)))->page_absorbed);
  }
  void pull_all(std::vector<PageRow> rows) {
    ASSERT_TRUE(desk->begin_full_pull(desk.now()));
    const auto request = desk->snapshot_request("exchange", 100);
    types = request->types;
    SnapshotPage page;
    page.at = page.head = desk.version(desk.cursor().seq + 1);
    page.rows = std::move(rows);
    for (PageRow& row : page.rows) row.version = page.at;
    ASSERT_TRUE(desk->absorb_snapshot(page, desk.now())->page_absorbed);
  }
  std::string parents() {
    return desk.one("SELECT group_concat(x) FROM (SELECT id || name AS x FROM Parent ORDER BY id)");
  }

  std::vector<std::string> types;
  Device desk;
};

TEST_F(Unsynced, PagesDoNotTouchTheTable) {
  use(without("Parent"));
  desk.meet();
  desk.run("INSERT INTO Parent (id, name) VALUES ('p1', 'mine')");
  told({row("Parent", "p1", parent("p1", "theirs")), row("Parent", "p2", parent("p2", "theirs"))});
  told({deleted_row("Parent", "p1", parent("p1", "theirs"))});
  EXPECT_EQ(parents(), "p1mine");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "0");
  EXPECT_EQ(desk.one("SELECT DISTINCT quarantine FROM SyncShadow"),
            "this database does not sync its table Parent");
}

TEST_F(Unsynced, FullPullsDoNotTouchTheTableOrAskForItInOrder) {
  use(without("Parent"));
  desk.meet();
  desk.run("INSERT INTO Parent (id, name) VALUES ('p1', 'mine')");
  pull_all(
      {row("Parent", "p1", parent("p1", "theirs")), row("Parent", "p2", parent("p2", "theirs"))});
  EXPECT_EQ(std::ranges::find(types, "Parent"), types.end());
  pull_all({});
  EXPECT_EQ(parents(), "p1mine");
}

TEST_F(Unsynced, ItsRowsStayWhenWhatTheyReferToGoes) {
  use(without("Child"));
  desk.meet();
  told({row("Parent", "p1", parent("p1", "a"))});
  desk.run("INSERT INTO Child (id, parentId) VALUES ('c1', 'p1')");
  PageRow gone = deleted_row("Parent", "p1", "{}");
  told({gone});
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Child"), "c1");
}

TEST_F(Unsynced, ARowIsNotMadeInItBecauseAnotherRefersToIt) {
  use(without("Parent"));
  desk.meet();
  told({deleted_row("Parent", "p1", parent("p1", "theirs")),
        row("Child", "c1", R"({"id":"c1","title":"t","parentId":"p1"})")});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0") << "it waits for its parent";
}

TEST_F(Unsynced, WhenItSyncsAfterAllTheCloudsRowsAppearAndOnesOwnAreOffered) {
  use(without("Parent"));
  desk.meet();
  desk.run("INSERT INTO Parent (id, name) VALUES ('p1', 'mine')");
  told({row("Parent", "p1", parent("p1", "theirs")), row("Parent", "p2", parent("p2", "theirs"))});
  use({});
  EXPECT_EQ(parents(), "p1mine,p2theirs");
  EXPECT_EQ(desk.entry(1).body.op, Op::create);
}

}  // namespace
}  // namespace slipway::store
