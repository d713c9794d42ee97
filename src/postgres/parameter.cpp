#include <algorithm>

#include "postgres/postgres.h"

namespace slipway::postgres {

namespace {

std::string checked(std::string_view text) {
  if (text.find('\0') != text.npos)
    throw Failure(FailureKind::constraint, "PostgreSQL keeps no text with a NUL in it");
  return std::string(text);
}

void append_quoted(std::string& array, std::string_view text) {
  array += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

// "{a,b}"
template <class List, class Append>
std::string array_of(const List& list, Append append) {
  std::string array = "{";
  for (const auto& element : list) {
    if (array.size() > 1) array += ',';
    append(array, element);
  }
  return array += '}';
}

}  // namespace

Parameter::Parameter(std::int64_t value) : text_(std::to_string(value)) {}
Parameter::Parameter(bool value) : text_(value ? "t" : "f") {}
Parameter::Parameter(std::string text) : text_(checked(text)) {}
Parameter::Parameter(std::string_view text) : text_(checked(text)) {}
Parameter::Parameter(const char* text) : text_(text) {}

Parameter::Parameter(const std::vector<std::string>& list)
    : text_(array_of(list, [](std::string& array, const std::string& text) {
        append_quoted(array, checked(text));
      })) {}

Parameter::Parameter(const std::vector<std::int64_t>& list)
    : text_(array_of(
          list, [](std::string& array, std::int64_t value) { array += std::to_string(value); })) {}

Parameter::Parameter(const std::vector<bool>& list)
    : text_(array_of(list, [](std::string& array, bool value) { array += value ? 't' : 'f'; })) {}

Parameter::Parameter(const std::vector<std::optional<std::int64_t>>& list)
    : text_(array_of(list, [](std::string& array, const std::optional<std::int64_t>& value) {
        array += value ? std::to_string(*value) : "NULL";
      })) {}

}  // namespace slipway::postgres
