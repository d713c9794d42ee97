// The surroundings of one store transaction: what its steps share. Made by the Store, passed down.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/entry.h"
#include "model/row_scope.h"
#include "model/sync_rules.h"
#include "model/wire.h"
#include "sqlite/sqlite.h"
#include "store/schema.h"

namespace slipway::store {

// What a transaction changed, told to listeners after its commit.
struct Changes {
  struct Entry {
    EntryId id;
    EntityKey entity;
    Status status;
  };
  std::vector<Entry> entries;
  std::set<EntityKey> rows;
  bool work_appeared = false;  // an entry or void became ready to be sent

  void add(Changes& more) {
    entries.insert(entries.end(), more.entries.begin(), more.entries.end());
    rows.merge(more.rows);
    work_appeared = work_appeared || more.work_appeared;
  }
  bool empty() const { return entries.empty() && rows.empty() && !work_appeared; }
};

struct Work {
  sqlite::Database& database;
  const Schema& schema;
  const SyncRules& rules;
  const MergeRules& merge_rules;
  Random& random;
  std::string now;  // wall time as text, for the columns that people read
  Changes& changes;
  const RowScope& scope;  // which rows this device holds
};

// In which the cloud's rows of this type are shown; nothing: the app has none, or keeps it to
// itself.
inline const Table* shown_table(const Work& work, std::string_view type) {
  return work.rules.syncs(type) ? work.schema.table(type) : nullptr;
}

}  // namespace slipway::store
