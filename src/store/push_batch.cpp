#include "store/push_batch.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/planted.h"
#include "model/canonical_json.h"

namespace slipway::store {

namespace {

class Selection {
 public:
  Selection(sqlite::Database& database, const BatchLimits& limits, const std::set<EntryId>& waiting)
      : database_(database), limits_(limits), waiting_(waiting) {}

  Batch run() {
    add_voids();
    auto pending = database_.cached(
        "SELECT \"id\", \"groupId\", \"entityType\", \"entityId\" FROM \"SyncQueue\" WHERE "
        "\"status\" = 'PENDING'" +
        std::string(planted(Bug::sends_by_clock) ? " ORDER BY \"createdAt\", \"id\""
                                                 : " ORDER BY \"lanePosition\", \"id\""));
    while (!full_ && pending->step()) {
      const EntryId id = pending->integer(0);
      if (chosen_.contains(id) || left_.contains(id)) continue;
      // The rest of a lane that has stopped stays, however long it is; so it is not even read.
      EntityKey lane{std::string(pending->text(2)), std::string(pending->text(3))};
      if (pending->is_null(1) && stopped_.contains(lane)) continue;
      if (consider(*find_entry(database_, id))) continue;
      stopped_.insert(std::move(lane));
      if (planted(Bug::one_stuck_entry_blocks_all)) full_ = true;
    }
    return std::move(batch_);
  }

 private:
  void add_voids() {
    auto owed = database_.cached(
        "SELECT \"id\", \"clientRequestId\", \"incarnation\", \"number\", \"sentAt\","
        " \"lanePosition\" FROM \"SyncQueue\""
        " WHERE \"voidState\" = 'owed' ORDER BY \"id\"");
    while (batch_.units < limits_.units_max && batch_.voids.size() < limits_.entries_max &&
           owed->step()) {
      const EntryId id = owed->integer(0);
      if (waiting_.contains(id)) continue;
      batch_.voids.push_back({id, std::string(owed->text(1)), std::string(owed->text(2)),
                              owed->integer(3), !owed->is_null(4), owed->integer(5)});
      voided_.insert(id);
      ++batch_.units;
    }
  }

  // A unit is an entry alone or its whole group; it goes whole or stays whole. False: not ready.
  bool consider(const Entry& first) {
    std::vector<Entry> unit = unit_of(database_, first);
    std::set<EntryId> mates;
    for (const Entry& entry : unit) mates.insert(entry.id);
    std::vector<BatchWrite> writes;
    std::size_t bytes = 0;
    for (Entry& entry : unit) {
      if (!is_open(entry.status)) continue;  // a mate that is settled already
      auto after = entry.status == Status::pending && !waiting_.contains(entry.id)
                       ? prerequisites(entry, mates)
                       : std::nullopt;
      if (!after) {
        left_.insert(mates.begin(), mates.end());
        return false;
      }
      bytes += canonical_json(to_json(entry.body)).size() + 100;
      auto replaces = earlier_of_chain(entry);
      writes.push_back({std::move(entry), std::move(*after), std::move(replaces)});
    }
    const bool fits =
        batch_.units < limits_.units_max && bytes_ + bytes <= limits_.bytes_max &&
        batch_.writes.size() + batch_.voids.size() + writes.size() <= limits_.entries_max;
    if (!fits && !batch_.empty()) {  // a unit that is too large for any batch goes alone
      full_ = true;
      return true;
    }
    bytes_ += bytes;
    ++batch_.units;
    for (BatchWrite& write : writes) {
      chosen_.emplace(write.entry.id, write.entry.client_request_id);
      batch_.writes.push_back(std::move(write));
    }
    return true;
  }

  // The open entries that must be applied before; nothing when one of them is not in the batch.
  std::optional<std::vector<std::string>> prerequisites(const Entry& entry,
                                                        const std::set<EntryId>& mates) {
    std::vector<std::string> after;
    for (EntryId id : open_before(entry, mates)) {
      const auto chosen = chosen_.find(id);
      if (chosen == chosen_.end()) return std::nullopt;
      after.push_back(chosen->second);
    }
    if (void_is_owed_before(entry)) return std::nullopt;
    return after;
  }

  // One of them may have taken effect although its answer was lost, and nobody here knows. The
  // cloud must not do the same once more; it is told which of them said the same.
  std::vector<Replaced> earlier_of_chain(const Entry& entry) {
    if (!entry.body.supersedes) return {};
    std::vector<Replaced> chain;
    auto earlier = database_.cached(
        "SELECT e.\"clientRequestId\", e.\"op\" = s.\"op\" AND e.\"payload\" = s.\"payload\""
        " AND e.\"base\" = s.\"base\", e.\"incarnation\", e.\"number\","
        " coalesce(e.\"receipt\" ->> 'verdict' IN ('conflict', 'rejected', 'voided'), 0) FROM "
        "\"SyncQueue\" AS s JOIN \"SyncQueue\" AS e"
        " ON e.\"rootId\" = s.\"rootId\" AND e.\"id\" < s.\"id\" WHERE s.\"id\" = ?1"
        " ORDER BY e.\"id\"");
    earlier->bind(1, entry.id);
    while (earlier->step()) {
      chain.push_back({std::string(earlier->text(0)), earlier->integer(1) == 1,
                       std::string(earlier->text(2)), earlier->integer(3),
                       earlier->integer(4) == 1});
    }
    return chain;
  }

  // Of the lane only the nearest one: it is in the batch only if those before it are.
  std::vector<EntryId> open_before(const Entry& entry, const std::set<EntryId>& mates) {
    static const std::string lane_sql =
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
        " AND (\"lanePosition\", \"id\") < (?3, ?4) AND \"status\" IN " +
        std::string(open_statuses) + " ORDER BY \"lanePosition\" DESC, \"id\" DESC";
    static const std::string root_sql =
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"rootId\" = ?1 AND \"status\" IN " +
        std::string(open_statuses);
    std::vector<EntryId> ids;
    auto lane = database_.cached(lane_sql);
    lane->bind_all(entry.body.entity.type, entry.body.entity.id, entry.body.lane_position,
                   entry.id);
    while (ids.empty() && !planted(Bug::sends_lane_out_of_order) && lane->step()) {
      if (!mates.contains(lane->integer(0))) ids.push_back(lane->integer(0));
    }
    for (const std::string& root : entry.depends_on) {
      if (planted(Bug::sends_child_without_parent)) break;
      auto open = database_.cached(root_sql);
      open->bind(1, root);
      while (open->step()) {
        if (!mates.contains(open->integer(0))) ids.push_back(open->integer(0));
      }
    }
    return ids;
  }

  bool void_is_owed_before(const Entry& entry) {
    auto owed = database_.cached(
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
        " AND \"lanePosition\" <= ?3 AND \"voidState\" = 'owed'");
    owed->bind_all(entry.body.entity.type, entry.body.entity.id, entry.body.lane_position);
    while (owed->step()) {
      if (!voided_.contains(owed->integer(0))) return true;
    }
    return false;
  }

  sqlite::Database& database_;
  const BatchLimits& limits_;
  const std::set<EntryId>& waiting_;
  Batch batch_;
  std::map<EntryId, std::string> chosen_;
  std::set<EntryId> left_;       // considered and not ready
  std::set<EntityKey> stopped_;  // lanes with an entry that is not ready
  std::set<EntryId> voided_;     // their void is in this batch
  std::size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

Batch select_batch(sqlite::Database& database, const BatchLimits& limits,
                   const std::set<EntryId>& waiting) {
  return Selection(database, limits, waiting).run();
}

}  // namespace slipway::store
