#include "model/merge.h"

#include <algorithm>
#include <utility>

#include "model/decimal.h"

namespace slipway {

namespace {

using Merged = std::expected<json::value, Unmergeable>;

constexpr std::pair<Rule, std::string_view> rule_names[] = {
    {Rule::manual, "manual"},    {Rule::server, "server"}, {Rule::client, "client"},
    {Rule::sum, "sum"},          {Rule::max, "max"},       {Rule::min, "min"},
    {Rule::list_union, "union"},
};

Merged add_up(const json::value& base, const json::value& local, const json::value& server) {
  const auto b = decimal_of(base), l = decimal_of(local), s = decimal_of(server);
  if (!b || !l || !s) return std::unexpected(Unmergeable::not_numbers);
  const auto sum = add_difference(*s, *l, *b);
  if (!sum) return std::unexpected(Unmergeable::too_large);
  auto written = written_like(*sum, {&base, &local, &server});
  if (!written) return std::unexpected(Unmergeable::too_large);
  return std::move(*written);
}

Merged further(const json::value& local, const json::value& server, bool upwards) {
  const auto l = decimal_of(local), s = decimal_of(server);
  if (!l || !s) return std::unexpected(Unmergeable::not_numbers);
  const bool local_wins = upwards ? compare(*l, *s) > 0 : compare(*l, *s) < 0;
  return local_wins ? local : server;
}

bool holds(const json::array& list, const json::value& element) {
  return std::any_of(list.begin(), list.end(),
                     [&](const json::value& other) { return same_value(other, element); });
}

Merged join(const json::value& base, const json::value& local, const json::value& server) {
  const json::array *b = base.if_array(), *l = local.if_array(), *s = server.if_array();
  if (!b || !l || !s) return std::unexpected(Unmergeable::not_lists);
  json::array joined;
  for (const json::value& element : *s) {
    const bool removed = holds(*b, element) && !holds(*l, element);
    if (!removed) joined.push_back(element);
  }
  for (const json::value& element : *l) {
    if (!holds(*b, element) && !holds(joined, element)) joined.push_back(element);
  }
  return json::value(std::move(joined));
}

std::unexpected<Error> unknown_word(std::string_view key, std::string_view wanted) {
  return fail(ErrorKind::invalid, "invalid-message",
              "\"" + std::string(key) + "\" of a type's rules must be " + std::string(wanted), {},
              std::string(key));
}

Result<Rule> rule_of(const json::value& value, std::string_view key) {
  const auto rule =
      value.is_string() ? rule_from_text(std::string_view(value.get_string())) : std::nullopt;
  if (!rule) return unknown_word(key, rule_words);
  return *rule;
}

}  // namespace

std::string_view to_text(Rule rule) {
  for (const auto& [value, name] : rule_names) {
    if (value == rule) return name;
  }
  return "";
}

std::optional<Rule> rule_from_text(std::string_view text) {
  for (const auto& [value, name] : rule_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view to_text(Scope scope) {
  return scope == Scope::row ? "row" : "field";
}

std::optional<Scope> scope_from_text(std::string_view text) {
  for (const Scope scope : {Scope::field, Scope::row}) {
    if (to_text(scope) == text) return scope;
  }
  return std::nullopt;
}

Rule TypeRules::of(std::string_view field) const {
  const auto own = fields.find(field);
  return own == fields.end() ? policy : own->second;
}

json::object to_json(const TypeRules& rules) {
  json::object fields;
  for (const auto& [field, rule] : rules.fields) fields[field] = to_text(rule);
  return {{"policy", to_text(rules.policy)},
          {"scope", to_text(rules.scope)},
          {"fields", std::move(fields)}};
}

Result<TypeRules> type_rules_from_json(const json::object& object) {
  TypeRules rules;
  if (const json::value* policy = find(object, "policy")) {
    const auto rule = rule_of(*policy, "policy");
    if (!rule) return std::unexpected(rule.error());
    rules.policy = *rule;
  }
  if (find(object, "scope")) {
    const auto text = text_at(object, "scope");
    const auto scope = text ? scope_from_text(*text) : std::nullopt;
    if (!scope) return unknown_word("scope", "field or row");
    rules.scope = *scope;
  }
  if (find(object, "fields")) {
    const auto fields = need_object(object, "fields");
    if (!fields) return std::unexpected(fields.error());
    for (const auto& member : **fields) {
      const auto rule = rule_of(member.value(), member.key());
      if (!rule) return std::unexpected(rule.error());
      rules.fields.emplace(member.key(), *rule);
    }
  }
  return rules;
}

Merged merge_field(Rule rule, const json::value& base, const json::value& local,
                   const json::value& server) {
  if (same_value(server, base)) return local;
  if (rule != Rule::manual && same_value(local, base)) return server;
  if (rule == Rule::sum) return add_up(base, local, server);
  if (same_value(local, server)) return server;
  switch (rule) {
    case Rule::server:
      return server;
    case Rule::client:
      return local;
    case Rule::max:
      return further(local, server, true);
    case Rule::min:
      return further(local, server, false);
    case Rule::list_union:
      return join(base, local, server);
    case Rule::sum:
    case Rule::manual:
      break;
  }
  return std::unexpected(Unmergeable::by_hand);
}

json::value merged_or_local(Rule rule, const json::value& base, const json::value& local,
                            const json::value& server) {
  return merge_field(rule, base, local, server).value_or(local);
}

}  // namespace slipway
