// Undoing: of an entry that took effect by its inverse, of one that was discarded by writing it
// again, of a decision that was not sent yet by asking again. Called by decide.cpp only.
// Throws sqlite::Failure.
//
// An inverse is a new write at the end of its lane, guarded like any other: it stands on what its
// entry left, so what others changed since becomes a conflict. An update is undone by the values
// before, a create by a delete, a delete by a create with the values of then; a group by the
// inverse group in reverse order.
#pragma once

#include "store/decide.h"

namespace slipway::store {

// Errors: "unknown-entry", "not-settled", "already-resolved", "being-discarded", "written-since",
// "nothing-to-undo", "has-children", and those of apply_write(). With foreign keys on, except
// where a decision is taken back.
Result<Decided> undo(Work& work, EntryId id, const CaptureLimits& limits);

// Whether the entry is a retry, force or resolution that was never sent.
bool takes_a_decision_back(sqlite::Database& database, EntryId id);

}  // namespace slipway::store
