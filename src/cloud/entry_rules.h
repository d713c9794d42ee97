// What one entry does to its row, or why it may not: rules 4 and 5 of the judge, pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud_row.h"
#include "cloud/commits.h"
#include "model/entry.h"

namespace slipway::cloud {

// How a field that somebody else changed meanwhile is settled.
enum class Rule {
  manual,  // a person decides: conflict
};
Rule rule_of(const EntityKey& entity, std::string_view field);

// Why an entry is a conflict.
struct Finding {
  std::string_view reason;  // the stable word
  std::vector<std::string> fields = {};
  std::optional<EntityKey> because = {};  // another row that stands in the way
};

enum class Effect { none, bookkeeping, image };

struct Outcome {
  std::optional<Finding> finding;  // then the row was not touched
  Effect effect = Effect::none;
};

// Applies the entry to `row`. `seq` is the commit that will hold the change.
Outcome apply_entry(CloudRow& row, const Body& body, std::int64_t seq, const Commits& commits);

}  // namespace slipway::cloud
