// Every bound of syncing, in one home: name, unit, reason.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace slipway::limits {

// One request stays under 1 MiB and one cloud transaction under ~50 ms, so that neither a proxy
// nor another desk waits long.
inline constexpr std::size_t push_entries_max = 500;
inline constexpr std::size_t push_bytes_max = 1024 * 1024;

// Rows and receipts of one page; a page is one local transaction and blocks local writes meanwhile.
inline constexpr std::size_t page_rows_max = 1000;

// An exchange that is not answered by then is given up. Transports give up earlier by themselves;
// this is the watchdog for one that forgot.
inline constexpr Duration exchange_time_max = std::chrono::seconds(90);

// How often an idle device asks for other desks' changes, until it is told otherwise.
inline constexpr Duration poll_interval = std::chrono::seconds(2);

// A device that was refused for a reason which only a person or time can mend (signed out, an
// upgrade, another history) still asks now and then, so that it heals by itself.
inline constexpr Duration halted_retry_interval = std::chrono::minutes(5);

// After a failed store the file is opened again, with this pause between tries.
inline constexpr Duration store_reopen_interval = std::chrono::seconds(1);

// Attempts classed as the entry's own fault, before it is parked for a person.
inline constexpr unsigned attempts_max = 8;

}  // namespace slipway::limits
