// How a field that two people changed at the same time is settled: the rules that an app's
// developer declares, and the three-way merge of one field. Pure.
//
//   base    as the writer saw it         local   as the writer left it
//   server  as the cloud has it now
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/json.h"

namespace slipway {

enum class Rule {
  manual,      // a person decides: conflict
  server,      // the cloud's value stays
  client,      // the last to arrive wins
  sum,         // differences add up: server + (local − base)
  max,         // the larger number stays
  min,         // the smaller number stays
  list_union,  // "union", of JSON arrays: server, with what local added, without what it removed
};
std::string_view to_text(Rule rule);
std::optional<Rule> rule_from_text(std::string_view text);
inline constexpr std::string_view rule_words = "manual, server, client, sum, max, min or union";

// A value contains what was written into it before, instead of taking its place. An earlier write
// of the same lane may have been merged with a foreign one, so it excuses nothing here.
inline bool accumulates(Rule rule) {
  return rule == Rule::sum || rule == Rule::max || rule == Rule::min || rule == Rule::list_union;
}

// What counts as one thing when it was changed at the same time.
enum class Scope { field, row };
std::string_view to_text(Scope scope);
std::optional<Scope> scope_from_text(std::string_view text);

// The rules of one entity type.
struct TypeRules {
  Rule policy = Rule::manual;  // of fields without a rule of their own
  Scope scope = Scope::field;
  std::map<std::string, Rule, std::less<>> fields = {};

  Rule of(std::string_view field) const;
  friend bool operator==(const TypeRules&, const TypeRules&) = default;
};
json::object to_json(const TypeRules& rules);  // {"policy": …, "scope": …, "fields": {…}}
Result<TypeRules> type_rules_from_json(const json::object& object);  // absent members: defaults

enum class Unmergeable {
  by_hand,      // the rule is manual
  not_numbers,  // sum, max, min: one of the three is no number
  too_large,    // sum: the result cannot be written exactly
  not_lists,    // union: one of the three is no array
};

// Whether a rule can make another value of two than the one that was written last.
inline bool may_differ(Rule rule) {
  return accumulates(rule) || rule == Rule::server;
}

// The value that the field gets.
// - server equals base: nobody else changed anything, local stays.
// - local equals base: the writer changed nothing, the server's value stays; but under `manual`
//   somebody wrote the old value again, and a person decides.
// - Both changed: the rule says. Equal changes are one, but sums: two people who each added five
//   added ten.
// union keeps the server's order and appends what was added in the writer's order; elements are
// compared by value, and nothing is added that stands there already.
std::expected<json::value, Unmergeable> merge_field(Rule rule, const json::value& base,
                                                    const json::value& local,
                                                    const json::value& server);
// The same; what the rule cannot merge is what the writer left.
json::value merged_or_local(Rule rule, const json::value& base, const json::value& local,
                            const json::value& server);

}  // namespace slipway
