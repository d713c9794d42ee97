#include "store/id_map.h"

#include "base/planted.h"
#include "model/canonical_json.h"
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

std::optional<std::string> remember_id(Work& work, const EntityKey& entity, const json::value& id) {
  if (!is_id(id)) return "The target gave no usable id: " + canonical_json(id);
  auto known = local_of(work.database, entity.type, id);
  if (known && *known != entity.id && *known == key_text(id)) {
    // A list told of the row before it was known that it was made here: it went by the target's id.
    work.database
        .cached("DELETE FROM \"SyncIdMap\" WHERE \"entityType\" = ?1 AND \"cloudId\" = ?2")
        ->bind_all(entity.type, canonical_json(id))
        .run();
    known.reset();
  }
  if (known && *known != entity.id) {
    return "The target gave the id " + canonical_json(id) + ", which is that of " +
           to_text(EntityKey{entity.type, *known}) + " already";
  }
  if (known || planted(Bug::forgets_given_ids)) return std::nullopt;
  work.database
      .cached(
          "INSERT INTO \"SyncIdMap\" (\"entityType\", \"localId\", \"cloudId\", \"createdAt\")"
          " VALUES (?1, ?2, ?3, ?4)")
      ->bind_all(entity.type, entity.id, canonical_json(id), work.now)
      .run();
  return std::nullopt;
}

json::object with_ids_here(Work& work, const Table& table, json::object values) {
  const auto rename = [&](const std::string& field, const Table& named) {
    json::value* value = values.if_contains(field);
    const auto here = value ? local_of(work.database, named.name, *value) : std::nullopt;
    if (here) *value = key_value(named, *here);
  };
  if (table.key.size() == 1) rename(table.key.front(), table);
  for (const ForeignKey& key : table.references) {
    const Table* target = work.schema.table(key.target);
    if (target && key.fields.size() == 1) rename(key.fields.front(), *target);
  }
  return values;
}

PageRow row_here(Work& work, const Table& table, PageRow row) {
  if (auto here = id_here(work.database, row.entity.type, row.entity.id))
    row.entity.id = std::move(*here);
  if (!row.values) return row;
  json::object values = with_ids_here(work, table, std::move(*row.values));
  for (const ForeignKey& key : table.references) {
    const Table* target = work.schema.table(key.target);
    json::value* value = key.fields.size() == 1 ? values.if_contains(key.fields.front()) : nullptr;
    if (target && value && !value->is_null()) *value = key_value(*target, key_text(*value));
  }
  if (table.key.size() == 1) {
    json::value& key = values[table.key.front()];
    const json::value there = std::exchange(key, key_value(table, row.entity.id));
    if (is_id(there) && !same_value(there, key) && key_text(there) == key_text(key))
      (void)remember_id(work, row.entity, there);
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
