// The app's rows as JSON objects, by entity. Knows nothing of entries.
// Called by the store only, inside its transactions. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>

#include "model/view.h"
#include "store/schema.h"

namespace slipway::store {

// Nothing where there is no such row, also because no row can have this id.
std::optional<json::object> read_row(sqlite::Database& database, const Table& table,
                                     const std::string& id);

// Columns in the order of table.fields, as `select_list` names them.
std::string select_list(const Table& table);
json::object row_from(const Table& table, const sqlite::Statement& statement, int first_column = 0);

// Writes given fields; Result errors come from the values, Failures from the database.
Result<void> insert_row(sqlite::Database& database, const Table& table, const json::object& values);
Result<void> update_row(sqlite::Database& database, const Table& table, const std::string& id,
                        const json::object& fields);
void delete_row(sqlite::Database& database, const Table& table, const std::string& id);

// Makes the app's row what the view says: inserts, updates or deletes. Fields that the table does
// not have are left out; fields that the view does not have get the table's default.
// Error "another-row": the values name another row than the id, or the table has the row for one.
Result<void> write_view(sqlite::Database& database, const Table& table, const std::string& id,
                        const RowState& view);

// The ids of the rows of `referring.table` that refer to `target_id`; at most `limit`.
std::vector<std::string> referring_rows(sqlite::Database& database, const ReferringTable& referring,
                                        const Table& target, const std::string& target_id,
                                        std::size_t limit);

}  // namespace slipway::store
