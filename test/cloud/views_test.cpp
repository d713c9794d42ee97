// The SQL that slipway-cloud prints for reports, carried out by the database that it is for.
// Whoever holds a token chooses the names and values.
#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>

#include "cloud/postgres_ledger.h"
#include "cloud/sqlite_ledger.h"
#include "cloud/tokens.h"
#include "folder.h"
#include "ledger_contract.h"
#include "postgres/postgres.h"
#include "postgres_server.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

const std::string long_name(70, 'x');

void write_odd_rows(Ledger& ledger) {
  const std::string hash = token_hash("t");
  ASSERT_TRUE(ledger.create_token("acme", "Hamburg", hash, WallTime{1'795'000'000'000}));
  const TokenOwner owner = ledger.find_token(hash).value().value();
  Desk desk("inc");
  const std::string nul(1, '\0');
  const std::vector<Item> items{desk.create({"Odd", "o1"}, {{"", 1},
                                                            {"_id", 2},
                                                            {"_seq", 3},
                                                            {"Name", "upper"},
                                                            {"name", "lower"},
                                                            {long_name + "1", "first"},
                                                            {long_name + "2", "second"},
                                                            {"nul", "a" + nul + nul + "b\\u0000"},
                                                            {"of" + nul, "c"}}),
                                desk.create({"Customer", "c1"}, {{"id", "c1"}}),
                                desk.create({"customer", "c2"}, {{"id", "c2"}}),
                                desk.create({long_name + "1", "l1"}, {{"id", "l1"}}),
                                desk.create({long_name + "2", "l2"}, {{"id", "l2"}}),
                                desk.create({"T" + nul, "t1"}, {{"id", "t1"}})};
  const Version origin = ledger.capabilities(owner).value().origin;
  ASSERT_TRUE(ledger.push(owner.tenant, owner.device, request_of(items, origin),
                          WallTime{1'795'000'000'000}));
}

std::string printed_views(const std::string& database) {
  const std::string command =
      SLIPWAY_BIN_FOLDER "/slipway-cloud views --database '" + database + "'";
  FILE* output = popen(command.c_str(), "r");
  if (!output) throw std::runtime_error("the program cannot be started");
  std::string text;
  for (int c; (c = std::fgetc(output)) != EOF;) text += char(c);
  EXPECT_EQ(pclose(output), 0) << text;
  return text;
}

const std::string odd_columns =
    "SELECT \"_\", \"_id_2\", \"_seq_2\", \"Name\", \"_id\", nul FROM \"report_Odd\"";

TEST(Views, OfSqliteHoldWhateverNamesThereAre) {
  const Folder folder;
  Random random{7};
  write_odd_rows(*open_sqlite_ledger(folder.file(), random).value());
  const std::string sql = printed_views("sqlite:" + folder.file());
  sqlite::Database database(folder.file(), sqlite::OpenMode::existing, std::chrono::seconds(5));
  for (int round = 0; round < 2; ++round) ASSERT_NO_THROW(database.execute(sql)) << sql;
  const auto one = [&](const std::string& select) {
    auto query = database.prepare(select);
    return query.step() ? std::string(query.text(0)) : "nothing";
  };
  EXPECT_EQ(one("SELECT id FROM \"report_Customer\""), "c1");
  EXPECT_EQ(one("SELECT id FROM report_customer_2"), "c2");
  EXPECT_EQ(one("SELECT id FROM \"report_T\xEF\xBF\xBD\""), "t1");
  EXPECT_EQ(one("SELECT name_2 FROM \"report_Odd\""), "lower");
  EXPECT_EQ(one("SELECT \"" + long_name + "2\" FROM \"report_Odd\""), "second");
  auto odd = database.prepare(odd_columns);
  ASSERT_TRUE(odd.step());
  EXPECT_EQ(odd.integer(0), 1);
  EXPECT_EQ(odd.integer(1), 2);
  EXPECT_EQ(odd.integer(2), 3);
  EXPECT_EQ(odd.text(3), "upper");
  EXPECT_EQ(odd.text(4), "o1");
  EXPECT_NE(sql.find("-- The view \"report_customer\" is \"report_customer_2\" here."), sql.npos);
}

TEST(Views, OfPostgresHoldWhateverNamesAndValuesThereAre) {
  if (!PostgresServer::is_installed())
    GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
  const EmptySchema schema;
  Random random{7};
  write_odd_rows(*open_postgres_ledger(schema.url(), random).value());
  std::istringstream lines(printed_views(schema.url()));
  std::string sql, commands;  // those of psql itself
  for (std::string line; std::getline(lines, line);)
    (line.starts_with('\\') ? commands : sql) += line + "\n";
  EXPECT_EQ(commands, "\\set ON_ERROR_STOP on\n");
  postgres::Connection database(schema.url());
  database.execute("SET slipway.tenant = '1'");
  for (int round = 0; round < 2; ++round) ASSERT_NO_THROW(database.execute(sql)) << sql;
  const auto one = [&](const std::string& select) {
    const auto rows = database.run({{select}});
    return rows[0].empty() ? "nothing" : std::string(rows[0].text(0, 0));
  };
  EXPECT_EQ(one("SELECT id FROM \"report_Customer\""), "c1");
  EXPECT_EQ(one("SELECT id FROM report_customer"), "c2");
  const std::string cut(54, 'x');  // report_… of 61 and 63 bytes
  EXPECT_EQ(one("SELECT id FROM \"report_" + cut + "xx\""), "l1");
  EXPECT_EQ(one("SELECT id FROM \"report_" + cut + "_2\""), "l2");
  EXPECT_EQ(one("SELECT id FROM \"report_T\xEF\xBF\xBD\""), "t1");
  EXPECT_EQ(one("SELECT name FROM \"report_Odd\""), "lower");
  EXPECT_EQ(one("SELECT \"" + long_name.substr(0, 61) + "_2\" FROM \"report_Odd\""), "second");
  EXPECT_EQ(one("SELECT \"of\xEF\xBF\xBD\" FROM \"report_Odd\""), "c");
  const auto odd = database.run({{odd_columns}});
  ASSERT_EQ(odd[0].size(), 1);
  EXPECT_EQ(odd[0].text(0, 0), "1");
  EXPECT_EQ(odd[0].text(0, 1), "2");
  EXPECT_EQ(odd[0].text(0, 2), "3");
  EXPECT_EQ(odd[0].text(0, 3), "upper");
  EXPECT_EQ(odd[0].text(0, 4), "o1");
  EXPECT_EQ(odd[0].text(0, 5),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\\u0000");
}

}  // namespace
}  // namespace slipway::cloud::test
