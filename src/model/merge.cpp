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

}  // namespace slipway
