// Which rows this device holds: what its configuration declares, of what the cloud grants it. The
// cloud's word is law there, the configuration's here; what both leave in is held. Both are in
// sync_meta: the configuration's, so that a change of it is noticed; the cloud's, as the last full
// pull told it, since a change of it always brings one.
// Called by the store only. Throws sqlite::Failure.
#pragma once

#include <string>
#include <vector>

#include "model/row_scope.h"
#include "sqlite/sqlite.h"
#include "store/schema.h"

namespace slipway::store {

struct HeldScope {
  RowScope declared, granted;
  RowScope held;  // what lies in both
};

HeldScope held_scope(RowScope declared, RowScope granted);
json::value to_json(const HeldScope& scope);  // null: everything

// As they are noted in the file; what cannot be read says nothing.
RowScope read_declared_scope(sqlite::Database& database);
RowScope read_granted_scope(sqlite::Database& database);
void write_granted_scope(sqlite::Database& database, const RowScope& scope);

// From now on `declared` is what the configuration says. Where rows were taken by another one,
// everything has to be taken anew: begins a full pull. Gives whether it was another.
bool note_declared_scope(sqlite::Database& database, const RowScope& declared);

// Error "invalid-config": a declared scope names no such table or column, or a value that its
// column never holds. Rows would be missing without a word.
Result<void> check_scope(const RowScope& declared, const Schema& schema);

}  // namespace slipway::store
