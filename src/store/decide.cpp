#include "store/decide.h"

#include <map>

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
  if (entry.receipt) return "done";
  return "owed";
}

class Closure {
 public:
  explicit Closure(sqlite::Database& database) : database_(database) {}

  void add(const Entry& entry) {
    if (!is_open(entry.status) || !entries_.emplace(entry.id, entry).second) return;
    for (const Entry& mate : unit_of(database_, entry)) add(mate);
    if (entry.body.op != Op::create) return;
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
    static const std::string sql =
        "SELECT " + entry_columns + " FROM \"SyncQueue\" WHERE \"status\" IN " + std::string(open_statuses) +
        " AND \"dependsOn\" <> '[]' AND EXISTS (SELECT 1 FROM json_each(\"dependsOn\") WHERE value = ?1)";
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
  StatusChange change{outcome_unknown ? Status::discarding : Status::discarded, entry.error_message, {}, {}, {},
                      void_of(entry)};
  if (entry.status == Status::discarding) return;
  change_status(work, entry, change);
  work.changes.work_appeared = true;
}

bool has_successor(sqlite::Database& database, const Entry& entry) {
  auto query = database.cached("SELECT 1 FROM \"SyncQueue\" WHERE \"rootId\" = ?1 AND \"supersedes\" = ?2");
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
  refresh_views(work, touched);
}

Result<std::vector<Entry>> retry(Work& work, EntryId id) {
  const auto entry = find_entry(work.database, id);
  if (!entry) return unknown(id);
  if (entry->status == Status::discarded && has_successor(work.database, *entry)) {
    return fail(ErrorKind::conflict, "already-resolved", "Entry " + std::to_string(id) + " has a successor already",
                "Nothing was changed. Look at the newest entry of this row.");
  }
  if (!is_open(entry->status)) return closed(*entry);
  if (entry->status == Status::discarding) {
    return fail(ErrorKind::conflict, "being-discarded", "Entry " + std::to_string(id) + " is being discarded",
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

}  // namespace slipway::store
