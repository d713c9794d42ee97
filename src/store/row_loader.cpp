#include "store/row_loader.h"

#include "model/canonical_json.h"
#include "store/rows.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// Gives back what was stored, since an affinity may have made it another.
std::string insert_sql(const Table& table) {
  std::string parameters;
  for (std::size_t i = 1; i <= table.fields.size(); ++i)
    parameters += (i == 1 ? "?" : ", ?") + std::to_string(i);
  return "INSERT INTO " + sqlite::quoted(table.name) + " (" + select_list(table) + ") VALUES (" +
         parameters + ") RETURNING " + select_list(table);
}

std::string exists_sql(const Table& table) {
  std::string condition;
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    condition += (i == 0 ? "" : " AND ") + sqlite::quoted(table.column_of(table.key[i])) + " = ?" +
                 std::to_string(i + 1);
  }
  return "SELECT 1 FROM " + sqlite::quoted(table.name) + " WHERE " + condition;
}

}  // namespace

RowLoader::RowLoader(Work& work, const Table& table)
    : work_(work),
      table_(table),
      insert_(work.database.prepare(insert_sql(table))),
      add_shadow_(work.database.prepare(
          "INSERT INTO \"SyncShadow\" (\"entityType\", \"entityId\", \"seq\", \"salt\","
          " \"state\", \"values\") VALUES (?1, ?2, ?3, ?4, ?5, ?6)")) {}

bool RowLoader::load(const EntityKey& entity, const Version& version, const json::object& values) {
  if (table_.has_triggers || !take_columns(values) || !parents_are_here(values)) return false;
  if (entity_id(table_, values) != entity.id) return false;
  bool same = false;
  try {
    same = insert_as_it_is();
  } catch (const sqlite::Failure& failure) {
    insert_.reset();
    if (failure.kind() != sqlite::FailureKind::constraint) throw;
    return false;  // only that statement was undone
  }
  add_shadow_.bind_all(entity.type, entity.id, version.seq, version.salt, same ? "SAME" : "ROW",
                       same ? std::nullopt : std::optional(canonical_json(values)));
  add_shadow_.run();
  work_.changes.rows.insert(entity);
  return true;
}

// Every field of the table and no other, each of them a value that its column gives back.
bool RowLoader::take_columns(const json::object& values) {
  if (values.size() != table_.fields.size()) return false;
  columns_.clear();
  for (const Field& field : table_.fields) {
    const json::value* value = find(values, field.name);
    if (!value) return false;
    auto column = to_column(field, *value);
    if (!column) return false;
    const json::value back = from_column(field, *column);
    if (back != *value && !same_value(back, *value)) return false;
    columns_.push_back(std::move(*column));
  }
  return true;
}

bool RowLoader::parents_are_here(const json::object& values) {
  for (const ForeignKey& key : table_.references) {
    const auto id = referred_id(key, values);
    if (!id) continue;
    std::string name = key.target + '\n' + *id;
    if (known_here_.contains(name)) continue;
    const Table& parents = *work_.schema.table(key.target);
    const auto parent = key_values(parents, *id);
    if (!parent) return false;
    auto query = work_.database.cached(exists_sql(parents));
    for (std::size_t i = 0; i < parent->size(); ++i) query->bind(int(i) + 1, (*parent)[i]);
    if (!query->step()) return false;
    known_here_.insert(std::move(name));
  }
  return true;
}

bool RowLoader::insert_as_it_is() {
  for (std::size_t i = 0; i < columns_.size(); ++i) insert_.bind(int(i) + 1, columns_[i]);
  bool same = insert_.step();
  for (std::size_t i = 0; same && i < columns_.size(); ++i)
    same = insert_.value(int(i)) == columns_[i];
  insert_.reset();
  return same;
}

}  // namespace slipway::store
