#include "cloud/numbering.h"

#include <algorithm>
#include <charconv>

namespace slipway::cloud {

namespace {

constexpr std::size_t digits_max = 15;  // stays exact in every JSON reader
constexpr std::int64_t number_max = 999'999'999'999'999;

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= digits_max &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t integer(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::unexpected<Error> bad(std::string_view text) {
  return fail(ErrorKind::invalid, "bad-numbering",
              "“" + std::string(text) + "” does not say how a field is numbered",
              "For example Shipment.number=SHP-{000001} (text) or Customer.number=1000 (integers). "
              "The number itself is the first one, as wide as it shall be.");
}

}  // namespace

Result<Numbering> numbering_from_text(std::string_view text) {
  const std::size_t equals = text.find('='), dot = text.substr(0, equals).rfind('.');
  if (equals == text.npos || dot == text.npos || dot == 0 || dot + 1 == equals) return bad(text);
  Numbering numbering{std::string(text.substr(0, dot)),
                      std::string(text.substr(dot + 1, equals - dot - 1)),
                      {},
                      {}};
  const std::string_view pattern = text.substr(equals + 1);
  std::string_view first = pattern;
  numbering.is_text = !is_digits(pattern);
  if (numbering.is_text) {
    const std::size_t open = pattern.find('{'), close = pattern.find('}');
    if (open == pattern.npos || close == pattern.npos || close < open) return bad(text);
    first = pattern.substr(open + 1, close - open - 1);
    numbering.before = pattern.substr(0, open);
    numbering.after = pattern.substr(close + 1);
  }
  if (!is_digits(first)) return bad(text);
  numbering.first = integer(first);
  numbering.width = int(first.size());
  return numbering;
}

json::value value_of(const Numbering& numbering, std::int64_t number) {
  if (!numbering.is_text) return number;
  std::string digits = std::to_string(number);
  const auto width = std::size_t(numbering.width);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return json::value(numbering.before + digits + numbering.after);
}

std::optional<std::int64_t> number_in(const Numbering& numbering, const json::value& value) {
  if (value.is_int64() && !numbering.is_text) {
    const std::int64_t number = value.get_int64();
    return number <= number_max ? std::optional(number) : std::nullopt;
  }
  if (!value.is_string() || !numbering.is_text) return std::nullopt;
  const std::string_view text = value.get_string();
  const std::size_t around = numbering.before.size() + numbering.after.size();
  if (text.size() <= around || !text.starts_with(numbering.before) ||
      !text.ends_with(numbering.after)) {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(numbering.before.size(), text.size() - around);
  if (!is_digits(digits)) return std::nullopt;
  const std::int64_t number = integer(digits);
  return value_of(numbering, number) == value ? std::optional(number) : std::nullopt;
}

}  // namespace slipway::cloud
