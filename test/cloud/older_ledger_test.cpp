// SQLite ledgers that older versions of the cloud made: the first migrations only, with what a
// tenant had by then. They open, and keep rows, receipts, tokens and every place in the feed.
#include <gtest/gtest.h>

#include <ranges>

#include "cloud/sqlite_ledger.h"
#include "desk.h"
#include "folder.h"
#include "ledger_contract.h"
#include "migration_files.h"
#include "model/canonical_json.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

constexpr WallTime made_at{1764000000000};
constexpr const char* hash = "0011";

std::vector<slipway::test::MigrationFile> migrations() {
  return slipway::test::migrations_in("src/cloud/ledger_schema/migrations");
}

std::vector<std::string> texts_of(sqlite::Database& file, const std::string& sql) {
  auto query = file.prepare(sql);
  std::vector<std::string> texts;
  while (query.step()) texts.emplace_back(query.text(0));
  return texts;
}

// The ledger as a program with only the first `count` migrations would have it: its tables, with
// the columns that they had. What its triggers count they count themselves.
void make_older_file(const std::string& path, const std::string& newer, std::size_t count) {
  sqlite::Database file(path, sqlite::OpenMode::create, Duration(1000));
  const auto all = migrations();
  for (const auto& migration : all | std::views::take(count)) file.execute(migration.sql);
  file.execute("ATTACH '" + newer + "' AS newer");
  for (const std::string& table :
       texts_of(file,
                "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
                " AND name NOT IN ('row_count', 'ledger_meta')")) {
    std::string columns;
    for (const std::string& column :
         texts_of(file, "SELECT name FROM pragma_table_info('" + table + "', 'main')"))
      columns += (columns.empty() ? "\"" : ", \"") + column + "\"";
    file.execute("INSERT INTO main." + table + " (" + columns + ") SELECT " + columns +
                 " FROM newer." + table);
  }
  file.execute(
      "INSERT INTO main.ledger_meta SELECT * FROM newer.ledger_meta WHERE \"key\" <> 'schema';"
      "INSERT INTO main.ledger_meta VALUES ('schema', '" +
      std::to_string(all.at(count - 1).number) + "')");
}

std::unique_ptr<Ledger> open(const std::string& path, Random& random) {
  auto ledger = open_sqlite_ledger(path, random);
  if (!ledger) throw std::runtime_error(ledger.error().message);
  return std::move(*ledger);
}

const std::vector<Reference> references{{"Quote", {"shipmentId"}, "Shipment"}};

// What happened at the company while the older program ran.
struct History {
  std::vector<PushRequest> pushes;
  std::vector<PushAnswer> answers;

  void push(Ledger& ledger, const TokenOwner& owner, const std::vector<Item>& items) {
    const Version cursor = ledger.head(owner.tenant).value();
    pushes.push_back(request_of(items, cursor, references));
    answers.push_back(ledger.push(owner.tenant, "Hamburg", pushes.back(), made_at).value());
  }

  void live(Ledger& ledger, const TokenOwner& owner, Desk& desk) {
    push(ledger, owner,
         {desk.create(shipment, {{"id", "shp_1"}, {"status", "new"}}),
          desk.create(other_shipment, {{"id", "shp_2"}})});
    push(ledger, owner, {desk.create(quote, {{"id", "q_1"}, {"shipmentId", "shp_1"}})});
    const Version first = answers.front().head;
    push(ledger, owner,
         {desk.update(shipment, {{"status", "new"}}, {{"status", "sent"}}, first),
          desk.remove(other_shipment, {{"id", "shp_2"}}, first)});
    push(ledger, owner, {desk.update(shipment, {{"status", "old"}}, {{"status", "x"}}, first)});
  }
};

// All that a device can learn.
json::value told_by(Ledger& ledger, const TokenOwner& owner, const History& history) {
  json::array feed, receipts;
  for (const PushRequest& push : history.pushes) {
    auto page = ledger.changes(owner.tenant, "Hamburg", push.cursor, 1000);
    feed.push_back(to_json(page.value()));
    for (const PushItem& item : push.items)
      receipts.push_back(
          to_json(ledger.request(owner.tenant, owner.device, item.id).value().value()));
  }
  const auto snapshot = ledger.snapshot(owner.tenant, "Hamburg", {}, made_at);
  const LedgerState state = ledger.state().value();
  EXPECT_EQ(state.tenants.at(0).rows, state.tenants.at(0).counted);
  return json::object{{"feed", std::move(feed)},
                      {"receipts", std::move(receipts)},
                      {"rows", snapshot.value().rows},
                      {"head", to_json(ledger.head(owner.tenant).value())},
                      {"live", state.tenants.at(0).rows}};
}

TEST(OlderLedger, OfEveryVersionOpensAndKeepsRowsReceiptsTokensAndPlaces) {
  const Folder folder;
  Random random(1);
  Desk desk("inc-hamburg");
  History history;
  json::value wanted;
  {
    const auto ledger = open(folder.file(), random);
    ASSERT_TRUE(ledger->create_token("acme", "Hamburg", hash, made_at));
    const TokenOwner owner = ledger->find_token(hash).value().value();
    history.live(*ledger, owner, desk);
    wanted = told_by(*ledger, owner, history);
  }
  const Item next = desk.create({"Shipment", "shp_3"}, {{"id", "shp_3"}});
  for (std::size_t count = migrations().size(); count > 0; --count) {
    SCOPED_TRACE("migrations: " + std::to_string(count));
    const std::string path = folder.file() + std::to_string(count);
    make_older_file(path, folder.file(), count);
    const auto ledger = open(path, random);
    const auto found = ledger->find_token(hash).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tenant_name + "/" + found->device, "acme/Hamburg");
    EXPECT_EQ(canonical_json(told_by(*ledger, *found, history)), canonical_json(wanted));
    for (std::size_t i = 0; i < history.pushes.size(); ++i) {  // what is repeated has no effect
      const auto again = ledger->push(found->tenant, "Hamburg", history.pushes[i], made_at);
      EXPECT_EQ(again.value().verdicts, history.answers[i].verdicts);
    }
    EXPECT_EQ(ledger->seal_key().value(), ledger->seal_key().value());
    const Version head = ledger->head(found->tenant).value();
    const auto pushed =
        ledger->push(found->tenant, "Hamburg", request_of({next}, head, references), made_at);
    EXPECT_EQ(pushed.value().verdicts.at(0).verdict, Verdict::applied);
    EXPECT_EQ(pushed.value().head.seq, head.seq + 1);
  }
}

}  // namespace
}  // namespace slipway::cloud::test
