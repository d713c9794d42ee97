#include "store/id_map.h"

#include <algorithm>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/given_ids.h"
#include "store/meta.h"
#include "store/queue.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

std::optional<std::string> local_of(sqlite::Database& database, const std::string& type,
                                    const json::value& id) {
  auto query = database.cached(
      "SELECT \"localId\" FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"cloudId\" = ?2");
  query->bind_all(type, canonical_json(id));
  if (!query->step()) return std::nullopt;
  return std::string(query->text(0));
}

// A value of a key from its text form, as its field has it.
json::value key_value(const Table& table, const std::string& id) {
  const auto values = key_values(table, id);
  return values ? from_column(*table.field(table.key.front()), values->front()) : json::value(id);
}

bool is_id(const json::value& value) {
  return value.is_int64() || (value.is_string() && !value.get_string().empty());
}

void write_line(Work& work, const EntityKey& entity, const json::value& id) {
  work.database
      .cached(
          "INSERT INTO \"SyncIdMap\" (\"entityType\", \"localId\", \"cloudId\", \"createdAt\")"
          " VALUES (?1, ?2, ?3, ?4)")
      ->bind_all(entity.type, entity.id, canonical_json(id), work.now)
      .run();
}

// A target that speaks Slipway's protocol gives none.
bool gives_ids(Work& work, const Table& table) {
  const auto rule = work.rules.entities.find(table.name);
  return rule != work.rules.entities.end() &&
         std::ranges::find(rule->second.assigned, table.key.front()) !=
             rule->second.assigned.end() &&
         read_meta(work.database, meta_key::has_snapshots).value_or("") != "1";
}

// Whether this is the name of a row that was made here, which the target calls otherwise, or will
// once its create is settled. A row that the target has told of under this name is the target's.
bool is_taken(Work& work, const Table& table, const std::string& id) {
  auto line = work.database.cached(
      "SELECT 1 FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"localId\" = ?2");
  line->bind_all(table.name, id);
  if (line->step()) return !planted(Bug::takes_any_row_for_its_own);
  if (!gives_ids(work, table) || planted(Bug::takes_any_row_for_its_own)) return false;
  auto create = work.database.cached(
      "SELECT 1 FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2 AND \"op\" ="
      " 'create' AND \"status\" IN " +
      std::string(open_statuses));
  create->bind_all(table.name, id);
  return create->step() && !is_told(work, {table.name, id});
}

// What the target calls as this row is called here is another row from now on. Returns whether it
// was taken for this one.
bool give_up_name(Work& work, const EntityKey& entity) {
  const auto known = target_id(work.database, entity);
  work.database
      .cached(
          "DELETE FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"localId\" = ?2 AND"
          " \"cloudId\" IN (?2, ?3)")
      ->bind_all(entity.type, entity.id, canonical_json(json::value(entity.id)))
      .run();
  return (!known || key_text(*known) == entity.id) && is_told(work, entity);
}

std::string name_of_listed(const Table& table, const std::string& id) {
  return name_of_listed_row({table.name, id},
                            table.field(table.key.front())->type == FieldType::integer);
}

// The name here of a row that the target calls so. Nothing: it has none yet.
std::optional<std::string> name_here(Work& work, const Table& table, const json::value& id) {
  if (auto local = local_of(work.database, table.name, id)) return local;
  const std::string text = key_text(id);
  if (auto local = id_here(work.database, table.name, text)) return local;
  if (table.key.size() == 1 && is_taken(work, table, text)) return std::nullopt;
  return text;
}

// The same, and a name of its own where it has none.
std::string named_here(Work& work, const Table& table, const json::value& id) {
  if (auto name = name_here(work, table, id)) return std::move(*name);
  const std::string name = name_of_listed(table, key_text(id));
  write_line(work, {table.name, name}, id);
  return name;
}

}  // namespace

std::optional<json::value> target_id(sqlite::Database& database, const EntityKey& entity) {
  auto query = database.cached(
      "SELECT \"cloudId\" FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"localId\" = ?2"
      " ORDER BY \"id\" DESC LIMIT 1");
  query->bind_all(entity.type, entity.id);
  if (!query->step()) return std::nullopt;
  auto id = parse_json(query->text(0), "an id");
  return id ? std::optional(std::move(*id)) : std::nullopt;
}

std::optional<std::string> id_here(sqlite::Database& database, const std::string& type,
                                   const std::string& id) {
  if (auto local = local_of(database, type, json::value(id))) return local;
  const auto number = parse_json(id, "an id");
  return number && number->is_int64() ? local_of(database, type, *number) : std::nullopt;
}

std::vector<GivenId> given_ids(sqlite::Database& database, const Table* table, const Body& body) {
  std::vector<GivenId> ids;
  const auto add = [&](EntityKey entity) {
    if (auto id = target_id(database, entity)) ids.push_back({std::move(entity), std::move(*id)});
  };
  if (body.op != Op::create) add(body.entity);  // the target gives it one, also a second time
  if (!table || planted(Bug::sends_ids_of_parents_untranslated)) return ids;
  for (const ForeignKey& key : table->references) {
    for (const json::object* fields : {&body.payload, &body.base}) {
      if (auto id = referred_id(key, *fields)) add({key.target, std::move(*id)});
    }
  }
  return ids;
}

Remembered remember_id(Work& work, const Table& table, const std::string& local_id,
                       const json::value& id) {
  if (!is_id(id)) return {.refusal = "The target gave no usable id: " + canonical_json(id)};
  const std::string text = key_text(id);
  auto known = local_of(work.database, table.name, id);
  if (known == local_id) return {};
  const auto listed = name_here(work, table, id);
  if (known && (*known == text || *known == name_of_listed(table, text))) {
    work.database
        .cached("DELETE FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"cloudId\" = ?2")
        ->bind_all(table.name, canonical_json(id))
        .run();
    known.reset();
  }
  if (known) {
    return {.refusal = "The target gave the id " + canonical_json(id) + ", which is that of " +
                       to_text(EntityKey{table.name, *known}) + " already"};
  }
  Remembered remembered;
  if (listed && listed != local_id) remembered.listed_as = EntityKey{table.name, *listed};
  if (text != local_id) remembered.stood_for_another = give_up_name(work, {table.name, local_id});
  if (!planted(Bug::forgets_given_ids)) write_line(work, {table.name, local_id}, id);
  return remembered;
}

json::object with_ids_here(Work& work, const Table& table, json::object values) {
  const auto rename = [&](const std::string& field, const Table& named) {
    json::value* value = values.if_contains(field);
    if (value && !value->is_null()) *value = key_value(named, named_here(work, named, *value));
  };
  if (table.key.size() == 1) rename(table.key.front(), table);
  for (const ForeignKey& key : table.references) {
    const Table* target = work.schema.table(key.target);
    if (target && key.fields.size() == 1) rename(key.fields.front(), *target);
  }
  return values;
}

std::optional<PageRow> row_here(Work& work, const Table& table, PageRow row) {
  const json::value* key =
      row.values && table.key.size() == 1 ? find(*row.values, table.key.front()) : nullptr;
  const json::value there =
      key && key_text(*key) == row.entity.id ? *key : json::value(row.entity.id);
  if (!row.values) {
    auto name = name_here(work, table, there);
    if (!name) return std::nullopt;
    row.entity.id = std::move(*name);
    return row;
  }
  row.entity.id = named_here(work, table, there);
  json::object values = with_ids_here(work, table, std::move(*row.values));
  if (table.key.size() == 1) {
    json::value& here = values[table.key.front()];
    here = key_value(table, row.entity.id);
    const bool is_another_value = is_id(there) && !same_value(there, here);
    if (is_another_value && key_text(there) == key_text(here) &&
        !local_of(work.database, table.name, there))
      write_line(work, row.entity, there);
  }
  json::object fitting;
  for (const auto& member : values) {
    const Field* field = table.field(member.key());
    if (field && to_column(*field, member.value())) fitting[member.key()] = member.value();
  }
  row.values = std::move(fitting);
  return row;
}

void forget_ids(Work& work) {
  work.database.cached("DELETE FROM \"SyncIdMap\"")->run();
}

}  // namespace slipway::store
