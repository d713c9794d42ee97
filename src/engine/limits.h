// Every bound of syncing, in one home: name, unit, reason.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace slipway::limits {

// One request stays under 1 MiB and one cloud transaction under ~50 ms, so that neither a proxy
// nor another desk waits long.
inline constexpr std::size_t push_entries_max = 500;
inline constexpr std::size_t push_bytes_max = 1024 * 1024;

// Rows and receipts of one page; a page is one local transaction and blocks local writes meanwhile.
inline constexpr std::size_t page_rows_max = 1000;

// The same of a full pull, whose rows need less work each.
inline constexpr std::int64_t full_pull_rows_max = 4000;

// An exchange that is not answered by then is given up. Transports give up earlier by themselves;
// this is the watchdog for one that forgot.
inline constexpr Duration exchange_time_max = std::chrono::seconds(90);

// How often an idle device asks for other desks' changes, until it is told otherwise.
inline constexpr Duration poll_interval = std::chrono::seconds(2);

// The same while the stream of changes is alive: what a lost poke costs at most.
inline constexpr Duration live_poll_interval = std::chrono::seconds(30);

// Who comes back by a stream waits so long for its first word, and then asks: a proxy that holds
// streams back must not keep a device away. Longer than a cloud lets a request wait in its line.
inline constexpr Duration first_word_time_max = std::chrono::seconds(5);

// The longest window of a cloud's in which a device that has lost it comes back: of thousands at
// a slow node each must wait longer than by himself, but no word of a cloud keeps a device away.
inline constexpr Duration return_within_max = std::chrono::minutes(3);

// A device that was refused for a reason which only a person or time can mend (signed out, an
// upgrade, another history) still asks now and then, so that it heals by itself.
inline constexpr Duration halted_retry_interval = std::chrono::minutes(5);

// Commits named in one question for a common past: a million are told apart in three.
inline constexpr std::size_t history_versions_max = 100;

// A past that changes again right away is looked at after this long.
inline constexpr Duration history_interval = std::chrono::seconds(10);

// After a failed store the file is opened again, with this pause between tries.
inline constexpr Duration store_reopen_interval = std::chrono::seconds(1);

// Attempts classed as the entry's own fault, before it is parked for a person. The cloud's word is
// final, so one is enough; a webhook that refuses by mistake may want more.
inline constexpr unsigned attempts_max = 1;

// An entry that fails alone for so long is tried on, but a person is told.
inline constexpr Duration alarm_after = std::chrono::hours(1);

// Mutations of one enqueue request, in a group or a batch: one local transaction, which keeps the
// app's other writers waiting meanwhile.
inline constexpr std::size_t mutations_max = 2000;

// An enqueue request's Idempotency-Key; as long as the cloud takes one.
inline constexpr std::size_t idempotency_key_bytes_max = 255;

// Entries, attempts or rows in one answer of the local API.
inline constexpr std::int64_t list_items_max = 1000;

// How long `Prefer: wait` may keep a request open: below what proxies and clients bear.
inline constexpr Duration prefer_wait_max = std::chrono::seconds(60);

// Events to panels come no faster than that: no eye is faster, and a drain is not slowed by them.
inline constexpr Duration event_gathering = std::chrono::milliseconds(50);

// Rows named in one `data` event; beyond it a panel reads its lists anew.
inline constexpr std::size_t event_rows_max = 200;

}  // namespace slipway::limits
