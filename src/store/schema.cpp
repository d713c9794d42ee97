#include "store/schema.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <set>

#include "base/planted.h"
#include "model/json.h"
#include "store/meta.h"

namespace slipway::store {

std::vector<std::string> column_names(sqlite::Database& database, const std::string& table) {
  std::vector<std::string> names;
  auto columns = database.cached("SELECT name FROM pragma_table_xinfo(?1)");
  columns->bind(1, table);
  while (columns->step()) names.emplace_back(columns->text(0));
  return names;
}

Renames columns_seen(sqlite::Database& database, std::string_view key) {
  const auto noted = parse_json_object(read_meta(database, key).value_or("{}"), "what was noted");
  if (!noted) return {};
  Renames columns = renames_from_json(*noted);
  for (const auto& type : *noted) {  // as versions before renames noted them
    if (!type.value().is_array()) continue;
    for (const json::value& field : type.value().get_array())
      if (field.is_string()) columns[type.key()].emplace(field.get_string(), field.get_string());
  }
  return columns;
}

namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return char(std::toupper(c)); });
  return result;
}

FieldType type_of(std::string_view declared) {
  const std::string type = upper(declared);
  const auto has = [&](std::string_view part) { return type.find(part) != type.npos; };
  if (has("BOOL")) return FieldType::boolean;
  if (has("DATE") || has("TIME")) return FieldType::datetime;
  if (has("JSON")) return FieldType::json;
  if (has("INT")) return FieldType::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return FieldType::text;
  if (has("BLOB")) return FieldType::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return FieldType::real;
  if (has("DEC") || has("NUMERIC")) return FieldType::decimal;
  return FieldType::any;
}

bool is_ours_or_the_tools(std::string_view name) {
  constexpr std::string_view ours[] = {"SyncQueue", "SyncAttempt", "SyncShadow",      "SyncIdMap",
                                       "SyncStage", "SyncLost",    "SyncIdempotency", "sync_meta"};
  return std::find(std::begin(ours), std::end(ours), name) != std::end(ours) ||
         name.starts_with("sqlite_") || name == "_prisma_migrations";
}

// What the columns of one table are called here: column → field; a column without one is no field.
// Until a renamed field's column is there, it lives where it was seen last.
std::map<std::string, std::string> names_of_columns(const std::vector<std::string>& columns,
                                                    const Renames& renames, const Renames& seen,
                                                    const std::string& table) {
  std::map<std::string, std::string> names;
  for (const std::string& column : columns) names.emplace(column, column);
  const auto declared = renames.find(table);
  if (declared == renames.end() || planted(Bug::forgets_what_a_column_was_called)) return names;
  std::map<std::string, std::string> renamed;
  for (const auto& [field, column] : declared->second) {
    if (names.contains(column)) renamed.emplace(column, field);
  }
  const auto before = seen.find(table);
  if (before != seen.end()) {
    for (const auto& [field, column] : before->second) {
      const auto wanted = declared->second.find(field);
      if (wanted == declared->second.end() || names.contains(wanted->second)) continue;
      if (names.contains(column)) renamed.emplace(column, field);
    }
  }
  for (const auto& [column, field] : renamed) names.erase(field);
  for (const auto& [column, field] : renamed) names.insert_or_assign(column, field);
  return names;
}

Table read_table(sqlite::Database& database, const std::string& name, const Renames& renames,
                 const Renames& seen) {
  Table table{name, {}, {}, {}};
  auto triggers = database.cached(
      "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(?1)");
  triggers->bind(1, name);
  table.has_triggers = triggers->step();
  std::map<int, std::string> key;
  const auto names = names_of_columns(column_names(database, name), renames, seen, name);
  auto columns = database.cached(
      "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)");
  columns->bind(1, name);
  while (columns->step()) {
    if (columns->integer(5) != 0) continue;  // hidden or generated
    const std::string column(columns->text(0));
    const auto field_name = names.find(column);
    if (field_name == names.end()) continue;
    Field field{field_name->second,
                type_of(columns->text(1)),
                columns->integer(2) != 0,
                !columns->is_null(3),
                upper(columns->text(3)) == "CURRENT_TIMESTAMP",
                int(columns->integer(4)),
                column};
    if (field.key_position > 0) {
      key[field.key_position] = field.name;
      field.not_null = true;  // SQLite lets NULL pass in some keys; such a row could not be named
    }
    table.fields.push_back(std::move(field));
  }
  for (auto& [position, field] : key) table.key.push_back(field);
  return table;
}

// The raw foreign keys; which of them are references is known when all tables are.
struct RawKey {
  std::vector<std::string> fields, target_fields;
  std::string target, on_delete;
};

std::vector<RawKey> read_foreign_keys(sqlite::Database& database, const std::string& name) {
  std::map<std::int64_t, RawKey> keys;
  auto rows = database.cached(
      "SELECT id, \"from\", \"to\", \"table\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY "
      "id, seq");
  rows->bind(1, name);
  while (rows->step()) {
    RawKey& key = keys[rows->integer(0)];
    key.fields.emplace_back(rows->text(1));
    if (!rows->is_null(2)) key.target_fields.emplace_back(rows->text(2));
    key.target = rows->text(3);
    key.on_delete = rows->text(4);
  }
  std::vector<RawKey> list;
  for (auto& [id, key] : keys) list.push_back(std::move(key));
  return list;
}

// SQL names mean the same in either case; a REFERENCES clause is shown as it was typed.
bool same_name(std::string_view a, std::string_view b) {
  return upper(a) == upper(b);
}

const Table* table_by_name(const std::map<std::string, Table, std::less<>>& tables,
                           std::string_view name) {
  for (const auto& [own_name, table] : tables) {
    if (same_name(own_name, name)) return &table;
  }
  return nullptr;
}

// The referring fields in the order of the target's key; nothing when other columns are meant.
std::optional<std::vector<std::string>> fields_by_key(const RawKey& raw, const Table& table,
                                                      const Table& target) {
  if (raw.fields.size() != target.key.size()) return std::nullopt;
  std::vector<std::string> own;
  for (const std::string& column : raw.fields) {
    const Field* field = table.field_in(column);
    if (!field) return std::nullopt;
    own.push_back(field->name);
  }
  if (raw.target_fields.empty()) return own;
  std::vector<std::string> fields;
  for (const std::string& key : target.key) {
    for (std::size_t i = 0; i < raw.target_fields.size(); ++i) {
      if (same_name(raw.target_fields[i], target.column_of(key))) fields.push_back(own[i]);
    }
  }
  if (fields.size() != target.key.size()) return std::nullopt;
  return fields;
}

}  // namespace

std::string_view to_text(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "text";
    case FieldType::integer:
      return "integer";
    case FieldType::real:
      return "real";
    case FieldType::decimal:
      return "decimal";
    case FieldType::boolean:
      return "boolean";
    case FieldType::datetime:
      return "datetime";
    case FieldType::json:
      return "json";
    case FieldType::blob:
      return "blob";
    case FieldType::any:
      return "any";
  }
  return "";
}

const Field* Table::field_in(std::string_view column) const {
  for (const Field& candidate : fields) {
    if (same_name(candidate.column, column)) return &candidate;
  }
  return nullptr;
}

const std::string& Table::column_of(const std::string& field_name) const {
  const Field* known = field(field_name);
  return known ? known->column : field_name;
}

const Field* Table::field(std::string_view field_name) const {
  for (const Field& candidate : fields) {
    if (candidate.name == field_name) return &candidate;
  }
  return nullptr;
}

Schema Schema::read(sqlite::Database& database, const Renames& renames) {
  Schema schema;
  const Renames seen =
      renames.empty() ? Renames() : columns_seen(database, meta_key::shown_columns);
  auto names = database.prepare(
      "SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name");
  while (names.step()) {
    const std::string name(names.text(0));
    if (is_ours_or_the_tools(name) || names.text(1) == "shadow" || names.text(1) == "view")
      continue;
    if (names.text(1) == "virtual") {
      schema.unsynced_.emplace_back(name, "virtual-table");
      continue;
    }
    Table table = read_table(database, name, renames, seen);
    if (table.key.empty())
      schema.unsynced_.emplace_back(name, "no-primary-key");
    else
      schema.tables_.emplace(name, std::move(table));
  }
  for (auto& [name, table] : schema.tables_) {
    for (RawKey& raw : read_foreign_keys(database, name)) {
      const Table* target = table_by_name(schema.tables_, raw.target);
      auto fields = target ? fields_by_key(raw, table, *target) : std::nullopt;
      if (!fields) continue;
      const OnDelete on_delete = raw.on_delete == "CASCADE"    ? OnDelete::cascade
                                 : raw.on_delete == "SET NULL" ? OnDelete::set_null
                                                               : OnDelete::restrict;
      table.references.push_back({std::move(*fields), target->name, on_delete});
    }
  }
  return schema;
}

const Table* Schema::table(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

std::vector<ReferringTable> Schema::referring_to(std::string_view target) const {
  std::vector<ReferringTable> list;
  for (const auto& [name, table] : tables_) {
    for (const ForeignKey& key : table.references) {
      if (key.target == target) list.push_back({&table, &key});
    }
  }
  return list;
}

std::vector<const Table*> Schema::parents_first() const {
  std::vector<const Table*> order;
  std::set<std::string> seen;
  const std::function<void(const Table&)> append = [&](const Table& table) {
    if (!seen.insert(table.name).second) return;
    for (const ForeignKey& key : table.references) append(*this->table(key.target));
    order.push_back(&table);
  };
  for (const auto& [name, table] : tables_) append(table);
  return order;
}

std::vector<Reference> Schema::references() const {
  std::vector<Reference> list;
  for (const auto& [name, table] : tables_) {
    for (const ForeignKey& key : table.references) list.push_back({name, key.fields, key.target});
  }
  return list;
}

}  // namespace slipway::store
