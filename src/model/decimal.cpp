#include "model/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/canonical_json.h"

namespace slipway {

namespace {

constexpr int digits_max = 34;  // as decimal128 has them; three such operands add within 128 bits
constexpr int exponent_max = 400;  // beyond a double's; keeps the arithmetic of scales small

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

__int128 power_of_ten(int exponent) {
  __int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

int count_digits(__int128 digits) {
  int count = 0;
  for (; digits != 0; digits /= 10) ++count;
  return count;
}

Decimal without_trailing_zeros(Decimal number) {
  if (number.digits == 0) return {};
  for (; number.digits % 10 == 0; number.digits /= 10) --number.scale;
  return number;
}

// JSON's spelling of a number (RFC 8259, 6), read to the end of the text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Decimal> read() {
    const bool negative = take('-');
    const std::size_t first = at_;
    if (!take_digits()) return std::nullopt;
    if (text_[first] == '0' && at_ > first + 1) return std::nullopt;
    const std::size_t point = at_;
    if (take('.') && !take_digits()) return std::nullopt;
    if (at_ > point) number_.scale = int(at_ - point - 1);
    if ((take('e') || take('E')) && !take_exponent()) return std::nullopt;
    if (at_ != text_.size() || too_long_ || std::abs(number_.scale) > 2 * exponent_max) {
      return std::nullopt;
    }
    if (negative) number_.digits = -number_.digits;
    return without_trailing_zeros(number_);
  }

 private:
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_digits() {
    const std::size_t first = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      if (number_.digits != 0 || text_[at_] != '0') ++significant_;
      if (significant_ > digits_max) too_long_ = true;
      if (!too_long_) number_.digits = number_.digits * 10 + (text_[at_] - '0');
    }
    return at_ > first;
  }

  bool take_exponent() {
    if (at_ < text_.size() && text_[at_] == '+') ++at_;
    int exponent = 0;
    const char* const end = text_.data() + text_.size();
    const auto read = std::from_chars(text_.data() + at_, end, exponent);
    if (read.ec != std::errc{} || read.ptr != end || std::abs(exponent) > exponent_max)
      return false;
    at_ = text_.size();
    number_.scale -= exponent;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Decimal number_;
  int significant_ = 0;
  bool too_long_ = false;
};

// The digits at a larger scale; nothing when they would be too many.
std::optional<__int128> digits_at(const Decimal& number, int scale) {
  const int more = scale - number.scale;
  if (number.digits == 0) return 0;
  if (more + count_digits(number.digits) > digits_max + 3) return std::nullopt;
  return number.digits * power_of_ten(more);
}

std::string text_of(const Decimal& number) {
  __int128 rest = number.digits < 0 ? -number.digits : number.digits;
  std::string text;
  for (int place = 0; rest != 0 || place <= number.scale; ++place, rest /= 10) {
    if (place == number.scale && place > 0) text += '.';
    text += char('0' + int(rest % 10));
  }
  if (number.scale < 0) text.insert(0, std::size_t(-number.scale), '0');
  if (number.digits < 0) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

bool is_exact(std::int64_t integer) {
  return integer >= -json_integer_max && integer <= json_integer_max;
}

bool is_fraction_in_text(const json::value& value) {
  if (!value.is_string()) return false;
  const auto number = decimal_of(value);
  return number && number->scale > 0;
}

// A real column's value: an integer column's beyond 2^53 − 1 would be text.
bool is_real(const json::value& value) {
  if (const std::int64_t* integer = value.if_int64()) return !is_exact(*integer);
  return value.is_double() || value.is_uint64();
}

std::optional<json::value> nearest_real(const std::string& text) {
  double real = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
  if (read.ec != std::errc{} || !std::isfinite(real)) return std::nullopt;
  return json::value(real);
}

}  // namespace

std::optional<Decimal> decimal_of(const json::value& value) {
  if (value.is_string()) return Reader(std::string_view(value.get_string())).read();
  if (!value.is_number()) return std::nullopt;
  return Reader(canonical_json(value)).read();
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& number) { return (number.digits > 0) - (number.digits < 0); };
  if (sign(a) != sign(b)) return sign(a) <=> sign(b);
  if (sign(a) == 0) return std::strong_ordering::equal;
  const int length_a = count_digits(a.digits), length_b = count_digits(b.digits);
  const int magnitude_a = length_a - a.scale, magnitude_b = length_b - b.scale;
  if (magnitude_a != magnitude_b) {
    return sign(a) > 0 ? magnitude_a <=> magnitude_b : magnitude_b <=> magnitude_a;
  }
  const int length = std::max(length_a, length_b);
  return a.digits * power_of_ten(length - length_a) <=> b.digits * power_of_ten(length - length_b);
}

std::optional<Decimal> add_difference(const Decimal& a, const Decimal& b, const Decimal& c) {
  const int scale = std::max({a.scale, b.scale, c.scale});
  const auto x = digits_at(a, scale), y = digits_at(b, scale), z = digits_at(c, scale);
  if (!x || !y || !z) return std::nullopt;
  const Decimal sum = without_trailing_zeros({*x + *y - *z, scale});
  if (count_digits(sum.digits) > digits_max) return std::nullopt;
  return sum;
}

std::optional<json::value> written_like(const Decimal& result,
                                        std::initializer_list<const json::value*> operands) {
  const auto any = [&](bool (*is)(const json::value&)) {
    return std::any_of(operands.begin(), operands.end(),
                       [&](const json::value* operand) { return is(*operand); });
  };
  const std::string text = text_of(result);
  if (result.scale > 0) {
    return any(is_fraction_in_text) ? std::optional(json::value(text)) : nearest_real(text);
  }
  std::int64_t integer = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), integer);
  const bool fits = read.ec == std::errc{};
  if (fits && is_exact(integer)) return integer;
  if (any(is_real)) return nearest_real(text);
  return fits ? std::optional(json::value(text)) : std::nullopt;
}

}  // namespace slipway
