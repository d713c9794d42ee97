#include "model/json.h"

#include <gtest/gtest.h>

#include "model/canonical_json.h"

namespace slipway {
namespace {

std::string error_of(std::string_view text) {
  const auto value = parse_json(text, "the text");
  return value ? "" : value.error().type;
}

TEST(ParseJson, TakesOneValueWithSpaceAroundIt) {
  for (const char* text :
       {"1", " 1 ", "\t\r\n{}\n", "\"\"", "null", "[1,2]", "-1.5e+3", "1.5", "{\"a\":[{}]}"}) {
    EXPECT_EQ(error_of(text), "") << text;
  }
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const char* text : {"",          " ",         "{",        "[1,]",       "{\"a\":1,}",
                           "{a:1}",     "'a'",       "01",       "+1",         ".5",
                           "1.",        "1e",        "NaN",      "Infinity",   "-",
                           "tru",       "nul",       "\"a",      "\"\n\"",     "\"\x01\"",
                           "\"\\x41\"", "\"\\u12\"", "// no\n1", "/* no */ 1", "\xef\xbb\xbf{}",
                           "1 2",       "{} x",      "[]]",      "{}{}",       "1,"}) {
    EXPECT_EQ(error_of(text), "invalid-json") << text;
  }
  EXPECT_EQ(error_of(std::string_view("1\0", 2)), "invalid-json");
}

TEST(ParseJson, RefusesInvalidUtf8AndLoneSurrogates) {
  for (const char* text : {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                           "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "{\"\xff\":1}"}) {
    EXPECT_EQ(error_of(text), "invalid-json") << text;
  }
}

TEST(ParseJson, RefusesTwoEqualKeys) {
  for (const char* text : {R"({"a":1,"a":1})", R"({"a":1,"b":2,"\u0061":3})",
                           R"([{"x":{"k":1,"k":null}}])", R"({"a":{"b":1},"a":{"b":1,"c":2}})"}) {
    EXPECT_EQ(error_of(text), "duplicate-key") << text;
  }
  EXPECT_EQ(error_of(R"({"a":{"a":{"a":1}},"A":2})"), "");
}

TEST(ParseJson, BoundsTheDepth) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_EQ(error_of(nested(json_depth_max)), "");
  EXPECT_EQ(error_of(nested(json_depth_max + 1)), "invalid-json");
  EXPECT_EQ(error_of(std::string(1'000'000, '[')), "invalid-json");
}

TEST(ParseJson, RefusesNumbersThatNoDoubleHolds) {
  for (const char* text : {"1e309", "-1e309", "1e400", "[1e99999]", "1e2147483648"}) {
    EXPECT_EQ(error_of(text), "invalid-json") << text;
  }
  EXPECT_EQ(error_of("1.7976931348623157e308"), "");
  EXPECT_EQ(error_of(std::string(400, '9')), "invalid-json");
}

TEST(ParseJson, SpeaksOfTheTextByItsName) {
  EXPECT_NE(parse_json("{", "the answer").error().message.find("the answer"), std::string::npos);
  EXPECT_EQ(parse_json_object("[]", "the answer").error().message,
            "the answer must be a JSON object");
}

TEST(SameValue, ComparesByMeaning) {
  const auto same = [](const char* a, const char* b) {
    return same_value(parse_json(a, "a").value(), parse_json(b, "b").value());
  };
  EXPECT_TRUE(same("3", "3.0"));
  EXPECT_TRUE(same("-0.0", "0"));
  EXPECT_TRUE(same("1e2", "100"));
  EXPECT_TRUE(same(R"({"a":1,"b":[2]})", R"({"b":[2.0],"a":1})"));
  EXPECT_FALSE(same("1", "true"));
  EXPECT_FALSE(same("1", "\"1\""));
  EXPECT_FALSE(same("null", "0"));
  EXPECT_FALSE(same("null", "\"\""));
  EXPECT_FALSE(same("[1,2]", "[2,1]"));
  EXPECT_FALSE(same("{}", "[]"));
  EXPECT_FALSE(same(R"({"a":null})", "{}"));
  EXPECT_FALSE(same("9007199254740993", "9007199254740992"));
  EXPECT_FALSE(same("0.1", "0.10000000000000002"));
}

TEST(Fields, AreReadByTypeOrNamedInTheError) {
  const json::object object =
      parse_json_object(R"({"t":"x","i":7,"b":true,"n":null,"d":1.5})", "o").value();
  EXPECT_EQ(text_at(object, "t"), "x");
  EXPECT_EQ(integer_at(object, "i"), 7);
  EXPECT_EQ(boolean_at(object, "b"), true);
  for (const char* key : {"i", "b", "n", "d", "absent"}) EXPECT_FALSE(text_at(object, key)) << key;
  for (const char* key : {"t", "b", "n", "d", "absent"}) {
    ASSERT_FALSE(need_integer(object, key)) << key;
    EXPECT_EQ(need_integer(object, key).error().field, key);
  }
}

}  // namespace
}  // namespace slipway
