// Which rows a scope covers, and what is no scope.
#include "model/row_scope.h"

#include <gtest/gtest.h>

namespace slipway {
namespace {

RowScope scope(const char* text) {
  return scope_from_json(parse_json(text, "a scope").value()).value();
}

TEST(RowScope, WithoutTypesItIsEverything) {
  EXPECT_TRUE(RowScope{}.covers("Shipment", {{"n", 1}}));
  EXPECT_TRUE(scope("null").is_everything());
  EXPECT_FALSE(scope("{}").covers("Shipment", {{"n", 1}})) << "and no type is nothing";
}

TEST(RowScope, EachConditionMustHold) {
  const RowScope some = scope(R"({"A": {"port": ["x", "y"], "n": [1, null]}, "B": {}})");
  EXPECT_TRUE(some.covers("A", {{"port", "y"}, {"n", 1}, {"more", "z"}}));
  EXPECT_TRUE(some.covers("A", {{"port", "x"}, {"n", nullptr}}));
  EXPECT_FALSE(some.covers("A", {{"port", "z"}, {"n", 1}}));
  EXPECT_FALSE(some.covers("A", {{"port", "x"}, {"n", 2}}));
  EXPECT_FALSE(some.covers("A", {{"port", "x"}, {"n", "1"}}));
  EXPECT_FALSE(some.covers("A", {{"port", "x"}})) << "not even null is what is not there";
  EXPECT_TRUE(some.covers("B", {}));
  EXPECT_FALSE(some.covers("C", {}));
  EXPECT_TRUE(some.has_type("B") && !some.has_type("C"));
}

TEST(RowScope, ReadsBackAsItWasWritten) {
  for (const char* text : {"null", "{}", R"({"A":{"n":[1,true,null,"x"]},"B":{}})"})
    EXPECT_EQ(json::serialize(to_json(scope(text))), text);
}

TEST(RowScope, WhatLiesInBothIsCovered) {
  const RowScope a = scope(R"({"A": {"port": ["x", "y"]}, "B": {}, "C": {}})");
  const RowScope b = scope(R"({"A": {"port": ["y", "z"], "n": [1]}, "B": {"n": [2]}})");
  const RowScope both = common(a, b);
  EXPECT_EQ(json::serialize(to_json(both)), R"({"A":{"n":[1],"port":["y"]},"B":{"n":[2]}})");
  for (const char* type : {"A", "B", "C", "D"}) {
    for (const char* port : {"x", "y", "z"}) {
      for (const int n : {1, 2}) {
        const json::object row{{"port", port}, {"n", n}};
        EXPECT_EQ(both.covers(type, row), a.covers(type, row) && b.covers(type, row));
      }
    }
  }
  EXPECT_EQ(to_json(common(a, RowScope{})), to_json(a));
  EXPECT_EQ(to_json(common(RowScope{}, a)), to_json(a));
  EXPECT_FALSE(
      common(scope(R"({"A": {"n": [1]}})"), scope(R"({"A": {"n": [2]}})")).covers("A", {{"n", 1}}));
}

TEST(RowScope, WhatIsWithheldIsNamed) {
  const RowScope declared = scope(R"({"A": {"port": ["x", "y"]}, "B": {}, "C": {"n": [1]}})");
  using Names = std::vector<std::string>;
  EXPECT_EQ(withheld(declared, scope(R"({"A": {"port": ["x"]}, "B": {"n": [1]}, "C": {}})")),
            (Names{"A.port", "B.n"}));
  EXPECT_EQ(withheld(declared, scope(R"({"A": {"port": ["y", "x"]}})")), (Names{"B", "C"}));
  EXPECT_EQ(withheld(declared, RowScope{}), Names{});
  EXPECT_EQ(withheld(RowScope{}, declared), Names{}) << "nothing more was asked for";
}

TEST(RowScope, SpeaksToPeople) {
  EXPECT_EQ(in_words(RowScope{}), "everything");
  EXPECT_EQ(in_words(scope("{}")), "nothing");
  const RowScope some = scope(R"({"A": {"n": [1], "port": ["x", "y"]}, "B": {}})");
  EXPECT_EQ(in_words(some), R"(A with n 1 and port "x" or "y"; all of B)");
  EXPECT_EQ(some.why_not("C", {}), "no C is held here");
  EXPECT_EQ(some.why_not("A", {{"n", 1}, {"port", "z"}}),
            R"(only those whose port is "x" or "y" are held here)");
  EXPECT_EQ(some.why_not("B", {}), "");
  EXPECT_EQ(RowScope{}.why_not("B", {}), "");
}

TEST(RowScope, WhatIsNoneIsRefused) {
  for (const char* text : {"1", "[]", R"({"A": []})", R"({"A": {"n": 1}})", R"({"A": {"n": []}})",
                           R"({"A": {"n": [{}]}})", R"({"A": {"n": [1.5]}})"}) {
    const auto read = scope_from_json(parse_json(text, "a scope").value());
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().type, "invalid-scope");
  }
}

}  // namespace
}  // namespace slipway
