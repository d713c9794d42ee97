// One value, between a column and JSON, without loss in either direction.
//
// null, text, true/false (BOOLEAN columns), integers within ±(2^53 − 1) and finite reals are
// themselves. The rest: integers beyond are text ("9007199254740993"), which an INTEGER column
// takes back as the integer; bytes are {"$blob": base64}; text that is not UTF-8 is
// {"$text": base64}; infinities are {"$real": "Infinity"}; a JSON column's text is its value, or
// {"$json": text} when it does not parse, is null or looks like one of these wrappers. SQLite keeps
// any value in most columns: one that the column's type would not take back is wrapped as well
// ({"$integer": "7"} in a BOOLEAN, {"$real": "1.5"} in an INTEGER).
#pragma once

#include "model/json.h"
#include "sqlite/sqlite.h"
#include "store/schema.h"

namespace slipway::store {

json::value from_column(const Field& field, const sqlite::Value& value);

// Errors name the field: "wrong-type", "null-not-allowed", "number-out-of-range".
Result<sqlite::Value> to_column(const Field& field, const json::value& value);

// The id of an entity: the key's value by key_text(), or a canonical JSON array of a composite
// key's.
std::string entity_id(const Table& table, const json::object& row);
Result<std::vector<sqlite::Value>> key_values(const Table& table, const std::string& entity_id);

// The id that `fields` of a row refer to; nothing when one of them is null or absent.
std::optional<std::string> referred_id(const ForeignKey& key, const json::object& row);

}  // namespace slipway::store
