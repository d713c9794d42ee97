// The wrapper over libpq: batches, transactions, failures; and how keys are stored.
#include <gtest/gtest.h>

#include <signal.h>

#include <algorithm>

#include "cloud/postgres_tables.h"
#include "postgres/postgres.h"
#include "postgres_server.h"

namespace slipway::cloud::test {
namespace {

using postgres::Connection, postgres::Failure, postgres::FailureKind, postgres::Transaction;

TEST(PostgresFailure, IsClassedByWhatToDoNext) {
  EXPECT_EQ(postgres::kind_of_sqlstate("40001"), FailureKind::again);
  EXPECT_EQ(postgres::kind_of_sqlstate("40P01"), FailureKind::again);
  EXPECT_EQ(postgres::kind_of_sqlstate("53300"), FailureKind::busy);
  EXPECT_EQ(postgres::kind_of_sqlstate("53100"), FailureKind::full);
  EXPECT_EQ(postgres::kind_of_sqlstate("57P01"), FailureKind::unreachable);
  EXPECT_EQ(postgres::kind_of_sqlstate("57014"), FailureKind::busy);
  EXPECT_EQ(postgres::kind_of_sqlstate("23505"), FailureKind::constraint);
  EXPECT_EQ(postgres::kind_of_sqlstate("25006"), FailureKind::read_only);
  EXPECT_EQ(postgres::kind_of_sqlstate("42703"), FailureKind::newer);
  EXPECT_EQ(postgres::kind_of_sqlstate("42P01"), FailureKind::newer);
  EXPECT_EQ(postgres::kind_of_sqlstate("42601"), FailureKind::other);
}

TEST(PostgresKeys, AreStoredInTheOrderOfTheirBytes) {
  using namespace std::string_literals;
  std::vector<std::string> keys;
  for (const std::string& a : {""s, "\0"s, "\1"s, "\2"s, "a"s, "\xc3\xa9"s}) {
    for (const std::string& b : {""s, "\0"s, "\1"s, "\1\1"s, "\2"s, "z"s}) keys.push_back(a + b);
  }
  std::ranges::sort(keys);
  std::vector<std::string> stored;
  for (const std::string& key : keys) {
    stored.push_back(postgres_ledger::to_stored(key));
    EXPECT_EQ(stored.back().find('\0'), std::string::npos);
    EXPECT_EQ(postgres_ledger::from_stored(stored.back()), key);
  }
  EXPECT_TRUE(std::ranges::is_sorted(stored));
}

class PostgresWrapper : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed())
      GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
    schema = std::make_unique<EmptySchema>();
    connection = std::make_unique<Connection>(schema->url());
    connection->execute("CREATE TABLE thing (id BIGINT PRIMARY KEY)");
  }
  std::int64_t things() {
    return connection->run({{"SELECT count(*) FROM thing"}}).at(0).integer(0, 0);
  }
  std::unique_ptr<EmptySchema> schema;
  std::unique_ptr<Connection> connection;
};

TEST_F(PostgresWrapper, ABatchTakesEffectWholeOrNotAtAll) {
  EXPECT_THROW(connection->run({{"INSERT INTO thing VALUES (1)"},
                                {"INSERT INTO thing VALUES (1)"},
                                {"INSERT INTO thing VALUES (2)"}}),
               Failure);
  EXPECT_EQ(things(), 0);
}

// More than the sockets hold, in both directions at once.
TEST_F(PostgresWrapper, LargeBatchesGoBothWays) {
  const std::string text(64 * 1024, 'x');
  const postgres::Batch batch(300, {"SELECT $1::text", {text}});
  const std::int64_t before = connection->round_trips();
  const auto rows = connection->run(batch);
  EXPECT_EQ(connection->round_trips() - before, 1);
  ASSERT_EQ(rows.size(), 300u);
  for (const auto& row : rows) EXPECT_EQ(row.text(0, 0).size(), text.size());
}

TEST_F(PostgresWrapper, ArraysKeepWhatTheyHold) {
  const std::vector<std::string> texts{"", "a,b", "\"quoted\"", "back\\slash", "{x}", "NULL", "é"};
  const std::vector<std::optional<std::int64_t>> numbers{1, std::nullopt, -3};
  const auto rows = connection->run({{"SELECT * FROM unnest($1::text[])", {texts}},
                                     {"SELECT * FROM unnest($1::bigint[])", {numbers}}});
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(rows[0].text(int(i), 0), texts[i]);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(rows[1].optional_integer(int(i), 0), numbers[i]);
  EXPECT_THROW(connection->run({{"SELECT $1::text", {std::string("a\0b", 3)}}}), Failure);
}

TEST_F(PostgresWrapper, ATransactionThatIsLeftIsRolledBack) {
  {
    Transaction transaction(*connection, {{"BEGIN"}});
    transaction.run({{"INSERT INTO thing VALUES (1)"}});
  }
  EXPECT_EQ(things(), 0);
  Transaction(*connection, {{"BEGIN"}}).commit({{"INSERT INTO thing VALUES (1)"}});
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresWrapper, WhoWaitsTooLongForALockIsToldSo) {
  connection->run({{"INSERT INTO thing VALUES (1)"}});
  Transaction holds(*connection, {{"BEGIN"}});
  holds.run({{"SELECT * FROM thing FOR UPDATE"}});
  postgres::Limits limits;
  limits.lock = Duration(50);
  Connection other(schema->url(), limits);
  try {
    other.run({{"DELETE FROM thing"}});
    FAIL() << "the lock was held";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.kind(), FailureKind::busy);
  }
}

TEST_F(PostgresWrapper, WhoIsPatientWaitsBeyondAllLimits) {
  postgres::Limits limits;
  limits.statement = Duration(50);
  limits.silence = Duration(100);
  Connection counting(schema->url(), limits);
  const postgres::Statement slow{"SELECT pg_sleep(0.3)"};
  EXPECT_THROW(counting.run({slow}), Failure);
  {
    const postgres::Patience patience(counting);
    Transaction transaction(counting, {{"BEGIN"}, {postgres::without_limits}});
    EXPECT_EQ(transaction.commit({slow}).size(), 1u);
  }
  EXPECT_THROW(counting.run({slow}), Failure);
}

// Processes of the tests' own server that stand still, as on a frozen machine; they go on in the
// end.
class Frozen {
 public:
  explicit Frozen(std::vector<pid_t> processes) : processes_(std::move(processes)) {
    for (const pid_t process : processes_) kill(process, SIGSTOP);
  }
  ~Frozen() {
    for (const pid_t process : processes_) kill(process, SIGCONT);
  }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  std::vector<pid_t> processes_;
};

pid_t backend_of(Connection& connection) {
  const postgres::Patience patience(connection);  // the machine may be slow; it is not what stalls
  return pid_t(connection.run({{"SELECT pg_backend_pid()"}}).at(0).integer(0, 0));
}

FailureKind failure_of(Connection& connection) {
  try {
    connection.run({{"SELECT 1"}});
  } catch (const Failure& failure) {
    return failure.kind();
  }
  return FailureKind::other;
}

TEST_F(PostgresWrapper, ABackendThatStandsStillIsGivenUpAndDoneWithout) {
  postgres::Limits limits;
  limits.silence = std::chrono::seconds(1);
  Connection hot(schema->url(), limits);
  const Frozen frozen({backend_of(hot)});
  EXPECT_EQ(failure_of(hot), FailureKind::unreachable);
  EXPECT_FALSE(hot.connected());
  limits.silence = std::chrono::seconds(60);
  EXPECT_EQ(Connection(schema->url(), limits).run({{"SELECT 1"}}).size(), 1u);
}

// Then everybody is refused without asking it: also when it goes on meanwhile, for a pause.
TEST_F(PostgresWrapper, AServerThatStandsStillIsSoonKnownToBeGone) {
  postgres::Limits limits;
  limits.connect = std::chrono::seconds(2);
  limits.silence = std::chrono::seconds(1);
  limits.pause = std::chrono::minutes(10);
  Connection hot(schema->url(), limits);
  {
    const Frozen frozen({PostgresServer::started().process(), backend_of(hot)});
    EXPECT_EQ(failure_of(hot), FailureKind::unreachable) << "its silence";
    EXPECT_EQ(failure_of(hot), FailureKind::unreachable) << "no new connection";
  }
  EXPECT_EQ(things(), 0) << "it goes on";
  EXPECT_EQ(failure_of(hot), FailureKind::unreachable) << "without asking";
  EXPECT_EQ(hot.connects(), 1);
}

// Else a server that is only slow would be taken for one that is gone, and its statements would run
// on beside those that are sent again.
TEST(PostgresLimits, OfTheServerAreShorterThanThePatienceWithIt) {
  const postgres::Limits limits;
  EXPECT_LT(limits.lock, limits.statement);
  EXPECT_LT(limits.statement, limits.silence);
}

TEST_F(PostgresWrapper, AConnectionThatIsEndedInATransactionTakesItAlong) {
  Transaction transaction(*connection, {{"BEGIN"}});
  transaction.run({{"INSERT INTO thing VALUES (1)"}});
  Connection(schema->superuser_url())
      .run({{"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'slipway'"}});
  EXPECT_THROW(transaction.run({{"SELECT 1"}}), Failure);
  EXPECT_EQ(things(), 0) << "by a new connection";
  EXPECT_THROW(transaction.commit({{"INSERT INTO thing VALUES (2)"}}), Failure)
      << "which is not in the transaction";
  EXPECT_EQ(things(), 0);
}

}  // namespace
}  // namespace slipway::cloud::test
