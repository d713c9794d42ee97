#include "store/push_batch.h"

#include <algorithm>
#include <map>
#include <optional>

#include "model/canonical_json.h"

namespace slipway::store {

namespace {

class Selection {
 public:
  Selection(sqlite::Database& database, const BatchLimits& limits, const std::set<EntryId>& waiting)
      : database_(database), limits_(limits), waiting_(waiting) {}

  Batch run() {
    add_voids();
    static const std::string sql = "SELECT " + entry_columns +
                                   " FROM \"SyncQueue\" WHERE \"status\" = 'PENDING'"
                                   " ORDER BY \"lanePosition\", \"id\"";
    auto pending = database_.cached(sql);
    while (!full_ && pending->step()) {
      Entry entry = entry_from(*pending);
      if (chosen_.contains(entry.id) || left_.contains(entry.id)) continue;
      consider(std::move(entry));
    }
    return std::move(batch_);
  }

 private:
  void add_voids() {
    auto owed = database_.cached(
        "SELECT \"id\", \"clientRequestId\", \"incarnation\", \"number\", \"sentAt\" FROM \"SyncQueue\""
        " WHERE \"voidState\" = 'owed' ORDER BY \"id\" LIMIT ?1");
    owed->bind(1, limits_.entries_max);
    while (owed->step()) {
      const EntryId id = owed->integer(0);
      if (waiting_.contains(id) || batch_.units >= limits_.units_max) continue;
      batch_.voids.push_back({id, std::string(owed->text(1)), std::string(owed->text(2)), owed->integer(3),
                              !owed->is_null(4)});
      voided_.insert(id);
      ++batch_.units;
    }
  }

  // A unit is an entry alone or its whole group; it goes whole or stays whole.
  void consider(Entry first) {
    std::vector<Entry> unit = unit_of(database_, first);
    std::vector<BatchWrite> writes;
    std::set<EntryId> mates;
    for (const Entry& entry : unit) mates.insert(entry.id);
    bool ready = true;
    std::size_t bytes = 0;
    for (Entry& entry : unit) {
      if (is_open(entry.status) && entry.status != Status::pending) ready = false;
      if (entry.status != Status::pending) continue;  // a mate that is settled already
      if (waiting_.contains(entry.id)) ready = false;
      auto after = ready ? prerequisites(entry, mates) : std::nullopt;
      if (!after) ready = false;
      if (!ready) break;
      bytes += canonical_json(to_json(entry.body)).size() + 100;
      writes.push_back({std::move(entry), std::move(*after)});
    }
    if (!ready) {
      left_.insert(mates.begin(), mates.end());
      return;
    }
    if (!batch_.empty() && (batch_.units + 1 > limits_.units_max || bytes_ + bytes > limits_.bytes_max ||
                            batch_.writes.size() + batch_.voids.size() + writes.size() > limits_.entries_max)) {
      full_ = true;
      return;
    }
    bytes_ += bytes;
    ++batch_.units;
    for (BatchWrite& write : writes) {
      chosen_.emplace(write.entry.id, write.entry.client_request_id);
      batch_.writes.push_back(std::move(write));
    }
  }

  // The open entries that must be applied before; nothing when one of them is not in the batch.
  std::optional<std::vector<std::string>> prerequisites(const Entry& entry, const std::set<EntryId>& mates) {
    std::vector<std::string> after;
    for (EntryId id : open_before(entry)) {
      if (mates.contains(id)) continue;
      const auto chosen = chosen_.find(id);
      if (chosen == chosen_.end()) return std::nullopt;
      after.push_back(chosen->second);
    }
    if (void_is_owed_before(entry)) return std::nullopt;
    return after;
  }

  std::vector<EntryId> open_before(const Entry& entry) {
    static const std::string lane_sql =
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
        " AND (\"lanePosition\" < ?3 OR (\"lanePosition\" = ?3 AND \"id\" < ?4))"
        " AND \"status\" IN " + std::string(open_statuses);
    static const std::string root_sql =
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"rootId\" = ?1 AND \"status\" IN " + std::string(open_statuses);
    std::vector<EntryId> ids;
    auto lane = database_.cached(lane_sql);
    lane->bind_all(entry.body.entity.type, entry.body.entity.id, entry.body.lane_position, entry.id);
    while (lane->step()) ids.push_back(lane->integer(0));
    for (const std::string& root : entry.depends_on) {
      auto open = database_.cached(root_sql);
      open->bind(1, root);
      while (open->step()) ids.push_back(open->integer(0));
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
  std::set<EntryId> left_;    // considered and not ready
  std::set<EntryId> voided_;  // their void is in this batch
  std::size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

Batch select_batch(sqlite::Database& database, const BatchLimits& limits, const std::set<EntryId>& waiting) {
  return Selection(database, limits, waiting).run();
}

}  // namespace slipway::store
