// From a file as it is found to a store that can be trusted; what cannot be opened says why and is
// left untouched.
#include <fstream>

#include "device.h"
#include "model/client_request_id.h"

namespace slipway::store {
namespace {

std::string open_error(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.busy_timeout = std::chrono::milliseconds(20);
  const auto opened = Store::open(options, Random(1), WallTime{1});
  return opened ? "opened" : opened.error().type;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Open, AMissingDatabaseIsNotCreated) {
  Folder folder;
  EXPECT_EQ(open_error(folder.file("no.db")), "database-missing");
  EXPECT_FALSE(std::filesystem::exists(folder.file("no.db")));
}

TEST(Open, AFileThatIsNoDatabaseIsNotTouched) {
  Folder folder;
  const std::string path = folder.file("text.db");
  std::ofstream(path) << std::string(5000, 'x');
  EXPECT_EQ(open_error(path), "not-a-database");
  EXPECT_EQ(bytes_of(path), std::string(5000, 'x'));
}

TEST(Open, ALockedDatabaseSaysSoAndALaterTryWorks) {
  Folder folder;
  sqlite::Database other(folder.file("a.db"), sqlite::OpenMode::create, Duration(0));
  other.execute("CREATE TABLE x (id TEXT PRIMARY KEY); BEGIN EXCLUSIVE");
  EXPECT_EQ(open_error(folder.file("a.db")), "database-locked");
  other.execute("ROLLBACK");
  EXPECT_EQ(open_error(folder.file("a.db")), "opened");
}

TEST(Open, TablesOfOthersByOurNamesAreLeftAlone) {
  for (const char* sql :
       {"CREATE TABLE SyncQueue (id INTEGER PRIMARY KEY, job TEXT)", "CREATE TABLE SyncShadow (x)",
        "CREATE TABLE SyncAttempt (x)", "CREATE TABLE sync_meta (x)",
        "CREATE TABLE sync_meta (\"key\" TEXT, \"value\" TEXT)"}) {
    Folder folder;
    sqlite::Database other(folder.file("a.db"), sqlite::OpenMode::create, Duration(0));
    other.execute(sql);
    EXPECT_EQ(open_error(folder.file("a.db")), "foreign-table") << sql;
    auto tables = other.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    tables.step();
    EXPECT_EQ(tables.integer(0), 1) << sql;
  }
}

TEST(Open, ANewerVersionsFileIsRefused) {
  Device desk;
  desk.close();
  desk.run("UPDATE sync_meta SET value = '99' WHERE \"key\" = 'schema'");
  EXPECT_EQ(open_error(desk.path()), "newer-version");
}

TEST(Open, WhatWasBeingSentIsPendingAgainUnderTheSameId) {
  Device desk;
  desk.meet();
  const EntryId id = desk.create_parent("p1");
  const std::string request_id = desk.push()->items[0].id;
  const auto identity = desk->identity().value();
  desk.open();
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(desk.one("SELECT outcome FROM SyncAttempt"), "unknown");
  EXPECT_EQ(desk.push()->items[0].id, request_id);
  EXPECT_EQ(desk->identity()->device, identity.device);
  EXPECT_EQ(desk->identity()->incarnation, identity.incarnation);
  ASSERT_TRUE(desk->reopen(desk.now()));
  EXPECT_EQ(desk.status(id), Status::pending);
}

TEST(Open, AFileTakenAwayGetsNoMoreWritesUntilItIsBack) {
  Device desk;
  desk.meet();
  desk.create_parent("p1");
  const std::string aside = desk.path() + ".aside";
  std::filesystem::rename(desk.path(), aside);
  const Mutation mutation = Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"a"})");
  const auto refused = desk.try_write(mutation);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "database-moved");
  EXPECT_TRUE(desk->failed());
  EXPECT_FALSE(desk->reopen(desk.now()));
  std::filesystem::rename(aside, desk.path());
  ASSERT_TRUE(desk->reopen(desk.now()));
  EXPECT_TRUE(desk.try_write(mutation));
}

// Another program has changed what the service keeps of itself: no bug of ours, and mended by
// opening the file anew.
TEST(Open, AFactThatIsGoneOrGarbledClosesTheFileUntilItIsOpenedAnew) {
  const Mutation mutation = Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"a"})");
  const auto type_of = [](const auto& result) {
    return result ? std::string() : result.error().type;
  };
  for (const std::string change :
       {"UPDATE sync_meta SET value = '7-x' WHERE \"key\" = 'cursor'",
        "DELETE FROM sync_meta WHERE \"key\" = 'cursor'",
        "DELETE FROM sync_meta WHERE \"key\" IN ('device', 'incarnation')"}) {
    SCOPED_TRACE(change);
    Device desk;
    desk.meet();
    const EntryId id = desk.create_parent("p1");
    desk.run(change);
    EXPECT_EQ(type_of(desk->begin_push("exchange", {}, {}, desk.now())), "corrupt");
    EXPECT_TRUE(desk->failed());
    ASSERT_TRUE(desk->reopen(desk.now()));
    desk.meet();
    EXPECT_EQ(desk.push()->items.size(), 1u);
    EXPECT_EQ(desk.status(id), Status::processing);

    desk.run(change);
    const bool keeps_identity = change.find("incarnation") == change.npos;
    EXPECT_EQ(type_of(desk.try_write(mutation)), keeps_identity ? "" : "corrupt");
    EXPECT_EQ(type_of(desk->pull_request("exchange", 1)),
              keeps_identity ? "corrupt" : "database-closed");
    ASSERT_TRUE(desk->reopen(desk.now()));
    desk.meet();
    EXPECT_TRUE(desk->pull_request("exchange", 1));
    EXPECT_EQ(bool(desk.try_write(mutation)), !keeps_identity) << "written once, by now";
    EXPECT_EQ(desk.status(id), Status::pending);
  }
}

TEST(Open, AGarbledListOfSharedIdentitiesIsTold) {
  for (const std::string list : {"[", "{}", "[1]"}) {
    SCOPED_TRACE(list);
    Device desk;
    desk.meet();
    desk.create_parent("p1");
    desk.run("INSERT INTO sync_meta VALUES ('sharedIncarnations', '" + list + "')");
    const auto begun = desk->begin_push("exchange", {}, {}, desk.now());
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().type, "corrupt");
    EXPECT_NE(begun.error().message.find("sharedIncarnations"), std::string::npos);
  }
}

TEST(Open, ABusyWriterFailsNothingAndTheNextTryWorks) {
  Device desk;
  desk.meet();
  desk.run("BEGIN IMMEDIATE");
  const auto refused =
      desk.try_write(Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "database-locked");
  EXPECT_EQ(refused.error().kind, ErrorKind::busy);
  EXPECT_FALSE(desk->failed());
  desk.run("ROLLBACK");
  desk.create_parent("p1");
}

TEST(Open, AnAnswerThatCouldNotBeStoredIsAskedForAgain) {
  Device desk;
  desk.meet();
  const EntryId id = desk.create_parent("p1");
  desk.push();
  desk.run("BEGIN IMMEDIATE");
  const auto failed =
      desk->finish_push({"exchange", desk.version(1), {}, std::nullopt}, desk.now());
  EXPECT_EQ(failed.error().type, "database-locked");
  desk.run("ROLLBACK");
  EXPECT_EQ(desk.push()->items.size(), 1u);
  EXPECT_EQ(desk.status(id), Status::processing);
  EXPECT_EQ(desk.one("SELECT outcome FROM SyncAttempt"), "unanswered");
  EXPECT_FALSE(desk.try_write(Device::mutation("Guard", "g", "CREATE_GUARD",
                                               R"({"parentId":"no"})")));  // foreign keys are on
}

const char* const older_queue = R"sql(
CREATE TABLE "Parent" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
CREATE TABLE "SyncQueue" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "entityType" TEXT NOT NULL, "entityId" TEXT NOT NULL,
    "action" TEXT NOT NULL, "payload" JSONB NOT NULL, "status" TEXT NOT NULL DEFAULT 'PENDING', "errorMessage" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" DATETIME NOT NULL);
INSERT INTO "Parent" VALUES ('p1', 'new'), ('p2', 'b');
INSERT INTO "SyncQueue" VALUES
  (3, 'Parent', 'p2', 'CREATE_PARENT', '{"id":"p2","name":"b"}', 'PENDING', NULL, 0, 'then', 'then'),
  (5, 'Parent', 'p1', 'UPDATE_PARENT', '{"name":"new"}', 'PROCESSING', 'old error', 4, 'then', 'then'),
  (6, 'Parent', 'p1', 'UPDATE_PARENT', '{"name":"x"}', 'SUCCESS', NULL, 1, 'then', 'then'),
  (8, 'Gone', '1', 'whatever', '[1, 2]', 'STRANGE', NULL, 0, 'then', 'then');)sql";

TEST(Open, AnOlderQueueIsAdoptedParkedAndNothingOfItIsLost) {
  Device desk(older_queue);
  EXPECT_EQ(
      desk.query("SELECT id, status, op, number, attempts, createdAt FROM SyncQueue ORDER BY id"),
      (std::vector<TextRow>{{"3", "ERROR", "create", "1", "0", "then"},
                            {"5", "ERROR", "update", "2", "4", "then"},
                            {"6", "SUCCESS", "update", "3", "1", "then"},
                            {"8", "ERROR", "update", "4", "0", "then"}}));
  for (EntryId id : {3, 5, 6, 8})
    EXPECT_EQ(client_request_id(desk.entry(id).body), desk.entry(id).client_request_id) << id;
  EXPECT_NE(desk.one("SELECT payload FROM SyncQueue WHERE id = 8").find("[1, 2]"),
            std::string::npos);
  EXPECT_EQ(desk.query("SELECT * FROM Parent"), (std::vector<TextRow>{{"p1", "new"}, {"p2", "b"}}));
  desk.open();
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "4");
  desk.meet();
  ASSERT_TRUE(desk.retry(3));
  EXPECT_EQ(desk.push()->items.size(), 2u);  // the old id's void, and the entry
  EXPECT_EQ(desk.discard(8)->closed.size(), 1u);
}

TEST(Offer, RowsThatExistAreOfferedOnceAsCreatesParentsFirst) {
  Device desk;
  desk.run(
      "INSERT INTO Parent (id, name) VALUES ('p1', 'a'), ('p2', 'b'); INSERT INTO Child (id, "
      "parentId) VALUES ('c1', 'p1');"
      "INSERT INTO Grandchild (id, childId) VALUES ('g1', 'c1')");
  desk.meet();
  desk.update_parent("p2", "touched");  // its row is not offered: an entry of its own speaks for it
  EXPECT_EQ(desk->count_existing_rows().value(), 3);
  EXPECT_EQ(desk->row({"Parent", "p1"}).value()->state, "local-only");
  EXPECT_EQ(desk->offer_existing_rows(desk.now()).value(), 3u);
  EXPECT_EQ(desk->count_existing_rows().value(), 0);
  EXPECT_EQ(desk->offer_existing_rows(desk.now()).value(), 0u);
  EXPECT_EQ(
      desk.query("SELECT entityId, action, op FROM SyncQueue WHERE op = 'create' ORDER BY id"),
      (std::vector<TextRow>{{"p1", "CREATE_PARENT", "create"},
                            {"c1", "CREATE_CHILD", "create"},
                            {"g1", "CREATE_GRANDCHILD", "create"}}));
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 4u);
  EXPECT_EQ(request->items[2].after, std::vector{request->items[1].id});
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "2");
}

TEST(Offer, RowsOfCompositeKeysAreCountedAndOffered) {
  Device desk(R"sql(CREATE TABLE "K" ("a" TEXT, "b" INTEGER, PRIMARY KEY ("a", "b"));
                    CREATE TABLE "R" ("id" BLOB PRIMARY KEY);)sql");
  desk.run(
      "INSERT INTO K VALUES ('x', 1), ('x', 2), (NULL, 3); INSERT INTO R VALUES (x'ff'), (NULL)");
  EXPECT_EQ(desk->count_existing_rows().value(), 3);
  EXPECT_EQ(desk->offer_existing_rows(desk.now()).value(), 3u);
  EXPECT_EQ(desk->offer_existing_rows(desk.now()).value(), 0u);
  EXPECT_EQ(desk->count_existing_rows().value(), 0);
}

}  // namespace
}  // namespace slipway::store
