// Exact intervals of numbers, of several incarnations, neither overlapping nor adjacent. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace slipway::cloud {

struct NumberRange {
  std::string incarnation;
  std::int64_t first = 0, last = 0;
  friend auto operator<=>(const NumberRange&, const NumberRange&) = default;
};

inline std::vector<NumberRange> joined(std::vector<NumberRange> ranges) {
  std::ranges::sort(ranges);
  std::vector<NumberRange> whole;
  for (NumberRange& range : ranges) {
    const bool touches = !whole.empty() && whole.back().incarnation == range.incarnation &&
                         range.first <= whole.back().last + 1;
    if (touches)
      whole.back().last = std::max(whole.back().last, range.last);
    else
      whole.push_back(std::move(range));
  }
  return whole;
}

}  // namespace slipway::cloud
