// The ledger in one SQLite file: WAL, synchronous=FULL, one transaction per push.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "cloud/ledger.h"
#include "cloud/numbering.h"

namespace slipway::cloud {

// Creates the file if it is missing, and brings its tables up to date. Errors: "newer-version" and
// storage errors. `random` gives the salts and must outlive the ledger. `vfs` names SQLite's way to
// the disk; empty: its usual one. `numberings`: fields that this cloud fills in.
Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, Random& random,
                                                   const std::string& vfs = "",
                                                   std::vector<Numbering> numberings = {},
                                                   const TenantBounds& bounds = {});

}  // namespace slipway::cloud
