#include "store/value.h"

#include <charconv>
#include <cmath>

#include "base/base64.h"
#include "base/check.h"
#include "model/canonical_json.h"

namespace slipway::store {

namespace {

std::unexpected<Error> wrong_type(const Field& field, std::string_view wanted) {
  return fail(ErrorKind::invalid, "wrong-type",
              "“" + field.column + "” must be " + std::string(wanted),
              "Nothing was written. Correct the value and send it again.", field.name);
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (std::to_string(integer) != text) return std::nullopt;  // "007" is not an integer's text
  return integer;
}

std::optional<sqlite::Value> real_of(std::string_view text) {
  if (text == "Infinity" || text == "-Infinity")
    return sqlite::Value(text[0] == '-' ? -HUGE_VAL : HUGE_VAL);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return sqlite::Value(number);
}

bool is_number(std::string_view text) {
  const auto number = real_of(text);
  return number && std::isfinite(std::get<double>(*number));
}

// {"$blob": …} and its kin; nothing when the value is not such a wrapper.
std::optional<sqlite::Value> unwrapped(const json::value& value) {
  const json::object* object = value.if_object();
  if (!object || object->size() != 1) return std::nullopt;
  const auto& member = *object->begin();
  if (!member.value().is_string()) return std::nullopt;
  const std::string_view text = member.value().get_string();
  if (member.key() == "$json") return sqlite::Value(std::string(text));
  if (member.key() == "$integer") {
    const auto integer = integer_of(text);
    return integer ? std::optional<sqlite::Value>(*integer) : std::nullopt;
  }
  if (member.key() == "$real") return real_of(text);
  if (member.key() != "$blob" && member.key() != "$text") return std::nullopt;
  auto bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  return member.key() == "$blob" ? sqlite::Value(sqlite::Blob{std::move(*bytes)})
                                 : sqlite::Value(std::move(*bytes));
}

// SQLite keeps any text in most columns; one that its type would not take back is wrapped.
json::value from_text(const Field& field, const std::string& text) {
  if (!is_utf8(text)) return {{"$text", to_base64(text)}};
  switch (field.type) {
    case FieldType::json: {
      auto parsed = parse_json(text, field.name);
      if (!parsed || parsed->is_null() || unwrapped(*parsed) ||
          is_deeper_than(*parsed, json_field_depth_max))
        return {{"$json", text}};
      return std::move(*parsed);
    }
    case FieldType::integer:
    case FieldType::real:
    case FieldType::boolean:
    case FieldType::blob:
      return {{"$text", to_base64(text)}};
    case FieldType::decimal:
      if (!is_number(text)) return {{"$text", to_base64(text)}};
      return json::value(text);
    default:
      return json::value(text);
  }
}

json::value from_integer(const Field& field, std::int64_t integer) {
  const bool exact = integer <= json_integer_max && integer >= -json_integer_max;
  switch (field.type) {
    case FieldType::boolean:
      if (integer == 0 || integer == 1) return integer == 1;
      return {{"$integer", std::to_string(integer)}};
    case FieldType::integer:
    case FieldType::decimal:
      if (exact) return integer;
      return json::value(std::to_string(integer));
    case FieldType::text:
    case FieldType::blob:
      return {{"$integer", std::to_string(integer)}};
    default:
      if (exact) return integer;
      return {{"$integer", std::to_string(integer)}};
  }
}

json::value from_real(const Field& field, double real) {
  const bool fits = field.type == FieldType::real || field.type == FieldType::decimal ||
                    field.type == FieldType::json ||
                    (field.type == FieldType::any && std::abs(real) <= double(json_integer_max));
  if (std::isinf(real) || !fits) {
    return {{"$real", std::isinf(real) ? (real > 0 ? "Infinity" : "-Infinity")
                                       : canonical_json(json::value(real))}};
  }
  if (real == std::trunc(real) && std::abs(real) <= double(json_integer_max))
    return std::int64_t(real);
  return real;
}

Result<sqlite::Value> to_integer(const Field& field, const json::value& value) {
  if (value.is_int64()) return sqlite::Value(value.get_int64());
  if (value.is_double() && value.get_double() == std::trunc(value.get_double()) &&
      std::abs(value.get_double()) <= double(json_integer_max)) {
    return sqlite::Value(std::int64_t(value.get_double()));
  }
  if (value.is_string()) {
    if (const auto integer = integer_of(std::string_view(value.get_string())))
      return sqlite::Value(*integer);
  }
  return wrong_type(field, "an integer");
}

Result<sqlite::Value> to_number(const Field& field, const json::value& value) {
  if (value.is_int64()) return sqlite::Value(value.get_int64());
  if (value.is_uint64()) return sqlite::Value(double(value.get_uint64()));
  if (value.is_double()) return sqlite::Value(value.get_double());
  if (value.is_string() && field.type == FieldType::decimal) {
    const std::string_view text = value.get_string();
    if (is_number(text)) return sqlite::Value(std::string(text));
  }
  if (value.is_string() && integer_of(std::string_view(value.get_string()))) {
    return sqlite::Value(*integer_of(std::string_view(value.get_string())));
  }
  return wrong_type(field, "a number");
}

Result<sqlite::Value> to_any(const Field& field, const json::value& value) {
  switch (value.kind()) {
    case json::kind::bool_:
      return sqlite::Value(std::int64_t(value.get_bool()));
    case json::kind::int64:
      return sqlite::Value(value.get_int64());
    case json::kind::double_:
      return sqlite::Value(value.get_double());
    case json::kind::string:
      return sqlite::Value(std::string(value.get_string()));
    default:
      return wrong_type(field, "null, true, false, a number or text");
  }
}

}  // namespace

json::value from_column(const Field& field, const sqlite::Value& value) {
  return std::visit(
      [&](const auto& v) -> json::value {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return nullptr;
        else if constexpr (std::is_same_v<T, std::int64_t>)
          return from_integer(field, v);
        else if constexpr (std::is_same_v<T, double>)
          return from_real(field, v);
        else if constexpr (std::is_same_v<T, std::string>)
          return from_text(field, v);
        else
          return {{"$blob", to_base64(v.bytes)}};
      },
      value);
}

Result<sqlite::Value> to_column(const Field& field, const json::value& value) {
  if (value.is_null()) {
    if (field.not_null) {
      return fail(ErrorKind::invalid, "null-not-allowed", "“" + field.name + "” may not be empty",
                  "Nothing was written. Give it a value and send it again.", field.name);
    }
    return sqlite::Value(std::monostate{});
  }
  const bool any_size = field.type == FieldType::real || field.type == FieldType::decimal ||
                        field.type == FieldType::json;
  if (value.is_uint64() && !any_size) {
    return fail(ErrorKind::invalid, "number-out-of-range",
                "“" + field.name + "” is larger than SQLite's integers (63 bits)",
                "Nothing was written.", field.name);
  }
  if (auto plain = unwrapped(value)) return std::move(*plain);
  switch (field.type) {
    case FieldType::integer:
      return to_integer(field, value);
    case FieldType::real:
    case FieldType::decimal:
      return to_number(field, value);
    case FieldType::boolean:
      if (value.is_bool()) return sqlite::Value(std::int64_t(value.get_bool()));
      if (value.is_int64() && (value.get_int64() == 0 || value.get_int64() == 1))
        return sqlite::Value(value.get_int64());
      return wrong_type(field, "true or false");
    case FieldType::text:
      if (value.is_string()) return sqlite::Value(std::string(value.get_string()));
      return wrong_type(field, "text");
    case FieldType::datetime:
      if (value.is_string()) return sqlite::Value(std::string(value.get_string()));
      if (value.is_int64()) return sqlite::Value(value.get_int64());
      return wrong_type(
          field, "a date as text (2026-11-22T13:25:01.462+00:00) or milliseconds since 1970");
    case FieldType::json:
      if (is_deeper_than(value, json_field_depth_max)) {
        return fail(ErrorKind::invalid, "too-deep",
                    "“" + field.name + "” is nested in more than " +
                        std::to_string(json_field_depth_max) + " levels",
                    "Nothing was written. Flatten it, or store it as text.", field.name);
      }
      return sqlite::Value(canonical_json(value));
    case FieldType::blob:
      return wrong_type(field, "{\"$blob\": base64}");
    case FieldType::any:
      return to_any(field, value);
  }
  return wrong_type(field, "a value");
}

std::string entity_id(const Table& table, const json::object& row) {
  if (table.key.size() == 1) {
    const json::value* value = find(row, table.key.front());
    CHECK(value != nullptr);
    return key_text(*value);
  }
  json::array parts;
  for (const std::string& field : table.key) parts.push_back(row.at(field));
  return canonical_json(json::value(parts));
}

Result<std::vector<sqlite::Value>> key_values(const Table& table, const std::string& entity_id) {
  std::vector<sqlite::Value> values;
  const auto bad = [&] {
    return fail(ErrorKind::invalid, "invalid-id",
                "“" + entity_id + "” cannot be the id of a " + table.name,
                table.key.size() == 1
                    ? "Nothing was written. Correct the id and send it again."
                    : "Nothing was written. A composite key is a JSON array of its values.",
                "entityId");
  };
  if (table.key.size() == 1) {
    const Field& field = *table.field(table.key.front());
    json::value value(entity_id);
    const bool is_text = field.type == FieldType::text || field.type == FieldType::integer ||
                         field.type == FieldType::datetime || field.type == FieldType::decimal;
    const bool is_wrapper = entity_id.starts_with("{\"$");
    if (!is_text || is_wrapper) {
      if (auto parsed = parse_json(entity_id, "entityId"); parsed && !parsed->is_string()) {
        if (!is_text || unwrapped(*parsed)) value = *parsed;
      }
    }
    auto column = to_column(field, value);
    if (!column) return bad();
    values.push_back(std::move(*column));
    return values;
  }
  const auto parts = parse_json(entity_id, "entityId");
  if (!parts || !parts->is_array() || parts->get_array().size() != table.key.size()) return bad();
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    auto column = to_column(*table.field(table.key[i]), parts->get_array()[i]);
    if (!column) return bad();
    values.push_back(std::move(*column));
  }
  return values;
}

std::optional<std::string> referred_id(const ForeignKey& key, const json::object& row) {
  json::array parts;
  for (const std::string& field : key.fields) {
    const json::value* value = find(row, field);
    if (!value || value->is_null()) return std::nullopt;
    parts.push_back(*value);
  }
  if (parts.size() > 1) return canonical_json(json::value(parts));
  return key_text(parts[0]);
}

}  // namespace slipway::store
