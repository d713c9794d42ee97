// What a node says of its health: to balancers by a word, in its own log in words, and only once.
#include "cloud/readiness.h"

#include <gtest/gtest.h>

#include <vector>

#include "cloud/routes.h"
#include "cloud/sqlite_ledger.h"
#include "folder.h"
#include "heard.h"
#include "http/recorded.h"
#include "model/canonical_json.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

class ReadinessTest : public testing::Test {
 protected:
  // A second later, so that the database is asked again.
  std::string ask(const std::string& path) {
    now = now + std::chrono::seconds(1);
    http::Request request = http::test::request("GET", path);
    request.raw_path = path;
    const http::Response response = http::test::answer(handler, std::move(request));
    be_heard("GET", path, response);
    return std::to_string(response.status) + " " + response.body;
  }
  void change_tables(const std::string& sql) {
    sqlite::Database(folder.file(), sqlite::OpenMode::existing, Duration(1000)).execute(sql);
  }

  Folder folder;
  Random random{3};
  std::unique_ptr<Ledger> ledger = open_sqlite_ledger(folder.file(), random).value();
  Instant now{};
  std::vector<std::string> told;
  Readiness readiness{*ledger, [this] { return now; },
                      [this](const Result<void>& health) {
                        told.push_back(health ? "well" : health.error().message);
                      }};
  Identity identity{*ledger, [] { return WallTime{}; }};
  Pokes pokes{*ledger, identity};
  Observer observer{random, [this] { return Now{now, {}}; }, nullptr};
  http::Handler handler =
      routes(*ledger, identity, pokes, readiness, observer, [] { return WallTime{}; });
};

TEST_F(ReadinessTest, WhyTheDatabaseFailsIsAWordForAllAndWordsForTheLogOnce) {
  EXPECT_EQ(ask("/readyz"), R"(200 {"status":"ready"})");
  EXPECT_TRUE(told.empty());
  change_tables("ALTER TABLE tenant RENAME TO gone");
  const std::string problem =
      R"(503 {"type":"https://slipway.dev/problems/unhealthy","title":"The database does not answer","status":503)";
  EXPECT_EQ(ask("/healthz"), problem + R"(,"reason":"database-error"})");
  EXPECT_EQ(ask("/readyz"),
            problem + R"(,"detail":"Send requests to another node.","reason":"database-error"})");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("checking its health: no such table"), std::string::npos) << told[0];
  change_tables("ALTER TABLE gone RENAME TO tenant");
  EXPECT_EQ(ask("/healthz"), R"(200 {"status":"ok"})");
  EXPECT_EQ(ask("/readyz"), R"(200 {"status":"ready"})");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1], "well");
}

TEST_F(ReadinessTest, OneThatIsAboutToEndSaysThatFirst) {
  readiness.drain();
  change_tables("ALTER TABLE tenant RENAME TO gone");
  const std::string answer = ask("/readyz");
  EXPECT_NE(answer.find("problems/draining"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("reason"), std::string::npos) << answer;
}

}  // namespace
}  // namespace slipway::cloud::test
