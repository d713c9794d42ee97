#include "store/closing.h"

#include <map>
#include <set>

#include "base/planted.h"

namespace slipway::store {

namespace {

class Gathering {
 public:
  explicit Gathering(sqlite::Database& database) : database_(database) {}

  void add(const Entry& entry) {
    if (!is_open(entry.status) || !entries_.emplace(entry.id, entry).second) return;
    for (const Entry& mate : unit_of(database_, entry)) add(mate);
    if (entry.body.op != Op::create || cloud_has(entry.body.entity)) return;
    if (planted(Bug::discard_leaves_dependants)) return;
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
  // Another desk made the row: what stands on it can live without our own create.
  bool cloud_has(const EntityKey& entity) {
    auto query = database_.cached(
        "SELECT 1 FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
        " AND \"seq\" IS NOT NULL AND \"state\" <> 'ABSENT'");
    query->bind_all(entity.type, entity.id);
    return query->step();
  }

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

}  // namespace

Result<Entry> entry_to_decide(sqlite::Database& database, EntryId id) {
  auto entry = find_entry(database, id);
  if (entry) return std::move(*entry);
  return fail(ErrorKind::not_found, "unknown-entry", "There is no entry " + std::to_string(id),
              "It may be the id of another database.");
}

std::vector<Entry> successors_of(sqlite::Database& database, const Entry& entry) {
  static const std::string sql = "SELECT " + entry_columns +
                                 " FROM \"SyncQueue\" WHERE \"rootId\" = ?1 AND \"supersedes\" = ?2"
                                 " ORDER BY \"id\"";
  auto query = database.cached(sql);
  query->bind_all(entry.root_id, entry.client_request_id);
  std::vector<Entry> list;
  while (query->step()) list.push_back(entry_from(*query));
  return list;
}

std::unexpected<Error> refuse_closed(sqlite::Database& database, const Entry& entry) {
  const std::string name = "Entry " + std::to_string(entry.id);
  Error error{
      ErrorKind::conflict, "already-closed",
      name + " is " + (entry.status == Status::success ? "synced" : "discarded") + " already",
      "Nothing was changed. It can be undone."};
  if (entry.status == Status::discarded) {
    for (const Entry& successor : successors_of(database, entry)) {
      error = {
          ErrorKind::conflict,
          "already-resolved",
          name + " was decided already: entry " + std::to_string(successor.id) + " took its place",
          "Nothing was changed. Look at the newest entry of this row.",
          {},
          {successor.id}};
    }
  }
  return std::unexpected(std::move(error));
}

Closure closure_of(sqlite::Database& database, const Entry& entry) {
  std::set<EntryId> unit;
  for (const Entry& mate : unit_of(database, entry)) unit.insert(mate.id);
  Gathering gathering(database);
  gathering.add(entry);
  Closure closure{gathering.take(), {}};
  for (const Entry& member : closure.entries) {
    if (!unit.contains(member.id)) closure.dependants.push_back(member.id);
  }
  return closure;
}

Result<void> check_dependants(const Closure& closure, bool with_dependants) {
  if (with_dependants || closure.dependants.empty()) return {};
  constexpr std::size_t shown_max = 5;  // people read no longer lists
  std::string list;
  for (std::size_t i = 0; i < closure.dependants.size() && i < shown_max; ++i)
    list += (i ? ", #" : "#") + std::to_string(closure.dependants[i]);
  if (closure.dependants.size() > shown_max) list += " …";
  return fail(ErrorKind::conflict, "has-dependants",
              std::to_string(closure.dependants.size()) +
                  " later entries cannot live without this one: " + list,
              "Nothing was changed. Look at them, then discard them along with it "
              "(withDependants).",
              {}, closure.dependants);
}

namespace {

bool has_final_receipt(const Entry& entry) {
  return entry.receipt && text_at(*entry.receipt, "verdict") != to_text(Verdict::expired);
}

}  // namespace

void close(Work& work, const Entry& entry) {
  if (entry.status == Status::discarding) return;
  const bool outcome_unknown = !is_parked(entry.status) && entry.sent_at.has_value();
  change_status(
      work, entry,
      {.to = outcome_unknown ? Status::discarding : Status::discarded,
       .error_message = entry.error_message,
       // A final receipt says that it will never take effect; else its void is owed.
       .void_state =
           has_final_receipt(entry) || planted(Bug::discard_owes_no_void) ? "done" : "owed"});
  work.changes.work_appeared = true;
}

}  // namespace slipway::store
