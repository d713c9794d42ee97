// Closing entries, and what closes with them. Called by decisions only. Throws sqlite::Failure.
#pragma once

#include <vector>

#include "store/queue.h"

namespace slipway::store {

// Error: "unknown-entry".
Result<Entry> entry_to_decide(sqlite::Database& database, EntryId id);

// Why nothing can be decided about a closed entry: it has a successor ("already-resolved"), or it
// is settled or discarded for good ("already-closed").
std::unexpected<Error> refuse_closed(sqlite::Database& database, const Entry& entry);

// The entries that took this one's place; none when it was closed for good.
std::vector<Entry> successors_of(sqlite::Database& database, const Entry& entry);

struct Closure {
  std::vector<Entry> entries;       // in queue order
  std::vector<EntryId> dependants;  // of them, those that are neither the entry nor its group
};

// The entry with its group and, for a create of a row that the cloud does not have, everything
// that cannot live without it: later open entries of its lane, entries that depend on it, and
// their groups.
Closure closure_of(sqlite::Database& database, const Entry& entry);

// Error "has-dependants", which lists them.
Result<void> check_dependants(const Closure& closure, bool with_dependants);

// Never sent or parked → DISCARDED; sent and unanswered → DISCARDING, until the void is answered.
// Without a final receipt it owes the cloud a void. The view is left to the caller.
void close(Work& work, const Entry& entry);

}  // namespace slipway::store
