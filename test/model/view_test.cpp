#include "model/view.h"

#include <gtest/gtest.h>

#include "model/random_json.h"

namespace slipway {
namespace {

json::object fields(const char* text) {
  return parse_json_object(text, "fields").value();
}

struct Written {
  Op op;
  json::object payload;
  json::object base = {};
};

RowState view(RowState shadow, const std::vector<Written>& entries, const TypeRules& rules = {}) {
  std::vector<ViewStep> steps;
  for (const Written& entry : entries) steps.push_back({entry.op, &entry.payload, &entry.base});
  return view_of(std::move(shadow), steps, rules);
}

const RowState none{};
const RowState row{true, fields(R"({"id":"1","a":1,"b":2})")};

TEST(View, IsTheShadowWhereNothingIsOpen) {
  EXPECT_TRUE(same_row(view(row, {}), row));
  EXPECT_FALSE(view(none, {}).exists);
}

TEST(View, OverlaysWhatWasWritten) {
  const RowState seen =
      view(row, {{Op::update, fields(R"({"a":7})")}, {Op::update, fields(R"({"c":null,"a":8})")}});
  EXPECT_TRUE(same_row(seen, {true, fields(R"({"id":"1","a":8,"b":2,"c":null})")}));
}

TEST(View, DoesNotMaterialiseAnUpdateOfADeadRow) {
  EXPECT_FALSE(view(none, {{Op::update, fields(R"({"a":7})")}}).exists);
  EXPECT_FALSE(view(row, {{Op::remove, {}}, {Op::update, fields(R"({"a":7})")}}).exists);
}

TEST(View, BeginsAnewWithACreateAfterADelete) {
  const RowState seen = view(row, {{Op::remove, {}}, {Op::create, fields(R"({"id":"1","c":3})")}});
  EXPECT_TRUE(same_row(seen, {true, fields(R"({"id":"1","c":3})")}));
  RowState tombstone{false, fields(R"({"id":"1","a":1})")};
  EXPECT_TRUE(same_row(view(tombstone, {{Op::create, fields(R"({"id":"1"})")}}),
                       {true, fields(R"({"id":"1"})")}));
}

const TypeRules rules{Rule::manual,
                      Scope::field,
                      {{"s", Rule::sum},
                       {"m", Rule::max},
                       {"u", Rule::list_union},
                       {"v", Rule::server},
                       {"w", Rule::client}}};

TEST(ViewByRules, ShowsBothDifferences) {
  const RowState moved{true, fields(R"({"s":30,"m":50,"u":["a","c"]})")};
  const RowState seen = view(
      moved,
      {{Op::update, fields(R"({"s":15,"m":40,"u":["b"]})"), fields(R"({"s":10,"m":20,"u":["a"]})")},
       {Op::update, fields(R"({"s":18})"), fields(R"({"s":15})")}},
      rules);
  EXPECT_TRUE(same_row(seen, {true, fields(R"({"s":38,"m":50,"u":["c","b"]})")}));
}

TEST(ViewByRules, ShowsWhoseWordCounts) {
  const RowState moved{true, fields(R"({"v":"theirs","w":"theirs","x":"theirs"})")};
  const std::vector<Written> entries = {
      {Op::update, fields(R"({"v":"mine","w":"mine","x":"mine"})"),
       fields(R"({"v":"old","w":"old","x":"old"})")},
      {Op::update, fields(R"({"v":"mine too"})"), fields(R"({"v":"mine"})")}};
  EXPECT_TRUE(same_row(view(moved, entries, rules),
                       {true, fields(R"({"v":"theirs","w":"mine","x":"mine"})")}));
  const RowState as_seen{true, fields(R"({"v":"old","w":"old","x":"old"})")};
  EXPECT_TRUE(same_row(view(as_seen, entries, rules),
                       {true, fields(R"({"v":"mine too","w":"mine","x":"mine"})")}));
}

TEST(ViewByRules, ShowsWhatWasWrittenWhereAPersonWillHaveToDecide) {
  const RowState moved{true, fields(R"({"s":"thirty"})")};
  EXPECT_TRUE(
      same_row(view(moved, {{Op::update, fields(R"({"s":15})"), fields(R"({"s":10})")}}, rules),
               {true, fields(R"({"s":15})")}));
}

TEST(ViewByRules, BeginsAnewWithACreate) {
  EXPECT_TRUE(same_row(view(none,
                            {{Op::create, fields(R"({"s":5})")},
                             {Op::update, fields(R"({"s":7})"), fields(R"({"s":5})")}},
                            rules),
                       {true, fields(R"({"s":7})")}));
}

RC_GTEST_PROP(ViewByRules, IsTheShadowAndAllDifferences, (int shadow, std::vector<int> steps)) {
  std::vector<Written> entries;
  std::int64_t own = 100, expected = shadow;  // what this desk saw first has nothing to do with it
  for (const int step : steps) {
    entries.push_back({Op::update, {{"s", own + step}}, {{"s", own}}});
    own += step;
    expected += step;
  }
  RC_ASSERT(same_row(view({true, {{"s", shadow}}}, entries, rules), {true, {{"s", expected}}}));
}

TEST(SameRow, IgnoresATombstonesLastValues) {
  EXPECT_TRUE(same_row({false, fields(R"({"a":1})")}, none));
  EXPECT_FALSE(same_row(row, none));
  EXPECT_TRUE(same_row({true, fields(R"({"a":3,"b":1})")}, {true, fields(R"({"b":1.0,"a":3.0})")}));
}

rc::Gen<std::vector<Written>> random_entries() {
  const auto field = rc::gen::pair(rc::gen::inRange('a', 'e'), rc::gen::inRange(0, 9));
  const auto payload = rc::gen::map(rc::gen::container<std::vector<std::pair<char, int>>>(field),
                                    [](const auto& list) {
                                      json::object object;
                                      for (const auto& [name, value] : list)
                                        object[std::string(1, name)] = value;
                                      return object;
                                    });
  return rc::gen::container<std::vector<Written>>(rc::gen::apply(
      [](Op op, json::object values) {
        return Written{op, op == Op::remove ? json::object() : std::move(values)};
      },
      rc::gen::element(Op::create, Op::update, Op::remove), payload));
}

RC_GTEST_PROP(View, FoldsInPartsAsItDoesAtOnce, (bool exists)) {
  const auto entries = *random_entries();
  const auto cut = std::size_t(*rc::gen::inRange<int>(0, int(entries.size()) + 1));
  const RowState shadow{exists, fields(R"({"a":1,"x":2})")};
  // A prefix that the cloud has applied becomes the shadow: nothing may change on the screen.
  const RowState settled = view(shadow, {entries.begin(), entries.begin() + long(cut)});
  RC_ASSERT(
      same_row(view(settled, {entries.begin() + long(cut), entries.end()}), view(shadow, entries)));
}

RC_GTEST_PROP(View, ShowsTheLastWriteOfEachField, ()) {
  const auto entries = *random_entries();
  const RowState seen = view(row, entries);
  if (!entries.empty() && entries.back().op == Op::remove) RC_ASSERT(!seen.exists);
  if (entries.empty() || !seen.exists || entries.back().op == Op::remove) return;
  for (const auto& field : entries.back().payload)
    RC_ASSERT(same_value(seen.values.at(field.key()), field.value()));
}

RC_GTEST_PROP(View, ShowsARepeatedWriteOnce, (bool exists)) {
  const auto entries = *rc::gen::nonEmpty(random_entries());
  auto repeated = entries;
  repeated.push_back(entries.back());
  const RowState shadow{exists, fields(R"({"a":1,"x":2})")};
  RC_ASSERT(same_row(view(shadow, repeated), view(shadow, entries)));
}

RC_GTEST_PROP(View, DoesNotDependOnTheOrderOfWritesToDifferentFields, ()) {
  auto entries = *random_entries();
  const Written one{Op::update, fields(R"({"f":1})")}, other{Op::update, fields(R"({"g":2})")};
  auto swapped = entries;
  entries.insert(entries.end(), {one, other});
  swapped.insert(swapped.end(), {other, one});
  RC_ASSERT(same_row(view(row, entries), view(row, swapped)));
}

RC_GTEST_PROP(View, HoldsNothingThatNobodyWrote, (bool exists)) {
  const auto entries = *random_entries();
  const RowState shadow{exists, fields(R"({"a":1,"x":2})")};
  const RowState seen = view(shadow, entries);
  bool alive = exists;
  for (const Written& entry : entries) {
    if (entry.op != Op::update) alive = entry.op == Op::create;
  }
  RC_ASSERT(seen.exists == alive);
  if (!seen.exists) return;
  for (const auto& field : seen.values) {
    const auto wrote = [&](const Written& entry) {
      const json::value* value = find(entry.payload, field.key());
      return value && same_value(*value, field.value());
    };
    const json::value* before = exists ? find(shadow.values, field.key()) : nullptr;
    RC_ASSERT((before && same_value(*before, field.value())) ||
              std::ranges::any_of(entries, wrote));
  }
}

}  // namespace
}  // namespace slipway
