// The parts of the SQLite ledger: what it loads for a judgement, stores of it, and reads as a
// feed. Each runs inside the caller's transaction and throws sqlite::Failure. Only for
// sqlite_ledger.cpp and its tests.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cloud/judge.h"
#include "cloud/ledger.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud {

// load.cpp
struct Head {
  Version head;
  Version origin;
  std::int64_t horizon = 0;
};
Head load_head(sqlite::Database& database, TenantId tenant);
bool is_in_log(sqlite::Database& database, TenantId tenant, const Version& version);
std::string salt_of(sqlite::Database& database, TenantId tenant, std::int64_t seq);
References load_references(sqlite::Database& database, TenantId tenant);
State load_state(sqlite::Database& database, TenantId tenant, const std::vector<Item>& items);
// Where the declared fields of the types that a batch creates have come to.
Counters load_counters(sqlite::Database& database, TenantId tenant,
                       const std::vector<Numbering>& numberings, const std::vector<Item>& items);
void load_rows(sqlite::Database& database, TenantId tenant, const std::set<EntityKey>& keys,
               State& state);

// scope.cpp
struct DeviceScope {
  RowScope scope;
  std::int64_t since = 0;  // the commit that said so
};
// Of a device that is not known: everything.
DeviceScope load_scope(sqlite::Database& database, TenantId tenant, const std::string& device);
// What has left the device's scope is told as deleted, without values; what never was in it, not at
// all.
void keep_to_scope(sqlite::Database& database, TenantId tenant, const RowScope& scope, Page& page);

// store.cpp
void store_judgement(sqlite::Database& database, TenantId tenant, const Judgement& judgement,
                     const References& references, const NewCommit& commit);
// Foreign keys that the cloud has not heard of yet; the rows that it has are gone through once.
// Error: "tenant-full".
Result<void> remember_references(sqlite::Database& database, TenantId tenant,
                                 const std::vector<Reference>& references,
                                 const TenantBounds& bounds);

// feed.cpp
Page read_page(sqlite::Database& database, TenantId tenant, const std::string& device,
               const Version& from, const Version& head, std::int64_t limit);

// snapshot.cpp
Snapshot read_snapshot(sqlite::Database& database, TenantId tenant, const std::string& device,
                       const SnapshotRequest& request, const Version& at, const Version& head);

// entity_reads.cpp
std::optional<PageRow> read_entity(sqlite::Database& database, TenantId tenant,
                                   const std::string& device, const EntityKey& key,
                                   const std::optional<Version>& at);
EntityPage read_entities(sqlite::Database& database, TenantId tenant, const std::string& device,
                         const std::string& type, const ListPlace& after, std::int64_t limit);
std::vector<std::string> read_types(sqlite::Database& database, TenantId tenant,
                                    const std::string& device);

// sqlite_state.cpp
LedgerState read_state(sqlite::Database& database);

// compact.cpp
struct TenantLog {
  TenantId tenant = 0;
  std::int64_t head = 0, horizon = 0, purged = 0;
};
// The newest commit that was made at or before the time.
std::int64_t commit_at(sqlite::Database& database, const TenantLog& log, const std::string& time);
// Where the horizon should be; never before where it is.
std::int64_t wanted_horizon(sqlite::Database& database, const TenantLog& log,
                            const Retention& retention, WallTime now);
// Deletes about `images_max` images of what lies before the horizon, whole commits.
Compaction purge(sqlite::Database& database, const TenantLog& log, std::int64_t images_max);

// retention.cpp
using Cursors = std::map<std::pair<TenantId, std::string>, std::int64_t>;  // seq by device
void note_cursors(sqlite::Database& database, const Cursors& cursors, WallTime now);
// Forgets the receipts of one device, of whole commits made before that time, about `limit` of
// them, which have reached it. False: there is nothing to forget.
bool purge_some_receipts(sqlite::Database& database, WallTime made_before, std::int64_t limit);
std::int64_t note_backup(sqlite::Database& database, const std::string& file, WallTime now);
std::optional<Version> safe_point(sqlite::Database& database, TenantId tenant);

// What stands in a column of ours; anything else is damage.
json::object stored_object(std::string_view text, std::string_view what);
Receipt stored_receipt(std::string_view text);

}  // namespace slipway::cloud
