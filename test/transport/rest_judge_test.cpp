// Entries beside the row that a hosted API has now.
#include "transport/rest_judge.h"

#include <gtest/gtest.h>

namespace slipway::test {
namespace {

using What = Judged::What;

Body update(json::object base, json::object payload) {
  Body body;
  body.op = Op::update;
  body.base = std::move(base);
  body.payload = std::move(payload);
  return body;
}

TEST(MeansTheSame, AcrossTheSpellingsOfAnApiAndAColumn) {
  const std::pair<json::value, json::value> same[] = {
      {1, 1.0},
      {true, 1},
      {false, 0},
      {"12.50", 12.5},
      {"9007199254740993", std::int64_t{9007199254740993}},
      {"18446744073709551615", std::uint64_t(-1)},
      {"1e2", 100},
      {nullptr, nullptr},
      {"2026-11-22T13:25:01.462+00:00", "2026-11-22T13:25:01.462Z"},
      {"2026-11-22T14:25:01+01:00", "2026-11-22 13:25:01Z"},
      {"9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59Z"},
      {json::object{{"a", 1}, {"b", 2}}, json::object{{"b", 2}, {"a", 1}}}};
  for (const auto& [a, b] : same) {
    EXPECT_TRUE(means_the_same(a, b)) << a << " " << b;
    EXPECT_TRUE(means_the_same(b, a)) << b << " " << a;
  }
  const std::pair<json::value, json::value> different[] = {
      {1, 2},
      {"a", "b"},
      {"1", "1.0"},
      {std::int64_t{9007199254740992}, std::int64_t{9007199254740993}},
      {"1234567890123456788", std::int64_t{1234567890123456789}},
      {9007199254740992.0, std::int64_t{9007199254740993}},
      {nullptr, 0},
      {nullptr, ""},
      {"true", true},
      {"", 0},
      {"x", 0},
      {json::array{1}, json::array{2}},
      {"2026-11-22T13:25:01Z", "2026-11-22T13:25:02Z"},
      // 2^64 nanoseconds lie between these two.
      {"2026-11-22T13:25:01Z", "2611-06-13T12:59:34.709551616Z"},
      {"2026-11-22T13:25:01+02:00", "2026-11-22T13:25:01Z"},
      {"2026-13-22T13:25:01Z", "2026-14-22T13:25:01Z"}};
  for (const auto& [a, b] : different) {
    EXPECT_FALSE(means_the_same(a, b)) << a << " " << b;
    EXPECT_FALSE(means_the_same(b, a)) << b << " " << a;
  }
}

TEST(Judge, AnUpdateIsHeldAgainstTheFieldsThatItWrites) {
  const Body body = update({{"city", "Kiel"}}, {{"city", "Emden"}});
  EXPECT_EQ(judge_beside(body, {{"city", "Kiel"}, {"name", "new"}}, {}).what, What::send);
  EXPECT_EQ(judge_beside(body, {{"city", "Emden"}, {"name", "new"}}, {}).what, What::done);
  EXPECT_EQ(judge_beside(body, {{"city", "Bremen"}}, {}).what, What::conflict);
  EXPECT_EQ(judge_beside(update({{"city", nullptr}}, {{"city", "Emden"}}), {}, {}).what,
            What::send);
}

TEST(Judge, AHalfDoneUpdateIsSentAgain) {
  const Body body = update({{"a", 1}, {"b", 1}}, {{"a", 2}, {"b", 2}});
  EXPECT_EQ(judge_beside(body, {{"a", 2}, {"b", 1}}, {}).what, What::send);
}

TEST(Judge, RulesMergeWhatOthersChanged) {
  TypeRules rules;
  rules.fields = {{"pieces", Rule::sum}, {"note", Rule::server}, {"city", Rule::client}};
  const Body body = update({{"pieces", 5}, {"note", "a"}, {"city", "a"}},
                           {{"pieces", 8}, {"note", "b"}, {"city", "b"}});
  const Judged judged = judge_beside(body, {{"pieces", 6}, {"note", "c"}, {"city", "c"}}, rules);
  EXPECT_EQ(judged.what, What::send);
  EXPECT_EQ(judged.payload, (json::object{{"pieces", 9}, {"note", "c"}, {"city", "b"}}));
  EXPECT_EQ(judged.merged, judged.payload);
  const Judged kept =
      judge_beside(update({{"note", "a"}}, {{"note", "b"}}), {{"note", "c"}}, rules);
  EXPECT_EQ(kept.what, What::done);
}

// Both have added three: whose the value is that is there, it does not say.
TEST(Judge, ADifferenceCountsAlsoWhereTheValueIsThereAlready) {
  TypeRules rules;
  rules.fields = {{"pieces", Rule::sum}};
  const Body body = update({{"pieces", 5}}, {{"pieces", 8}});
  const Judged judged = judge_beside(body, {{"pieces", 8}}, rules);
  EXPECT_EQ(judged.what, What::send);
  EXPECT_EQ(judged.payload, (json::object{{"pieces", 11}}));
  const Body same = update({{"pieces", 5}}, {{"pieces", 5}});
  EXPECT_EQ(judge_beside(same, {{"pieces", 5}}, rules).what, What::done);
}

TEST(Judge, ARowAsOneThingIsHeldWhole) {
  const Body body = update({{"city", "Kiel"}, {"name", "n"}}, {{"city", "Emden"}});
  TypeRules rules;
  EXPECT_EQ(judge_beside(body, {{"city", "Kiel"}, {"name", "new"}}, rules).what, What::send);
  rules.scope = Scope::row;
  EXPECT_EQ(judge_beside(body, {{"city", "Kiel"}, {"name", "new"}}, rules).what, What::conflict);
}

TEST(Judge, ADeleteIsHeldAgainstAllThatTheWriterSaw) {
  Body body = update({{"city", "Kiel"}, {"local", "only here"}}, {});
  body.op = Op::remove;
  EXPECT_EQ(judge_beside(body, {{"city", "Kiel"}, {"more", 1}}, {}).what, What::send);
  EXPECT_EQ(judge_beside(body, {{"city", "Bremen"}}, {}).what, What::conflict);
}

TEST(Judge, ACreateIsKnownByWhatItSent) {
  Body body = update({}, {{"id", "c1"}, {"name", "n"}, {"at", nullptr}});
  EXPECT_TRUE(shows_created(body, {{"id", 7}, {"name", "n"}}, {"id"}));
  EXPECT_FALSE(shows_created(body, {{"id", 7}, {"name", "n"}}, {}));
  EXPECT_FALSE(shows_created(body, {{"id", "c1"}, {"name", "m"}}, {}));
}

// A row that is made and deleted offline: its "createdAt" here is not the one that the API gave.
TEST(Beside, ADeleteIsNotHeldAgainstWhatTheApiGaveARowThatWasNotThereYet) {
  Body body;
  body.op = Op::remove;
  body.base = {{"createdAt", "here"}, {"city", "Kiel"}};
  body.base_versions = {{"*", nullptr}};
  const json::object there = {{"createdAt", "there"}, {"city", "Kiel"}};
  EXPECT_EQ(judge_beside(body, there, {}, {"createdAt"}).what, What::send);
  EXPECT_EQ(judge_beside(body, there, {}).what, What::conflict);
  EXPECT_EQ(judge_beside(body, {{"city", "Bremen"}}, {}, {"createdAt"}).what, What::conflict);
  body.base_versions = {{"*", to_json(Version{1, std::string(16, 'a')})}};
  EXPECT_EQ(judge_beside(body, there, {}, {"createdAt"}).what, What::conflict);
}

}  // namespace
}  // namespace slipway::test
