// What rows show when that by which they are shown has changed: the rules, or the app's tables.

#include <algorithm>
#include <utility>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "store/full_pull.h"
#include "store/meta.h"
#include "store/misfit.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/transact.h"

namespace slipway::store {

namespace {

// What there is to show values in: the column of each field.
Renames columns_of(const Schema& schema) {
  Renames columns;
  for (const auto& [name, table] : schema.tables()) {
    for (const Field& field : table.fields) columns[name][field.name] = field.column;
  }
  return columns;
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
// is dropped this is forgotten. When it comes back, it is asked for again: the types of which one
// did.
std::set<std::string> note_missed(Work& work, const Renames& before, const Renames& now) {
  const Renames missed = columns_seen(work.database, meta_key::missed_columns);
  Renames missing;
  std::set<std::string> back;
  for (const Renames* known : {&before, &missed}) {
    for (const auto& [type, fields] : *known) {
      const auto here = now.find(type);
      for (const auto& [field, column] : fields) {
        if (here == now.end() || !here->second.contains(field))
          missing[type][field] = column;
        else if (known == &missed)
          back.insert(type);
      }
    }
  }
  write_meta(work.database, meta_key::missed_columns, canonical_json(slipway::to_json(missing)));
  return back;
}

std::vector<std::string> entities_of(Work& work, std::string_view type, std::string_view states) {
  auto shadows = work.database.prepare(
      "SELECT \"entityId\" FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"state\" " +
      std::string(states));
  shadows.bind(1, type);
  std::vector<std::string> ids;
  while (shadows.step()) ids.emplace_back(shadows.text(0));
  return ids;
}

using Columns = Renames::mapped_type;  // of one table: field → column

// The table as it was seen before, as far as its columns are still there.
Table as_seen(const Table& table, const Columns& before, const std::vector<std::string>& there) {
  Table then = table;
  then.fields.clear();
  for (const auto& [name, column] : before) {
    const Field* field = table.field_in(column);
    if (!field) field = table.field(name);
    if (!field || std::ranges::find(there, column) == there.end()) continue;
    then.fields.push_back(*field);
    then.fields.back().name = name;
    then.fields.back().column = column;
  }
  return then;
}

// A field may be declared into a column that is there beside its own, with other values. What the
// cloud has of it its own column says, as long as that is there; then it is kept apart. Returns the
// types of which nothing says it.
std::set<std::string> hold_moved(Work& work, const Renames& before) {
  std::set<std::string> unknown;
  for (const auto& [type, table] : work.schema.tables()) {
    const auto known = before.find(type);
    if (known == before.end()) continue;
    const Columns& columns = known->second;
    const Table then = as_seen(table, columns, column_names(work.database, type));
    bool has_moved = false;
    for (const Field& field : table.fields) {
      const auto column = columns.find(field.name);
      if (column == columns.end() || column->second == field.column) continue;
      const auto is_in_it = [&](const auto& other) { return other.second == field.column; };
      if (then.field(field.name))
        has_moved = true;
      else if (std::ranges::any_of(columns, is_in_it))  // not renamed: that was another's
        unknown.insert(type);
    }
    if (!has_moved) continue;
    for (const std::string& id : entities_of(work, type, "= 'SAME'"))
      hold_shadow(work, {type, id}, read_row(work.database, then, id));
  }
  return unknown;
}

// What the app's row does not say already: values of a newer desk's fields, and rows with open
// entries. Rows that could not be shown are tried again anyway.
std::set<EntityKey> held_apart(Work& work) {
  std::set<EntityKey> entities;
  for (const auto& [type, table] : work.schema.tables()) {
    for (const std::string& id : entities_of(work, type, "<> 'SAME'")) entities.insert({type, id});
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
    if (!planted(Bug::shows_by_old_rules)) refresh_views(work, entities);
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
           read_meta(*database_, meta_key::shown_columns) ==
               canonical_json(slipway::to_json(columns_of(schema_)));
  });
  if (!known) return std::unexpected(known.error());
  const std::int64_t shown_before = std::exchange(shown_schema_version_, schema_version_);
  if (*known) return {};
  auto shown =
      transact_without_foreign_keys("showing rows in the app's new tables", now, [&](Work& work) {
        // Of the tables as they are under its lock: the app may have gone on migrating since.
        const Renames before = columns_seen(work.database, meta_key::shown_columns);
        const Renames columns = columns_of(work.schema);
        std::set<std::string> unknown = note_missed(work, before, columns);
        unknown.merge(hold_moved(work, before));
        ask_again(work, unknown);
        const std::set<EntityKey> refused_before = rows_refused(work.database);
        refresh_views(work, held_apart(work));
        review_entries(work, refused_before);
        write_meta(work.database, meta_key::shown_columns,
                   canonical_json(slipway::to_json(columns)));
        write_meta(work.database, meta_key::shown_tables,
                   definitions_of(work.database, work.schema, work.rules));
        return Result<void>();
      });
  if (!shown) shown_schema_version_ = shown_before;
  return shown;
}

}  // namespace slipway::store
