#include "store/unheard.h"

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/capture.h"
#include "store/history.h"
#include "store/meta.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// The fields in which the app's row is not what was told. What an older desk does not tell is null.
std::vector<std::string> differing(const Table& table, const json::object& row,
                                   const json::object& told) {
  std::vector<std::string> names;
  for (const Field& field : table.fields) {
    const json::value* value = find(told, field.name);
    const json::value* here = find(row, field.name);
    if (!here) continue;  // a column that the app has added since
    if (value ? !same_value(*value, *here) : !here->is_null()) names.push_back(field.name);
  }
  return names;
}

const Table* table_of(const Work& work, const EntityKey& entity) {
  const Table* table = shown_table(work, entity.type);
  return table && key_values(*table, entity.id) ? table : nullptr;
}

}  // namespace

void offer_unheard_row(Work& work, const EntityKey& entity, const RowState& told) {
  if (planted(Bug::overwrites_rows_from_before)) return;
  const Table* table = table_of(work, entity);
  auto row = table ? read_row(work.database, *table, entity.id) : std::nullopt;
  if (!row || (told.exists && differing(*table, *row, told.values).empty())) return;
  append_offer(work, *table, std::move(*row));
}

void list_unheard_row(Work& work, const EntityKey& entity, const Version& version,
                      const RowState& told) {
  if (planted(Bug::lists_no_row_from_before)) return;
  auto held = work.database.cached(
      "SELECT s.\"values\" FROM \"SyncShadow\" s WHERE s.\"entityType\" = ?1 AND s.\"entityId\" = "
      "?2 AND s.\"salt\" IS NULL AND s.\"state\" = 'ROW' AND NOT EXISTS (SELECT 1 FROM "
      "\"SyncQueue\" "
      "q WHERE q.\"entityType\" = ?1 AND q.\"entityId\" = ?2 AND q.\"op\" = 'create' AND "
      "q.\"base\" = '{}' AND q.\"status\" <> 'DISCARDED')");
  held->bind_all(entity.type, entity.id);
  const Table* table = table_of(work, entity);
  if (!table || !held->step()) return;
  auto row = parse_json_object(held->text(0), "a shadow");
  if (!row || (told.exists && differing(*table, *row, told.values).empty())) return;
  list_lost_row(work, entity, version, {true, std::move(*row)});
}

void delete_unheard_row(Work& work, const EntityKey& entity) {
  if (planted(Bug::brings_back_deleted_rows_from_before)) return;
  auto untold = work.database.cached(
      "SELECT 1 FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2 AND \"salt\" "
      "IS "
      "NULL AND \"state\" = 'ROW'");
  untold->bind_all(entity.type, entity.id);
  const auto cursor = read_meta_version(work.database, meta_key::cursor);
  if (untold->step()) withdraw_shadow(work, entity, cursor.value_or(Version{}));
}

void park_unheard_row(Work& work, const PageRow& told) {
  const Table* table = table_of(work, told.entity);
  auto row = table ? read_row(work.database, *table, told.entity.id) : std::nullopt;
  if (!row) return;
  const auto fields = differing(*table, *row, *told.values);
  if (fields.empty()) return;
  const Entry entry = append_offer(work, *table, *row);
  change_status(work, entry,
                {.to = Status::conflict,
                 .error_message = to_text(told.entity) +
                                  " was here before Slipway, and is there with other values",
                 .conflict = json::object{{"reason", "already-exists"},
                                          {"fields", json::value_from(fields)},
                                          {"base", json::object()},
                                          {"local", std::move(*row)},
                                          {"server", *told.values},
                                          {"version", to_json(told.version)},
                                          {"who", nullptr},
                                          {"when", nullptr}}});
}

}  // namespace slipway::store
