// What a person decides about an entry: discard it, or try it again. Called by the store only, with
// foreign keys off. Throws sqlite::Failure.
#pragma once

#include <vector>

#include "store/capture.h"
#include "store/queue.h"

namespace slipway::store {

// The entry with its group and, for a create, everything that cannot live without it: later open
// entries of its lane, entries that depend on it, and their groups. In queue order.
// Errors: "unknown-entry", "already-closed".
Result<std::vector<Entry>> discard_closure(Work& work, EntryId id);

// Closes them all: never sent → DISCARDED at once; sent and unanswered → DISCARDING, until the void
// is answered; parked → DISCARDED. Every one without a final receipt owes the cloud a void. The
// rows are rolled back to shadow + what is still open.
void discard(Work& work, const std::vector<Entry>& entries);

// Parked: a new entry with the same body takes the old one's place (its whole group's), which is
// closed and voided. Waiting: nothing changes here; the engine clears its wait.
// Errors: "unknown-entry", "already-closed", "already-resolved", "being-discarded".
Result<std::vector<Entry>> retry(Work& work, EntryId id);

// “Keep mine”: a new entry takes the parked one's place whose base is the cloud's state that the
// person saw (`seen`; nothing: the one that the conflict shows). If the cloud has moved on since,
// the new entry becomes a fresh conflict, never a blind overwrite. For one entry whose row is alive
// at the cloud; anything else is refused and stays as it is.
// Errors: "unknown-entry", "already-closed", "already-resolved", "not-in-conflict", "moved-on",
// "not-supported".
Result<std::vector<Entry>> force(Work& work, EntryId id, const std::optional<Version>& seen);

}  // namespace slipway::store
