// What rows show when that by which they are shown has changed: the rules, or the app's tables.

#include <algorithm>
#include <utility>

#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "store/full_pull.h"
#include "store/meta.h"
#include "store/misfit.h"
#include "store/shadow.h"
#include "store/transact.h"

namespace slipway::store {

namespace {

// {"Parent": ["id", "name"]}: what there is to show values in.
json::object columns_of(const Schema& schema) {
  json::object tables;
  for (const auto& [name, table] : schema.tables()) {
    json::array fields;
    for (const Field& field : table.fields) fields.emplace_back(field.name);
    tables[name] = std::move(fields);
  }
  return tables;
}

// Whatever decides which rows the app's tables take.
std::string definitions_of(sqlite::Database& database, const Schema& schema,
                           const SyncRules& rules) {
  json::array definitions;
  auto query = database.prepare(
      "SELECT \"sql\" FROM sqlite_schema WHERE lower(\"tbl_name\") = lower(?1) AND \"sql\" IS NOT "
      "NULL ORDER BY \"type\", \"name\"");
  for (const auto& [name, table] : schema.tables()) {
    query.reset();
    query.bind(1, name);
    while (query.step()) definitions.emplace_back(query.text(0));
    definitions.emplace_back(rules.syncs(name));
  }
  return client_request_id(json::object{{"definitions", std::move(definitions)}});
}

json::object object_in(sqlite::Database& database, std::string_view key) {
  auto object = parse_json_object(read_meta(database, key).value_or("{}"), "what was noted");
  return object ? std::move(*object) : json::object();
}

bool has(const json::object& columns, std::string_view type, const json::value& field) {
  const json::value* fields = find(columns, type);
  if (!fields || !fields->is_array()) return false;
  const json::array& list = fields->get_array();
  return std::ranges::find(list, field) != list.end();
}

// Until it has been told again, nobody has seen what the cloud has: an edit can become a conflict,
// but overwrites nothing unseen.
void ask_again(Work& work, const std::set<std::string>& types) {
  if (types.empty() || !read_meta(work.database, meta_key::cursor)) return;
  // A target that has no snapshots lists everything once more.
  if (read_meta(work.database, meta_key::has_snapshots).value_or("") != "1")
    return write_meta(work.database, meta_key::list_everything, "1");
  for (const std::string& type : types) lose_versions(work, type);
  begin_full_pull_again(work.database);
}

// Of rows that are kept once (state SAME) the app's row says what the cloud has; with a column that
// is dropped this is forgotten. When it comes back, it is asked for again.
void note_missed(Work& work, const json::object& now) {
  const json::object before = object_in(work.database, meta_key::shown_columns);
  const json::object missed = object_in(work.database, meta_key::missed_columns);
  json::object missing;
  std::set<std::string> back;
  for (const json::object* known : {&before, &missed}) {
    for (const auto& type : *known) {
      if (!type.value().is_array()) continue;
      for (const json::value& field : type.value().get_array()) {
        if (!has(now, type.key(), field)) {
          json::value& fields = missing[type.key()];
          if (!fields.is_array()) fields.emplace_array();
          if (!has(missing, type.key(), field)) fields.get_array().push_back(field);
        } else if (known == &missed) {
          back.insert(type.key());
        }
      }
    }
  }
  write_meta(work.database, meta_key::missed_columns, canonical_json(missing));
  ask_again(work, back);
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
// anybody can take the column's default for the cloud's value; and entries that were never sent are
// looked at again, before anything of a column that is gone can be.
Result<void> Store::show_by_new_tables(WallTime now) {
  if (stands_by_ || shown_schema_version_ == schema_version_) return {};
  const auto known = guarded("looking at the app's tables", [&]() -> Result<bool> {
    return read_meta(*database_, meta_key::shown_tables) ==
               definitions_of(*database_, schema_, options_.rules) &&
           read_meta(*database_, meta_key::shown_columns) == canonical_json(columns_of(schema_));
  });
  if (!known) return std::unexpected(known.error());
  const std::int64_t before = std::exchange(shown_schema_version_, schema_version_);
  if (*known) return {};
  auto shown =
      transact_without_foreign_keys("showing rows in the app's new tables", now, [&](Work& work) {
        // Of the tables as they are under its lock: the app may have gone on migrating since.
        const json::object columns = columns_of(work.schema);
        note_missed(work, columns);
        const std::set<EntityKey> refused_before = rows_refused(work.database);
        refresh_views(work, held_apart(work));
        review_entries(work, refused_before);
        write_meta(work.database, meta_key::shown_columns, canonical_json(columns));
        write_meta(work.database, meta_key::shown_tables,
                   definitions_of(work.database, work.schema, work.rules));
        return Result<void>();
      });
  if (!shown) shown_schema_version_ = before;
  return shown;
}

}  // namespace slipway::store
