// RFC 8785 (JCS): its own examples, and the laws that make a hash of the text an identity.
#include "model/canonical_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/random.h"
#include "model/random_json.h"

namespace slipway {
namespace {

std::string number_text(std::uint64_t bits) {
  return canonical_json(json::value(std::bit_cast<double>(bits)));
}

// Appendix B.
constexpr std::pair<std::uint64_t, const char*> numbers[] = {
    {0x0000000000000000, "0"},
    {0x8000000000000000, "0"},
    {0x0000000000000001, "5e-324"},
    {0x8000000000000001, "-5e-324"},
    {0x7fefffffffffffff, "1.7976931348623157e+308"},
    {0xffefffffffffffff, "-1.7976931348623157e+308"},
    {0x4340000000000000, "9007199254740992"},
    {0xc340000000000000, "-9007199254740992"},
    {0x4430000000000000, "295147905179352830000"},
    {0x44b52d02c7e14af5, "9.999999999999997e+22"},
    {0x44b52d02c7e14af6, "1e+23"},
    {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
    {0x444b1ae4d6e2ef4e, "999999999999999700000"},
    {0x444b1ae4d6e2ef4f, "999999999999999900000"},
    {0x444b1ae4d6e2ef50, "1e+21"},
    {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
    {0x3eb0c6f7a0b5ed8d, "0.000001"},
    {0x41b3de4355555553, "333333333.3333332"},
    {0x41b3de4355555554, "333333333.33333325"},
    {0x41b3de4355555555, "333333333.3333333"},
    {0x41b3de4355555556, "333333333.3333334"},
    {0x41b3de4355555557, "333333333.33333343"},
    {0xbecbf647612f3696, "-0.0000033333333333333333"},
    {0x43143ff3c1cb0959, "1424953923781206.2"},
};

TEST(CanonicalJson, FormatsNumbersAsTheRfcLists) {
  for (const auto& [bits, text] : numbers) EXPECT_EQ(number_text(bits), text);
}

TEST(CanonicalJson, ReadsThoseNumbersBackToTheLastBit) {
  for (const auto& [bits, text] : numbers) {
    const auto value = parse_json(text, "a number");
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(canonical_json(*value), text);
    if (value->is_double()) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(value->get_double()), bits) << text;
    }
  }
}

std::string canonical_of(std::string_view text) {
  const auto value = parse_json(text, "an example");
  EXPECT_TRUE(value) << text;
  return value ? canonical_json(*value) : "";
}

TEST(CanonicalJson, SerialisesTheRfcsExample) {  // section 3.2.2
  EXPECT_EQ(canonical_of(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })"),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalJson, SortsKeysByUtf16CodeUnits) {  // section 3.2.3
  EXPECT_EQ(
      canonical_of(R"({"\u20ac": "Euro Sign", "\r": "Carriage Return",
                             "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
                             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
                             "\u00f6": "Latin Small Letter O With Diaeresis"})"),
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
      "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
      "\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  // A prefix first; surrogates (U+D800 …) after U+D7FF and before U+E000.
  EXPECT_EQ(
      canonical_of(
          R"({"ab":1,"a":2,"":3,"\ue000":4,"\ud7ff":5,"\udbff\udfff":6,"\ud800\udc00":7,"\uffff":8})"),
      "{\"\":3,\"a\":2,\"ab\":1,\"\ud7ff\":5,\"\U00010000\":7,\"\U0010ffff\":6,\"\ue000\":4,"
      "\"\uffff\":8}");
}

TEST(CanonicalJson, EscapesOnlyWhatMustBeEscaped) {
  EXPECT_EQ(canonical_of(R"("\u0000\u0008\t\n\u000b\f\r\u001f\"\\\/\u007f\u2028é")"),
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\x7f\u2028\u00e9\"");
}

TEST(CanonicalJson, KeepsIntegersBeyondTwoTo53Apart) {
  EXPECT_NE(canonical_of("9007199254740993"), canonical_of("9007199254740992"));
  EXPECT_EQ(canonical_of("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(canonical_of("-9223372036854775808"), "-9223372036854775808");
}

TEST(CanonicalJson, MakesOneTextOfEqualNumbers) {
  for (const char* three : {"3", "3.0", "3e0", "30e-1", "0.3E1"})
    EXPECT_EQ(canonical_of(three), "3");
  for (const char* zero : {"0", "-0", "0.0", "-0.0", "0e5", "1e-400"})
    EXPECT_EQ(canonical_of(zero), "0");
}

TEST(JsonText, LeavesKeysInTheirOrder) {
  EXPECT_EQ(json_text(parse_json(R"({"b":1.50,"a":{"d":1,"c":2}})", "x").value()),
            R"({"b":1.5,"a":{"d":1,"c":2}})");
}

json::value shuffled(const json::value& value, Random& random) {
  if (const auto* array = value.if_array()) {
    json::array copy;
    for (const auto& element : *array) copy.push_back(shuffled(element, random));
    return copy;
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string, json::value>> members;
  for (const auto& member : value.get_object()) members.emplace_back(member.key(), member.value());
  for (std::size_t i = members.size(); i > 1; --i)
    std::swap(members[i - 1], members[random.below(i)]);
  json::object copy;
  for (const auto& member : members) copy[member.first] = shuffled(member.second, random);
  return copy;
}

RC_GTEST_PROP(CanonicalJson, DoesNotDependOnTheOrderOfKeys, (std::uint64_t seed)) {
  const json::value value = *random_json();
  Random random(seed);
  const json::value other = shuffled(value, random);
  RC_ASSERT(canonical_json(value) == canonical_json(other));
  RC_ASSERT(same_value(value, other));
}

RC_GTEST_PROP(CanonicalJson, IsItsOwnCanonicalForm, ()) {
  const std::string text = canonical_json(*random_json());
  const auto value = parse_json(text, "canonical text");
  RC_ASSERT(value.has_value());
  RC_ASSERT(canonical_json(*value) == text);
}

RC_GTEST_PROP(CanonicalJson, TellsDifferentDoublesApart, (std::uint64_t bits)) {
  const double number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  const auto value = parse_json(number_text(bits), "a number");
  RC_ASSERT(value.has_value());
  RC_ASSERT(value->to_number<double>() == number);
}

}  // namespace
}  // namespace slipway
