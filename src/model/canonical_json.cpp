#include "model/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/check.h"

namespace slipway {

namespace {

// UTF-8 order is code point order; UTF-16 order differs from it only in that surrogate pairs
// (code points from U+10000, lead byte from 0xF0) sort before U+E000–U+FFFF (lead 0xEE, 0xEF).
bool utf16_less(std::string_view a, std::string_view b) {
  const auto rank = [](unsigned char c) -> int {
    if (c >= 0xf0) return 0xee;
    if (c >= 0xee) return c + 0x10;
    return c;
  };
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_b == b.end()) return false;
  if (at_a == a.end()) return true;
  const auto ca = static_cast<unsigned char>(*at_a);
  const auto cb = static_cast<unsigned char>(*at_b);
  if (rank(ca) != rank(cb)) return rank(ca) < rank(cb);
  return ca < cb;
}

void append_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += digits[(c >> 4) & 15];
          out += digits[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// ECMA-262, Number::toString: the shortest digits that read back, laid out by the exponent.
void append_number(std::string& out, double number) {
  CHECK(std::isfinite(number));
  if (number == 0) {
    out += '0';
    return;
  }
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view scientific(text, std::size_t(end - text));
  const std::size_t e = scientific.find('e');
  std::string digits(1, scientific[0]);
  if (e > 2) digits += scientific.substr(2, e - 2);
  int exponent = 0;
  const char* exponent_at = text + e + 1 + (scientific[e + 1] == '+' ? 1 : 0);
  std::from_chars(exponent_at, end, exponent);

  if (number < 0) out += '-';
  const int count = int(digits.size());
  const int point = exponent + 1;  // the decimal point stands after this many digits
  if (count <= point && point <= 21) {
    out += digits + std::string(std::size_t(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, std::size_t(point)) + "." + digits.substr(std::size_t(point));
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(std::size_t(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += point - 1 < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(point - 1));
  }
}

enum class Keys { sorted, as_they_are };

void append(std::string& out, const json::value& value, Keys keys);

void append(std::string& out, const json::object& object, Keys keys) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  if (keys == Keys::sorted) {
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return utf16_less(a->key(), b->key()); });
  }
  out += '{';
  for (const auto* member : members) {
    if (member != members.front()) out += ',';
    append_text(out, member->key());
    out += ':';
    append(out, member->value(), keys);
  }
  out += '}';
}

void append(std::string& out, const json::value& value, Keys keys) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case json::kind::double_:
      append_number(out, value.get_double());
      break;
    case json::kind::string:
      append_text(out, value.get_string());
      break;
    case json::kind::object:
      append(out, value.get_object(), keys);
      break;
    case json::kind::array:
      out += '[';
      for (const auto& element : value.get_array()) {
        if (&element != value.get_array().begin()) out += ',';
        append(out, element, keys);
      }
      out += ']';
      break;
  }
}

template <class T>
std::string text_of(const T& value, Keys keys) {
  std::string out;
  append(out, value, keys);
  return out;
}

}  // namespace

std::string canonical_json(const json::value& value) {
  return text_of(value, Keys::sorted);
}
std::string canonical_json(const json::object& object) {
  return text_of(object, Keys::sorted);
}
std::string json_text(const json::value& value) {
  return text_of(value, Keys::as_they_are);
}
std::string json_text(const json::object& object) {
  return text_of(object, Keys::as_they_are);
}

}  // namespace slipway
