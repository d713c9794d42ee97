// What the app's own table said when it refused a row, in words: which rule, which column.
// Inside a transaction. Throws sqlite::Failure for the disk's failures.
#pragma once

#include "model/entry.h"
#include "sqlite/sqlite.h"
#include "store/schema.h"

namespace slipway::store {

// `failure` is of the kind constraint. The error is a "constraint"; its field is a column's name
// where one of those in `written` is to blame; its hint holds SQLite's own words.
Error refusal_in_words(sqlite::Database& database, const Table& table, const EntityKey& entity,
                       const sqlite::Failure& failure, const json::object& written);

}  // namespace slipway::store
