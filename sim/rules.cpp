#include "rules.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

std::set<std::string> as_set(const json::value& list) {
  std::set<std::string> set;
  for (const json::value& element : list.as_array()) set.insert(canonical_json(element));
  return set;
}

// Without what was removed, with what was added, in the order of `now`, then of `local`.
json::value joined(const json::value& saw, const json::value& local, const json::value& now) {
  const auto before = as_set(saw), after = as_set(local), there = as_set(now);
  json::array list;
  for (const json::value& element : now.as_array()) {
    const std::string text = canonical_json(element);
    if (!before.contains(text) || after.contains(text)) list.push_back(element);
  }
  for (const json::value& element : local.as_array()) {
    const std::string text = canonical_json(element);
    if (!before.contains(text) && !there.contains(text)) list.push_back(element);
  }
  return json::value(std::move(list));
}

}  // namespace

SyncRules draw_rules(Random& random) {
  constexpr Rule replacing[] = {Rule::manual, Rule::server, Rule::client};
  SyncRules rules;
  TypeRules& parent = rules.entities["Parent"].merge;
  parent.fields = {{"stock", Rule::sum},
                   {"peak", random.chance(1, 2) ? Rule::max : Rule::min},
                   {"tags", Rule::list_union},
                   {"place", replacing[random.below(3)]},
                   {"memo", replacing[1 + random.below(2)]}};
  if (random.chance(1, 8)) parent.policy = replacing[1 + random.below(2)];
  if (random.chance(1, 8)) parent.scope = Scope::row;
  TypeRules& guard = rules.entities["Guard"].merge;
  if (random.chance(1, 4)) guard.scope = Scope::row;
  if (random.chance(1, 4)) guard.policy = replacing[random.below(3)];
  rules.actions[std::string(online_action)] = {"Parent", Op::update, true};
  return rules;
}

Rule rule_of(const SyncRules& rules, std::string_view type, std::string_view field) {
  const auto entity = rules.entities.find(type);
  if (entity == rules.entities.end() || field == "id") return Rule::manual;
  return entity->second.merge.of(field);
}

bool is_row_scope(const SyncRules& rules, std::string_view type) {
  const auto entity = rules.entities.find(type);
  return entity != rules.entities.end() && entity->second.merge.scope == Scope::row;
}

bool adds_up(Rule rule) {
  return rule == Rule::sum || rule == Rule::list_union;
}

json::value merged(Rule rule, const json::value& saw, const json::value& local,
                   const json::value& now) {
  if (saw == local) return now;
  if (saw == now) return local;
  // What does not fit the rule is shown as it was written, and in conflict once it is judged.
  const auto all = [&](json::kind kind) {
    return saw.kind() == kind && local.kind() == kind && now.kind() == kind;
  };
  const bool fits = rule == Rule::list_union ? all(json::kind::array) : all(json::kind::int64);
  if (accumulates(rule) && !fits) return local;
  switch (rule) {
    case Rule::sum:
      return now.as_int64() + (local.as_int64() - saw.as_int64());
    case Rule::list_union:
      return joined(saw, local, now);
    case Rule::max:
      return std::max(now.as_int64(), local.as_int64());
    case Rule::min:
      return std::min(now.as_int64(), local.as_int64());
    case Rule::server:
      return now;
    case Rule::client:
    case Rule::manual:
      return local;
  }
  CHECK(false);
}

bool same(Rule rule, const json::value& a, const json::value& b) {
  return rule == Rule::list_union ? as_set(a) == as_set(b) : a == b;
}

}  // namespace slipway::sim
