// When the cloud's past is no longer the one that this file knows: it was restored from a backup,
// or a person has accepted another cloud. Called by the store only, with foreign keys off. Throws
// sqlite::Failure.
//
// A shadow beyond the common commit loses its version, but not the trace that it had one: seq is
// NULL, salt stays. It is shown on, counts as older than everything, and is swept by the full pull
// that follows unless that brings the row.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/version.h"
#include "model/view.h"
#include "store/work.h"

namespace slipway::store {

// Commits that this file has absorbed, strictly between the two, evenly spread, the highest among
// them; ascending, at most `limit`.
std::vector<Version> absorbed_commits(sqlite::Database& database, const Version& above,
                                      const std::optional<std::int64_t>& below, std::size_t limit);

// Generation + 1; the cursor goes back to `common`, and a full pull begins. What the cloud had
// judged beyond it is open again under its old id, in its old lane position; voids are owed again;
// rows whose state is gone are noted in SyncLost. Nothing of it is sent before this has committed.
void change_history(Work& work, const Version& common);

// For a person to see: what the row was, before the cloud told otherwise in `version`.
void list_lost_row(Work& work, const EntityKey& entity, const Version& version,
                   const RowState& row);

// The target that keeps no log has another address. Whether it is the same one only a person knows,
// and has said so: what it was sent is not sent again, its ids stay, and it lists every row once
// more.
void move_target(sqlite::Database& database);

// What a restored cloud no longer has, as this file knew it: listed for a person, never offered by
// itself. A row that did not exist any more was deleted by somebody, and is there again.
struct LostRow {
  std::int64_t id = 0;
  EntityKey entity;
  Version version;  // in the past that is gone
  RowState row;
  std::int64_t generation = 0;
  std::string noted_at;
};
std::vector<LostRow> list_lost(sqlite::Database& database, std::int64_t limit);
std::optional<LostRow> find_lost(sqlite::Database& database, std::int64_t id);
void forget_lost(sqlite::Database& database, std::int64_t id);

// A row that shows again what was noted as lost is not lost.
void forget_regained(Work& work, const std::set<EntityKey>& rows);

}  // namespace slipway::store
