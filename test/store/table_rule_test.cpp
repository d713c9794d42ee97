// A rule of the app's table is told in its own words and with the column to blame, however its SQL
// is written.
#include "device.h"

namespace slipway::store {
namespace {

class TableRule : public testing::Test {
 protected:
  // What is said of a row of T with this payload; “message [field]”.
  static std::string said(const std::string& columns, const char* payload) {
    const std::string sql =
        "CREATE TABLE \"T\" (\"id\" TEXT NOT NULL PRIMARY KEY, " + columns + ")";
    Device desk(sql.c_str());
    const auto answer = desk.try_write(Device::mutation("T", "t", "CREATE_T", payload));
    if (answer) return "written";
    EXPECT_EQ(answer.error().type, "constraint");
    EXPECT_TRUE(answer.error().hint.starts_with("Nothing was written. Correct it"));
    EXPECT_EQ(desk.one("SELECT count(*) FROM T") + desk.one("SELECT count(*) FROM SyncQueue"),
              "00");
    const std::string prefix = "T t breaks ";
    EXPECT_TRUE(answer.error().message.starts_with(prefix)) << answer.error().message;
    return answer.error().message.substr(prefix.size()) + " [" + answer.error().field + "]";
  }
};

TEST_F(TableRule, NamesMayBeQuotedInEachOfSqlitesWays) {
  EXPECT_EQ(said("[a b] INTEGER CHECK ([a b] > 0)", R"({"a b":-1})"),
            "a rule of this database: [a b] > 0 [payload.a b]");
  EXPECT_EQ(said("`a` INTEGER CHECK (`a` > 0)", R"({"a":-1})"),
            "a rule of this database: `a` > 0 [payload.a]");
  EXPECT_EQ(said(R"("x""y" INTEGER CHECK ("x""y" > 0))", R"({"x\"y":-1})"),
            R"(a rule of this database: "x""y" > 0 [payload.x"y])");
  EXPECT_EQ(said("größe$1 INTEGER CHECK (größe$1 > 0)", R"({"größe$1":-1})"),
            "a rule of this database: größe$1 > 0 [payload.größe$1]");
  EXPECT_EQ(said("_a INTEGER CHECK (_A > 0)", R"({"_a":-1})"),
            "a rule of this database: _A > 0 [payload._a]");
}

TEST_F(TableRule, CommentsAndTextsAreNoSql) {
  const std::string columns =
      "/* CHECK (b > 0), of old */ a INTEGER CHECK (a /* not ) */ > 0), b INTEGER -- CHECK (b > "
      "0)\n";
  EXPECT_EQ(said(columns, R"({"a":-1,"b":-1})"),
            "a rule of this database: a /* not ) */ > 0 [payload.a]");
}

TEST_F(TableRule, AMinusAndASlashAreOperators) {
  EXPECT_EQ(said("a INTEGER, b INTEGER, CHECK (a - b / 2 > 0)", R"({"a":1,"b":9})"),
            "a rule of this database: a - b / 2 > 0 [payload.a]");
}

TEST_F(TableRule, ANamedRuleIsFoundInWhateverCase) {
  EXPECT_EQ(said("a INTEGER constraint Positive check (a > 0 and a <> 'it''s (')", R"({"a":-1})"),
            "the rule “Positive” of this database: a > 0 and a <> 'it''s (' [payload.a]");
}

// Then nobody can tell which of them it was.
TEST_F(TableRule, OfTwoThatSqliteCallsTheSameOnlyTheNameIsTold) {
  EXPECT_EQ(said(R"("n" INTEGER CHECK ("n" > 0), CHECK ("n" < 9))", R"({"n":10})"),
            "a rule of this database: n [payload.n]");
}

TEST_F(TableRule, TheColumnThatWasWrittenIsToBlameElseTheFirst) {
  const std::string columns = "a INTEGER DEFAULT 1, b INTEGER DEFAULT 1, CHECK (a + b > 5)";
  EXPECT_EQ(said(columns, R"({"b":2})"), "a rule of this database: a + b > 5 [payload.b]");
  EXPECT_EQ(said(columns, "{}"), "a rule of this database: a + b > 5 [payload.a]");
  EXPECT_EQ(said("a INTEGER, CHECK (1 > 2)", "{}"), "a rule of this database: 1 > 2 []");
}

TEST(ComputedColumn, ThatComesToNothingIsNamed) {
  Device desk(R"sql(CREATE TABLE "T" ("id" TEXT NOT NULL PRIMARY KEY, "a" TEXT,
      "upper" TEXT NOT NULL GENERATED ALWAYS AS (upper("a")) STORED))sql");
  const auto answer = desk.try_write(Device::mutation("T", "t", "CREATE_T", R"({"a":null})"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "constraint");
  EXPECT_EQ(answer.error().message, "T t needs a value in upper");
  EXPECT_EQ(desk.one("SELECT count(*) FROM T"), "0");
}

}  // namespace
}  // namespace slipway::store
