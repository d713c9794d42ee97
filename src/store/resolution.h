// What an entry that takes a parked one's place holds: a function of the parked body, the cloud's
// state that the person saw, the type's rules, and what they chose. Pure; called by supersede.cpp.
//
// Where values add up (sum, union) the difference is carried, not the value: server + (local −
// base); but for a row that only this device remembers, perhaps from a past of the cloud that is
// gone: what it remembers may hold the difference already. A successor stands on what was seen. If
// the cloud has moved on since, it becomes a fresh conflict, never a blind overwrite.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "model/merge.h"
#include "model/view.h"
#include "store/schema.h"

namespace slipway::store {

// The cloud's state of a row, as a person saw it.
struct SeenState {
  bool known = false;  // false: nothing was shown; the successor stands on what its entry stood on
  std::optional<Version> version = {};  // nothing: no such row, or a target without versions
  RowState row = {};  // perhaps only the touched fields; of a deleted row its last values
  bool deleted_by_mate = false;  // an earlier entry of the same group deletes the row
  bool took_effect = false;      // an earlier entry of the chain did: the row holds what it wrote
  bool is_remembered = false;    // the cloud never had the row: its values are known here alone
  std::set<std::string, std::less<>> written_by_mates = {};  // the row's fields
};

enum class Side { local, server, base };
std::optional<Side> side_from_text(std::string_view text);  // "local", "server", "base"

// What a field shall be: one of the three that the conflict shows, or another value.
using Choice = std::variant<Side, json::value>;
using Choices = std::map<std::string, Choice, std::less<>>;

// The same wish, judged again. A field that the cloud has as it was before or as it is wished is
// from now on based on what was seen; one that stands against both keeps its base, so that it
// stays in conflict unless its rule merges or the cloud returns to one of the two.
Body retried(Body body, const SeenState& seen, const TypeRules& rules);

// “Keep mine”: every touched field on what was seen. A create over a row that exists becomes an
// update; an update of a deleted row makes the row again from its last values, which are the
// base of such a create: equal fields are carried, no wish of the person's.
// Error: "last-values-unknown".
Result<Body> forced(Body body, const SeenState& seen, const Table& table, const TypeRules& rules);

// Field by field. What is not chosen and stands against nothing is kept, and what its rule merges
// is merged; a choice is needed for the rest. Nothing: the cloud's values were taken for all, so
// there is nothing left to write. Errors: "not-resolvable" (a delete), "missing-field" (no choice
// at all), "unknown-field", "untouched-field", "undecided-field", "wrong-type" …,
// "nothing-to-take", "last-values-unknown".
Result<std::optional<Body>> resolved(const Body& body, const SeenState& seen, const Table& table,
                                     const TypeRules& rules, const Choices& choices);

// Fields of a create that are carried over from a deleted row's last values: equal to the base. A
// create that only brings the last values back wishes all of them.
bool is_carried(const Body& body, std::string_view field);

}  // namespace slipway::store
