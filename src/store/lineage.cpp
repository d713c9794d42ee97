#include "store/lineage.h"

#include <algorithm>
#include <set>

#include "base/planted.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// The base version of `field` in what an open entry or draft says, "*" where it says nothing more.
const json::value& said(const json::object& versions, std::string_view field) {
  static const json::value nothing;
  const json::value* own = find(versions, field);
  if (!own) own = find(versions, "*");
  return own ? *own : nothing;
}

bool writes(Op op, const json::object& payload, std::string_view field) {
  return op != Op::update || find(payload, field) != nullptr;
}

// A path for SQLite's json_extract, safe for any field name without a double quote.
std::string json_path(std::string_view field) {
  return "$.\"" + std::string(field) + "\"";
}

void add_needs(sqlite::Statement& query, std::vector<Need>& list) {
  while (query.step())
    list.push_back({query.integer(0), std::string(query.text(1)), query.integer(2)});
}

void open_creates_of_parents(Work& work, const Table& table, const json::object& payload,
                             std::vector<Need>& list) {
  static const std::string sql =
      "SELECT \"id\", \"rootId\", \"lanePosition\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1"
      " AND \"entityId\" = ?2"
      " AND \"op\" = 'create' AND \"status\" IN " +
      std::string(open_statuses);
  for (const ForeignKey& key : table.references) {
    const auto id = referred_id(key, payload);
    if (!id) continue;
    auto creates = work.database.cached(sql);
    creates->bind_all(key.target, *id);
    add_needs(*creates, list);
  }
}

// Only the first field of a composite key is asked in SQL; a dependency too many only waits.
void open_entries_of_children(Work& work, const EntityKey& entity, const json::object& base,
                              std::vector<Need>& list) {
  static const std::string sql =
      "SELECT q.\"id\", q.\"rootId\", q.\"lanePosition\" FROM \"SyncQueue\" q LEFT JOIN "
      "\"SyncShadow\" s"
      " ON s.\"entityType\" = q.\"entityType\" AND s.\"entityId\" = q.\"entityId\""
      " WHERE q.\"entityType\" = ?1 AND q.\"status\" IN " +
      std::string(open_statuses) +
      " AND (json_extract(q.\"payload\", ?2) = ?3 OR json_extract(q.\"base\", ?2) = ?3"
      " OR json_extract(s.\"values\", ?2) = ?3)";
  for (const ReferringTable& referring : work.schema.referring_to(entity.type)) {
    const std::string& field = referring.key->fields.front();
    const json::value* id = find(base, work.schema.table(entity.type)->key.front());
    if (!id) continue;
    auto query = work.database.cached(sql);
    query->bind_all(referring.table->name, json_path(field));
    if (id->is_int64())
      query->bind(3, id->get_int64());
    else if (id->is_string())
      query->bind(3, std::string_view(id->get_string()));
    else
      continue;
    add_needs(*query, list);
  }
}

}  // namespace

json::object base_versions(Work& work, const Draft& draft, std::span<const Draft> earlier_drafts) {
  static const std::string sql =
      "SELECT \"op\", \"payload\", \"baseVersions\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 "
      "AND \"entityId\" = ?2"
      " AND \"status\" IN " +
      std::string(open_statuses) + " ORDER BY \"lanePosition\" DESC, \"id\" DESC";
  json::object versions{{"*", to_json(seen_version(work, draft.entity))}};
  std::set<std::string> touched;  // and not yet found
  for (const json::object* fields : {&draft.payload, &draft.base}) {
    for (const auto& member : *fields) touched.emplace(member.key());
  }
  const auto inherit = [&](Op op, const json::object& payload, const json::object& earlier) {
    std::erase_if(touched, [&](const std::string& field) {
      if (!writes(op, payload, field)) return false;
      const bool older = said(earlier, field) != versions.at("*");
      if (older && !planted(Bug::edits_forget_what_they_stand_on)) {
        versions.emplace(field, said(earlier, field));
      }
      return true;
    });
  };
  for (auto earlier = earlier_drafts.rbegin(); earlier != earlier_drafts.rend(); ++earlier) {
    if (earlier->entity == draft.entity)
      inherit(earlier->op, earlier->payload, earlier->base_versions);
  }
  auto lane = work.database.cached(sql);
  lane->bind_all(draft.entity.type, draft.entity.id);
  while (!touched.empty() && lane->step()) {
    const auto payload = parse_json_object(lane->text(1), "a payload"),
               earlier = parse_json_object(lane->text(2), "versions");
    if (payload && earlier)
      inherit(op_from_text(lane->text(0)).value_or(Op::update), *payload, *earlier);
  }
  return versions;
}

std::vector<Need> needs(Work& work, const Table& table, const EntityKey& entity, Op op,
                        const json::object& payload, const json::object& base) {
  std::vector<Need> list;
  if (op == Op::remove)
    open_entries_of_children(work, entity, base, list);
  else
    open_creates_of_parents(work, table, payload, list);
  return list;
}

std::vector<std::string> dependencies(Work& work, const Table& table, const Draft& draft) {
  std::set<std::string> roots;
  for (Need& need : needs(work, table, draft.entity, draft.op, draft.payload, draft.base))
    roots.insert(std::move(need.root));
  return {roots.begin(), roots.end()};
}

}  // namespace slipway::store
