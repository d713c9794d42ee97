// Every bound of the hosted API, in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace slipway::cloud {

inline constexpr std::int64_t push_entries_max = 1000;  // one commit stays under ~50 ms
// Of one push: far more than any app's tables have.
inline constexpr std::int64_t push_references_max = 1000;
inline constexpr std::int64_t push_bytes_max = 8 * 1024 * 1024;  // a request body, unpacked
inline constexpr std::int64_t page_rows_default = 1000;          // rows and receipts together
inline constexpr std::int64_t page_rows_max = 5000;              // what a client may ask for
// Of rows and receipts, before compression: what a node holds of it several times while it answers.
// A commit is never split, so one alone may be larger.
inline constexpr std::int64_t page_bytes_max = 4 * 1024 * 1024;
inline constexpr std::int64_t push_page_rows_max = 2000;        // the page inside a push answer
inline constexpr std::int64_t history_versions_max = 500;       // of one question for a common past
inline constexpr std::int64_t images_walked_per_page_row = 50;  // bounds the walk over a hot row

// One page of a full pull: as much as one local transaction of the device should hold.
inline constexpr std::int64_t snapshot_rows_max = 4000;             // rows and receipts together
inline constexpr std::size_t snapshot_bytes_max = 4 * 1024 * 1024;  // of rows, before compression

// For those who keep no copy, and read one page at a time.
inline constexpr std::int64_t entity_rows_default = 100;
inline constexpr std::int64_t entity_rows_max = 1000;  // some 100 ms of reading and sending
inline constexpr std::size_t entity_name_bytes_max =
    512;                                                // type or id: a key fits in an index page
inline constexpr std::size_t entry_id_bytes_max = 128;  // and incarnation: UUIDs have 36
inline constexpr std::size_t idempotency_key_bytes_max = 255;

// A compaction spares the commit at which a full pull began for so long. One that takes longer
// begins again, at a newer commit.
inline constexpr std::chrono::hours full_pull_time_max{24};
// Images that one step of a compaction deletes: other devices wait no longer than for a push.
inline constexpr std::int64_t compaction_step_images = 2000;

// A poke carries the page that leads to the head while it is no larger than that: what people do by
// hand. A stream that lags behind then holds little memory.
inline constexpr std::int64_t poke_rows_max = 50;
inline constexpr std::size_t poke_bytes_max = 32 * 1024;
inline constexpr std::int64_t poke_commits_max = 200;  // that lie behind such a page

// How often the commits of other processes on the same database are looked for while anybody
// listens. Asking costs microseconds.
inline constexpr std::chrono::milliseconds look_interval{100};

// Requests that wait while another one is at the ledger. A push takes some 5 ms: the last in line
// waits about a second, a tenth of what clients wait. More would only make everybody late.
inline constexpr std::size_t waiting_requests_max = 200;
inline constexpr std::size_t waiting_bytes_max =
    64 * 1024 * 1024;  // eight pushes of the largest size
// Whose turn comes later, after he was let in, is turned away: a sixth of what clients wait.
inline constexpr std::chrono::seconds waiting_time_max{5};
inline constexpr std::chrono::seconds health_interval{1};  // between questions to the database

// What one device, and all devices of one tenant together, may ask of a node: far more than people
// do, and less than a node can do, so that one that has gone wild takes nobody's turn. Flags change
// them; 0: no bound.
inline constexpr std::int64_t device_requests_per_second = 100;    // of some 1,000 that a node does
inline constexpr std::int64_t tenant_requests_per_second = 1'000;  // a tenant may have a node alone
inline constexpr std::int64_t device_entries_per_second = 2'500;   // half of what a node judges
inline constexpr std::int64_t tenant_entries_per_second = 10'000;  // more than a node judges
// What devices add to a tenant by themselves, for good: a token of an identity provider may name a
// new one, a push new references, an entry a new type. Each is a row that purges, compactions,
// pushes or pages look at.
inline constexpr std::int64_t tenant_devices_max = 20'000;    // twice as many as may listen at once
inline constexpr std::int64_t tenant_references_max = 5'000;  // each push reads them: some 10 ms
inline constexpr std::int64_t tenant_types_max = 1'000;  // each page of a full pull counts them all
// So much of a rate may come at once: a thousand desks that come back together, a day's work.
inline constexpr std::chrono::seconds rate_burst_time{20};
inline constexpr std::int64_t device_streams_max = 20;  // it needs one; others may not be cut yet
inline constexpr std::int64_t tenant_streams_max = 10'000;  // half of a node's connections
inline constexpr std::chrono::seconds streams_refused_time{
    5};                                                 // Retry-After, when there are too many
inline constexpr std::size_t buckets_kept_min = 1'000;  // full ones are forgotten beyond so many

// Of requests that could not be read, in the log: who sends them need not know anybody here, nor
// speak HTTP. Enough to find the one device that goes wrong, among scanners.
inline constexpr std::int64_t refusal_lines_per_second = 5;
inline constexpr std::int64_t refusal_lines_burst = 100;       // lines at once
inline constexpr std::size_t refusal_message_bytes_max = 200;  // in the log

// Of one node to PostgreSQL, whatever its load: one thread is at the ledger, and what it asks and
// what it listens for go over one connection. Requests wait in the line above, not in a pool.
inline constexpr int database_connections_per_node = 1;

// What /metrics tells of tenants: few, and of devices that were heard of lately at this node.
inline constexpr std::size_t tenants_told_max = 20;
inline constexpr std::chrono::minutes device_silence_max{15};

// Within how long the devices of a lost node come back. A few come as soon as they do by
// themselves, and nobody waits longer than a device lets itself be told (engine/limits.h). Each
// listens and sends, and some pull; what it sends takes as long as some seven of the others.
inline constexpr std::chrono::seconds return_window_min{1}, return_window_max{180};
inline constexpr std::size_t requests_of_a_return = 10;

// Streams are idle connections; a desk holds one of them open.
inline constexpr std::size_t connections_max = 20'000;
inline constexpr std::int64_t receipts_kept_min_days = 90;  // an entry may be repeated so late
inline constexpr std::int64_t receipts_purged_max = 1000;  // in one transaction: a few milliseconds

}  // namespace slipway::cloud
