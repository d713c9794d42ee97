#include "store/rows.h"

#include "base/check.h"
#include "store/value.h"

namespace slipway::store {

using sqlite::quoted;

namespace {

std::string key_condition(const Table& table, const std::vector<std::string>& fields,
                          int first_parameter) {
  std::string sql;
  for (const std::string& field : fields) {
    if (!sql.empty()) sql += " AND ";
    sql += quoted(table.column_of(field)) + " = ?" + std::to_string(first_parameter++);
  }
  return sql;
}

// The key of a stored entity was checked when it was captured or pulled.
void bind_key(sqlite::Statement& statement, const Table& table, const std::string& id, int first) {
  const auto values = key_values(table, id);
  if (!values)
    throw sqlite::Failure(1, "the id " + id + " no longer fits the key of " + table.name);
  for (const sqlite::Value& value : *values) statement.bind(first++, value);
}

}  // namespace

std::string select_list(const Table& table) {
  std::string sql;
  for (const Field& field : table.fields) {
    if (!sql.empty()) sql += ", ";
    sql += quoted(field.column);
  }
  return sql;
}

json::object row_from(const Table& table, const sqlite::Statement& statement, int first_column) {
  json::object row;
  row.reserve(table.fields.size());
  for (const Field& field : table.fields) {
    row.emplace(field.name, from_column(field, statement.value(first_column++)));
  }
  return row;
}

std::optional<json::object> read_row(sqlite::Database& database, const Table& table,
                                     const std::string& id) {
  if (!key_values(table, id)) return std::nullopt;  // no row can have this id
  auto query = database.cached("SELECT " + select_list(table) + " FROM " + quoted(table.name) +
                               " WHERE " + key_condition(table, table.key, 1));
  bind_key(*query, table, id, 1);
  if (!query->step()) return std::nullopt;
  return row_from(table, *query);
}

Result<void> insert_row(sqlite::Database& database, const Table& table,
                        const json::object& values) {
  std::string names, parameters;
  std::vector<sqlite::Value> columns;
  for (const Field& field : table.fields) {
    const json::value* value = find(values, field.name);
    if (!value) continue;
    auto column = to_column(field, *value);
    if (!column) return std::unexpected(column.error());
    columns.push_back(std::move(*column));
    names += (names.empty() ? "" : ", ") + quoted(field.column);
    parameters += (parameters.empty() ? "?" : ", ?") + std::to_string(columns.size());
  }
  auto insert = database.cached("INSERT INTO " + quoted(table.name) + " (" + names + ") VALUES (" +
                                parameters + ")");
  for (std::size_t i = 0; i < columns.size(); ++i) insert->bind(int(i) + 1, columns[i]);
  insert->run();
  return {};
}

Result<void> update_row(sqlite::Database& database, const Table& table, const std::string& id,
                        const json::object& fields) {
  std::string assignments;
  std::vector<sqlite::Value> columns;
  for (const Field& field : table.fields) {
    const json::value* value = find(fields, field.name);
    if (!value || field.key_position > 0) continue;
    auto column = to_column(field, *value);
    if (!column) return std::unexpected(column.error());
    columns.push_back(std::move(*column));
    assignments += (assignments.empty() ? "" : ", ") + quoted(field.column) + " = ?" +
                   std::to_string(columns.size());
  }
  if (columns.empty()) return {};
  auto update =
      database.prepare("UPDATE " + quoted(table.name) + " SET " + assignments + " WHERE " +
                       key_condition(table, table.key, int(columns.size()) + 1));
  for (std::size_t i = 0; i < columns.size(); ++i) update.bind(int(i) + 1, columns[i]);
  bind_key(update, table, id, int(columns.size()) + 1);
  update.run();
  return {};
}

void delete_row(sqlite::Database& database, const Table& table, const std::string& id) {
  auto remove = database.cached("DELETE FROM " + quoted(table.name) + " WHERE " +
                                key_condition(table, table.key, 1));
  bind_key(*remove, table, id, 1);
  remove->run();
}

namespace {

std::unexpected<Error> another_row(const Table& table, const std::string& id,
                                   const json::object& values) {
  return fail(ErrorKind::conflict, "another-row",
              "The values of " + to_text(EntityKey{table.name, id}) + " are those of " +
                  to_text(EntityKey{table.name, entity_id(table, values)}));
}

// The id names the row, whether its values do or not.
Result<json::object> with_key(const Table& table, const std::string& id, json::object values) {
  const auto key = key_values(table, id);
  if (!key) return std::unexpected(key.error());
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    const Field& field = *table.field(table.key[i]);
    if (!find(values, field.name)) values[field.name] = from_column(field, (*key)[i]);
  }
  if (entity_id(table, values) != id) return another_row(table, id, values);
  return values;
}

}  // namespace

Result<void> write_view(sqlite::Database& database, const Table& table, const std::string& id,
                        const RowState& view) {
  const auto current = read_row(database, table, id);
  // A column that takes "ABC" for "abc" has one row for two entities; it is the other one's.
  const bool is_others = current && entity_id(table, *current) != id;
  if (!view.exists) {
    if (current && !is_others) delete_row(database, table, id);
    return {};
  }
  if (is_others) return another_row(table, id, *current);
  const auto values = with_key(table, id, view.values);
  if (!values) return std::unexpected(values.error());
  if (!current) return insert_row(database, table, *values);
  json::object changed;
  for (const auto& member : *values) {
    const json::value* now = find(*current, member.key());
    if (now && !same_value(*now, member.value())) changed.emplace(member.key(), member.value());
  }
  return changed.empty() ? Result<void>{} : update_row(database, table, id, changed);
}

std::vector<std::string> referring_rows(sqlite::Database& database, const ReferringTable& referring,
                                        const Table& target, const std::string& target_id,
                                        std::size_t limit) {
  std::string keys;
  for (const std::string& field : referring.table->key)
    keys += (keys.empty() ? "" : ", ") + quoted(referring.table->column_of(field));
  auto query =
      database.cached("SELECT " + keys + " FROM " + quoted(referring.table->name) + " WHERE " +
                      key_condition(*referring.table, referring.key->fields, 1) + " LIMIT " +
                      std::to_string(limit));
  const auto values = key_values(target, target_id);
  CHECK(values.has_value());
  for (std::size_t i = 0; i < values->size(); ++i) query->bind(int(i) + 1, (*values)[i]);
  std::vector<std::string> ids;
  while (query->step()) {
    json::object row;
    int column = 0;
    for (const std::string& field : referring.table->key) {
      row.emplace(field, from_column(*referring.table->field(field), query->value(column++)));
    }
    ids.push_back(entity_id(*referring.table, row));
  }
  return ids;
}

}  // namespace slipway::store
