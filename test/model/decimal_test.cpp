#include "model/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "model/canonical_json.h"

namespace slipway {
namespace {

std::string sum(const char* server, const char* local, const char* base) {
  const auto s = parse_json(server, "s").value(), l = parse_json(local, "l").value(),
             b = parse_json(base, "b").value();
  const auto ds = decimal_of(s), dl = decimal_of(l), db = decimal_of(b);
  if (!ds || !dl || !db) return "no number";
  const auto added = add_difference(*ds, *dl, *db);
  if (!added) return "too many digits";
  const auto written = written_like(*added, {&s, &l, &b});
  return written ? canonical_json(*written) : "does not fit";
}

TEST(Decimal, ReadsNumbersAndTextThatIsANumber) {
  const auto is = [](const char* text, std::int64_t digits, int scale) {
    const auto number = decimal_of(parse_json(text, "a number").value());
    return number == Decimal{digits, scale};
  };
  EXPECT_TRUE(is("0", 0, 0));
  EXPECT_TRUE(is("-0.0", 0, 0));
  EXPECT_TRUE(is("1200", 12, -2));
  EXPECT_TRUE(is("12.50", 125, 1));
  EXPECT_TRUE(is("1e-7", 1, 7));
  EXPECT_TRUE(is("1e300", 1, -300));
  EXPECT_TRUE(is("-9223372036854775808", INT64_MIN, 0));
  EXPECT_TRUE(is("\"12.50\"", 125, 1));
  EXPECT_TRUE(is("\"-1.5E2\"", -15, -1));
  EXPECT_TRUE(is("\"9007199254740993\"", 9007199254740993, 0));
}

TEST(Decimal, RefusesWhatIsNone) {
  for (const char* text :
       {"null", "true", "[1]", "{\"$real\":\"Infinity\"}", "\"\"", "\"-\"", "\"+1\"", "\" 1\"",
        "\"1 \"", "\"1.\"", "\".5\"", "\"01\"", "\"1e\"", "\"1e999\"", "\"0x10\"", "\"abc\"",
        "\"12345678901234567890123456789012345\"", "\"Infinity\""}) {
    EXPECT_FALSE(decimal_of(parse_json(text, "a value").value())) << text;
  }
}

TEST(Decimal, AddsDifferencesExactly) {
  EXPECT_EQ(sum("20", "15", "10"), "25");
  EXPECT_EQ(sum("0.1", "0.3", "0.1"), "0.3");
  EXPECT_EQ(sum("10.05", "3.3", "3.1"), "10.25");
  EXPECT_EQ(sum("1.5", "2", "1"), "2.5");
  EXPECT_EQ(sum("0.5", "0.5", "1"), "0");
}

TEST(Decimal, WritesAsTheOperandsAreWritten) {
  EXPECT_EQ(sum("9007199254740991", "2", "1"), "\"9007199254740992\"");
  EXPECT_EQ(sum("\"9007199254740993\"", "1", "3"), "9007199254740991");
  EXPECT_EQ(sum("\"9223372036854775807\"", "2", "1"), "does not fit");
  EXPECT_EQ(sum("\"-9223372036854775808\"", "1", "2"), "does not fit");
  EXPECT_EQ(sum("\"12.50\"", "0.25", "0"), "\"12.75\"");
  EXPECT_EQ(sum("\"0.05\"", "\"0\"", "\"0.1\""), "\"-0.05\"");
  EXPECT_EQ(sum("1e20", "1", "0"), "100000000000000000000");
  EXPECT_EQ(sum("1e300", "1", "0"), "too many digits");
  EXPECT_EQ(sum("1e300", "2e300", "1e300"), "2e+300");
}

TEST(Decimal, ComparesByValue) {
  const auto less = [](const char* a, const char* b) {
    return compare(*decimal_of(parse_json(a, "a").value()),
                   *decimal_of(parse_json(b, "b").value())) < 0;
  };
  EXPECT_TRUE(less("9", "10"));
  EXPECT_TRUE(less("-10", "-9"));
  EXPECT_TRUE(less("-1", "0"));
  EXPECT_TRUE(less("0", "0.001"));
  EXPECT_TRUE(less("1.05", "1.5"));
  EXPECT_TRUE(less("1e-300", "1e300"));
  EXPECT_TRUE(less("-1e300", "1"));
  EXPECT_TRUE(less("\"9007199254740992\"", "\"9007199254740993\""));
  EXPECT_FALSE(less("1.50", "\"1.5\""));
}

RC_GTEST_PROP(DecimalProperty, IntegersAddAsIntegersDo, (int server, int local, int base)) {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  RC_ASSERT(sum(text(server).c_str(), text(local).c_str(), text(base).c_str()) ==
            text(std::int64_t(server) + local - base));
}

RC_GTEST_PROP(DecimalProperty, AnyRealIsItself, (double real)) {
  RC_PRE(std::isfinite(real));
  const json::value value(real), zero(0);
  const auto number = decimal_of(value);
  RC_ASSERT(number.has_value());
  const auto added = add_difference(*number, {}, {});
  RC_ASSERT(added == number);
  RC_ASSERT(same_value(written_like(*added, {&value, &zero, &zero}).value(), value));
}

RC_GTEST_PROP(DecimalProperty, ComparesRealsAsTheyAre, (double a, double b)) {
  RC_PRE(std::isfinite(a) && std::isfinite(b));
  RC_ASSERT((compare(*decimal_of(a), *decimal_of(b)) < 0) == (a < b));
  RC_ASSERT((compare(*decimal_of(a), *decimal_of(b)) == 0) == (a == b));
}

}  // namespace
}  // namespace slipway
