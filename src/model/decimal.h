// Exact decimal arithmetic on the numbers of JSON, for merging sums: 0.3 − 0.1 is 0.2.
//
// A number is what its text says: an integer or a real of JSON by its shortest form (RFC 8785), and
// text that is a number in JSON's own spelling, as integers beyond 2^53 − 1 and some decimal
// columns travel. Up to 34 significant digits; what would need more is no number here.
#pragma once

#include <compare>
#include <optional>

#include "model/json.h"

namespace slipway {

// digits × 10^−scale, without trailing zeros; zero has scale 0.
struct Decimal {
  __int128 digits = 0;
  int scale = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

std::optional<Decimal> decimal_of(const json::value& value);

std::strong_ordering compare(const Decimal& a, const Decimal& b);

// a + b − c. Nothing when that has too many digits to be exact.
std::optional<Decimal> add_difference(const Decimal& a, const Decimal& b, const Decimal& c);

// How the result of calculating with `operands` is written, in their manner: integers within
// 2^53 − 1 as numbers, larger ones of 64 bits as text; fractions as numbers, or as text where an
// operand was a fraction in text. Among reals the nearest one is taken. Nothing when an integer
// does not fit.
std::optional<json::value> written_like(const Decimal& result,
                                        std::initializer_list<const json::value*> operands);

}  // namespace slipway
