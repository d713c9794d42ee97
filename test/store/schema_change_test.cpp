// The app migrates while rows of newer desks are held and entries are open: nothing is lost, and
// what the cloud told before is shown as soon as there is a column for it.
#include "device.h"

namespace slipway::store {
namespace {

constexpr const char* first_tables =
    R"(CREATE TABLE "Order" ("id" TEXT PRIMARY KEY, "name" TEXT, "note" TEXT);)";

class SchemaChanges : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }
  void cloud_tells(std::string_view values) {
    ASSERT_TRUE(desk.absorb(desk.page({row("Order", "o1", values)})));
  }
  void migrate(const std::string& sql) { desk.run(sql); }
  std::string shown(const std::string& column) {
    return desk.one("SELECT \"" + column + "\" FROM \"Order\" WHERE id = 'o1'");
  }
  EntryId edit(std::string_view payload) {
    return desk.write(Device::mutation("Order", "o1", "UPDATE_ORDER", payload));
  }
  Device desk{first_tables};
};

const std::string add_terms = R"(ALTER TABLE "Order" ADD COLUMN "terms" TEXT DEFAULT 'EXW')";

TEST_F(SchemaChanges, ANewColumnShowsWhatTheCloudHasToldAlready) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n","terms":"FOB"})");
  migrate(add_terms);
  ASSERT_EQ(shown("terms"), "EXW");
  desk.open();
  EXPECT_EQ(shown("terms"), "FOB");
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow"), "SAME");
}

TEST_F(SchemaChanges, AlsoWhileTheServiceRunsAndNobodyWrites) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n","terms":"FOB"})");
  migrate(add_terms);
  ASSERT_TRUE(desk->tend_lease({}, desk.now()));
  EXPECT_EQ(shown("terms"), "FOB");
}

// Whoever edits the field knows the cloud's value, not the column's default.
TEST_F(SchemaChanges, AnEditOfANewColumnStandsOnTheCloudsValue) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n","terms":"FOB"})");
  migrate(add_terms);
  const Entry entry = desk.entry(edit(R"({"terms":"CIF"})"));
  EXPECT_EQ(entry.body.base, object(R"({"terms":"FOB"})"));
}

TEST_F(SchemaChanges, RowsOfATableThatWasNotThereAreShownWhenItIs) {
  ASSERT_TRUE(desk.absorb(desk.page({row("Quote", "q1", R"({"id":"q1","price":7})")})));
  EXPECT_NE(desk.one("SELECT quarantine FROM SyncShadow"), "NULL");
  migrate(R"(CREATE TABLE "Quote" ("id" TEXT PRIMARY KEY, "price" INTEGER))");
  desk.open();
  EXPECT_EQ(desk.one("SELECT price FROM \"Quote\""), "7");
  EXPECT_EQ(desk.one("SELECT quarantine FROM SyncShadow"), "NULL");
}

TEST_F(SchemaChanges, AnOpenEntryKeepsWhatItSaysOfAColumnThatIsGone) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})");
  migrate(R"(ALTER TABLE "Order" DROP COLUMN "note")");
  desk.open();
  EXPECT_EQ(shown("name"), "b");
  const auto push = desk.push();
  ASSERT_EQ(push->items.size(), 1u);
  EXPECT_EQ(push->items[0].write->at("payload"), json::value(object(R"({"name":"b","note":"m"})")));
  const Page page = desk.page({row("Order", "o1", R"({"id":"o1","name":"b","note":"m"})")},
                              {receipt(desk.entry(id), Verdict::applied)});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_EQ(shown("name"), "b");
}

// What the cloud said of the column comes back with it.
TEST_F(SchemaChanges, AColumnThatComesBackShowsTheCloudsValue) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  edit(R"({"name":"b"})");
  migrate(R"(ALTER TABLE "Order" DROP COLUMN "note")");
  cloud_tells(R"({"id":"o1","name":"a","note":"later"})");
  migrate(R"(ALTER TABLE "Order" ADD COLUMN "note" TEXT)");
  desk.open();
  EXPECT_EQ(shown("note"), "later");
  EXPECT_EQ(shown("name"), "b");
}

}  // namespace
}  // namespace slipway::store
