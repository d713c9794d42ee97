// slipway-cloud backup: a consistent copy of the cloud's database while it serves, and the record
// of what it contains, from which devices learn how much of their archive is still needed.
#pragma once

#include <optional>
#include <string>

#include "cloud/ledger.h"

namespace slipway::app {

// Writes beside `to`, syncs, then renames: `to` is the whole copy or does not exist. `kept`: from
// now on only so many of the newest copies may be restored. Error "file-exists": nothing is
// overwritten.
Result<void> back_up(cloud::Ledger& ledger, const std::string& database, const std::string& to,
                     std::optional<std::int64_t> kept);

}  // namespace slipway::app
