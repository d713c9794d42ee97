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
