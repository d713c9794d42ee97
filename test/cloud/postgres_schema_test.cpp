// The tables can be spread over several servers by the tenant (docs/scale.md): what a tenant has
// lies together, and what asks for it says whose it is. And: databases of older versions.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "cloud/postgres_ledger.h"
#include "cloud/postgres_queries.h"
#include "cloud/tokens.h"
#include "desk.h"
#include "ledger_contract.h"
#include "plans.h"
#include "postgres/migrate.h"
#include "postgres/postgres.h"
#include "postgres_server.h"

namespace slipway::cloud::test {
namespace {

constexpr WallTime noon{1'795'000'000'000};
constexpr std::chrono::seconds patience{60};

// What is found before the tenant is known, and what is the cloud's own: whole on every server, and
// seldom written.
const std::set<std::string> everywhere{"backup", "backup_point", "ledger_meta", "tenant", "token"};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

class PostgresSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed())
      GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
    schema = std::make_unique<EmptySchema>();
    superuser = std::make_unique<postgres::Connection>(schema->superuser_url());
  }
  Result<std::unique_ptr<Ledger>> open() { return open_postgres_ledger(schema->url(), random); }
  std::set<std::string> tables() {  // a table's parts are not told apart from it
    const auto found =
        superuser->run({{"SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                         " AND NOT relispartition"
                         " AND relnamespace = current_schema()::regnamespace"}});
    std::set<std::string> names;
    for (int row = 0; row < found[0].size(); ++row) names.emplace(found[0].text(row, 0));
    return names;
  }

  Random random{7};
  std::unique_ptr<EmptySchema> schema;
  std::unique_ptr<postgres::Connection> superuser;
};

TEST_F(PostgresSchema, EachTableIsATenantsOrIsNamedHere) {
  ASSERT_TRUE(open());
  const auto found = superuser->run(
      {{"SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = current_schema()::regnamespace"
        " AND a.attname = 'tenant' AND a.attnotnull"}});
  std::set<std::string> wanted = everywhere;
  for (int row = 0; row < found[0].size(); ++row) wanted.emplace(found[0].text(row, 0));
  EXPECT_EQ(tables(), wanted);
}

TEST_F(PostgresSchema, TheManualSpreadsEachTable) {
  ASSERT_TRUE(open());
  const std::string manual = text_of(SLIPWAY_SOURCE_FOLDER "/docs/scale.md");
  const auto named = [&](const std::string& by) {
    std::set<std::string> names;
    const std::string begin = "SELECT create_" + by + "_table('";
    for (auto at = manual.find(begin); at != manual.npos; at = manual.find(begin, at + 1)) {
      const auto name = at + begin.size();
      names.insert(manual.substr(name, manual.find('\'', name) - name));
    }
    return names;
  };
  EXPECT_EQ(named("reference"), everywhere);
  std::set<std::string> all = named("distributed");
  all.insert(everywhere.begin(), everywhere.end());
  EXPECT_EQ(all, tables());
}

TEST_F(PostgresSchema, EachKeyIsLedByTheTenant) {
  ASSERT_TRUE(open());
  const auto keys = superuser->run(
      {{"SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indisprimary, a.attname"
        " FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE i.indisunique AND NOT c.relispartition"
        " AND c.relnamespace = current_schema()::regnamespace"}});
  std::set<std::string> with_a_primary_key;
  for (int row = 0; row < keys[0].size(); ++row) {
    const std::string table(keys[0].text(row, 0));
    if (keys[0].boolean(row, 2)) with_a_primary_key.insert(table);
    if (everywhere.contains(table)) continue;
    EXPECT_EQ(keys[0].text(row, 3), "tenant") << table << ", " << keys[0].text(row, 1);
  }
  EXPECT_EQ(with_a_primary_key, tables());
}

TEST_F(PostgresSchema, EachForeignKeyStaysWithItsTenantOrLeadsToWhatIsEverywhere) {
  ASSERT_TRUE(open());
  const auto keys = superuser->run(
      {{"SELECT conrelid::regclass::text, confrelid::regclass::text, EXISTS (SELECT 1"
        " FROM unnest(k.conkey, k.confkey) AS n (here, there)"
        " JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = n.here"
        " JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = n.there"
        " WHERE a.attname = 'tenant' AND b.attname = 'tenant')"
        " FROM pg_constraint AS k WHERE contype = 'f'"
        " AND connamespace = current_schema()::regnamespace"}});
  for (int row = 0; row < keys[0].size(); ++row) {
    EXPECT_TRUE(keys[0].boolean(row, 2) || everywhere.contains(std::string(keys[0].text(row, 1))))
        << keys[0].text(row, 0) << " → " << keys[0].text(row, 1);
  }
}

// Else it would be asked of every server. As a superuser: policies, which say it once more, do not
// hide a statement that does not.
TEST_F(PostgresSchema, EachStatementFindsATenantsRowsByTheTenant) {
  ASSERT_TRUE(open());
  std::map<std::string, std::string, std::less<>> table_of;  // an index
  const auto indexes = superuser->run(
      {{"SELECT c.relname, i.indrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c"
        " ON c.oid = i.indexrelid WHERE c.relnamespace = current_schema()::regnamespace"}});
  for (int row = 0; row < indexes[0].size(); ++row)
    table_of.emplace(indexes[0].text(row, 0), indexes[0].text(row, 1));
  int looked_at = 0;
  for (const auto& [sql, steps] : plans_of_all(*superuser)) {
    if (sql == postgres_query::heads) continue;  // of many tenants, by their numbers; reads only
    for (std::size_t at = 0; at < steps.size(); ++at) {
      std::istringstream step(steps[at]);
      for (std::string word; step >> word;) {
        const auto table = table_of.find(word);
        if (table == table_of.end() || everywhere.contains(table->second)) continue;
        if (steps[at].find("Conflict Arbiter") != std::string::npos) continue;
        ++looked_at;
        ASSERT_LT(at + 1, steps.size()) << sql;
        EXPECT_NE(steps[at + 1].find("(tenant = $1)"), std::string::npos) << sql << "\n"
                                                                          << steps[at] << "\n"
                                                                          << steps[at + 1];
      }
    }
  }
  EXPECT_GT(looked_at, 50);
}

// A node that is still at work when a newer one has changed the tables.
TEST_F(PostgresSchema, AnOlderNodeBesideNewerTablesSaysSo) {
  const auto ledger = std::move(open().value());
  ASSERT_TRUE(ledger->create_token("acme", "Hamburg", "hash", noon));
  superuser->run({{"ALTER TABLE head RENAME COLUMN salt TO newer"}});
  const auto head = ledger->head(1);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().type, "newer-version") << head.error().message;
  EXPECT_EQ(head.error().kind, ErrorKind::storage) << "devices wait for a newer node";
  const auto health = ledger->healthy();
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().type, "newer-version") << health.error().message;
}

std::string migration(const std::string& file) {
  return text_of(SLIPWAY_SOURCE_FOLDER "/src/cloud/ledger_schema/postgres/" + file);
}

// Before heads had a table of their own.
class PostgresUpgrade : public PostgresSchema {
 protected:
  void SetUp() override {
    PostgresSchema::SetUp();
    if (IsSkipped()) return;
    const std::string first = migration("0001_postgres_tables.sql"),
                      second = migration("0002_operations.sql");
    const postgres::Migration old[] = {{1, first}, {2, second}};
    postgres::Connection owner(schema->url());
    ASSERT_TRUE(postgres::migrate(owner, "ledger_meta", old));
    superuser->execute(R"(
        INSERT INTO tenant (id, name, head_seq, head_salt, origin_salt, horizon_seq, purged_seq)
            OVERRIDING SYSTEM VALUE VALUES
            (1, 'acme', 3, 'aaaaaaaaaaaaaaa3', 'aaaaaaaaaaaaaaa0', 2, 1),
            (2, 'globex', 1, 'bbbbbbbbbbbbbbb1', 'bbbbbbbbbbbbbbb0', 0, 0);
        SELECT setval(pg_get_serial_sequence('tenant', 'id'), 2);
        INSERT INTO commit_log (tenant, seq, salt, device, at)
            SELECT 1, n, 'aaaaaaaaaaaaaaa' || n, 'Hamburg', '2026-01-01T00:00:00.000Z'
            FROM generate_series(0, 3) AS n
            UNION ALL SELECT 2, n, 'bbbbbbbbbbbbbbb' || n, 'Lagos', '2026-01-01T00:00:00.000Z'
            FROM generate_series(0, 1) AS n;
        INSERT INTO device (tenant, name, created) VALUES (1, 'Hamburg', ''), (2, 'Lagos', '');
        INSERT INTO token (hash, tenant, device, created) VALUES ('of Hamburg', 1, 'Hamburg', '');
        INSERT INTO entity (tenant, type, id, "values", seq, marks, deleted)
            VALUES (1, 'Shipment', '1', '{"n":1}', 3, '{"birth":3}', false);
        INSERT INTO row_image (tenant, seq, type, id, "values", deleted)
            VALUES (1, 3, 'Shipment', '1', '{"n":1}', false);
        INSERT INTO receipt (tenant, id, incarnation, number, device, seq, place, verdict, body)
            SELECT t, 'id ' || n, 'i', n, 'Hamburg', n, 0, 'applied', '{"id":"id ' || n || '",' ||
                '"incarnation":"i","number":' || n || ',"salt":"aaaaaaaaaaaaaaa1","seq":' || n ||
                ',"verdict":"applied"}'
            FROM generate_series(1, 3) AS n, (VALUES (1), (2)) AS tenants (t))");
  }
  const Version acme_head{3, "aaaaaaaaaaaaaaa3"};
};

TEST_F(PostgresUpgrade, CarriesEachTenantsHeadOver) {
  const auto ledger = std::move(open().value());
  const TokenOwner acme = ledger->find_token("of Hamburg").value().value();
  EXPECT_EQ(acme.tenant, 1);
  const auto heads = ledger->heads({2, 1}).value();
  EXPECT_EQ(heads.at(0), (Version{1, "bbbbbbbbbbbbbbb1"}));
  EXPECT_EQ(heads.at(1), acme_head);
  EXPECT_EQ(ledger->capabilities(acme).value().origin, (Version{0, "aaaaaaaaaaaaaaa0"}));
  EXPECT_EQ(ledger->changes(1, "Hamburg", Version{1, "aaaaaaaaaaaaaaa1"}, 10).error().type,
            "horizon-passed");
  EXPECT_EQ(
      ledger->changes(1, "Hamburg", Version{2, "aaaaaaaaaaaaaaa2"}, 10).value().page.rows.size(),
      1u);
  Desk desk("inc");
  const auto request = request_of({desk.create({"Shipment", "2"}, {{"n", 2}})}, acme_head);
  const auto answer = ledger->push(1, "Hamburg", request, noon);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->head.seq, 4);
  ASSERT_TRUE(ledger->create_token("acme", "Bremen", "of Bremen", noon));
  ASSERT_TRUE(ledger->create_token("initech", "Oslo", "of Oslo", noon));
  EXPECT_EQ(ledger->head(1).value(), answer->head);
  EXPECT_EQ(ledger->head(ledger->find_token("of Oslo").value()->tenant).value().seq, 0);
  const auto state = ledger->state().value();
  EXPECT_EQ(state.tenants.size(), 3u);
  const auto purged = superuser->run({{"SELECT purged_seq FROM head WHERE tenant = 1"}});
  EXPECT_EQ(purged[0].integer(0, 0), 1);
}

TEST_F(PostgresUpgrade, CarriesReceiptsOverIntoTheirParts) {
  const auto ledger = std::move(open().value());
  for (const TenantId tenant : {1, 2}) {
    const auto receipt = ledger->request(tenant, "Hamburg", "id 2").value();
    ASSERT_TRUE(receipt) << tenant;
    EXPECT_EQ(receipt->seq, 2);
  }
  const auto parts = superuser->run(
      {{"SELECT count(*), count(DISTINCT tableoid) FROM receipt"},
       {"SELECT count(*) FROM receipt GROUP BY tenant HAVING count(DISTINCT tableoid) = 1"},
       {"SELECT count(*) FROM pg_inherits WHERE inhparent = 'receipt'::regclass"}});
  EXPECT_EQ(parts[0].integer(0, 0), 6);
  EXPECT_EQ(parts[1].size(), 2) << "a tenant's lie together";
  EXPECT_EQ(parts[2].integer(0, 0), 16);
}

// Not in the others, however many there are.
TEST_F(PostgresSchema, AStatementIsAtWorkInItsTenantsPartOfTheReceipts) {
  ASSERT_TRUE(open());
  const auto plan = superuser->run({{"EXPLAIN SELECT body FROM receipt WHERE tenant = 7"},
                                    {"EXPLAIN DELETE FROM receipt WHERE tenant = 7 AND seq <= 3"}});
  for (const auto& rows : plan) {
    std::set<std::string> parts;
    for (int row = 0; row < rows.size(); ++row) {
      std::istringstream step{std::string(rows.text(row, 0))};
      for (std::string word, before; step >> word; before = word)
        if (before == "on" && word.starts_with("receipt_") &&
            word.find_first_not_of("0123456789", 8) == word.npos)
          parts.insert(word);
    }
    EXPECT_EQ(parts.size(), 1u);
  }
}

// An older node that is still at work does not find what it would lock: it writes nothing, and its
// health check, which reads the same columns, tells the balancer.
TEST_F(PostgresUpgrade, LeavesAnOlderNodeNothingToWriteTo) {
  ASSERT_TRUE(open());
  EXPECT_THROW(superuser->run({{"SELECT head_seq, head_salt, origin_salt, horizon_seq FROM tenant"
                                " WHERE id = 1 FOR UPDATE"}}),
               postgres::Failure);
}

// A push of an older node that had its lock before: the upgrade waits for it, and takes its head.
TEST_F(PostgresUpgrade, WaitsForAPushThatIsUnderWay) {
  postgres::Limits limits;
  limits.idle = patience;
  postgres::Connection older(schema->superuser_url(), limits);
  postgres::Transaction push(older, {{"BEGIN"}});
  push.run({{"SELECT head_seq FROM tenant WHERE id = 1 FOR UPDATE"}});
  std::unique_ptr<Ledger> ledger;
  std::thread upgrade([&] { ledger = std::move(open().value()); });
  postgres::Connection watching(schema->superuser_url());
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto waits = [&] {
    return watching
        .run({{"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted"
               " AND relation = 'tenant'::regclass)"}})
        .at(0)
        .boolean(0, 0);
  };
  while (!waits() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // before it is asked again
  push.commit({{"INSERT INTO commit_log (tenant, seq, salt, device, at)"
                " VALUES (1, 4, 'aaaaaaaaaaaaaaa4', 'Hamburg', '2026-01-01T00:00:00.000Z')"},
               {"UPDATE tenant SET head_seq = 4, head_salt = 'aaaaaaaaaaaaaaa4' WHERE id = 1"}});
  upgrade.join();
  ASSERT_TRUE(ledger);
  EXPECT_EQ(ledger->head(1).value(), (Version{4, "aaaaaaaaaaaaaaa4"}));
}

}  // namespace
}  // namespace slipway::cloud::test
