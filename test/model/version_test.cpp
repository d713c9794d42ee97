#include "model/version.h"

#include <gtest/gtest.h>

#include "model/random_wire.h"

namespace slipway {
namespace {

TEST(Version, GoesThroughTextAndJson) {
  for (std::int64_t seq : {std::int64_t{0}, std::int64_t{12}, json_integer_max}) {
    const Version version{seq, "0123456789abcdef"};
    EXPECT_EQ(version_from_text(to_text(version)).value(), version);
    EXPECT_EQ(version_from_json(to_json(version)).value(), version);
  }
  EXPECT_EQ(to_text(Version{12, "0123456789abcdef"}), "12-0123456789abcdef");
}

TEST(Version, IsComparedAsAWhole) {
  EXPECT_NE((Version{12, "0123456789abcdef"}), (Version{12, "0123456789abcdee"}));
  EXPECT_NE((Version{12, "0123456789abcdef"}), (Version{13, "0123456789abcdef"}));
}

TEST(Version, RefusesGarbledText) {
  for (const char* text :
       {"", "-", "12", "12-", "-12-0123456789abcdef", "+12-0123456789abcdef", "12_0123456789abcdef",
        "12-0123456789abcde", "12-0123456789abcdef0", "12-0123456789ABCDEF", "12-0123456789abcdeg",
        " 12-0123456789abcdef", "12-0123456789abcdef ", "9007199254740992-0123456789abcdef",
        "99999999999999999999-0123456789abcdef", "1e3-0123456789abcdef"}) {
    EXPECT_FALSE(version_from_text(text)) << text;
  }
}

TEST(Version, RefusesGarbledJson) {
  for (const char* text :
       {"null", "12", "\"12-0123456789abcdef\"", "{}", "[]", R"({"seq":12})",
        R"({"salt":"0123456789abcdef"})", R"({"seq":-1,"salt":"0123456789abcdef"})",
        R"({"seq":1.0,"salt":"0123456789abcdef"})", R"({"seq":"1","salt":"0123456789abcdef"})",
        R"({"seq":9007199254740992,"salt":"0123456789abcdef"})",
        R"({"seq":1,"salt":"0123456789abcde"})", R"({"seq":1,"salt":null})"}) {
    EXPECT_FALSE(version_from_json(parse_json(text, "x").value())) << text;
  }
}

TEST(Version, MayBeAbsentWhereNullIsAllowed) {
  const json::value null(nullptr), wrong("x");
  EXPECT_FALSE(version_or_null_from_json(nullptr).value());
  EXPECT_FALSE(version_or_null_from_json(&null).value());
  EXPECT_FALSE(version_or_null_from_json(&wrong));
}

RC_GTEST_PROP(Version, ReadsBackFromTextAndJson, ()) {
  const Version version = *random_version();
  RC_ASSERT(version_from_text(to_text(version)).value() == version);
  RC_ASSERT(version_from_json(to_json(version)).value() == version);
}

RC_GTEST_PROP(Version, HasOneTextOnly, ()) {
  // A valid text with one character changed, taken away or added.
  std::string text = to_text(*random_version());
  const auto at = std::size_t(*rc::gen::inRange(0, int(text.size())));
  const std::string other =
      *rc::gen::container<std::string>(std::size_t(*rc::gen::inRange(0, 3)),
                                       rc::gen::elementOf(std::string("0123456789abfgAF-+. ")));
  text.replace(at, 1, other);
  const auto version = version_from_text(text);
  if (version && text.front() != '0') RC_ASSERT(to_text(*version) == text);
}

}  // namespace
}  // namespace slipway
