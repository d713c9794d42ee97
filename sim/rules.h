// The rules that a simulated app declares, drawn for each world, and the oracle's own idea of what
// each of them makes of two changes: written anew, for whole numbers and lists of texts only.
#pragma once

#include "model/sync_rules.h"
#include "run.h"

namespace slipway::sim {

constexpr std::string_view online_action = "APPROVE_PARENT";  // needs the cloud

SyncRules draw_rules(Random& random);

// Of a field, as the simulated schema has it.
Rule rule_of(const SyncRules& rules, std::string_view type, std::string_view field);
bool is_row_scope(const SyncRules& rules, std::string_view type);
bool adds_up(Rule rule);  // sum and union: the difference counts

// What a field becomes that was `saw` for its writer, was left as `local`, and is `now`.
json::value merged(Rule rule, const json::value& saw, const json::value& local,
                   const json::value& now);
bool same(Rule rule, const json::value& a, const json::value& b);  // of a union: as sets

}  // namespace slipway::sim
