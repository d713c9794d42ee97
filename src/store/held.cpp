#include "store/held.h"

namespace slipway::store {

namespace {

// Everything that waits behind a parked entry: later in its lane, in its group, or depending on its
// root. Each list is walked once.
class Walk {
 public:
  explicit Walk(sqlite::Database& database) {
    static const std::string sql =
        "SELECT \"id\", \"status\", \"entityType\", \"entityId\", \"groupId\", \"rootId\", "
        "\"dependsOn\" FROM \"SyncQueue\" WHERE \"status\" IN " +
        std::string(open_statuses) + " ORDER BY \"lanePosition\", \"id\"";
    auto query = database.cached(sql);
    while (query->step()) {
      const std::size_t place = entries_.size();
      const auto status = status_from_text(query->text(1)).value_or(Status::error);
      std::vector<std::size_t>& lane =
          lanes_[{std::string(query->text(2)), std::string(query->text(3))}];
      entries_.push_back({query->integer(0), status, &lane, std::string(query->text(4)),
                          std::string(query->text(5))});
      lane.push_back(place);
      if (!query->is_null(4)) groups_[entries_.back().group].push_back(place);
      for (const std::string& root : texts_from(query->text(6))) dependants_[root].push_back(place);
    }
  }

  std::map<EntryId, EntryId> run() {
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (!is_parked(entries_[place].status)) continue;
      root_ = entries_[place].id;
      to_visit_.push_back(place);
      while (!to_visit_.empty()) {
        const std::size_t next = to_visit_.back();
        to_visit_.pop_back();
        hold_rest_of_lane(next);
        hold_all(groups_, entries_[next].group);
        hold_all(dependants_, entries_[next].root);
      }
    }
    return std::move(held_);
  }

 private:
  struct OpenEntry {
    EntryId id;
    Status status;
    std::vector<std::size_t>* lane;  // in order; without its end once that has been held
    std::string group, root;
  };

  void hold(std::size_t place) {
    const OpenEntry& entry = entries_[place];
    if (entry.status != Status::pending || !held_.emplace(entry.id, root_).second) return;
    to_visit_.push_back(place);
  }

  void hold_rest_of_lane(std::size_t place) {
    std::vector<std::size_t>& lane = *entries_[place].lane;
    while (!lane.empty() && lane.back() > place) {
      hold(lane.back());
      lane.pop_back();
    }
  }

  void hold_all(std::map<std::string, std::vector<std::size_t>>& lists, const std::string& name) {
    const auto list = lists.find(name);
    if (list == lists.end()) return;
    for (std::size_t place : list->second) hold(place);
    lists.erase(list);
  }

  std::vector<OpenEntry> entries_;
  std::vector<std::size_t> to_visit_;
  EntryId root_ = 0;  // whose dependants are being gathered
  std::map<EntryId, EntryId> held_;
  std::map<EntityKey, std::vector<std::size_t>> lanes_;
  std::map<std::string, std::vector<std::size_t>> groups_, dependants_;
};

}  // namespace

HeldEntries HeldEntries::read(sqlite::Database& database) {
  HeldEntries held;
  auto parked = database.cached(
      "SELECT 1 FROM \"SyncQueue\" WHERE \"status\" IN ('CONFLICT', 'ERROR') LIMIT 1");
  if (!parked->step()) return held;
  held.roots_ = Walk(database).run();
  for (const auto& [entry, root] : held.roots_) ++held.beneath_[root];
  return held;
}

std::optional<EntryId> HeldEntries::root_of(EntryId entry) const {
  const auto found = roots_.find(entry);
  return found == roots_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t HeldEntries::beneath(EntryId root) const {
  const auto found = beneath_.find(root);
  return found == beneath_.end() ? 0 : found->second;
}

std::vector<EntryId> HeldEntries::ids(std::optional<EntryId> root) const {
  std::vector<EntryId> list;
  for (const auto& [entry, of] : roots_) {
    if (!root || of == *root) list.push_back(entry);
  }
  return list;
}

}  // namespace slipway::store
