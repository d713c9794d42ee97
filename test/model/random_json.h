// Any JSON value as rapidcheck makes them: nested, with texts of all planes and numbers of all
// kinds.
#pragma once

#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "model/json.h"

namespace slipway {

inline rc::Gen<std::string> random_text() {
  const auto point = rc::gen::weightedOneOf<std::uint32_t>(
      {{4, rc::gen::inRange<std::uint32_t>(0, 0x80)},
       {1, rc::gen::inRange<std::uint32_t>(0x80, 0xd800)},
       {1, rc::gen::inRange<std::uint32_t>(0xe000, 0x10000)},
       {1, rc::gen::inRange<std::uint32_t>(0x10000, 0x110000)}});
  return rc::gen::map(
      rc::gen::container<std::vector<std::uint32_t>>(point), [](const auto& points) {
        std::string text;
        for (std::uint32_t p : points) {
          const auto tail = [&](int shift) { text += char(0x80 | (p >> shift & 0x3f)); };
          if (p < 0x80)
            text += char(p);
          else if (p < 0x800)
            text += char(0xc0 | p >> 6), tail(0);
          else if (p < 0x10000)
            text += char(0xe0 | p >> 12), tail(6), tail(0);
          else
            text += char(0xf0 | p >> 18), tail(12), tail(6), tail(0);
        }
        return text;
      });
}

inline rc::Gen<json::value> random_scalar() {
  return rc::gen::oneOf(
      rc::gen::just(json::value(nullptr)),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return json::value(b); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(),
                   [](std::int64_t i) { return json::value(i); }),
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                   [](std::uint64_t bits) {
                     const double d = std::bit_cast<double>(bits);
                     return json::value(std::isfinite(d) ? d : 0.5);
                   }),
      rc::gen::map(random_text(), [](const std::string& text) { return json::value(text); }));
}

inline rc::Gen<json::value> random_json(int depth = 3) {
  if (depth == 0) return random_scalar();
  const auto inner = [depth] { return rc::gen::lazy([depth] { return random_json(depth - 1); }); };
  return rc::gen::withSize([=](int size) {
    const int members = std::min(size, 5);
    return rc::gen::oneOf(
        random_scalar(),
        rc::gen::map(
            rc::gen::resize(members, rc::gen::container<std::vector<json::value>>(inner())),
            [](const std::vector<json::value>& list) {
              return json::value(json::array(list.begin(), list.end()));
            }),
        rc::gen::map(
            rc::gen::resize(members, rc::gen::container<std::map<std::string, json::value>>(
                                         random_text(), inner())),
            [](const std::map<std::string, json::value>& map) {
              json::object object;
              for (const auto& [key, value] : map) object[key] = value;
              return json::value(object);
            }));
  });
}

}  // namespace slipway

namespace rc {
template <>
struct Arbitrary<slipway::json::value> {
  static Gen<slipway::json::value> arbitrary() { return slipway::random_json(); }
};
}  // namespace rc

namespace boost::json {
inline void showValue(const value& v, std::ostream& os) {
  os << serialize(v);
}
}  // namespace boost::json
