// sync_meta: the few facts about this device that outlive the process.
// Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/version.h"
#include "sqlite/sqlite.h"

namespace slipway::store {

namespace meta_key {
inline constexpr std::string_view device = "device";  // this file's own id
inline constexpr std::string_view incarnation =
    "incarnation";                                    // its identity for numbering entries
inline constexpr std::string_view number = "number";  // the last number given
inline constexpr std::string_view incarnation_why =
    "incarnationWhy";  // what made it necessary, for people; absent: the first
inline constexpr std::string_view shared_incarnations =
    "sharedIncarnations";  // JSON: earlier ones, by which a copy of the file may go on
inline constexpr std::string_view place = "place";  // of machine and file, when last opened
inline constexpr std::string_view generation = "generation";  // counts history changes
inline constexpr std::string_view cloud_id = "cloudId";       // the salt of the cloud's commit 0
inline constexpr std::string_view cursor = "cursor";          // "12-9f3c…"
// "1": a target without a log shall name every row again.
inline constexpr std::string_view has_snapshots = "hasSnapshots";  // "1": the target can be asked
inline constexpr std::string_view list_everything = "listEverything";
// "1": rows were left out that may be what a create in doubt has made (settle.cpp).
inline constexpr std::string_view held_back = "heldBack";
inline constexpr std::string_view full_pull = "fullPull";        // JSON (full_pull.cpp); "": none
inline constexpr std::string_view head = "head";                 // the newest commit heard of
inline constexpr std::string_view safe = "safe";                 // in every backup of the cloud's
inline constexpr std::string_view lease_token = "leaseToken";    // counts takeovers
inline constexpr std::string_view lease_holder = "leaseHolder";  // "": nobody
inline constexpr std::string_view lease_beat = "leaseBeat";      // the holder's last sign of life
inline constexpr std::string_view lease_asked = "leaseAsked";    // the one that is waited for
inline constexpr std::string_view last_synced_at = "lastSyncedAt";
inline constexpr std::string_view device_name = "deviceName";  // as the cloud's token names us
inline constexpr std::string_view paused = "paused";
inline constexpr std::string_view settings = "settings";           // JSON
inline constexpr std::string_view merge_rules = "mergeRules";      // JSON; by which rows are shown
inline constexpr std::string_view shown_columns = "shownColumns";  // JSON; likewise
inline constexpr std::string_view shown_tables = "shownTables";    // a digest; likewise
inline constexpr std::string_view missed_columns =
    "missedColumns";  // JSON: that were dropped; what the cloud has in them is not known here
inline constexpr std::string_view renamed_columns = "renamedColumns";  // JSON, as declared
inline constexpr std::string_view declared_scope = "declaredScope";    // JSON (scope.h)
inline constexpr std::string_view granted_scope = "grantedScope";      // JSON, as the cloud said it
}  // namespace meta_key

std::optional<std::string> read_meta(sqlite::Database& database, std::string_view key);
void write_meta(sqlite::Database& database, std::string_view key, std::string_view value);

std::int64_t read_meta_integer(sqlite::Database& database, std::string_view key);  // 0 when absent
std::optional<Version> read_meta_version(sqlite::Database& database, std::string_view key);

// What a file has once it was opened, or has met its cloud. Where it is missing or garbled, another
// program has changed it: throws as for a damaged file, which is opened anew. That gives the file
// an identity again, and the next meeting with the cloud all else (Store::meet_cloud).
[[noreturn]] void throw_damaged(std::string_view key);
std::string known_meta(sqlite::Database& database, std::string_view key);
Version known_meta_version(sqlite::Database& database, std::string_view key);

}  // namespace slipway::store
