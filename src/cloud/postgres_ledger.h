// The ledger in a PostgreSQL database: for more than one file carries, and for several nodes beside
// each other. One connection per ledger; a push is one transaction in a handful of round trips,
// whatever its size, and locks nothing but its tenant's head.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "cloud/ledger.h"
#include "cloud/numbering.h"

namespace slipway::cloud {

bool is_postgres_url(const std::string& database);

// `url`: postgresql://USER[:PASSWORD]@HOST:PORT/DB. Brings the tables up to date; several may do so
// at once. Errors: "newer-version", "foreign-database", "wrong-encoding" and those of the server.
// `random` gives the salts and must outlive the ledger.
Result<std::unique_ptr<Ledger>> open_postgres_ledger(const std::string& url, Random& random,
                                                     std::vector<Numbering> numberings = {},
                                                     const TenantBounds& bounds = {});

// For tests and measurements: the round trips that a ledger of that kind has made.
std::int64_t round_trips_of(const Ledger& postgres_ledger);

}  // namespace slipway::cloud
