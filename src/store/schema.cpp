#include "store/schema.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <set>

namespace slipway::store {

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

Table read_table(sqlite::Database& database, const std::string& name) {
  Table table{name, {}, {}, {}};
  auto triggers = database.prepare(
      "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = lower(?1)");
  triggers.bind(1, name);
  table.has_triggers = triggers.step();
  std::map<int, std::string> key;
  auto columns = database.prepare(
      "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)");
  columns.bind(1, name);
  while (columns.step()) {
    if (columns.integer(5) != 0) continue;  // hidden or generated
    Field field{std::string(columns.text(0)),
                type_of(columns.text(1)),
                columns.integer(2) != 0,
                !columns.is_null(3),
                upper(columns.text(3)) == "CURRENT_TIMESTAMP",
                int(columns.integer(4))};
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
  auto rows = database.prepare(
      "SELECT id, \"from\", \"to\", \"table\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY "
      "id, seq");
  rows.bind(1, name);
  while (rows.step()) {
    RawKey& key = keys[rows.integer(0)];
    key.fields.emplace_back(rows.text(1));
    if (!rows.is_null(2)) key.target_fields.emplace_back(rows.text(2));
    key.target = rows.text(3);
    key.on_delete = rows.text(4);
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
std::optional<std::vector<std::string>> fields_by_key(const RawKey& raw, const Table& target) {
  if (raw.fields.size() != target.key.size()) return std::nullopt;
  if (raw.target_fields.empty()) return raw.fields;
  std::vector<std::string> fields;
  for (const std::string& key : target.key) {
    for (std::size_t i = 0; i < raw.target_fields.size(); ++i) {
      if (same_name(raw.target_fields[i], key)) fields.push_back(raw.fields[i]);
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

const Field* Table::field(std::string_view field_name) const {
  for (const Field& candidate : fields) {
    if (candidate.name == field_name) return &candidate;
  }
  return nullptr;
}

Schema Schema::read(sqlite::Database& database) {
  Schema schema;
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
    Table table = read_table(database, name);
    if (table.key.empty())
      schema.unsynced_.emplace_back(name, "no-primary-key");
    else
      schema.tables_.emplace(name, std::move(table));
  }
  for (auto& [name, table] : schema.tables_) {
    for (RawKey& raw : read_foreign_keys(database, name)) {
      const Table* target = table_by_name(schema.tables_, raw.target);
      auto fields = target ? fields_by_key(raw, *target) : std::nullopt;
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
