// The parts of the PostgreSQL ledger: what it loads for a judgement, stores of it, and reads as a
// feed. Each runs inside the caller's transaction and throws postgres::Failure. Parts that need
// nothing of each other give statements and read rows, so that the caller can send several of them
// in one round trip. Only for postgres_ledger.cpp and its tests.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "cloud/judge.h"
#include "cloud/ledger.h"
#include "cloud/limits.h"
#include "postgres/postgres.h"

namespace slipway::cloud::postgres_ledger {

using postgres::Batch;
using postgres::Rows;
using postgres::Transaction;

// A transaction that works for one tenant, and for it only.
Batch begin_for(TenantId tenant);
Batch begin_read_for(TenantId tenant);

// PostgreSQL keeps no NUL in a text. Text that is a key, or a part of one, has it written in
// another way that leaves the order of bytes as it is: 00 → 01 01, 01 → 01 02.
std::string to_stored(std::string_view text);
std::string from_stored(std::string_view text);

// What stands in a column of ours; anything else is damage.
json::object stored_object(std::string_view text, std::string_view what);
Receipt stored_receipt(std::string_view text);
void add_receipts_to(std::vector<Receipt>& receipts, const Rows& rows);

struct Head {
  Version head;
  Version origin;
  std::int64_t horizon = 0;
};
Head head_of(const Rows& rows);
bool is_salt_of(const Rows& rows, const Version& version);

// Rows that are gone through in runs: each has at most `wanted` of them, or those that hold
// run_bytes_max, so that neither a node's memory nor the time of one statement depends on how large
// they are. False: these were the last ones.
inline constexpr std::int64_t run_bytes_max = page_bytes_max;
bool has_more_runs(const Rows& run, int values_column, std::int64_t wanted);

struct DeviceScope {
  RowScope scope;
  std::int64_t since = 0;  // the commit that said so
};
DeviceScope scope_in(const Rows& rows);  // of a device that is not known: everything

// postgres_load.cpp. In two steps: what the batch names by itself, then the rows.
Batch to_load_first(TenantId tenant, const std::vector<Numbering>& numberings,
                    const std::vector<Item>& items);
// `first`: the place of that batch's rows among all that came with them.
State loaded_first(const std::vector<Rows>& all, std::size_t first,
                   const std::vector<Numbering>& numberings);
// One round trip, or two where the rows' marks name commits that are not known yet.
struct Wanted {
  std::set<EntityKey> rows, referrers_of;
  std::set<std::int64_t> commits;
};
void load(Transaction& transaction, TenantId tenant, const Wanted& wanted, State& state);
// Foreign keys that the cloud has not heard of yet; the rows that it has are gone through once.
// Error: "tenant-full".
Result<void> remember_references(Transaction& transaction, TenantId tenant,
                                 const std::vector<Reference>& references,
                                 const TenantBounds& bounds, References& known);

// postgres_store.cpp
Batch to_store(TenantId tenant, const Judgement& judgement, const State& state,
               const NewCommit& commit);
Batch to_add_edges(TenantId tenant, const std::vector<std::pair<EntityKey, Edge>>& edges);

// postgres_feed.cpp
struct Span {  // after `from`, up to and including `to`
  std::int64_t from = 0, to = 0;
};
Batch to_find_page_end(TenantId tenant, const std::string& device, Span span, std::int64_t rows_max,
                       std::int64_t bytes_max);
Batch to_read_page(TenantId tenant, const std::string& device, Span span, const RowScope& scope);
Page page_of(const std::vector<Rows>& all, std::size_t first, const RowScope& scope,
             const Version& from, std::int64_t to);

// postgres_snapshot.cpp
Snapshot read_snapshot(Transaction& transaction, TenantId tenant, const std::string& device,
                       const RowScope& scope, const SnapshotRequest& request, const Version& at,
                       const Version& head);

// postgres_entity_reads.cpp
std::optional<PageRow> read_entity(Transaction& transaction, TenantId tenant,
                                   const std::string& device, const EntityKey& key,
                                   const std::optional<Version>& at);
// In one transaction, or in several where it goes through much of which the device is told nothing.
EntityPage read_entities(postgres::Connection& connection, TenantId tenant,
                         const std::string& device, const std::string& type, const ListPlace& after,
                         std::int64_t limit);
std::vector<std::string> read_types(Transaction& transaction, TenantId tenant,
                                    const std::string& device);

// postgres_devices.cpp: who may ask. Each is a transaction of its own. Errors as the ledger's.
Result<void> create_token(postgres::Connection& connection, Random& random,
                          const TenantBounds& bounds, const std::string& tenant,
                          const std::string& device, const std::string& hash, WallTime now,
                          std::optional<WallTime> expires);
std::optional<TokenOwner> find_token(postgres::Connection& connection, const std::string& hash);
Result<std::optional<TokenOwner>> find_device(postgres::Connection& connection,
                                              const TenantBounds& bounds, const std::string& tenant,
                                              const std::string& device, WallTime now);
Ledger::Owners find_again(postgres::Connection& connection, TenantId tenant,
                          const std::vector<TokenOwner>& owners);
std::vector<TokenRow> list_tokens(postgres::Connection& connection);
Result<std::int64_t> remove_device(postgres::Connection& connection, const std::string& tenant,
                                   const std::string& device, WallTime now);

// postgres_state.cpp. One transaction per tenant.
LedgerState read_state(postgres::Connection& connection);

// postgres_retention.cpp. Each is a transaction of its own.
// One tenant's step of a compaction.
Compaction compact_tenant(postgres::Connection& connection, TenantId tenant,
                          const Retention& retention, WallTime now, std::int64_t images_max);
void note_cursors(postgres::Connection& connection, TenantId tenant,
                  const std::map<std::string, std::int64_t>& cursors, WallTime now);
// Forgets receipts of one of the tenant's devices, of whole commits made before that time, about
// `limit` of them, which have reached it. False: there is nothing to forget.
bool purge_some_receipts(postgres::Connection& connection, TenantId tenant, WallTime made_before,
                         std::int64_t limit);

}  // namespace slipway::cloud::postgres_ledger
