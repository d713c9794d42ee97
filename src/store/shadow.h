// SyncShadow: the last cloud state of each entity that this device has absorbed, and the view that
// follows from it (view = shadow + open entries).
//
// A shadow's values are stored only while they differ from the app's row: from the first open entry
// of a lane (hold_shadow) until the last is closed (refresh_view). In between and before, the app's
// row is the shadow. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <set>

#include "model/view.h"
#include "store/work.h"

namespace slipway::store {

struct Shadow {
  std::optional<Version> version;  // nothing: the cloud has never told us of this row
  RowState row;
  std::optional<std::string> quarantine;
  // The row lies outside of what this device holds; it is what it was when that was last known, and
  // is shown only while entries of it are open.
  bool left = false;
};

// What the cloud has, as far as this device knows.
Shadow read_shadow(Work& work, const Table& table, const std::string& id);

// The version that a writer sees in the app's row: nothing for a quarantined row, whose shown
// values are not the shadow's. Older than everything, so that such a write can become a conflict
// only.
std::optional<Version> seen_version(Work& work, const EntityKey& entity);

// Before the first open entry of a lane changes the app's row: keeps the row as it is now.
void hold_shadow(Work& work, const EntityKey& entity, const std::optional<json::object>& row_now);

// A write has made the whole row anew, or has taken it away: what the app's table shows is the view
// again. After the write's own base versions were read, as its writer saw nothing of the shadow.
void end_quarantine(Work& work, const EntityKey& entity);

// A pulled state; the view is not touched until refresh_view().
void write_shadow(Work& work, const EntityKey& entity, const Version& version, const RowState& row);

// The row lies outside of what this device holds from now on. `version`: that of these values;
// where nobody told what the row has become, nothing: it keeps the version of what is known of it.
void leave_shadow(Work& work, const EntityKey& entity, json::object values,
                  const std::optional<Version>& version);

// What is known of the row is not all that the cloud has; a full pull will tell it anew.
bool has_lost_version(Work& work, const EntityKey& entity);
void lose_version(Work& work, const EntityKey& entity);
void lose_versions(Work& work, const std::string& type);

// Whether the cloud has ever told of this row, or something has been written to it here.
bool has_shadow(Work& work, const EntityKey& entity);
// Whether the other side has told of this row, and not that it is gone.
bool is_told(Work& work, const EntityKey& entity);
bool has_left(Work& work, const EntityKey& entity);

// As of that commit the cloud has no such row; what it was stays as last values, for rows that
// refer to it. A row that lies outside of what this device holds has only left.
void withdraw_shadow(Work& work, const EntityKey& entity, const Version& as_of);

// By which the rows of a type are merged and shown.
const TypeRules& rules_of(const Work& work, const std::string& type);

// By which open entries are shown on the row: on a shadow of a past that is gone as they were
// written, since it may hold these very entries, and nothing is added to it twice.
TypeRules shown_rules_of(const Work& work, const EntityKey& entity);

// Makes the app's rows what the views of these entities say. Rows that the app's own constraints
// refuse are quarantined with the reason; rows that other rows refer to are kept from their last
// values. To be called with foreign keys switched off: the references are settled here. What has
// been quarantined before is tried again as well, unless it is left for later.
enum class Quarantined { tried_again, left };
void refresh_views(Work& work, const std::set<EntityKey>& entities,
                   Quarantined before = Quarantined::tried_again);

}  // namespace slipway::store
