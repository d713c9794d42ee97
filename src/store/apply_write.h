// The first half of a capture: checks one mutation against the table's real columns, applies it to
// the app's table and says what was written, as drafts of entries. A delete that the database
// would cascade becomes explicit drafts, children first.
// Inside a transaction, with foreign keys on. Throws sqlite::Failure for the disk's failures.
#pragma once

#include <vector>

#include "store/mutation.h"
#include "store/work.h"

namespace slipway::store {

// What one entry will hold, before it has a number and a group.
struct Draft {
  EntityKey entity;
  std::string action;
  Op op = Op::update;
  json::object payload;
  json::object base;
  json::object base_versions;
  std::vector<std::string> depends_on;
};

// Whether the table has these fields and their columns take these values. Errors name the field
// as "`where`.field": "unknown-field", "wrong-type", "null-not-allowed", "number-out-of-range".
Result<void> check_fields(const Table& table, const json::object& values, std::string_view where);

// Appends to `drafts`, which also tells what earlier mutations of the same group wrote.
// Errors: "unknown-type", "unknown-action", "unknown-field", "missing-field", "wrong-type",
// "null-not-allowed", "invalid-id", "id-needed", "key-is-fixed", "row-not-found",
// "already-exists", "being-discarded", "reference-missing", "has-children", "constraint".
Result<void> apply_write(Work& work, const Mutation& mutation, std::vector<Draft>& drafts);

}  // namespace slipway::store
