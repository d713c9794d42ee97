// The JSON library, by one name, and the few questions that everybody asks of a JSON value.
//
// Numbers: an integer within ±(2^53 − 1) is exact in every JSON reader (RFC 7493, 2.2); values
// beyond travel as text. same_value() compares by canonical form, so 3 and 3.0 are equal.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

namespace json = boost::json;

inline constexpr std::int64_t json_integer_max = (std::int64_t{1} << 53) - 1;
inline constexpr std::size_t json_depth_max = 32;  // deeper bodies are refused: no honest row is
// A field's value is held to less, so that every message that wraps it (page, receipt, conflict,
// queue) can still be read: what is accepted once must pass everywhere.
inline constexpr std::size_t json_field_depth_max = 16;

// Strict RFC 8259: one value, no trailing text, duplicate keys refused. `what` names the text in
// the error ("the request body").
Result<json::value> parse_json(std::string_view text, std::string_view what);
Result<json::object> parse_json_object(std::string_view text, std::string_view what);

bool same_value(const json::value& a, const json::value& b);

// Whether arrays and objects are nested in more than `levels` levels; {} and [] are one.
bool is_deeper_than(const json::value& value, std::size_t levels);

// nullptr when the key is absent.
const json::value* find(const json::object& object, std::string_view key);

// Text or integer of a key, or nothing when absent or of another type.
std::optional<std::string_view> text_at(const json::object& object, std::string_view key);
std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key);
std::optional<bool> boolean_at(const json::object& object, std::string_view key);

// A field of a foreign message: absent, null or of another type is an error that names it.
Result<std::string> need_text(const json::object& object, std::string_view key);
Result<std::int64_t> need_integer(const json::object& object, std::string_view key);
Result<const json::object*> need_object(const json::object& object, std::string_view key);
Result<const json::array*> need_array(const json::object& object, std::string_view key);

json::value text_or_null(const std::optional<std::string>& text);

}  // namespace slipway
