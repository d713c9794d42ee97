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
};
Head load_head(sqlite::Database& database, TenantId tenant);
bool is_in_log(sqlite::Database& database, TenantId tenant, const Version& version);
References load_references(sqlite::Database& database, TenantId tenant);
State load_state(sqlite::Database& database, TenantId tenant, const std::vector<Item>& items);
void load_rows(sqlite::Database& database, TenantId tenant, const std::set<EntityKey>& keys,
               State& state);

// store.cpp
void store_judgement(sqlite::Database& database, TenantId tenant, const Judgement& judgement,
                     const References& references, const NewCommit& commit);
// Foreign keys that the cloud has not heard of yet; the rows that it has are gone through once.
void remember_references(sqlite::Database& database, TenantId tenant,
                         const std::vector<Reference>& references);

// feed.cpp
Page read_page(sqlite::Database& database, TenantId tenant, const std::string& device,
               const Version& from, const Version& head, std::int64_t limit);

// What stands in a column of ours; anything else is damage.
json::object stored_object(std::string_view text, std::string_view what);
Receipt stored_receipt(std::string_view text);

}  // namespace slipway::cloud
