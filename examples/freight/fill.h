// Writes a plan's rows into a database. One transaction: all rows or none.
#pragma once

#include "base/result.h"
#include "freight/generate.h"
#include "sqlite/sqlite.h"

namespace slipway::freight {

// Makes the freight tables where they are absent. Throws sqlite::Failure.
void create_tables(sqlite::Database& database);

// Errors: "rows-exist" (the tables have rows and `append` is false). Throws sqlite::Failure.
Result<void> fill(sqlite::Database& database, const Plan& plan, bool append);

}  // namespace slipway::freight
