// Renamed columns: the app speaks its columns, everything else the fields' first names. Called
// where the app's words come in and go out.
#pragma once

#include "store/queue.h"
#include "store/schema.h"

namespace slipway::store {

// Values, or anything else by field, in the words of the app's table; fields that it does not have
// keep their names.
json::object in_columns(const Table& table, json::object by_field);
std::vector<std::string> columns_of(const Table& table, std::vector<std::string> fields);
// As the app shall see it: payload, base and what a conflict tells. The type need not be known.
json::object in_columns(const Schema& schema, const std::string& type, json::object by_field);
Entry in_columns(const Schema& schema, Entry entry);

// The field that an app means by a name. Error "unknown-field": a column that was renamed is named
// as it was before. A name that is nothing to the table stays as it is, for others to refuse.
Result<std::string> field_meant(const Table& table, std::string_view name, std::string_view where);
Result<json::object> in_fields(const Table& table, json::object by_column, std::string_view where);

}  // namespace slipway::store
