// The app migrates while rows of newer desks are held and entries are open: nothing is lost, and
// what the cloud told before is shown as soon as there is a column for it.
#include <sqlite3.h>

#include "device.h"
#include "store/misfit.h"

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

const std::string drop_note = R"(ALTER TABLE "Order" DROP COLUMN "note")";

// A column that is gone: what was never sent is parked, and nothing of it leaves.
TEST_F(SchemaChanges, AnUnsentEntryOfAColumnThatIsGoneIsParked) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})"), later = edit(R"({"name":"c"})");
  const EntryId other = desk.write(
      Device::mutation("Order", "o2", "CREATE_ORDER", R"({"id":"o2","name":"free","note":null})"));
  migrate(drop_note);
  desk.open();
  const Entry entry = desk.entry(id);
  EXPECT_EQ(entry.status, Status::error);
  EXPECT_TRUE(is_parked_as_misfit(entry));
  EXPECT_EQ(*entry.error_message,
            "Order has no “note” any more: its tables have changed since this was written. It was "
            "not sent. Retry sends what still fits, resolve lets you give other values, discard "
            "takes it back.");
  EXPECT_EQ(entry.conflict->at("fields"), json::value(json::array{"note"}));
  EXPECT_EQ(desk->held()->root_of(later), id);
  EXPECT_EQ(shown("name"), "c");
  // A null says nothing of the column: that create is made anew without it, and goes out.
  EXPECT_EQ(desk.status(other), Status::discarded);
  const auto push = desk.push();
  ASSERT_EQ(push->items.size(), 2u);
  EXPECT_TRUE(!push->items[0].write);
  EXPECT_EQ(push->items[1].write->at("payload"),
            json::value(object(R"({"id":"o2","name":"free"})")));
}

TEST_F(SchemaChanges, RetrySendsTheRestAndDiscardTakesItBack) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})"), only = edit(R"({"note":"o"})");
  migrate(drop_note);
  desk.open();
  EXPECT_EQ(desk.status(only), Status::error);
  const auto retried = desk.retry(id);
  ASSERT_TRUE(retried);
  ASSERT_EQ(retried->appended.size(), 1u);
  EXPECT_EQ(retried->appended[0].body.payload, object(R"({"name":"b"})"));
  EXPECT_EQ(retried->appended[0].body.base, object(R"({"name":"a"})"));
  // Nothing of it is left: a retry is a discard.
  const auto nothing = desk.retry(only);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->appended.empty());
  EXPECT_EQ(desk.status(only), Status::discarded);
  EXPECT_EQ(shown("name"), "b");
}

TEST_F(SchemaChanges, ResolvingGivesOtherValues) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})");
  migrate(drop_note);
  desk.open();
  const auto resolved = desk.decide(wish::Resolve{id, {{"name", json::value("other")}}});
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->appended[0].body.payload, object(R"({"name":"other"})"));
  EXPECT_EQ(shown("name"), "other");
}

// A value for a column that the entry does not write must not vanish with the entry.
TEST_F(SchemaChanges, ResolvingWhereNothingIsLeftIsRefusedAndKeepsTheEntry) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"note":"m"})");
  migrate(drop_note);
  desk.open();
  const auto resolved = desk.decide(wish::Resolve{id, {{"name", json::value("m")}}});
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().type, "untouched-field");
  EXPECT_EQ(desk.status(id), Status::error);
}

// A group goes as one: with a mate that may have been sent all of it is asked again.
TEST_F(SchemaChanges, AGroupOfWhichOneMayHaveBeenSentIsNotParked) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const auto group = desk.write(std::vector{
      Device::mutation("Order", "o2", "CREATE_ORDER", R"({"id":"o2","name":"b","note":null})"),
      Device::mutation("Order", "o1", "UPDATE_ORDER", R"({"note":"m"})")});
  ASSERT_TRUE(desk.push());
  desk.open();  // both are in doubt
  desk.run("UPDATE SyncQueue SET sentAt = NULL WHERE entityId = 'o1'");
  migrate(drop_note);
  desk.open();
  for (const EntryId id : group) EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(desk.push()->items.size(), 2u);
}

// The cloud may have taken it: it is asked again under its id, and settled once.
TEST_F(SchemaChanges, WhatMayHaveBeenSentIsAskedAgainAsItIs) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})");
  const std::string sent = desk.push()->items[0].id;
  migrate(drop_note);
  desk.open();
  EXPECT_EQ(desk.status(id), Status::pending);
  const auto push = desk.push();
  ASSERT_EQ(push->items.size(), 1u);
  EXPECT_EQ(push->items[0].id, sent);
  EXPECT_EQ(push->items[0].write->at("payload"), json::value(object(R"({"name":"b","note":"m"})")));
  const Page page = desk.page({row("Order", "o1", R"({"id":"o1","name":"b","note":"m"})")},
                              {receipt(desk.entry(id), Verdict::applied)});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_EQ(shown("name"), "b");
}

// It is known that the sending had no effect, so it counts as never sent.
TEST_F(SchemaChanges, WhatWasSentInVainIsParkedBeforeItIsSentAgain) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"note":"m"})");
  ASSERT_TRUE(desk.push());
  migrate(drop_note);
  Failure failure{FailureClass::busy, "later", 503, std::nullopt};
  failure.without_effect = true;
  ASSERT_TRUE(desk->fail_push(failure, 1, desk.now()));
  EXPECT_FALSE(desk.push());
  EXPECT_TRUE(is_parked_as_misfit(desk.entry(id)));
}

TEST_F(SchemaChanges, AConflictOfAColumnThatIsGoneCanStillBeDecided) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"name":"b","note":"m"})");
  desk.push();
  Receipt refused = receipt(desk.entry(id), Verdict::conflict, "changed");
  refused.conflict = object(R"({"reason":"changed","fields":["name","note"],"server":{"name":"x",
      "note":"y"},"base":{},"local":{}})");
  const Page page =
      desk.page({row("Order", "o1", R"({"id":"o1","name":"x","note":"y"})")}, {refused});
  refused.conflict->insert_or_assign("version", to_json(desk.version(page.to.seq)));
  Page told = page;
  told.receipts = {refused};
  desk.finish(told.receipts, told);
  ASSERT_EQ(desk.status(id), Status::conflict);
  migrate(drop_note);
  desk.open();
  ASSERT_EQ(desk.status(id), Status::conflict);  // judged: it stays a person's question
  const auto forced = desk.force(id);
  ASSERT_TRUE(forced) << forced.error().message;
  ASSERT_EQ(forced->appended.size(), 1u);
  EXPECT_EQ(forced->appended[0].body.payload, object(R"({"name":"b"})"));
}

TEST_F(SchemaChanges, AGroupIsParkedWhole) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const auto ids = desk.write(
      std::vector{Device::mutation("Order", "o1", "UPDATE_ORDER", R"({"note":"m"})"),
                  Device::mutation("Order", "o2", "CREATE_ORDER", R"({"id":"o2","name":"x"})")});
  migrate(drop_note);
  desk.open();
  EXPECT_EQ(desk.status(ids[0]), Status::error);
  EXPECT_EQ(desk.status(ids[1]), Status::error);
  EXPECT_EQ(desk->culprit_of(desk.entry(ids[1])), ids[0]);
  EXPECT_FALSE(desk.push());
}

// A migration that is taken back, or a rename that is declared late.
TEST_F(SchemaChanges, WhatFitsAgainWaitsAgain) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"note":"m"})");
  migrate(drop_note);
  desk.open();
  ASSERT_EQ(desk.status(id), Status::error);
  migrate(R"(ALTER TABLE "Order" ADD COLUMN "note" TEXT)");
  desk.open();
  const Entry entry = desk.entry(id);
  EXPECT_EQ(entry.status, Status::pending);
  EXPECT_FALSE(entry.error_message || entry.conflict);
  EXPECT_EQ(shown("note"), "m");
}

TEST_F(SchemaChanges, ATableThatIsGoneParksItsEntriesOnly) {
  desk.run(R"(CREATE TABLE "Quote" ("id" TEXT PRIMARY KEY, "price" INTEGER))");
  const EntryId quote =
      desk.write(Device::mutation("Quote", "q1", "CREATE_QUOTE", R"({"id":"q1"})"));
  const EntryId order =
      desk.write(Device::mutation("Order", "o1", "CREATE_ORDER", R"({"id":"o1"})"));
  migrate(R"(DROP TABLE "Quote")");
  ASSERT_TRUE(desk->tend_lease({}, desk.now()));  // while the service runs
  EXPECT_EQ(desk.status(quote), Status::error);
  EXPECT_TRUE(desk.entry(quote).error_message->starts_with("This app has no table Quote any more"));
  EXPECT_EQ(desk.push()->items.size(), 1u);
  EXPECT_EQ(desk.status(order), Status::processing);
  EXPECT_EQ(desk.retry(quote).error().type, "unknown-type");
  ASSERT_TRUE(desk.discard(quote));
  EXPECT_EQ(desk.status(quote), Status::discarded);
}

TEST_F(SchemaChanges, ATableThatIsNoLongerDeclaredParksItsEntries) {
  const EntryId id = desk.write(Device::mutation("Order", "o1", "CREATE_ORDER", R"({"id":"o1"})"));
  SyncRules rules;
  rules.entities["Order"].sync = false;
  desk.set_rules(rules);
  desk.open();
  EXPECT_TRUE(desk.entry(id).error_message->starts_with("This app does not sync Order any more"));
  desk.set_rules({});
  desk.open();
  EXPECT_EQ(desk.status(id), Status::pending);
}

// As Prisma redefines a table: a new one, a copy, and the old one's name.
std::string redefined(const std::string& columns, const std::string& copied) {
  return R"(PRAGMA foreign_keys=OFF; CREATE TABLE "new_Order" ()" + columns +
         R"(); INSERT INTO "new_Order" SELECT )" + copied +
         R"( FROM "Order"; DROP TABLE "Order"; ALTER TABLE "new_Order" RENAME TO "Order";)";
}

TEST_F(SchemaChanges, AValueThatAColumnDoesNotTakeAnyMoreIsParked) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId null = edit(R"({"note":null})");
  migrate(redefined(R"("id" TEXT PRIMARY KEY, "name" TEXT, "note" TEXT NOT NULL DEFAULT '')",
                    R"("id", "name", coalesce("note", ''))"));
  desk.open();
  EXPECT_TRUE(desk.entry(null).error_message->starts_with("Order needs a value in “note” now"));
  EXPECT_EQ(desk.retry(null).error().type, "constraint");
  EXPECT_EQ(desk.status(null), Status::error);
  ASSERT_TRUE(desk.decide(wish::Resolve{null, {{"note", json::value("given")}}}));
  EXPECT_EQ(shown("note"), "given");
  EXPECT_EQ(desk.push()->items.size(), 2u);  // the void, and what took its place
}

TEST_F(SchemaChanges, ARowThatTheTablesRefuseNowParksTheEntryThatMadeIt) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId fine = edit(R"({"name":"long enough"})"), bad = edit(R"({"note":"x"})");
  migrate(redefined(
      R"("id" TEXT PRIMARY KEY, "name" TEXT, "note" TEXT CHECK ("note" IS NULL OR "note" <> 'x'))",
      R"("id", "name", nullif("note", 'x'))"));
  desk.open();
  EXPECT_EQ(desk.status(fine), Status::pending);
  EXPECT_EQ(desk.status(bad), Status::error);
  EXPECT_NE(desk.entry(bad).error_message->find("breaks a rule of this database"),
            std::string::npos);
  EXPECT_EQ(desk.retry(bad).error().type, "constraint");
  ASSERT_TRUE(desk.discard(bad));
  EXPECT_EQ(shown("note"), "n");
  EXPECT_EQ(shown("name"), "long enough");
}

// Each is looked at beside what of the row fits, whatever an earlier one of its lane does to it.
TEST_F(SchemaChanges, WhatIsParkedForItsRowStaysSoBehindAnotherThatIsRefused) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  edit(R"({"name":"x"})");
  const EntryId note = edit(R"({"note":"x"})"), fine = edit(R"({"name":"b"})");
  const auto tables = [&](const std::string& name_check) {
    migrate(redefined(R"("id" TEXT PRIMARY KEY, "name" TEXT )" + name_check +
                          R"(, "note" TEXT CHECK ("note" IS NULL OR "note" <> 'x'))",
                      R"("id", nullif("name", 'x'), nullif("note", 'x'))"));
    desk.open();
  };
  tables("");
  ASSERT_EQ(desk.status(note), Status::error);
  tables(R"(CHECK ("name" IS NULL OR "name" <> 'x'))");
  EXPECT_EQ(desk.status(note), Status::error);
  EXPECT_EQ(desk.status(fine), Status::pending);
}

TEST_F(SchemaChanges, TwoEntriesOfARowThatTheTablesRefuseAtOnceAreParked) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId name = edit(R"({"name":"x"})"), note = edit(R"({"note":"x"})");
  migrate(redefined(R"("id" TEXT PRIMARY KEY, "name" TEXT, "note" TEXT,
                       CHECK (coalesce("name", '') <> 'x' AND coalesce("note", '') <> 'x'))",
                    R"("id", nullif("name", 'x'), nullif("note", 'x'))"));
  desk.open();
  EXPECT_EQ(desk.status(name), Status::error);
  EXPECT_EQ(desk.status(note), Status::error);
}

// Runs something once, as soon as a connection that is opened later has read what tables there are.
class AfterTheLook {
 public:
  explicit AfterTheLook(std::function<void()> action) {
    action_ = std::move(action);
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch));
  }
  ~AfterTheLook() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(watch));
    action_ = nullptr;
  }

 private:
  static int watch(sqlite3* database, const char**, const struct sqlite3_api_routines*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, ended, nullptr);
  }
  static int ended(unsigned, void*, void* statement, void*) {
    const std::string_view sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (action_ && sql.starts_with("SELECT \"sql\" FROM sqlite_schema"))
      std::exchange(action_, nullptr)();
    return 0;
  }
  static inline std::function<void()> action_;
};

TEST_F(SchemaChanges, AMigrationBetweenTheLookAndItsTransactionIsNotMissed) {
  desk.run(
      "INSERT INTO sync_meta (key, value) VALUES ('hasSnapshots', '1')"
      " ON CONFLICT (key) DO UPDATE SET value = '1'");
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(add_terms);
  {
    const AfterTheLook look([&] { migrate(drop_note); });
    desk.open();
  }
  EXPECT_EQ(desk.one("SELECT value FROM sync_meta WHERE key = 'shownColumns'").find("note"),
            std::string::npos);
  EXPECT_FALSE(*desk->full_pull());
  migrate(R"(ALTER TABLE "Order" ADD COLUMN "note" TEXT)");
  ASSERT_TRUE(desk->tend_lease({}, desk.now()));
  EXPECT_TRUE(*desk->full_pull());
}

// A declared rename: in entries, shadows and at the cloud the field keeps its first name.
class Renames : public SchemaChanges {
 protected:
  void SetUp() override {
    SyncRules rules;
    rules.entities["Order"].renamed = {{"note", "remark"}};
    desk.set_rules(rules);
    desk.open();
    SchemaChanges::SetUp();
  }
};

const std::string rename_note = R"(ALTER TABLE "Order" RENAME COLUMN "note" TO "remark")";

TEST_F(Renames, AreCarriedOverWhateverTheEntrysState) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId before = edit(R"({"note":"m"})");  // before the migration by the old name
  migrate(rename_note);
  EXPECT_EQ(edit(R"({"remark":"o"})"), before + 1);
  EXPECT_EQ(desk.entry(before + 1).body.payload, object(R"({"note":"o"})"));
  EXPECT_EQ(desk.entry(before + 1).body.base, object(R"({"note":"m"})"));
  const auto push = desk.push();
  ASSERT_EQ(push->items.size(), 2u);
  EXPECT_EQ(push->items[0].write->at("payload"), json::value(object(R"({"note":"m"})")));
  EXPECT_EQ(push->items[1].write->at("payload"), json::value(object(R"({"note":"o"})")));
  EXPECT_EQ(shown("remark"), "o");
  EXPECT_EQ((*desk->row({"Order", "o1"}))->values,
            object(R"({"id":"o1","name":"a","remark":"o"})"));
}

// Another desk has not migrated yet: it writes the old name.
TEST_F(Renames, ShowWhatDesksThatHaveNotMigratedWrite) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(rename_note);
  cloud_tells(R"({"id":"o1","name":"a","note":"theirs"})");
  EXPECT_EQ(shown("remark"), "theirs");
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow"), "SAME");
}

TEST_F(Renames, RefuseTheNameOfBefore) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(rename_note);
  const auto refused =
      desk.try_write(Device::mutation("Order", "o1", "UPDATE_ORDER", R"({"note":"m"})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "unknown-field");
  EXPECT_EQ(refused.error().message, "Order has no field “note”: it was renamed to “remark”");
  EXPECT_EQ(refused.error().field, "payload.note");
}

TEST_F(Renames, AreUndoneAndResolvedByThePresentName) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  const EntryId id = edit(R"({"note":"m"})");
  desk.settle_all();
  migrate(rename_note);
  ASSERT_TRUE(desk.decide(wish::Undo{id}));
  EXPECT_EQ(shown("remark"), "n");
  RowQuery query;
  query.equals = {{"remark", json::value("n")}};
  query.sort = "remark";
  EXPECT_EQ(desk->rows("Order", query)->rows.size(), 1u);
}

// A second rename that is declared before its migration has run: until then the field lives where
// it did.
TEST_F(Renames, MayBeDeclaredAgainBeforeTheirMigrationHasRun) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(rename_note);
  desk.open();
  const EntryId id = edit(R"({"remark":"m"})");
  SyncRules rules;
  rules.entities["Order"].renamed = {{"note", "comment"}};
  desk.set_rules(rules);
  desk.open();
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(desk.entry(edit(R"({"remark":"o"})")).body.payload, object(R"({"note":"o"})"));
  desk.open();  // and once more
  EXPECT_EQ(shown("remark"), "o");
  migrate(R"(ALTER TABLE "Order" RENAME COLUMN "remark" TO "comment")");
  desk.open();
  EXPECT_EQ(shown("comment"), "o");
  EXPECT_EQ(desk.entry(edit(R"({"comment":"p"})")).body.base, object(R"({"note":"o"})"));
  EXPECT_EQ(desk.push()->items.size(), 3u);
}

// A rename in two steps: a new column, and the old one goes later.
class RenamesInSteps : public SchemaChanges {
 protected:
  void declare() {
    SyncRules rules;
    rules.entities["Order"].renamed = {{"note", "remark"}};
    desk.set_rules(rules);
    desk.open();
  }
  const std::string add_remark = R"(ALTER TABLE "Order" ADD COLUMN "remark" TEXT DEFAULT 'r')";
};

TEST_F(RenamesInSteps, ShowInTheNewColumnWhatTheCloudHas) {
  for (const bool is_looked_at : {false, true}) {
    cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
    migrate(add_remark);
    if (is_looked_at) desk.open();
    declare();
    EXPECT_EQ(shown("remark"), "n");
    const Entry entry = desk.entry(edit(R"({"remark":"m"})"));
    EXPECT_EQ(entry.body.payload, object(R"({"note":"m"})"));
    EXPECT_EQ(entry.body.base, object(R"({"note":"n"})"));
    migrate(drop_note);
    desk.open();
    EXPECT_EQ(desk.status(entry.id), Status::pending);
    EXPECT_EQ(shown("remark"), "m");
    desk.settle_all();
    EXPECT_EQ(shown("remark"), "m");
    // From the beginning.
    desk.set_rules({});
    migrate(R"(ALTER TABLE "Order" RENAME COLUMN "remark" TO "note")");
    desk.open();
  }
}

// What the cloud has in a column of that name is not forgotten.
TEST_F(RenamesInSteps, KeepWhatTheOtherColumnHeld) {
  migrate(add_remark);
  cloud_tells(R"({"id":"o1","name":"a","note":"n","remark":"other"})");
  ASSERT_EQ(shown("remark"), "other");
  declare();
  EXPECT_EQ(shown("remark"), "n");
  desk.set_rules({});
  desk.open();
  EXPECT_EQ(shown("remark"), "other");
  EXPECT_EQ(shown("note"), "n");
  EXPECT_EQ(desk.entry(edit(R"({"remark":"m"})")).body.base, object(R"({"remark":"other"})"));
}

// Its own column went before anybody had looked: what the cloud has is asked for.
TEST_F(RenamesInSteps, AskForWhatWentWithTheOldColumn) {
  desk.run(
      "INSERT INTO sync_meta (key, value) VALUES ('hasSnapshots', '1')"
      " ON CONFLICT (key) DO UPDATE SET value = '1'");
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(add_remark);
  desk.open();
  migrate(drop_note);
  declare();
  EXPECT_TRUE(*desk->full_pull());
  EXPECT_EQ(desk.one("SELECT seq FROM SyncShadow"), "NULL");
}

// Rows that had been synced without it.
TEST_F(SchemaChanges, ADroppedColumnThatComesBackIsAskedForAgain) {
  desk.run(
      "INSERT INTO sync_meta (key, value) VALUES ('hasSnapshots', '1')"
      " ON CONFLICT (key) DO UPDATE SET value = '1'");
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  ASSERT_FALSE(*desk->full_pull());
  migrate(drop_note);
  desk.open();
  ASSERT_FALSE(*desk->full_pull());
  migrate(R"(ALTER TABLE "Order" ADD COLUMN "note" TEXT)");
  desk.open();
  EXPECT_TRUE(*desk->full_pull());
  // Until it has come, the row is not known whole; also not by one's own entry that is settled.
  EXPECT_EQ(desk.one("SELECT seq FROM SyncShadow"), "NULL");
  const EntryId id = edit(R"({"name":"b"})");
  desk.push();
  PageRow own = row("Order", "o1", "{}");
  own.values.reset();
  const Page page = desk.page({own}, {receipt(desk.entry(id), Verdict::applied)});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.status(id), Status::success);
  EXPECT_EQ(desk.one("SELECT seq FROM SyncShadow"), "NULL");
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

// A target that tells no whole state lists its rows once more; a full pull of it would never end.
TEST_F(SchemaChanges, AColumnThatComesBackBeginsNoFullPullWhereThereIsNone) {
  cloud_tells(R"({"id":"o1","name":"a","note":"n"})");
  migrate(drop_note);
  desk.open();
  migrate(R"(ALTER TABLE "Order" ADD COLUMN "note" TEXT)");
  desk.open();
  EXPECT_FALSE(desk->full_pull().value());
  EXPECT_EQ(desk.one("SELECT value FROM sync_meta WHERE key = 'listEverything'"), "1");
}

}  // namespace
}  // namespace slipway::store
