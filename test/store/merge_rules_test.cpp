// Declared rules on this side of the wire: which of them fit the tables, what is captured and sent
// under them, and what a row shows while an entry is open and the cloud has moved on.
#include "store/merge_rules.h"

#include "device.h"
#include "model/canonical_json.h"

namespace slipway::store {
namespace {

constexpr const char* stock_schema = R"sql(
CREATE TABLE "Depot" ("id" INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE "Stock" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "pieces" INTEGER NOT NULL DEFAULT 0,
  "weight" DECIMAL, "tags" JSONB, "checked" DATETIME, "fragile" BOOLEAN, "place" TEXT,
  "depotId" INTEGER REFERENCES "Depot" ("id"));
)sql";

SyncRules stock_rules(TypeRules rules) {
  SyncRules declared;
  declared.entities["Stock"] = {true, std::move(rules)};
  return declared;
}

TypeRules usual() {
  return {Rule::manual,
          Scope::field,
          {{"pieces", Rule::sum}, {"tags", Rule::list_union}, {"place", Rule::server}}};
}

class DeclaredHere : public testing::Test {
 protected:
  DeclaredHere() { desk.meet(); }

  Schema schema() { return Schema::read(desk.raw()); }
  // The cloud has a row, and this desk knows it.
  void known_row() {
    ASSERT_TRUE(desk.absorb(desk.page({row("Stock", "s1", now_at_cloud)})));
    ASSERT_EQ(shown("pieces"), "10");
  }
  void cloud_moves_on(std::string_view values) {
    ASSERT_TRUE(desk.absorb(desk.page({row("Stock", "s1", values)})));
  }
  EntryId write(std::string_view payload) {
    return desk.write(Device::mutation("Stock", "s1", "UPDATE_STOCK", payload));
  }
  std::string shown(const std::string& field) {
    return desk.one("SELECT " + field + " FROM Stock WHERE id = 's1'");
  }

  static constexpr const char* now_at_cloud =
      R"({"id":"s1","name":"nuts","pieces":10,"weight":1.5,"tags":["a"],"checked":null,)"
      R"("fragile":false,"place":"A1","depotId":null})";
  static constexpr const char* later_at_cloud =
      R"({"id":"s1","name":"nuts","pieces":30,"weight":1.5,"tags":["a","c"],"checked":null,)"
      R"("fragile":false,"place":"C3","depotId":null})";
  Device desk{stock_schema, 1, stock_rules(usual())};
};

TEST_F(DeclaredHere, RulesThatFitAreTaken) {
  const MergeRules rules = merge_rules(stock_rules(usual()), schema());
  EXPECT_EQ(rules, (MergeRules{{"Stock", usual()}}));
  EXPECT_TRUE(merge_rules(stock_rules({}), schema()).empty());
  EXPECT_TRUE(merge_rules(stock_rules({Rule::manual, Scope::field, {{"nme", Rule::sum}}}), schema())
                  .empty());
}

TEST_F(DeclaredHere, WhatDoesNotFitIsLeftOutAndTold) {
  const auto told = [&](const char* field, Rule rule) -> std::string {
    const SyncRules declared = stock_rules({Rule::manual, Scope::field, {{field, rule}}});
    const RuleProblems problems = rule_problems(declared, schema());
    const bool taken = !merge_rules(declared, schema()).empty();
    EXPECT_NE(taken, problems.misfits.size() + problems.missing.size() == 1) << field;
    if (!problems.missing.empty()) return "missing: " + problems.missing.front();
    return problems.misfits.empty() ? "" : problems.misfits.front();
  };
  EXPECT_EQ(told("weight", Rule::sum), "");
  EXPECT_EQ(told("name", Rule::client), "");
  EXPECT_EQ(told("name", Rule::sum),
            "entities.Stock.fields.name: “sum” is for columns of numbers; this one is text");
  EXPECT_EQ(told("fragile", Rule::max),
            "entities.Stock.fields.fragile: “max” is for columns of numbers; this one is boolean");
  EXPECT_EQ(told("checked", Rule::min),
            "entities.Stock.fields.checked: “min” is for columns of numbers; this one is datetime");
  EXPECT_EQ(told("name", Rule::list_union),
            "entities.Stock.fields.name: “union” is for JSON columns that hold arrays; this one is "
            "text");
  EXPECT_EQ(told("id", Rule::client),
            "entities.Stock.fields.id: it is part of the primary key, which never changes");
  EXPECT_EQ(told("depotId", Rule::sum),
            "entities.Stock.fields.depotId: it refers to another row, so it is no quantity");
  EXPECT_EQ(told("peices", Rule::sum),
            "missing: entities.Stock.fields.peices: there is no such column; Stock has id, name, "
            "pieces, weight, tags, checked, fragile, place, depotId");
  SyncRules elsewhere;
  elsewhere.entities["Stok"].merge.policy = Rule::client;
  EXPECT_EQ(rule_problems(elsewhere, schema()).missing,
            std::vector<std::string>{"entities.Stok: this database has no table “Stok”"});
}

TEST_F(DeclaredHere, APolicyOfNumbersOrListsIsEachFieldsThatItFits) {
  const auto expanded = [&](Rule policy) {
    return merge_rules(stock_rules({policy, Scope::field, {{"weight", Rule::server}}}), schema())
        .at("Stock");
  };
  EXPECT_EQ(
      expanded(Rule::max),
      (TypeRules{Rule::manual, Scope::field, {{"pieces", Rule::max}, {"weight", Rule::server}}}));
  EXPECT_EQ(
      expanded(Rule::list_union),
      (TypeRules{
          Rule::manual, Scope::field, {{"tags", Rule::list_union}, {"weight", Rule::server}}}));
  EXPECT_EQ(expanded(Rule::client),
            (TypeRules{Rule::client, Scope::field, {{"weight", Rule::server}}}));
}

TEST_F(DeclaredHere, APushCarriesThem) {
  known_row();
  write(R"({"pieces":15})");
  EXPECT_EQ(desk.push()->rules, (MergeRules{{"Stock", usual()}}));
  Device plain;
  plain.meet();
  plain.create_parent("p1");
  EXPECT_TRUE(plain.push()->rules.empty());
}

TEST_F(DeclaredHere, AnOpenSumIsShownOnTopOfWhatTheCloudHas) {
  known_row();
  write(R"({"pieces":15})");
  write(R"({"pieces":18})");
  cloud_moves_on(later_at_cloud);
  EXPECT_EQ(shown("pieces"), "38");
  // And the next one is made on what is shown.
  const Entry third = desk.entry(write(R"({"pieces":40})"));
  EXPECT_EQ(third.body.base.at("pieces"), 38);
  EXPECT_EQ(shown("pieces"), "40");
}

TEST_F(DeclaredHere, ADiscardedSumLeavesOnlyTheOthers) {
  known_row();
  const EntryId five = write(R"({"pieces":15})");
  write(R"({"pieces":18})");
  ASSERT_TRUE(desk.decide(wish::Discard{five}));
  EXPECT_EQ(shown("pieces"), "13");
}

TEST_F(DeclaredHere, AnOpenListIsShownWithWhatOthersAdded) {
  known_row();
  write(R"({"tags":["a","b"]})");
  cloud_moves_on(later_at_cloud);
  EXPECT_EQ(shown("tags"), R"(["a","c","b"])");
}

TEST_F(DeclaredHere, WhereTheServersValueWillStayItIsShown) {
  known_row();
  write(R"({"place":"B2","name":"bolts"})");
  write(R"({"place":"B3"})");
  EXPECT_EQ(shown("place"), "B3");
  cloud_moves_on(later_at_cloud);
  EXPECT_EQ(shown("place"), "C3");
  EXPECT_EQ(shown("name"), "bolts");
}

TEST_F(DeclaredHere, WithRowScopeTheWholeRowIsTheBase) {
  Device other(stock_schema, 1, stock_rules({Rule::manual, Scope::row, {}}));
  other.meet();
  ASSERT_TRUE(other.absorb(other.page({row("Stock", "s1", now_at_cloud)})));
  const auto rename = Device::mutation("Stock", "s1", "UPDATE_STOCK", R"({"name":"bolts"})");
  const auto recount = Device::mutation("Stock", "s1", "UPDATE_STOCK", R"({"pieces":11})");
  const Entry first = other.entry(other.write(rename));
  EXPECT_EQ(json::value(first.body.base), json::value(object(now_at_cloud)));
  EXPECT_EQ(json::value(first.body.payload), json::value(object(R"({"name":"bolts"})")));
  ASSERT_TRUE(other.absorb(other.page({row("Stock", "s1", later_at_cloud)})));
  const Entry second = other.entry(other.write(recount));
  EXPECT_EQ(second.body.base.at("name"), "bolts");
  // The name that it saw is the first entry's, so it stands on what that one stood on.
  EXPECT_EQ(second.body.base_versions.at("*"), to_json(other.cursor()));
  EXPECT_EQ(second.body.base_versions.at("name"), first.body.base_versions.at("*"));
}

TEST_F(DeclaredHere, ARetryNamesItsChainAndSaysWhatIsTheSame) {
  known_row();
  EntryId entry = write(R"({"pieces":15})");
  std::vector<Replaced> chain;
  for (int times = 0; times < 3; ++times) {
    const auto request = desk.push();
    ASSERT_TRUE(request);
    ASSERT_EQ(request->items.back().id, desk.entry(entry).client_request_id);
    EXPECT_EQ(request->items.back().replaces, chain);
    const Page page = desk.page({}, {receipt(desk.entry(entry), Verdict::rejected, "no")});
    desk.finish(page.receipts, page);
    ASSERT_EQ(desk.status(entry), Status::error);
    const Entry refused = desk.entry(entry);  // its receipt says that nothing happened
    chain.push_back(
        {refused.client_request_id, true, refused.body.incarnation, refused.body.number, true});
    const auto decided = desk.decide(wish::Retry{entry});
    ASSERT_TRUE(decided);
    entry = decided->appended.front().id;
  }
  write(R"({"pieces":16})");  // takes nobody's place
  EXPECT_TRUE(desk.push()->items.back().replaces.empty());
}

TEST_F(DeclaredHere, ChangedRulesShowOpenEntriesAnew) {
  known_row();
  write(R"({"pieces":15})");
  cloud_moves_on(later_at_cloud);
  ASSERT_EQ(shown("pieces"), "35");
  desk.set_rules({});
  desk.open();
  EXPECT_EQ(shown("pieces"), "15");
  desk.set_rules(stock_rules(usual()));
  desk.open();
  EXPECT_EQ(shown("pieces"), "35");
}

}  // namespace
TEST_F(DeclaredHere, AnUndoneSumShowsWhatOthersAdded) {
  known_row();
  const EntryId id = write(R"({"pieces":14,"place":"B2"})");
  desk.settle_all();
  cloud_moves_on(later_at_cloud);  // 30 pieces, in C3
  ASSERT_TRUE(desk.decide(wish::Undo{id}));
  EXPECT_EQ(shown("pieces"), "26");  // four less than there are, not the ten of then
  EXPECT_EQ(shown("place"), "C3");
  const auto entry = desk.entry(id + 1);
  EXPECT_EQ(canonical_json(entry.body.payload), R"({"pieces":10,"place":"A1"})");
  EXPECT_EQ(canonical_json(entry.body.base), R"({"pieces":14,"place":"B2"})");
}

}  // namespace slipway::store
