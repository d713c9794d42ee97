// What one entry does to its row, or why it may not: rules 4 and 5 of the judge, pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cloud/cloud_row.h"
#include "cloud/commits.h"
#include "cloud/numbering.h"
#include "model/entry.h"
#include "model/merge.h"

namespace slipway::cloud {

// Why an entry is a conflict.
struct Finding {
  std::string_view reason;  // the stable word
  std::vector<std::string> fields = {};
  std::optional<EntityKey> because = {};  // another row that stands in the way, if it may be named
  std::string note = {};                  // what a rule could not do, for people
  std::int64_t by = 0;                    // the commit that did it; 0: told from fields or row
};

// A field that somebody else had changed, and what its rule made of it.
struct FieldMerge {
  std::string field;
  Rule rule;
  json::value server;  // before
  json::value value;   // after; null where the row is gone
  std::int64_t by;     // the commit that wrote `server`
};

enum class Effect { none, bookkeeping, image };

struct Outcome {
  std::optional<Finding> finding = {};  // then the row was not touched
  Effect effect = Effect::none;
  std::vector<FieldMerge> merges = {};  // not empty: the verdict is `merged`
};

// What the file that an entry comes from holds of its lane. Files that were copied or restored have
// an incarnation and lane positions in common, so these alone do not tell whose an earlier entry
// is: it must have come with the same push, or the device must have absorbed it as its own.
struct Beside {
  std::string device;       // that pushes
  std::int64_t cursor = 0;  // what it has absorbed
  bool is_shared = false;   // the device knows that another file goes on by the same incarnation
  bool is_exact = false;    // it counts only for the very version of the row that it names
  // Entries that this push names and that took effect: the commit, incarnation, lane position. A
  // commit is one file's, so no two of its entries have the same.
  const std::set<std::tuple<std::int64_t, std::string, std::int64_t>>& pushed;
  const Commits& commits;

  bool has(const Mark& mark, const Body& body) const;  // an earlier entry of the body's lane
};

// Applies the entry to `row` by the rules of its type. `seq` is the commit that will hold the
// change.
Outcome apply_entry(CloudRow& row, const Body& body, const TypeRules& rules, std::int64_t seq,
                    const Beside& beside);

// Gives a row that `body` has just made the values that it left to the cloud; returns them by
// field. A number that the writer took for himself is never given again.
json::object fill_in(CloudRow& row, const Body& body, std::vector<Counter>& counters,
                     std::int64_t seq, std::vector<GivenNumber>& given);

// Whether the row is as the entry wants it already.
bool shows(const CloudRow& row, const Body& body);

}  // namespace slipway::cloud
