#include "model/row_scope.h"

#include <algorithm>

#include "model/canonical_json.h"

namespace slipway {

namespace {

std::unexpected<Error> bad(const std::string& what) {
  return fail(ErrorKind::invalid, "invalid-scope", "The scope is not understood: " + what,
              R"(Write {"TYPE": {"FIELD": [VALUE, …]}}; {} after a type means all of its rows.)");
}

bool has(const std::vector<json::value>& values, const json::value& wanted) {
  return std::ranges::any_of(values, [&](const auto& value) { return same_value(value, wanted); });
}

bool is_met(const std::vector<json::value>& wanted, const json::object& values,
            std::string_view field) {
  const json::value* value = find(values, field);
  return value && has(wanted, *value);
}

std::string listed(const std::vector<json::value>& values) {
  std::string text;
  for (const json::value& value : values) text += (text.empty() ? "" : " or ") + json_text(value);
  return text;
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
    return is_met(condition.second, values, condition.first);
  });
}

std::string in_words(const RowScope& scope) {
  if (!scope.types) return "everything";
  std::string text;
  for (const auto& [type, conditions] : *scope.types) {
    text += (text.empty() ? "" : "; ") + (conditions.empty() ? "all of " + type : type);
    std::string_view with = " with ";
    for (const auto& [field, values] : conditions) {
      text += std::string(with) + field + " " + (values.empty() ? "of no value" : listed(values));
      with = " and ";
    }
  }
  return text.empty() ? "nothing" : text;
}

std::string RowScope::why_not(std::string_view type, const json::object& values) const {
  if (!types) return {};
  if (!has_type(type)) return "no " + std::string(type) + " is held here";
  for (const auto& [field, wanted] : types->find(type)->second) {
    if (is_met(wanted, values, field)) continue;
    return wanted.empty()
               ? "no value of its " + field + " is held here"
               : "only those whose " + field + " is " + listed(wanted) + " are held here";
  }
  return {};
}

RowScope common(const RowScope& a, const RowScope& b) {
  if (!a.types) return b;
  if (!b.types) return a;
  RowScope both;
  both.types.emplace();
  for (const auto& [type, conditions] : *a.types) {
    const auto others = b.types->find(type);
    if (others == b.types->end()) continue;
    RowScope::Conditions& of_type = (*both.types)[type] = conditions;
    for (const auto& [field, wanted] : others->second) {
      const auto [condition, first] = of_type.emplace(field, wanted);
      if (!first) std::erase_if(condition->second, [&](const auto& v) { return !has(wanted, v); });
    }
  }
  return both;
}

std::vector<std::string> withheld(const RowScope& declared, const RowScope& granted) {
  std::vector<std::string> names;
  if (!declared.types || !granted.types) return names;
  for (const auto& [type, conditions] : *declared.types) {
    const auto allowed = granted.types->find(type);
    if (allowed == granted.types->end()) {
      names.push_back(type);
      continue;
    }
    for (const auto& [field, values] : allowed->second) {
      const auto wanted = conditions.find(field);
      const bool whole =
          wanted != conditions.end() &&
          std::ranges::all_of(wanted->second, [&](const auto& v) { return has(values, v); });
      if (!whole) names.push_back(type + "." + field);
    }
  }
  return names;
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
