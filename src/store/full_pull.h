// A full pull in progress: the device takes the state as of one commit, page by page, because it is
// new, because the cloud no longer keeps the differences since its cursor, or because the past has
// changed. It survives a restart: where it stands is in sync_meta.
//
// Each page is the exact state of an interval of keys (model/snapshot.h), so it is applied at once:
// its rows become shadows and views, and rows that the cloud does not have in that interval are
// gone, but for open entries. After the rows come receipts, which settle entries whose effects the
// shadows hold by then. The last page moves the cursor to the commit; until then nothing is sent,
// and the status says how far it is. Rows that the cloud has never told of stay as they are.
// The place is one in an order of types, parents first; where the app's migration has changed that
// order meanwhile, it begins again.
// Called by the store only, with foreign keys off. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "store/settle.h"

namespace slipway::store {

struct FullPull {
  std::optional<Version> at;           // nothing: the cloud has not been asked yet
  std::optional<SnapshotPlace> after;  // what has been applied
  std::vector<std::string> types;      // in the order by which `after` is a place
  std::int64_t passed = 0, total = 0;  // for people
};

std::optional<FullPull> read_full_pull(sqlite::Database& database);
void begin_full_pull(sqlite::Database& database);  // also where one is under way
// The rows of one that is under way may be of a past that is gone meanwhile: the cloud is asked for
// the same commit once more, and says so.
void begin_full_pull_again(sqlite::Database& database);

// The next page that is needed.
SnapshotRequest snapshot_request(sqlite::Database& database, const Schema& schema,
                                 const SyncRules& rules, const FullPull& known);

// Applies a page, if it is the next one of this full pull; else nothing (page_absorbed: false).
Settled apply_snapshot(Work& work, const SnapshotPage& page);

}  // namespace slipway::store
