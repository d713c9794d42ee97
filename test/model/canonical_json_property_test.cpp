// RFC 8785 for any value, against oracles that are written differently from the code: keys in the
// order of their UTF-16 texts, numbers by what ECMA-262 demands of Number::toString.
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <regex>

#include "model/canonical_json.h"
#include "model/random_wire.h"

namespace slipway {
namespace {

std::u16string utf16(std::string_view utf8) {
  std::u16string units;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(utf8[at]); };
    const std::size_t length = byte(i) < 0x80 ? 1 : byte(i) < 0xe0 ? 2 : byte(i) < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? byte(i) : byte(i) & (0x7f >> length);
    for (std::size_t k = 1; k < length; ++k) point = point << 6 | (byte(i + k) & 0x3f);
    if (point >= 0x10000) {
      units += char16_t(0xd800 + ((point - 0x10000) >> 10));
      units += char16_t(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      units += char16_t(point);
    }
    i += length;
  }
  return units;
}

RC_GTEST_PROP(CanonicalOrder, IsThatOfUtf16CodeUnits, ()) {
  // Few characters, so that keys share beginnings and meet at the borders of the planes.
  const auto character = rc::gen::element<std::string>(
      "a", "", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufb33", "\uffff",
      "\U00010000", "\U0001f600", "\U0010ffff");
  const auto keys = *rc::gen::container<std::set<std::string>>(rc::gen::oneOf(
      random_text(),
      rc::gen::map(rc::gen::tuple(character, character, character), [](const auto& three) {
        const auto& [a, b, c] = three;
        return a + b + c;
      })));
  json::object object;
  for (const std::string& key : keys) object[key] = 1;
  const auto sorted = parse_json_object(canonical_json(object), "canonical text");
  RC_ASSERT(sorted.has_value());
  RC_ASSERT(sorted->size() == keys.size());
  std::optional<std::u16string> before;
  for (const auto& member : *sorted) {
    const std::u16string key = utf16(member.key());
    RC_ASSERT(!before || *before < key);
    before = key;
  }
}

// The fewest significant digits with which the number reads back.
int fewest_digits(double number) {
  char text[64];
  for (int digits = 1;; ++digits) {
    std::snprintf(text, sizeof text, "%.*e", digits - 1, number);
    if (digits == 17 || std::strtod(text, nullptr) == number) return digits;
  }
}

int digits_of(const std::string& text) {
  std::string digits;
  for (char c : text.substr(0, text.find('e'))) {
    if (c >= '0' && c <= '9') digits += c;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  digits.erase(digits.find_last_not_of('0') + 1);
  return int(digits.size());
}

void has_the_form_of_ecmascript(double number) {
  static const std::regex exponential("-?[1-9](\\.[0-9]*[1-9])?e[+-][1-9][0-9]*");
  static const std::regex whole("-?[1-9][0-9]*");
  static const std::regex fraction("-?(0|[1-9][0-9]*)\\.[0-9]*[1-9]");
  const std::string text = canonical_json(json::value(number));
  RC_LOG() << text << "\n";
  if (number == 0) return RC_ASSERT(text == "0");
  const double size = std::abs(number);
  const std::regex& form = size >= 1e21 || size < 1e-6 ? exponential
                           : std::trunc(size) == size  ? whole
                                                       : fraction;
  RC_ASSERT(std::regex_match(text, form));
  RC_ASSERT(std::strtod(text.c_str(), nullptr) == number);
  RC_ASSERT(digits_of(text) <= fewest_digits(number));
}

RC_GTEST_PROP(CanonicalNumber, HasTheFewestDigitsInTheFormOfEcmascript, (std::uint64_t bits)) {
  const double number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  has_the_form_of_ecmascript(number);
}

RC_GTEST_PROP(CanonicalNumber, HasThatFormAlsoWhereItChanges, ()) {
  const int exponent = *rc::gen::inRange(-12, 26);
  double number = double(*rc::gen::inRange(1, 100'000)) * std::pow(10, exponent);
  for (int steps = *rc::gen::inRange(-2, 3); steps != 0; steps += steps < 0 ? 1 : -1) {
    number = std::nextafter(number, steps < 0 ? 0 : HUGE_VAL);
  }
  has_the_form_of_ecmascript(*rc::gen::arbitrary<bool>() ? number : -number);
}

RC_GTEST_PROP(CanonicalJson, ReadsBackAsTheSameValue, ()) {
  const json::value value = *random_json();
  const auto back = parse_json(canonical_json(value), "canonical text");
  RC_ASSERT(back.has_value());
  RC_ASSERT(same_value(*back, value));
  const auto other_way = parse_json(json::serialize(value), "the library's text");
  RC_ASSERT(other_way.has_value());
  RC_ASSERT(canonical_json(*other_way) == canonical_json(value));
}

}  // namespace
}  // namespace slipway
