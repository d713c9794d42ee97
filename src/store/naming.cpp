#include "store/naming.h"

#include <algorithm>

namespace slipway::store {

namespace {

bool renames_nothing(const Table& table) {
  return std::ranges::all_of(table.fields,
                             [](const Field& field) { return field.name == field.column; });
}

// Of what a conflict tells: values by field.
bool is_of_the_row(std::string_view member) {
  constexpr std::string_view of_the_row[] = {"base", "local", "server", "lastValues"};
  return std::ranges::find(of_the_row, member) != std::end(of_the_row);
}

}  // namespace

json::object in_columns(const Table& table, json::object by_field) {
  if (renames_nothing(table)) return by_field;
  json::object renamed;
  for (auto& member : by_field)
    renamed[table.column_of(std::string(member.key()))] = std::move(member.value());
  return renamed;
}

std::vector<std::string> columns_of(const Table& table, std::vector<std::string> fields) {
  for (std::string& field : fields) field = table.column_of(field);
  return fields;
}

json::object in_columns(const Schema& schema, const std::string& type, json::object by_field) {
  const Table* table = schema.table(type);
  return table ? in_columns(*table, std::move(by_field)) : by_field;
}

Entry in_columns(const Schema& schema, Entry entry) {
  const Table* table = schema.table(entry.body.entity.type);
  if (!table || renames_nothing(*table)) return entry;
  for (json::object* by_field : {&entry.body.payload, &entry.body.base, &entry.body.base_versions})
    *by_field = in_columns(*table, std::move(*by_field));
  if (!entry.conflict) return entry;
  for (auto& member : *entry.conflict) {
    if (is_of_the_row(member.key()) && member.value().is_object())
      member.value() = in_columns(*table, std::move(member.value().get_object()));
    if (member.key() != "fields" || !member.value().is_array()) continue;
    for (json::value& field : member.value().get_array()) {
      if (field.is_string()) field = table->column_of(std::string(field.get_string()));
    }
  }
  return entry;
}

Result<std::string> field_meant(const Table& table, std::string_view name, std::string_view where) {
  for (const Field& field : table.fields) {
    if (field.column == name) return field.name;
  }
  const Field* renamed = table.field(name);
  if (!renamed) return std::string(name);
  const std::string place = std::string(where) + (where.empty() ? "" : ".") + std::string(name);
  return fail(ErrorKind::invalid, "unknown-field",
              table.name + " has no field “" + std::string(name) + "”: it was renamed to “" +
                  renamed->column + "”",
              "Nothing was changed. Name it “" + renamed->column + "”.", place);
}

Result<json::object> in_fields(const Table& table, json::object by_column, std::string_view where) {
  if (renames_nothing(table)) return by_column;
  json::object renamed;
  for (auto& member : by_column) {
    auto field = field_meant(table, member.key(), where);
    if (!field) return std::unexpected(field.error());
    renamed[*field] = std::move(member.value());
  }
  return renamed;
}

}  // namespace slipway::store
