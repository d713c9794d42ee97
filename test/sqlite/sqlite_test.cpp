// The thin layer over SQLite: what is thrown, what is rolled back, what survives.
#include "sqlite/sqlite.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sqlite/migrate.h"

namespace slipway::sqlite {
namespace {

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() {
    std::string name = (std::filesystem::temp_directory_path() / "slipway-sqlite-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    folder = name;
  }
  ~SqliteTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::string path(const char* name = "a.db") { return folder + "/" + name; }
  template <class Function>
  static FailureKind kind_of(Function function) {
    try {
      function();
    } catch (const Failure& failure) {
      return failure.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return FailureKind::other;
  }
  static std::int64_t count(Database& database, const char* table) {
    auto query = database.prepare("SELECT count(*) FROM " + quoted(table));
    query.step();
    return query.integer(0);
  }
  std::string folder;
};

TEST_F(SqliteTest, EveryKindOfValueComesBackAsItWas) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("CREATE TABLE t (v)");
  const Value values[] = {
      std::monostate{}, std::int64_t{-9223372036854775807 - 1}, 1.5,   std::string("a\0b", 3),
      std::string(),    Blob{std::string("\0\xff", 2)},         Blob{}};
  for (const Value& value : values)
    database.cached("INSERT INTO t VALUES (?1)")->bind(1, value).run();
  auto query = database.prepare("SELECT v FROM t ORDER BY rowid");
  for (const Value& value : values) {
    ASSERT_TRUE(query.step());
    EXPECT_EQ(query.value(0), value);
  }
  EXPECT_FALSE(query.step());
}

TEST_F(SqliteTest, FailuresHaveTheirKindAndAnErrorForPeople) {
  EXPECT_EQ(kind_of([&] { Database(path("none"), OpenMode::existing, Duration(0)); }),
            FailureKind::cannot_open);
  std::ofstream(path("text")) << std::string(4096, 'x');
  EXPECT_EQ(kind_of([&] {
              Database(path("text"), OpenMode::existing, Duration(0)).execute("SELECT * FROM t");
            }),
            FailureKind::not_a_database);
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("CREATE TABLE t (v UNIQUE); INSERT INTO t VALUES (1)");
  EXPECT_EQ(kind_of([&] { database.execute("INSERT INTO t VALUES (1)"); }),
            FailureKind::constraint);
  EXPECT_EQ(kind_of([&] { database.execute("nonsense"); }), FailureKind::other);
  EXPECT_EQ(
      kind_of([&] { Database(path(), OpenMode::read_only, Duration(0)).execute("DELETE FROM t"); }),
      FailureKind::read_only);
  Database other(path(), OpenMode::existing, Duration(0));
  other.execute("BEGIN EXCLUSIVE");
  EXPECT_EQ(kind_of([&] { database.execute("DELETE FROM t"); }), FailureKind::busy);
  other.execute("ROLLBACK; PRAGMA max_page_count = 2");
  EXPECT_EQ(kind_of([&] { other.execute("CREATE TABLE big AS SELECT zeroblob(100000)"); }),
            FailureKind::full);
  for (int code : {5, 8, 10, 11, 13, 19, 26, 1}) {
    const Error error = to_error(Failure(code, "why"), "trying");
    EXPECT_NE(error.message.find("trying"), std::string::npos);
    EXPECT_FALSE(error.type.empty() || error.hint.empty());
  }
}

TEST_F(SqliteTest, ATransactionIsUndoneUnlessItWasCommitted) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("CREATE TABLE t (v)");
  {
    Transaction undone(database);
    database.execute("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(count(database, "t"), 0);
  {
    Transaction kept(database);
    {
      Savepoint undone(database);
      database.execute("INSERT INTO t VALUES (2)");
    }
    {
      Savepoint outer(database);
      {
        Savepoint inner(database);
        database.execute("INSERT INTO t VALUES (3)");
      }
      database.execute("INSERT INTO t VALUES (4)");
      outer.release();
    }
    kept.commit();
  }
  EXPECT_EQ(count(database, "t"), 1);
  EXPECT_FALSE(database.in_transaction());
}

TEST_F(SqliteTest, ACommitThatFailsIsUndoneAndTheConnectionStaysUsable) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute(
      "PRAGMA foreign_keys = ON; CREATE TABLE p (id PRIMARY KEY);"
      "CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
  EXPECT_EQ(kind_of([&] {
              Transaction transaction(database);
              database.execute("INSERT INTO c VALUES (1)");
              transaction.commit();
            }),
            FailureKind::constraint);
  EXPECT_FALSE(database.in_transaction());
  Transaction transaction(database);
  database.execute("INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
  transaction.commit();
  EXPECT_EQ(count(database, "c"), 1);
}

TEST_F(SqliteTest, TheWholeLogIsMadeDurableHoweverLongItIs) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (v)");
  database.execute(
      "INSERT INTO t SELECT randomblob(2000) FROM json_each('[1,2,3,4,5,6,7,8,9]')"
      ", json_each('[1,2,3,4,5,6,7,8,9,10]')");
  const auto log_size = [&] { return std::filesystem::file_size(path("a.db-wal")); };
  const auto size = log_size();
  ASSERT_GT(size, 128u * 1024);  // more than SQLite's files take in one call
  database.make_log_durable();
  EXPECT_EQ(log_size(), size);
  EXPECT_EQ(count(database, "t"), 90);
}

TEST_F(SqliteTest, ACachedStatementIsGivenBackCleanEvenAfterAFailure) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("CREATE TABLE t (v UNIQUE, w)");
  const char* const insert = "INSERT INTO t VALUES (?1, ?2)";
  database.cached(insert)->bind_all(1, 2).run();
  EXPECT_EQ(kind_of([&] { database.cached(insert)->bind_all(1, 3).run(); }),
            FailureKind::constraint);
  database.cached(insert)->bind(1, 5).run();  // no binding is left over
  auto query = database.prepare("SELECT w FROM t WHERE v = 5");
  ASSERT_TRUE(query.step());
  EXPECT_TRUE(query.is_null(0));
}

TEST_F(SqliteTest, BorrowingOneStatementTwiceIsOurBug) {
  Database database(path(), OpenMode::create, Duration(0));
  const auto borrow_twice = [&] {
    auto first = database.cached("SELECT 1");
    auto second = database.cached("SELECT 1");
  };
  EXPECT_DEATH(borrow_twice(), "in_use");
}

TEST_F(SqliteTest, NamesAreQuotedWhateverTheyHold) {
  Database database(path(), OpenMode::create, Duration(0));
  database.execute("CREATE TABLE " + quoted("a \"b\"; DROP") + " (v)");
  EXPECT_TRUE(table_exists(database, "a \"b\"; DROP"));
}

TEST_F(SqliteTest, MigrationsRunOnceEachInOrderAndAFailedOneLeavesNothing) {
  Database database(path(), OpenMode::create, Duration(0));
  const Migration first[] = {{1, "CREATE TABLE m (\"key\" TEXT PRIMARY KEY, \"value\" TEXT)"}};
  const Migration broken[] = {first[0], {2, "CREATE TABLE half (v); nonsense"}};
  const Migration both[] = {first[0], {2, "CREATE TABLE whole (v)"}};
  ASSERT_TRUE(migrate(database, "m", first));
  EXPECT_EQ(kind_of([&] { (void)migrate(database, "m", broken); }), FailureKind::other);
  EXPECT_FALSE(table_exists(database, "half"));
  ASSERT_TRUE(migrate(database, "m", both));
  ASSERT_TRUE(migrate(database, "m", both));
  EXPECT_TRUE(table_exists(database, "whole"));
  const auto older = migrate(database, "m", first);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().type, "newer-version");
}

}  // namespace
}  // namespace slipway::sqlite
