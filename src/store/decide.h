// What a person decides about an entry: discard it, try it again, keep their own values, resolve it
// field by field, undo it, or say what became of it. Every decision appends and closes; none edits
// an entry. It acts on the entry's whole group, and is one transaction, so that a crash leaves the
// state before it or after it. Called by the store only. Throws sqlite::Failure.
#pragma once

#include <variant>
#include <vector>

#include "store/capture.h"
#include "store/queue.h"
#include "store/resolution.h"

namespace slipway::store {

// `seen`: the version of the cloud's state that the person decided on, as the conflict or `current`
// shows it. Nothing: the conflict's.
namespace wish {

// Never sent → DISCARDED at once; sent and unanswered → DISCARDING, until the void is answered;
// parked → DISCARDED. What cannot live without a discarded create (dependants.h) goes along, but
// only when that was asked for.
struct Discard {
  EntryId id = 0;
  bool with_dependants = false;
};
// Parked: judged again on what was seen (resolution.h). Waiting: nothing changes here; the engine
// clears its wait.
struct Retry {
  EntryId id = 0;
  std::optional<Version> seen = {};
};
// “Keep mine”, of the whole group: each entry on what its own conflict shows.
struct Force {
  EntryId id = 0;
  std::optional<Version> seen = {};
};
// Field by field; the rest of its group is retried. The cloud's values for all fields: as Discard,
// or in a group: the others go on without it.
struct Resolve {
  EntryId id = 0;
  Choices choices = {};
  std::optional<Version> seen = {};
  bool with_dependants = false;
};
// undo.h
struct Undo {
  EntryId id = 0;
};
// Of an entry that was sent to a target without receipts and then discarded: nobody but a person
// can know whether it happened there.
struct Outcome {
  EntryId id = 0;
  bool happened = false;
  std::optional<json::value> cloud_id = {};  // of a created row to which the target gave one
};

}  // namespace wish

using Wish =
    std::variant<wish::Discard, wish::Retry, wish::Force, wish::Resolve, wish::Undo, wish::Outcome>;

struct RowAfter {
  EntityKey entity;
  std::optional<json::object> values;  // as it is shown now; nothing: gone
};

struct Decided {
  std::vector<Entry> closed;  // as they are now; those of Outcome may be settled
  std::vector<Entry> appended;
  std::vector<EntryId> dependants;  // of the closed, those that only went along
  std::vector<RowAfter> rows;       // of all that were closed or appended
};

// To be called with foreign keys on for an inverse (needs_foreign_keys), else off.
// Errors: "unknown-entry", "already-closed", "already-resolved", "being-discarded",
// "has-dependants", "not-in-conflict", "moved-on", "cannot-be-forced", "needs-later",
// "reference-missing", "constraint", "unknown-type", "outcome-known"; those of resolution.h and
// undo.h. On an error the caller rolls back.
Result<Decided> decide(Work& work, const Wish& wish, const CaptureLimits& limits);

// Whether this wish is a new write into the app's tables, which the database has to check.
bool needs_foreign_keys(sqlite::Database& database, const Wish& wish);

}  // namespace slipway::store
