// The declared rules of merging as they fit this database's tables, and what is wrong with them.
// The schema is the database's word, the rules are the configuration's, and an app may migrate
// while it runs. What does not fit is left out: such a field is judged by `manual`, which
// overwrites nothing.
#pragma once

#include <string>
#include <vector>

#include "model/sync_rules.h"
#include "model/wire.h"
#include "store/schema.h"

namespace slipway::store {

// Types whose rules say more than `manual`, field by field. A policy of sum, max, min or union
// becomes the rule of each field that it fits; the others are manual.
MergeRules merge_rules(const SyncRules& declared, const Schema& schema);

// One sentence each, naming table and field.
struct RuleProblems {
  std::vector<std::string> missing;  // no such table or column; a migration may yet bring it
  std::vector<std::string> misfits;  // the column is there, and the rule is not for its kind
};
RuleProblems rule_problems(const SyncRules& declared, const Schema& schema);

}  // namespace slipway::store
