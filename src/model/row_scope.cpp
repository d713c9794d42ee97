#include "model/row_scope.h"

#include <algorithm>

namespace slipway {

namespace {

std::unexpected<Error> bad(const std::string& what) {
  return fail(ErrorKind::invalid, "invalid-scope", "The scope is not understood: " + what,
              R"(Write {"TYPE": {"FIELD": [VALUE, …]}}; {} after a type means all of its rows.)");
}

bool is_scalar(const json::value& value) {
  return value.is_string() || value.is_int64() || value.is_bool() || value.is_null();
}

}  // namespace

bool RowScope::covers(std::string_view type, const json::object& values) const {
  if (!types) return true;
  const auto conditions = types->find(type);
  if (conditions == types->end()) return false;
  return std::ranges::all_of(conditions->second, [&](const auto& condition) {
    const json::value* value = find(values, condition.first);
    return value && std::ranges::any_of(condition.second, [&](const json::value& wanted) {
             return same_value(*value, wanted);
           });
  });
}

json::value to_json(const RowScope& scope) {
  if (!scope.types) return nullptr;
  json::object object;
  for (const auto& [type, conditions] : *scope.types) {
    json::object fields;
    for (const auto& [field, values] : conditions)
      fields[field] = json::array(values.begin(), values.end());
    object[type] = std::move(fields);
  }
  return object;
}

Result<RowScope> scope_from_json(const json::value& value) {
  if (value.is_null()) return RowScope{};
  if (!value.is_object()) return bad("it must be an object");
  RowScope scope;
  scope.types.emplace();
  for (const auto& [type, conditions] : value.get_object()) {
    if (!conditions.is_object()) return bad(std::string(type) + " must be an object");
    RowScope::Conditions& of_type = (*scope.types)[std::string(type)];
    for (const auto& [field, wanted] : conditions.get_object()) {
      const std::string name = std::string(type) + "." + std::string(field);
      if (!wanted.is_array() || wanted.get_array().empty())
        return bad(name + " must be a list of values");
      for (const json::value& one : wanted.get_array()) {
        if (!is_scalar(one)) return bad(name + " may be text, integers, true, false or null");
        of_type[std::string(field)].push_back(one);
      }
    }
  }
  return scope;
}

}  // namespace slipway
