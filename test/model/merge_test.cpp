// The three-way merge of one field, rule by rule.
#include "model/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/canonical_json.h"
#include "model/random_json.h"

namespace slipway {
namespace {

constexpr Rule all_rules[] = {Rule::manual, Rule::server, Rule::client,    Rule::sum,
                              Rule::max,    Rule::min,    Rule::list_union};

json::value value_of(std::string_view text) {
  return parse_json(text, "a value").value();
}

std::string merged(Rule rule, const char* base, const char* local, const char* server) {
  const auto value = merge_field(rule, value_of(base), value_of(local), value_of(server));
  if (value) return canonical_json(*value);
  switch (value.error()) {
    case Unmergeable::by_hand:
      return "by hand";
    case Unmergeable::not_numbers:
      return "not numbers";
    case Unmergeable::too_large:
      return "too large";
    case Unmergeable::not_lists:
      return "not lists";
  }
  return "";
}

TEST(Rules, HaveTheNamesOfTheConfiguration) {
  for (const Rule rule : all_rules) EXPECT_EQ(rule_from_text(to_text(rule)), rule);
  EXPECT_EQ(to_text(Rule::list_union), "union");
  EXPECT_FALSE(rule_from_text("newest"));
  EXPECT_FALSE(rule_from_text(""));
  EXPECT_EQ(scope_from_text("row"), Scope::row);
  EXPECT_EQ(scope_from_text("field"), Scope::field);
  EXPECT_FALSE(scope_from_text("table"));
}

TEST(Rules, OfAFieldComeBeforeThePolicy) {
  const TypeRules rules{Rule::server, Scope::field, {{"weightKg", Rule::sum}}};
  EXPECT_EQ(rules.of("weightKg"), Rule::sum);
  EXPECT_EQ(rules.of("note"), Rule::server);
  EXPECT_EQ(TypeRules{}.of("note"), Rule::manual);
}

TEST(Merge, WhatOnlyOneSideChangedIsThatSides) {
  for (const Rule rule : all_rules) {
    EXPECT_EQ(merged(rule, "1", "2", "1"), "2") << to_text(rule);
    EXPECT_EQ(merged(rule, "\"a\"", "null", "\"a\""), "null") << to_text(rule);
    if (rule == Rule::manual) continue;
    EXPECT_EQ(merged(rule, "1", "1", "2"), "2") << to_text(rule);
    EXPECT_EQ(merged(rule, "\"a\"", "\"a\"", "[7]"), "[7]") << to_text(rule);
  }
}

TEST(Merge, ManualLeavesItToAPerson) {
  EXPECT_EQ(merged(Rule::manual, "1", "2", "3"), "by hand");
  EXPECT_EQ(merged(Rule::manual, "1", "1", "3"), "by hand");
  EXPECT_EQ(merged(Rule::manual, "1", "2", "2"), "2");
}

TEST(Merge, ServerAndClientTakeOneSide) {
  EXPECT_EQ(merged(Rule::server, "1", "2", "3"), "3");
  EXPECT_EQ(merged(Rule::client, "1", "2", "3"), "2");
}

TEST(Merge, SumAddsTheDifference) {
  EXPECT_EQ(merged(Rule::sum, "10", "15", "20"), "25");
  EXPECT_EQ(merged(Rule::sum, "10", "4", "20"), "14");
  EXPECT_EQ(merged(Rule::sum, "10", "15", "15"), "20");  // five and five
  EXPECT_EQ(merged(Rule::sum, "0.1", "0.3", "0.2"), "0.4");
  EXPECT_EQ(merged(Rule::sum, "\"9007199254740993\"", "\"9007199254740995\"", "1"), "3");
}

TEST(Merge, SumRefusesWhatItCannotAdd) {
  EXPECT_EQ(merged(Rule::sum, "null", "5", "7"), "not numbers");
  EXPECT_EQ(merged(Rule::sum, "1", "\"two\"", "3"), "not numbers");
  EXPECT_EQ(merged(Rule::sum, "1", "true", "3"), "not numbers");
  EXPECT_EQ(merged(Rule::sum, "0", "9007199254740991", "\"9223372036854775807\""), "too large");
}

TEST(Merge, MaxAndMinKeepTheFurtherNumberAsItIsWritten) {
  EXPECT_EQ(merged(Rule::max, "1", "5", "3"), "5");
  EXPECT_EQ(merged(Rule::max, "1", "3", "5"), "5");
  EXPECT_EQ(merged(Rule::min, "9", "5", "3"), "3");
  EXPECT_EQ(merged(Rule::min, "9", "\"2.50\"", "3"), "\"2.50\"");
  EXPECT_EQ(merged(Rule::max, "1", "2.5", "\"2.50\""), "\"2.50\"");  // equal: the server's
  EXPECT_EQ(merged(Rule::max, "1", "\"x\"", "5"), "not numbers");
  EXPECT_EQ(merged(Rule::min, "1", "null", "5"), "not numbers");
}

TEST(Merge, UnionTakesWhatWasAddedAndDropsWhatWasRemoved) {
  EXPECT_EQ(merged(Rule::list_union, R"(["a","b"])", R"(["b","c"])", R"(["x","a","b"])"),
            R"(["x","b","c"])");
  EXPECT_EQ(merged(Rule::list_union, "[]", R"(["b","a"])", R"(["a","c"])"), R"(["a","c","b"])");
  EXPECT_EQ(merged(Rule::list_union, "[1]", "[1,1.0,2,2]", "[1,3]"), "[1,3,2]");
  EXPECT_EQ(merged(Rule::list_union, "[]", R"([{"a":1,"b":2}])", R"([{"b":2,"a":1},7])"),
            R"([{"a":1,"b":2},7])");
  EXPECT_EQ(merged(Rule::list_union, "null", "[1]", "[2]"), "not lists");
  EXPECT_EQ(merged(Rule::list_union, "[]", "\"a,b\"", "[2]"), "not lists");
}

// Concurrent changes of one base: the first arrives, then the second.

std::optional<json::value> both(Rule rule, const json::value& base, const json::value& first,
                                const json::value& second) {
  const auto one = merge_field(rule, base, first, base);
  if (!one) return std::nullopt;
  const auto two = merge_field(rule, base, second, *one);
  return two ? std::optional(*two) : std::nullopt;
}

rc::Gen<json::value> small_number() {
  return rc::gen::map(rc::gen::inRange(-1000, 1000),
                      [](int number) { return json::value(number % 2 ? number / 8.0 : number); });
}

rc::Gen<json::array> small_set() {
  return rc::gen::map(rc::gen::inRange(0, 256), [](int bits) {
    json::array set;
    for (int element = 0; element < 8; ++element) {
      if (bits >> element & 1) set.emplace_back(element);
    }
    return set;
  });
}

std::set<std::string> as_set(const json::value& list) {
  std::set<std::string> set;
  for (const json::value& element : list.as_array()) set.insert(canonical_json(element));
  return set;
}

RC_GTEST_PROP(MergeProperty, SumsCommute, ()) {
  const json::value base = *small_number(), a = *small_number(), b = *small_number();
  RC_ASSERT(same_value(both(Rule::sum, base, a, b).value(), both(Rule::sum, base, b, a).value()));
}

RC_GTEST_PROP(MergeProperty, SumsOfManyIntegersAreBasePlusAllDifferences,
              (std::vector<int> steps, int first)) {
  json::value server(first);
  std::int64_t expected = first;
  for (const int step : steps) {
    const json::value local(std::int64_t(first) + step);
    server = merge_field(Rule::sum, first, local, server).value();
    expected += step;
  }
  RC_ASSERT(server == json::value(expected));
}

RC_GTEST_PROP(MergeProperty, RaisesCommuteUnderMaxAndLoweringsUnderMin, ()) {
  const int base = *rc::gen::inRange(-100, 100);
  const int a = *rc::gen::inRange(0, 100), b = *rc::gen::inRange(0, 100);
  RC_ASSERT(*both(Rule::max, base, base + a, base + b) == json::value(base + std::max(a, b)));
  RC_ASSERT(*both(Rule::min, base, base - a, base - b) == json::value(base - std::max(a, b)));
}

RC_GTEST_PROP(MergeProperty, UnionsCommuteAsSetsAndInventNothing, ()) {
  const json::value base(*small_set()), a(*small_set()), b(*small_set());
  const json::value one = both(Rule::list_union, base, a, b).value();
  const json::value other = both(Rule::list_union, base, b, a).value();
  RC_ASSERT(as_set(one) == as_set(other));
  const auto in_base = as_set(base), in_a = as_set(a), in_b = as_set(b), result = as_set(one);
  for (const std::string& element : result) {
    RC_ASSERT(in_base.contains(element) || in_a.contains(element) || in_b.contains(element));
  }
  for (const auto& list : {in_base, in_a, in_b}) {
    for (const std::string& element : list) {
      const bool removed =
          in_base.contains(element) && !(in_a.contains(element) && in_b.contains(element));
      RC_ASSERT(result.contains(element) == !removed);
    }
  }
  RC_ASSERT(one.as_array().size() == result.size());
}

RC_GTEST_PROP(MergeProperty, ASecondTimeChangesNothingButUnderSum, ()) {
  const json::value number = *small_number(), raised = *small_number(), now = *small_number();
  const json::value list(*small_set()), longer(*small_set()), set(*small_set());
  for (const Rule rule : all_rules) {
    if (rule == Rule::sum) continue;
    const bool lists = rule == Rule::list_union;
    const json::value &base = lists ? list : number, &local = lists ? longer : raised;
    const auto once = merge_field(rule, base, local, lists ? set : now);
    if (!once) continue;
    RC_ASSERT(same_value(merge_field(rule, base, local, *once).value(), *once));
  }
}

RC_GTEST_PROP(MergeProperty, AnyValuesGiveAValueOrAReason,
              (json::value base, json::value local, json::value server)) {
  for (const Rule rule : all_rules) {
    const auto value = merge_field(rule, base, local, server);
    if (same_value(server, base)) RC_ASSERT(value && same_value(*value, local));
    if (!value || rule == Rule::sum || rule == Rule::list_union) continue;
    RC_ASSERT(same_value(*value, local) || same_value(*value, server));
  }
}

}  // namespace
}  // namespace slipway
