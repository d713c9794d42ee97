#include "store/decide.h"

#include <map>

#include "base/planted.h"
#include "store/shadow.h"

namespace slipway::store {

namespace {

std::unexpected<Error> unknown(EntryId id) {
  return fail(ErrorKind::not_found, "unknown-entry", "There is no entry " + std::to_string(id),
              "It may be the id of another database.");
}

std::unexpected<Error> closed(const Entry& entry) {
  return fail(ErrorKind::conflict, "already-closed",
              "Entry " + std::to_string(entry.id) + " is " +
                  (entry.status == Status::success ? "synced" : "discarded") + " already",
              "Nothing was changed. A synced write is undone by a new write.");
}

// A final receipt says that the entry will never take effect; else its void is owed.
std::optional<std::string> void_of(const Entry& entry) {
  if (entry.receipt || planted(Bug::discard_owes_no_void)) return "done";
  return "owed";
}

class Closure {
 public:
  explicit Closure(sqlite::Database& database) : database_(database) {}

  void add(const Entry& entry) {
    if (!is_open(entry.status) || !entries_.emplace(entry.id, entry).second) return;
    for (const Entry& mate : unit_of(database_, entry)) add(mate);
    if (entry.body.op != Op::create || planted(Bug::discard_leaves_dependants)) return;
    for (const Entry& later : open_lane(database_, entry.body.entity)) {
      if (later.body.lane_position > entry.body.lane_position) add(later);
    }
    for (const Entry& dependant : dependants(entry.root_id)) add(dependant);
  }

  std::vector<Entry> take() {
    std::vector<Entry> list;
    for (auto& [id, entry] : entries_) list.push_back(std::move(entry));
    return list;
  }

 private:
  std::vector<Entry> dependants(const std::string& root) {
    static const std::string sql = "SELECT " + entry_columns +
                                   " FROM \"SyncQueue\" WHERE \"status\" IN " +
                                   std::string(open_statuses) +
                                   " AND \"dependsOn\" <> '[]' AND EXISTS (SELECT 1 FROM "
                                   "json_each(\"dependsOn\") WHERE value = ?1)";
    auto query = database_.prepare(sql);
    query.bind(1, root);
    std::vector<Entry> list;
    while (query.step()) list.push_back(entry_from(query));
    return list;
  }

  sqlite::Database& database_;
  std::map<EntryId, Entry> entries_;
};

void close(Work& work, const Entry& entry) {
  const bool outcome_unknown = !is_parked(entry.status) && entry.sent_at.has_value();
  StatusChange change{outcome_unknown ? Status::discarding : Status::discarded,
                      entry.error_message,
                      {},
                      {},
                      {},
                      void_of(entry)};
  if (entry.status == Status::discarding) return;
  change_status(work, entry, change);
  work.changes.work_appeared = true;
}

bool has_successor(sqlite::Database& database, const Entry& entry) {
  auto query =
      database.cached("SELECT 1 FROM \"SyncQueue\" WHERE \"rootId\" = ?1 AND \"supersedes\" = ?2");
  query->bind_all(entry.root_id, entry.client_request_id);
  return query->step();
}

}  // namespace

Result<std::vector<Entry>> discard_closure(Work& work, EntryId id) {
  const auto entry = find_entry(work.database, id);
  if (!entry) return unknown(id);
  if (!is_open(entry->status)) return closed(*entry);
  Closure closure(work.database);
  closure.add(*entry);
  return closure.take();
}

void discard(Work& work, const std::vector<Entry>& entries) {
  std::set<EntityKey> touched;
  for (const Entry& entry : entries) {
    close(work, entry);
    touched.insert(entry.body.entity);
  }
  if (!planted(Bug::discard_leaves_the_row)) refresh_views(work, touched);
}

// A resolution was made already, or the entry is settled or discarded for good.
std::unexpected<Error> refuse_closed(sqlite::Database& database, const Entry& entry) {
  if (entry.status != Status::discarded || !has_successor(database, entry)) return closed(entry);
  return fail(ErrorKind::conflict, "already-resolved",
              "Entry " + std::to_string(entry.id) + " has a successor already",
              "Nothing was changed. Look at the newest entry of this row.");
}

Result<std::vector<Entry>> retry(Work& work, EntryId id) {
  const auto entry = find_entry(work.database, id);
  if (!entry) return unknown(id);
  if (!is_open(entry->status)) return refuse_closed(work.database, *entry);
  if (entry->status == Status::discarding) {
    return fail(ErrorKind::conflict, "being-discarded",
                "Entry " + std::to_string(id) + " is being discarded",
                "Wait until the cloud has answered the discard.");
  }
  if (!is_parked(entry->status)) return std::vector{*entry};
  std::vector<Entry> open;
  for (const Entry& mate : unit_of(work.database, *entry)) {
    if (is_parked(mate.status)) open.push_back(mate);
  }
  std::optional<std::string> group_id;
  if (open.size() > 1) group_id = work.random.uuid();
  std::vector<Entry> successors;
  for (const Entry& old : open) {
    close(work, old);
    successors.push_back(append_successor(work, old, group_id, std::int64_t(open.size())));
  }
  return successors;
}

namespace {

struct SeenState {
  Version version;
  json::object values;  // at least the touched fields
};

// The cloud's state that the person decided upon: the conflict's, or the newest that is shown
// beside it as `current`.
Result<SeenState> seen_state(Work& work, const Entry& entry, const std::optional<Version>& seen) {
  const json::value* server = find(*entry.conflict, "server");
  const json::value* shown = find(*entry.conflict, "version");
  const auto version = version_or_null_from_json(shown);
  if (!server || !server->is_object() || !version || !*version || entry.body.group_id) {
    return fail(
        ErrorKind::unsupported, "not-supported",
        "This version can force a single change of a row that the cloud still has, nothing else",
        "Nothing was changed. The entry stays parked with base, local and server; retry or discard "
        "it.");
  }
  if (!seen || *seen == **version) return SeenState{**version, server->get_object()};
  const Table* table = work.schema.table(entry.body.entity.type);
  const Shadow now = table ? read_shadow(work, *table, entry.body.entity.id) : Shadow{};
  if (now.version == *seen && now.row.exists) return SeenState{*seen, now.row.values};
  return fail(
      ErrorKind::conflict, "moved-on", "The cloud's state of this row is not the one that was seen",
      "Nothing was changed. Look at the entry again and decide on what it shows now.", "seen");
}

// The same wish on what was seen. A create over a row that exists became an update of it.
Entry forced(const Entry& old, const SeenState& seen, const Table& table) {
  Entry entry = old;
  Body& body = entry.body;
  body.base_versions = {{"*", to_json(seen.version)}};
  if (body.op == Op::create) {
    body.op = Op::update;
    body.action = default_action(Op::update, table.name);
    for (const std::string& key : table.key) body.payload.erase(key);
  }
  body.base.clear();
  for (const auto& member : body.op == Op::remove ? seen.values : body.payload) {
    const json::value* value = find(seen.values, member.key());
    body.base.emplace(member.key(), value ? *value : json::value(nullptr));
  }
  return entry;
}

}  // namespace

Result<std::vector<Entry>> force(Work& work, EntryId id, const std::optional<Version>& seen) {
  const auto entry = find_entry(work.database, id);
  if (!entry) return unknown(id);
  if (!is_open(entry->status)) return refuse_closed(work.database, *entry);
  if (entry->status != Status::conflict || !entry->conflict) {
    return fail(ErrorKind::conflict, "not-in-conflict",
                "Entry " + std::to_string(id) + " is not in conflict",
                "Nothing was changed. Only a conflict can be forced.");
  }
  auto state = seen_state(work, *entry, seen);
  if (!state) return std::unexpected(state.error());
  const Table* table = work.schema.table(entry->body.entity.type);
  if (!table) {
    return fail(ErrorKind::conflict, "unknown-type",
                "This database has no table " + entry->body.entity.type + " any more",
                "Nothing was changed.");
  }
  close(work, *entry);
  std::vector successors{append_successor(work, forced(*entry, *state, *table), std::nullopt, 1)};
  // A create that became an update shows nothing where the cloud has deleted the row since.
  refresh_views(work, {entry->body.entity});
  return successors;
}

}  // namespace slipway::store
