// Numbered migrations, applied once each, in order, each in its own transaction, under an advisory
// lock: of several nodes that start at once one migrates, the others wait and find it done. The
// number last applied stands in a key-value table of the owner's under the key "schema"; the first
// migration creates that table.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "postgres/postgres.h"

namespace slipway::postgres {

struct Migration {
  int number;  // 1, 2, 3 …
  std::string_view sql;
};

// Errors, after which nothing was changed: "newer-version"; "foreign-database": there are tables,
// but not the owner's. Throws Failure.
Result<void> migrate(Connection& connection, const std::string& meta_table,
                     std::span<const Migration> migrations);

}  // namespace slipway::postgres
