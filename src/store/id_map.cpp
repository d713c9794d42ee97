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

void erase_line(Work& work, const std::string& type, const json::value& id) {
  work.database.cached("DELETE FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"cloudId\" = ?2")
      ->bind_all(type, canonical_json(id))
      .run();
}

struct LatestCreate {
  bool is_open = false;
  Status status = Status::pending;
  json::object receipt = {};
};

std::optional<LatestCreate> latest_create(Work& work, const EntityKey& entity) {
  auto create = work.database.cached(
      "SELECT \"status\", \"receipt\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND"
      " \"entityId\" = ?2 AND \"op\" = 'create' ORDER BY \"id\" DESC LIMIT 1");
  create->bind_all(entity.type, entity.id);
  if (!create->step()) return std::nullopt;
  LatestCreate latest;
  latest.status = status_from_text(create->text(0)).value_or(Status::pending);
  latest.is_open = is_open(latest.status);
  if (!create->is_null(1))
    latest.receipt = parse_json_object(create->text(1), "a receipt").value_or(json::object());
  return latest;
}

// Made there, and nobody here knows under which id: a person has said that it was made, or the id
// that came is another row's.
bool is_nameless(Work& work, const Table& table, const std::string& id) {
  const auto create = latest_create(work, {table.name, id});
  if (!create || create->status != Status::success) return false;
  const json::value* assigned = find(create->receipt, "assigned");
  const json::value* given =
      assigned && assigned->is_object() ? find(assigned->get_object(), table.key.front()) : nullptr;
  if (given && is_id(*given)) return local_of(work.database, table.name, *given) != id;
  const json::value* reason = find(create->receipt, "reason");
  return reason && *reason == json::value("outcome-said");
}

// Its create was discarded, and the target has not told of a row of this name.
bool was_never_made(Work& work, const EntityKey& entity) {
  const auto create = latest_create(work, entity);
  return create && create->status == Status::discarded && !target_id(work.database, entity) &&
         !is_told(work, entity);
}

bool awaits_its_id(Work& work, const EntityKey& entity) {
  const auto create = latest_create(work, entity);
  return create && create->is_open && !is_told(work, entity);
}

// Whether this is the name of a row that was made here, which the target calls otherwise, or will
// once its create is settled; or never had, but other entries may still name it. A row that the
// target has told of under this name is the target's.
bool is_taken(Work& work, const Table& table, const std::string& id) {
  if (planted(Bug::takes_any_row_for_its_own)) return false;
  if (target_id(work.database, {table.name, id})) return true;
  const EntityKey entity{table.name, id};
  return gives_ids(work, table) && (awaits_its_id(work, entity) || was_never_made(work, entity) ||
                                    is_nameless(work, table, id));
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

// The row here of which this is the target's id, and not one of a life that has ended.
std::optional<std::string> known_as(Work& work, const Table& table, const json::value& id) {
  auto local = local_of(work.database, table.name, id);
  if (!local) local = id_here(work.database, table.name, key_text(id));
  if (!local) return std::nullopt;
  const EntityKey entity{table.name, *local};
  if (planted(Bug::takes_any_row_for_its_own)) return local;
  const auto newest = target_id(work.database, entity);
  if (!newest || key_text(*newest) != key_text(id)) return std::nullopt;
  const bool begins_a_life = gives_ids(work, table) && awaits_its_id(work, entity);
  return begins_a_life ? std::nullopt : local;
}

// The name here of a row that the target calls so. Nothing: it has none yet.
std::optional<std::string> name_here(Work& work, const Table& table, const json::value& id) {
  if (auto local = known_as(work, table, id)) return local;
  std::string text = key_text(id);
  if (table.key.size() == 1 && is_taken(work, table, text)) return std::nullopt;
  return text;
}

// The same, and a name of its own where it has none.
std::string named_here(Work& work, const Table& table, const json::value& id) {
  if (auto name = name_here(work, table, id)) return std::move(*name);
  const std::string name = name_of_listed(table, key_text(id));
  erase_line(work, table.name, id);  // of a life that has ended
  write_line(work, {table.name, name}, id);
  return name;
}

// The target does not have it, and nothing of it is on its way.
bool is_gone(Work& work, const EntityKey& entity) {
  return !is_told(work, entity) && open_lane(work.database, entity).empty();
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

std::optional<std::string> row_meant(sqlite::Database& database, const EntityKey& entity) {
  auto own = database.cached(
      "SELECT 1 FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"localId\" = ?2 UNION ALL"
      " SELECT 1 FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2 AND \"op\" ="
      " 'create' LIMIT 1");
  own->bind_all(entity.type, entity.id);
  return own->step() ? std::nullopt : id_here(database, entity.type, entity.id);
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

bool gives_ids(Work& work, const Table& table) {
  const auto rule = work.rules.entities.find(table.name);
  // A target that speaks Slipway's protocol gives none.
  return table.key.size() == 1 && rule != work.rules.entities.end() &&
         std::ranges::find(rule->second.assigned, table.key.front()) !=
             rule->second.assigned.end() &&
         read_meta(work.database, meta_key::has_snapshots).value_or("") != "1";
}

std::optional<std::string> remember_id(Work& work, const Table& table, const std::string& local_id,
                                       const json::value& id, std::set<EntityKey>& touched) {
  if (!is_id(id)) return "The target gave no usable id: " + canonical_json(id);
  const std::string text = key_text(id);
  const EntityKey entity{table.name, local_id};
  const auto known = local_of(work.database, table.name, id);
  if (known == local_id && target_id(work.database, entity) == id) return std::nullopt;
  const bool was_listed = known && (*known == text || *known == name_of_listed(table, text));
  if (known && known != local_id && !was_listed && !is_gone(work, {table.name, *known})) {
    return "The target gave the id " + canonical_json(id) + ", which is that of " +
           to_text(EntityKey{table.name, *known}) + " already";
  }
  const auto listed = name_here(work, table, id);
  erase_line(work, table.name, id);
  bool list_anew = text != local_id && give_up_name(work, entity);
  if (listed && listed != local_id && is_told(work, {table.name, *listed})) {
    const auto cursor = read_meta_version(work.database, meta_key::cursor);
    write_shadow(work, {table.name, *listed}, cursor.value_or(Version{}), {false, {}});
    touched.insert({table.name, *listed});
    list_anew = true;  // for what refers to it
  }
  if (list_anew) write_meta(work.database, meta_key::list_everything, "1");
  if (!planted(Bug::forgets_given_ids)) write_line(work, entity, id);
  return std::nullopt;
}

std::optional<EntityKey> nameless_row(Work& work, const Table& table, const Body& body) {
  const auto has_no_name = [&](const Table& named, const std::string& id) {
    return gives_ids(work, named) &&
           (is_nameless(work, named, id) || was_never_made(work, {named.name, id}));
  };
  if (body.op != Op::create && has_no_name(table, body.entity.id)) return body.entity;
  for (const ForeignKey& key : table.references) {
    const Table* target = work.schema.table(key.target);
    const auto id = referred_id(key, body.payload);
    if (target && id && has_no_name(*target, *id)) return EntityKey{key.target, *id};
  }
  return std::nullopt;
}

bool is_known(Work& work, const Table& table, const PageRow& row) {
  const auto name = name_here(work, table, json::value(row.entity.id));
  return name && has_shadow(work, {table.name, *name});
}

json::object with_ids_there(Work& work, const Table& table, json::object values) {
  for (const ForeignKey& key : table.references) {
    const auto id = key.fields.size() == 1 ? referred_id(key, values) : std::nullopt;
    const auto there = id ? target_id(work.database, {key.target, *id}) : std::nullopt;
    if (there) values[key.fields.front()] = *there;
  }
  return values;
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
