#include "model/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "model/canonical_json.h"

namespace slipway {

namespace {

std::unexpected<Error> bad_field(std::string_view key, std::string_view wanted) {
  return fail(ErrorKind::invalid, "invalid-message",
              "\"" + std::string(key) + "\" must be " + std::string(wanted), {}, std::string(key));
}

// Builds a value while it is parsed. Boost.JSON keeps the last of two equal keys; which one a
// person meant cannot be known, so members are counted as they come and again in the result.
struct StrictHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using Code = boost::system::error_code;
  using Text = json::string_view;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t n, Code&) { return members += n, stack.push_object(n), true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t n, Code&) { return stack.push_array(n), true; }
  bool on_key_part(Text s, std::size_t, Code&) { return stack.push_chars(s), true; }
  bool on_key(Text s, std::size_t, Code&) { return stack.push_key(s), true; }
  bool on_string_part(Text s, std::size_t, Code&) { return stack.push_chars(s), true; }
  bool on_string(Text s, std::size_t, Code&) { return stack.push_string(s), true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t i, Text, Code&) { return stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t u, Text, Code&) { return stack.push_uint64(u), true; }
  // Boost.JSON's own double may be off by one in the last place, so that a number would not read
  // back as it was written. The text is whole: the parser gets the document in one piece.
  bool on_double(double rough, Text text, Code& error) {
    double exact = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (read.ec == std::errc::result_out_of_range) exact = std::abs(rough) < 1 ? 0 : HUGE_VAL;
    if (!std::isfinite(exact)) return error = json::error::exponent_overflow, false;
    return stack.push_double(exact), true;
  }
  bool on_bool(bool b, Code&) { return stack.push_bool(b), true; }
  bool on_null(Code&) { return stack.push_null(), true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

  json::value_stack stack;
  std::size_t members = 0;
};

std::size_t members_in(const json::value& value) {
  std::size_t members = 0;
  if (const auto* object = value.if_object()) {
    members += object->size();
    for (const auto& member : *object) members += members_in(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) members += members_in(element);
  }
  return members;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::string_view what) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::basic_parser<StrictHandler> parser(options);
  parser.handler().stack.reset();
  boost::system::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) {
    return fail(ErrorKind::invalid, "invalid-json",
                std::string(what) + " is not valid JSON: " + error.message(),
                "Nothing was changed.");
  }
  json::value value = parser.handler().stack.release();
  if (parser.handler().members != members_in(value)) {
    return fail(ErrorKind::invalid, "duplicate-key",
                std::string(what) + " has an object with the same key twice",
                "Nothing was changed.");
  }
  return value;
}

Result<json::object> parse_json_object(std::string_view text, std::string_view what) {
  auto value = parse_json(text, what);
  if (!value) return std::unexpected(std::move(value.error()));
  if (!value->is_object()) {
    return fail(ErrorKind::invalid, "invalid-json", std::string(what) + " must be a JSON object",
                "Nothing was changed.");
  }
  return std::move(value->as_object());
}

bool same_value(const json::value& a, const json::value& b) {
  if (a.kind() == b.kind() && a == b) return true;
  if (a.is_structured() || b.is_structured() || (a.is_number() && b.is_number())) {
    return canonical_json(a) == canonical_json(b);
  }
  return false;
}

bool is_deeper_than(const json::value& value, std::size_t levels) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  const auto deeper = [&](const json::value& inner) { return is_deeper_than(inner, levels - 1); };
  if (const auto* array = value.if_array()) return std::ranges::any_of(*array, deeper);
  return std::ranges::any_of(value.get_object(),
                             [&](const auto& member) { return deeper(member.value()); });
}

const json::value* find(const json::object& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &found->value();
}

std::optional<std::string_view> text_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<bool> boolean_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

Result<std::string> need_text(const json::object& object, std::string_view key) {
  if (const auto text = text_at(object, key)) return std::string(*text);
  return bad_field(key, "text");
}

Result<std::int64_t> need_integer(const json::object& object, std::string_view key) {
  if (const auto integer = integer_at(object, key)) return *integer;
  return bad_field(key, "an integer");
}

Result<const json::object*> need_object(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value && value->is_object()) return &value->get_object();
  return bad_field(key, "an object");
}

Result<const json::array*> need_array(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value && value->is_array()) return &value->get_array();
  return bad_field(key, "an array");
}

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

}  // namespace slipway
