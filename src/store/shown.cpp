// What rows show when that by which they are shown has changed: the rules, or the app's tables.

#include <utility>

#include "model/canonical_json.h"
#include "store/meta.h"
#include "store/shadow.h"
#include "store/transact.h"

namespace slipway::store {

namespace {

// {"Parent": ["id", "name"]}: what there is to show values in.
std::string columns_of(const Schema& schema) {
  json::object tables;
  for (const auto& [name, table] : schema.tables()) {
    json::array fields;
    for (const Field& field : table.fields) fields.emplace_back(field.name);
    tables[name] = std::move(fields);
  }
  return canonical_json(tables);
}

// What the app's row does not say already: values of a newer desk's fields, and rows with open
// entries. Rows that could not be shown are tried again anyway.
std::set<EntityKey> held_apart(Work& work) {
  std::set<EntityKey> entities;
  auto shadows = work.database.prepare(
      "SELECT \"entityId\" FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"state\" <> 'SAME'");
  for (const auto& [type, table] : work.schema.tables()) {
    shadows.reset();
    shadows.bind(1, type);
    while (shadows.step()) entities.insert({type, std::string(shadows.text(0))});
  }
  return entities;
}

}  // namespace

// Rules have a part in what a row with open entries shows. They may have been changed while the
// program was not running.
Result<void> Store::show_by_new_rules(WallTime now) {
  json::object rules;
  for (const auto& [type, of_type] : merge_rules_) rules[type] = to_json(of_type);
  const std::string text = canonical_json(rules);
  const auto known = meta(meta_key::merge_rules);
  if (!known) return std::unexpected(known.error());
  if (known->value_or("{}") == text) return {};
  return transact_without_foreign_keys("showing rows by new rules", now, [&](Work& work) {
    std::set<EntityKey> entities;
    auto open = work.database.cached(
        "SELECT DISTINCT \"entityType\", \"entityId\" FROM \"SyncQueue\" WHERE \"status\" IN " +
        std::string(open_statuses));
    while (open->step()) entities.insert({std::string(open->text(0)), std::string(open->text(1))});
    refresh_views(work, entities);
    write_meta(work.database, meta_key::merge_rules, text);
    return Result<void>();
  });
}

// The app has migrated: what the cloud told of a column that was not there yet is shown now, before
// anybody can take the column's default for the cloud's value.
Result<void> Store::show_by_new_tables(WallTime now) {
  if (stands_by_ || shown_schema_version_ == schema_version_) return {};
  const std::string columns = columns_of(schema_);
  const auto known = meta(meta_key::shown_columns);
  if (!known) return std::unexpected(known.error());
  const std::int64_t before = std::exchange(shown_schema_version_, schema_version_);
  if (*known == columns) return {};
  auto shown =
      transact_without_foreign_keys("showing rows in the app's new tables", now, [&](Work& work) {
        refresh_views(work, held_apart(work));
        write_meta(work.database, meta_key::shown_columns, columns);
        return Result<void>();
      });
  if (!shown) shown_schema_version_ = before;
  return shown;
}

}  // namespace slipway::store
