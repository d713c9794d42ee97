// The PostgreSQL ledger keeps the contract; its batches cost the same number of round trips
// whatever their size; tenants are apart also where a statement forgets to ask; and several nodes
// that write at once make one log without gaps.
#include "cloud/postgres_ledger.h"

#include <algorithm>
#include <thread>

#include "cloud/limits.h"
#include "cloud/postgres_queries.h"
#include "cloud/routes.h"
#include "cloud/tokens.h"
#include "entities_contract.h"
#include "http/recorded.h"
#include "model/canonical_json.h"
#include "numbering_contract.h"
#include "plans.h"
#include "postgres/postgres.h"
#include "postgres_server.h"
#include "scope_contract.h"

namespace slipway::cloud::test {
namespace {

constexpr WallTime noon{1'795'000'000'000};

class PostgresStorage : public Storage {
 public:
  using Storage::open;
  std::unique_ptr<Ledger> open(Random& random, std::vector<Numbering> numberings,
                               const TenantBounds& bounds) override {
    auto ledger = open_postgres_ledger(schema_.url(), random, std::move(numberings), bounds);
    if (!ledger) throw std::runtime_error(ledger.error().message);
    return std::move(*ledger);
  }

 private:
  EmptySchema schema_;
};

std::vector<std::pair<const char*, MakeStorage>> storages() {
  if (!PostgresServer::is_installed()) return {};
  return {{"postgres", [] { return std::make_unique<PostgresStorage>(); }}};
}

INSTANTIATE_TEST_SUITE_P(Postgres, LedgerContract, testing::ValuesIn(storages()),
                         [](const auto& which) { return std::string(which.param.first); });

INSTANTIATE_TEST_SUITE_P(Postgres, ScopeContract, testing::ValuesIn(storages()),
                         [](const auto& which) { return std::string(which.param.first); });

INSTANTIATE_TEST_SUITE_P(Postgres, ScopePlaces, testing::ValuesIn(storages()),
                         [](const auto& which) { return std::string(which.param.first); });

INSTANTIATE_TEST_SUITE_P(Postgres, EntitiesContract, testing::ValuesIn(storages()),
                         [](const auto& which) { return std::string(which.param.first); });

INSTANTIATE_TEST_SUITE_P(Postgres, NumbersInALedger, testing::ValuesIn(storages()),
                         [](const auto& which) { return std::string(which.param.first); });

class PostgresLedger : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed())
      GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
    schema = std::make_unique<EmptySchema>();
    ledger = open();
  }
  std::unique_ptr<Ledger> open() {
    auto opened = open_postgres_ledger(schema->url(), random);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  TokenOwner owner(const std::string& tenant, const std::string& device = "Hamburg") {
    const std::string hash = token_hash(tenant + "/" + device);
    EXPECT_TRUE(ledger->create_token(tenant, device, hash, noon));
    return ledger->find_token(hash).value().value();
  }

  Random random{7};
  std::unique_ptr<EmptySchema> schema;
  std::unique_ptr<Ledger> ledger;
};

std::vector<Item> shipments(Desk& desk, int first, int count) {
  std::vector<Item> items;
  for (int i = first; i < first + count; ++i)
    items.push_back(desk.create({"Shipment", std::to_string(i)}, {{"n", i}}));
  return items;
}

TEST_F(PostgresLedger, APushCostsTheSameRoundTripsWhateverItsSize) {
  const TokenOwner acme = owner("acme");
  const Version origin = ledger->capabilities(acme).value().origin;
  Desk desk("inc");
  std::vector<std::int64_t> trips;
  for (const int size : {1, 10, 500}) {
    const auto request = request_of(shipments(desk, size * 1000, size), origin);
    const std::int64_t before = round_trips_of(*ledger);
    ASSERT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon));
    trips.push_back(round_trips_of(*ledger) - before);
    ASSERT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon)) << "a replay";
  }
  EXPECT_EQ(trips, std::vector<std::int64_t>(3, trips[0]));
  EXPECT_LE(trips[0], 5);
  const std::int64_t before = round_trips_of(*ledger);
  ASSERT_TRUE(ledger->changes(acme.tenant, "Hamburg", {}, 5000));
  EXPECT_LE(round_trips_of(*ledger) - before, 3);
}

// What a node holds of them at once does not depend on how large they are: a thousand rows of
// megabytes are gigabytes, and no statement is given the time for these.
TEST_F(PostgresLedger, LargeRowsAreReadInRunsOfSoManyBytes) {
  const TokenOwner acme = owner("acme");
  Desk desk("inc");
  const Version origin = ledger->capabilities(acme).value().origin;
  const auto make_rows = [&](const char* type, std::int64_t bytes) {
    for (int i = 1; i <= 9; ++i) {
      const Item item =
          desk.create({type, std::to_string(i)}, {{"note", std::string(std::size_t(bytes), 'x')}});
      ASSERT_TRUE(ledger->push(acme.tenant, "Hamburg", request_of({item}, origin), noon));
    }
  };
  make_rows("Small", 1);
  make_rows("Large", page_bytes_max / 3);
  const auto trips_of = [&](auto ask) {
    const std::int64_t before = round_trips_of(*ledger);
    EXPECT_TRUE(ask());
    return round_trips_of(*ledger) - before;
  };
  const auto see_none_of = [&](const char* type) {
    const json::value scope{{type, {{"port", json::array{"DEKEL"}}}}};
    ASSERT_TRUE(ledger->set_scope("acme", "Hamburg", scope_from_json(scope).value(), noon));
  };
  const auto list = [&](const char* type) {
    see_none_of(type);
    return trips_of([&] { return ledger->rows(acme.tenant, "Hamburg", type, {}, 100); });
  };
  const auto snapshot = [&](const char* type) {
    see_none_of(type);
    SnapshotRequest request;
    request.limit = 100;
    return trips_of([&] { return ledger->snapshot(acme.tenant, "Hamburg", request, noon); });
  };
  const auto reference = [&](const char* type) {
    PushRequest request = request_of(shipments(desk, type[0], 1), origin);
    request.references = {{type, {"customerId"}, "Customer"}};
    return trips_of([&] { return ledger->push(acme.tenant, "Bremen", request, noon); });
  };
  EXPECT_GE(list("Large") - list("Small"), 2);
  EXPECT_GE(snapshot("Large") - snapshot("Small"), 2);
  EXPECT_GE(reference("Large") - reference("Small"), 2);
}

// What a second node sees while a first one still works on a write with the same Idempotency-Key.
TEST_F(PostgresLedger, AWriteThatIsUnderWayElsewhereIsNotBegunTwice) {
  const TokenOwner acme = owner("acme");
  const Version origin = ledger->capabilities(acme).value().origin;
  Desk desk("inc");
  PushRequest request = request_of(shipments(desk, 1, 1), origin);
  request.once = "rest-1";
  postgres::Connection connection(schema->url());
  {
    postgres::Transaction first(connection, {{"BEGIN"}});
    const std::string word = std::to_string(acme.tenant) + " rest-1";
    ASSERT_TRUE(first.run({{postgres_query::claim, {word}}}).at(0).boolean(0, 0));
    const auto second = ledger->push(acme.tenant, "Hamburg", request, noon);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().type, "request-in-progress");
    request.once = "rest-2";
    EXPECT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon)) << "another key";
  }
  request.once = "rest-1";
  EXPECT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon)) << "it has ended";
}

// Asked to do without scans of whole tables, PostgreSQL can do without.
TEST_F(PostgresLedger, NoQueryNeedsToScanATable) {
  postgres::Connection connection(schema->url());
  for (const auto& [sql, steps] : plans_of_all(connection)) {
    for (const std::string& step : steps)
      EXPECT_EQ(step.find("Seq Scan"), std::string::npos) << sql << "\n" << step;
  }
}

// What a statement sees that does not say which tenant it means.
TEST_F(PostgresLedger, ATransactionSeesOnlyTheTenantThatItWorksFor) {
  const TokenOwner acme = owner("acme"), globex = owner("globex");
  for (const TokenOwner& one : {acme, globex}) {
    Desk desk("inc");
    const Version origin = ledger->capabilities(one).value().origin;
    ASSERT_TRUE(
        ledger->push(one.tenant, "Hamburg", request_of(shipments(desk, 1, 3), origin), noon));
  }
  postgres::Connection connection(schema->url());
  const auto rows_seen = [&](const std::string& tenant, std::string_view table) {
    postgres::Transaction transaction(connection,
                                      {{"BEGIN"}, {postgres_query::work_for, {tenant}}});
    const std::string sql = "SELECT count(*) FROM " + std::string(table);
    return transaction.run({{sql}}).at(0).integer(0, 0);
  };
  for (const char* table : {"entity", "row_image", "receipt", "head"}) {
    const int own = table == std::string("head") ? 1 : 3;
    EXPECT_EQ(rows_seen(std::to_string(acme.tenant), table), own) << table;
    EXPECT_EQ(rows_seen("", table), 0) << table;
    EXPECT_EQ(rows_seen("999", table), 0) << table;
  }
  // Nor does it write another's.
  postgres::Transaction transaction(
      connection, {{"BEGIN"}, {postgres_query::work_for, {std::to_string(acme.tenant)}}});
  EXPECT_THROW(transaction.run({{"INSERT INTO device (tenant, name, created) VALUES ($1, 'x', '')",
                                 {globex.tenant}}}),
               postgres::Failure);
}

// Who says that he means the heads of all sees them, and nothing else; he locks and writes none.
TEST_F(PostgresLedger, TheHeadsOfAllAreReadByWhoSaysSoAndWrittenByNobody) {
  const TokenOwner acme = owner("acme");
  owner("globex");
  postgres::Connection connection(schema->url());
  postgres::Transaction transaction(connection, {{"BEGIN"}, {postgres_query::see_all_heads}});
  const auto all = transaction.run({{"SELECT seq FROM head"},
                                    {"SELECT seq FROM head FOR UPDATE"},
                                    {"UPDATE head SET seq = 7"},
                                    {"SELECT count(*) FROM commit_log"}});
  EXPECT_EQ(all[0].size(), 2);
  EXPECT_EQ(all[1].size(), 0);
  EXPECT_EQ(all[2].changed(), 0);
  EXPECT_EQ(all[3].integer(0, 0), 0);
  transaction.commit();
  EXPECT_EQ(ledger->head(acme.tenant).value().seq, 0);
}

// A table that is added later must not stand outside of the wall by an oversight.
TEST_F(PostgresLedger, EveryTableWithATenantIsBehindTheWallOrIsNamedHere) {
  postgres::Connection connection(schema->url());
  const auto open_tables = connection.run(
      {{"SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
        " AND a.attname = 'tenant' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        " ORDER BY 1"}});
  std::vector<std::string> names;
  for (int row = 0; row < open_tables[0].size(); ++row)
    names.emplace_back(open_tables[0].text(row, 0));
  EXPECT_EQ(names, (std::vector<std::string>{"backup_point", "token"}));
}

// Many writers, each with a connection of its own, on one tenant. An answer that got lost is asked
// for again, as devices do.
TEST_F(PostgresLedger, ConcurrentWritersMakeOneLogWithoutGaps) {
  constexpr int writers = 6, rounds = 15;
  const TokenOwner acme = owner("acme");
  const Version origin = ledger->capabilities(acme).value().origin;
  std::vector<std::thread> threads;
  std::vector<std::vector<Receipt>> verdicts(writers);
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      Random salts{std::uint64_t(w) + 100};
      const auto mine = open_postgres_ledger(schema->url(), salts);
      if (!mine) return;
      Desk desk("inc-" + std::to_string(w));
      for (int round = 0; round < rounds; ++round) {
        const auto request = request_of(shipments(desk, w * 10'000 + round * 10, 2), origin);
        for (int repeat = 0; repeat < 2; ++repeat) {
          const auto answer =
              (*mine)->push(acme.tenant, "desk " + std::to_string(w), request, noon);
          if (!answer || repeat == 0) continue;
          for (const Receipt& verdict : answer->verdicts)
            verdicts[std::size_t(w)].push_back(verdict);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::int64_t> seqs;
  for (const auto& of_one : verdicts) {
    ASSERT_EQ(of_one.size(), std::size_t(2 * rounds));
    for (const Receipt& verdict : of_one) {
      EXPECT_EQ(verdict.verdict, Verdict::applied);
      seqs.push_back(verdict.seq);
    }
  }
  std::ranges::sort(seqs);
  std::vector<std::int64_t> wanted;
  for (std::int64_t seq = 1; seq <= writers * rounds; ++seq) wanted.insert(wanted.end(), 2, seq);
  EXPECT_EQ(seqs, wanted) << "each commit once, each with its two entries";
  const auto all = ledger->changes(acme.tenant, "Hamburg", {}, 5000);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->page.rows.size(), std::size_t(2 * writers * rounds));
  EXPECT_EQ(all->head.seq, writers * rounds);
}

TEST_F(PostgresLedger, NodesThatStartAtOnceMakeTheTablesOnce) {
  const EmptySchema empty;
  std::vector<std::thread> threads;
  std::vector<std::string> errors(4);
  for (std::string& error : errors) {
    threads.emplace_back([&] {
      Random salts{1};
      const auto opened = open_postgres_ledger(empty.url(), salts);
      if (!opened) error = opened.error().message;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(errors, std::vector<std::string>(4));
}

// The backend that a ledger works through is ended, as a failover or an administrator does.
TEST_F(PostgresLedger, AConnectionThatIsLostIsMadeAgain) {
  const TokenOwner acme = owner("acme");
  const Version origin = ledger->capabilities(acme).value().origin;
  Desk desk("inc");
  postgres::Connection superuser(schema->superuser_url());
  for (int round = 1; round <= 3; ++round) {
    superuser.run(
        {{"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
          " WHERE usename = 'slipway'"}});
    const auto answer =
        ledger->push(acme.tenant, "Hamburg", request_of(shipments(desk, round, 1), origin), noon);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->head.seq, round);
  }
  EXPECT_TRUE(ledger->changed_elsewhere()) << "something may have been missed";
}

// A server that aborts a push's transaction so many times, as serialisable ones do under load. The
// sequence counts on over what is rolled back.
TEST_F(PostgresLedger, ASerialisationFailureIsTriedFourTimesMoreAndThenSaidToBeBusy) {
  const TokenOwner acme = owner("acme");
  const Version origin = ledger->capabilities(acme).value().origin;
  postgres::Connection superuser(schema->superuser_url());
  superuser.execute(R"(
      CREATE SEQUENCE tried;
      CREATE TABLE failing (times BIGINT);
      INSERT INTO failing VALUES (0);
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF nextval('tried') <= (SELECT times FROM failing) THEN
          RAISE 'could not serialize access' USING ERRCODE = '40001';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fails BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION fail())");
  const auto fail_times = [&](std::int64_t times) {
    superuser.run(
        {{"SELECT setval('tried', 1, false)"}, {"UPDATE failing SET times = $1", {times}}});
  };
  const auto tried = [&] {
    return superuser.run({{"SELECT last_value FROM tried"}}).at(0).integer(0, 0);
  };
  Desk desk("inc");
  fail_times(4);
  const auto request = request_of(shipments(desk, 1, 1), origin);
  const auto answer = ledger->push(acme.tenant, "Hamburg", request, noon);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->head.seq, 1) << "one commit";
  EXPECT_EQ(tried(), 5);

  fail_times(5);
  const auto later = request_of(shipments(desk, 2, 1), origin);
  const auto refused = ledger->push(acme.tenant, "Hamburg", later, noon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::busy);  // 503: the device keeps its entry
  EXPECT_EQ(refused.error().type, "database-busy");
  EXPECT_EQ(refused.error().hint, "Nothing was changed. Try again in a moment.");
  EXPECT_EQ(tried(), 5);
  EXPECT_EQ(ledger->head(acme.tenant).value(), answer->head);
  const auto again = ledger->push(acme.tenant, "Hamburg", later, noon);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->head.seq, 2);
  EXPECT_EQ(again->verdicts.at(0).verdict, Verdict::applied);
}

// Where announcements do not arrive, commits are counted.
TEST_F(PostgresLedger, CommitsThatNobodyAnnouncesAreFoundByCounting) {
  const TokenOwner acme = owner("acme");
  while (ledger->changed_elsewhere()) {
  }
  postgres::Connection(schema->superuser_url()).run({{"UPDATE head SET seq = seq + 1"}});
  int looks = 1;
  while (!ledger->changed_elsewhere() && looks < 100) ++looks;
  EXPECT_LE(looks, 11);
}

// Neither takes a token nor waits in line: nobody keeps the database busy through them.
TEST_F(PostgresLedger, ItsHealthIsLookedAtOnceASecondHoweverOftenItIsAskedFor) {
  Instant time{};
  Identity identity(*ledger, [] { return noon; });
  Pokes pokes(*ledger, identity);
  Observer observer(
      random, [] { return Now{}; }, nullptr);
  Readiness readiness(*ledger, [&] { return time; });
  const http::Handler handler =
      routes(*ledger, identity, pokes, readiness, observer, [] { return noon; });
  const std::int64_t before = round_trips_of(*ledger);
  for (int second = 1; second <= 2; ++second) {
    for (const char* path : {"/healthz", "/readyz", "/healthz"}) {
      http::Request request = http::test::request("GET", "");
      request.raw_path = path;
      EXPECT_EQ(http::test::answer(handler, std::move(request)).status, 200u) << path;
    }
    EXPECT_EQ(round_trips_of(*ledger) - before, second);
    time = time + std::chrono::seconds(1);
  }
}

TEST_F(PostgresLedger, ARoleThatPassesTheWallIsWarnedOf) {
  EXPECT_EQ(ledger->warnings().value(), std::vector<std::string>());
  const auto passing = open_postgres_ledger(schema->superuser_url(), random);
  ASSERT_TRUE(passing) << passing.error().message;
  const auto warnings = (*passing)->warnings().value();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with("Row-level security does not hold for the role postgres,"));
}

TEST_F(PostgresLedger, SomebodyElsesTablesAreLeftAlone) {
  const EmptySchema app;
  postgres::Connection connection(app.url());
  connection.execute("CREATE TABLE \"Shipment\" (id TEXT PRIMARY KEY)");
  const auto opened = open_postgres_ledger(app.url(), random);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().type, "foreign-database");
  EXPECT_EQ(connection
                .run({{"SELECT count(*) FROM information_schema.tables"
                       " WHERE table_schema = current_schema()"}})
                .at(0)
                .integer(0, 0),
            1);
}

TEST_F(PostgresLedger, ADatabaseOfANewerVersionIsRefused) {
  postgres::Connection(schema->url())
      .run({{"UPDATE ledger_meta SET \"value\" = '999' WHERE \"key\" = 'schema'"}});
  const auto opened = open_postgres_ledger(schema->url(), random);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().type, "newer-version");
}

TEST_F(PostgresLedger, AServerThatIsNotThereIsSaidToBeUnreachable) {
  const auto opened = open_postgres_ledger("postgresql://slipway:secret@127.0.0.1:1/none", random);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().type, "database-unreachable");
  EXPECT_EQ(opened.error().kind, ErrorKind::busy);
  EXPECT_EQ(opened.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace slipway::cloud::test
