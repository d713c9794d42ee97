// Numbered migrations, applied once each, in order, each in its own transaction. The number last
// applied stands in a key-value table of the owner's under the key "schema"; the first migration
// creates that table. A file of a newer version than this program knows is refused, untouched.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "sqlite/sqlite.h"

namespace slipway::sqlite {

struct Migration {
  int number;  // 1, 2, 3 …
  std::string_view sql;
};

// Errors: "newer-version". Throws Failure.
Result<void> migrate(Database& database, std::string_view meta_table,
                     std::span<const Migration> migrations);

bool table_exists(Database& database, std::string_view name);

}  // namespace slipway::sqlite
