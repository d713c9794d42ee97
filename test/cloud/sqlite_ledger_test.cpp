// The SQLite ledger keeps the contract, and asks SQLite nothing that scans a table.
#include "cloud/sqlite_ledger.h"

#include <fstream>

#include "cloud/sqlite_queries.h"
#include "entities_contract.h"
#include "folder.h"
#include "numbering_contract.h"
#include "scope_contract.h"
#include "sqlite/migrate.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

class SqliteStorage : public Storage {
 public:
  using Storage::open;
  std::unique_ptr<Ledger> open(Random& random, std::vector<Numbering> numberings,
                               const TenantBounds& bounds) override {
    auto ledger = open_sqlite_ledger(folder_.file(), random, "", std::move(numberings), bounds);
    if (!ledger) throw std::runtime_error(ledger.error().message);
    return std::move(*ledger);
  }

 private:
  Folder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, LedgerContract,
                         testing::Values(std::pair<const char*, MakeStorage>(
                             "sqlite", [] { return std::make_unique<SqliteStorage>(); })),
                         [](const auto& which) { return std::string(which.param.first); });
INSTANTIATE_TEST_SUITE_P(Sqlite, ScopeContract,
                         testing::Values(std::pair<const char*, MakeStorage>(
                             "sqlite", [] { return std::make_unique<SqliteStorage>(); })),
                         [](const auto& which) { return std::string(which.param.first); });
INSTANTIATE_TEST_SUITE_P(Sqlite, ScopePlaces,
                         testing::Values(std::pair<const char*, MakeStorage>(
                             "sqlite", [] { return std::make_unique<SqliteStorage>(); })),
                         [](const auto& which) { return std::string(which.param.first); });
INSTANTIATE_TEST_SUITE_P(Sqlite, EntitiesContract,
                         testing::Values(std::pair<const char*, MakeStorage>(
                             "sqlite", [] { return std::make_unique<SqliteStorage>(); })),
                         [](const auto& which) { return std::string(which.param.first); });

INSTANTIATE_TEST_SUITE_P(Sqlite, NumbersInALedger,
                         testing::Values(std::pair<const char*, MakeStorage>(
                             "sqlite", [] { return std::make_unique<SqliteStorage>(); })),
                         [](const auto& which) { return std::string(which.param.first); });

TEST(SqliteLedger, NoQueryScansATable) {
  const Folder folder;
  Random random(1);
  ASSERT_TRUE(open_sqlite_ledger(folder.file(), random));
  sqlite::Database database(folder.file(), sqlite::OpenMode::existing, Duration(1000));
  for (const std::string_view sql : query::all) {
    auto plan = database.prepare("EXPLAIN QUERY PLAN " + std::string(sql));
    while (plan.step()) {
      const std::string step(plan.text(3));
      if (step.starts_with("SCAN k VIRTUAL TABLE")) continue;  // the set of keys
      EXPECT_EQ(step.find("SCAN"), step.npos) << sql << "\n" << step;
      EXPECT_EQ(step.find("TEMP B-TREE"), step.npos) << sql << "\n" << step;
    }
  }
}

TEST(SqliteLedger, WhatIsNoDatabaseIsRefusedUntouched) {
  const Folder folder;
  {
    std::ofstream(folder.file())
        << "a letter to the customs office, longer than a header of SQLite: "
        << std::string(200, 'x');
  }
  Random random(1);
  const auto ledger = open_sqlite_ledger(folder.file(), random);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().type, "not-a-database");
}

TEST(SqliteLedger, AnAppsDatabaseIsRefusedAndGetsNoTables) {
  const Folder folder;
  sqlite::Database app(folder.file(), sqlite::OpenMode::create, Duration(1000));
  app.execute("CREATE TABLE \"Shipment\" (\"id\" TEXT PRIMARY KEY)");
  Random random(1);
  const auto ledger = open_sqlite_ledger(folder.file(), random);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().type, "foreign-database");
  EXPECT_FALSE(sqlite::table_exists(app, "tenant"));
}

TEST(SqliteLedger, AFileOfANewerVersionIsRefused) {
  const Folder folder;
  Random random(1);
  ASSERT_TRUE(open_sqlite_ledger(folder.file(), random));
  sqlite::Database(folder.file(), sqlite::OpenMode::existing, Duration(1000))
      .execute("UPDATE ledger_meta SET \"value\" = '999' WHERE \"key\" = 'schema'");
  const auto ledger = open_sqlite_ledger(folder.file(), random);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().type, "newer-version");
}

}  // namespace
}  // namespace slipway::cloud::test
