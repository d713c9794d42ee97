#include <algorithm>

#include "checks.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "rules.h"

namespace slipway::sim {

namespace {

// The entries that wait behind a parked one, directly or not. Told from the tables alone.
class Waiting {
 public:
  explicit Waiting(Device& device) {
    for (const TextRow& row :
         query(device.raw(),
               "SELECT id, status, entityType || '/' || entityId, ifnull(groupId, ''), rootId,"
               " dependsOn FROM SyncQueue WHERE status NOT IN ('SUCCESS', 'DISCARDED')"
               " ORDER BY lanePosition, id")) {
      entries_.push_back({row[0], row[1], row[2], row[3], row[4], row[5]});
    }
    for (Open& entry : entries_) entry.blocked = is_parked(entry);
    while (spread()) {
    }
  }

  std::vector<std::string> free() const { return ids(false); }
  std::size_t held() const { return ids(true).size(); }
  // Not: that is parked itself, as what needs the cloud is when it goes away in the same breath.
  bool holds(EntryId id) const {
    return std::ranges::any_of(entries_, [&](const Open& entry) {
      return entry.id == std::to_string(id) && entry.blocked && !is_parked(entry);
    });
  }

 private:
  struct Open {
    std::string id, status, lane, group, root, depends_on;
    bool blocked = false;
  };

  static bool is_parked(const Open& entry) {
    return entry.status == "CONFLICT" || entry.status == "ERROR";
  }

  std::vector<std::string> ids(bool blocked) const {
    std::vector<std::string> list;
    for (const Open& entry : entries_) {
      if (!is_parked(entry) && entry.blocked == blocked)
        list.push_back(entry.id + " " + entry.status);
    }
    return list;
  }

  bool spread() {
    bool more = false;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      for (std::size_t j = 0; j < entries_.size() && !entries_[i].blocked; ++j) {
        const Open& other = entries_[j];
        if (!other.blocked || i == j) continue;
        const bool waits = (other.lane == entries_[i].lane && j < i) ||
                           (!other.group.empty() && other.group == entries_[i].group) ||
                           entries_[i].depends_on.find(other.root) != std::string::npos;
        if (waits) entries_[i].blocked = more = true;
      }
    }
    return more;
  }

  std::vector<Open> entries_;
};

void check_entry(Run& run, Device& device, const store::Entry& entry, const CloudLog& log) {
  const std::string& id = entry.client_request_id;
  const std::string name = device.name() + ", entry " + std::to_string(entry.id) + " " +
                           std::string(to_text(entry.status));
  const auto captured = device.captured.find(id);
  if (captured == device.captured.end()) {
    return run.violated("I5", name + ": nobody captured " + id);
  }
  if (canonical_json(to_json(entry.body)) != captured->second.body) {
    run.violated("I5", name + ": the body has changed");
  }
  if (client_request_id(entry.body) != id) run.violated("I5", name + ": the id does not recompute");
  // An older file may ask again for what its desk had taken long ago, or for another entry of that
  // number.
  const bool expired = entry.receipt && text_at(*entry.receipt, "verdict") == "expired";
  if (expired && log.has_restored_desks() && !is_open(entry.status))
    return run.seen("a restored file meets what was judged long ago");
  const std::string verdict = log.verdict_of(id);
  const bool applied = verdict == "applied" || verdict == "merged";
  const bool told = entry.error_message.value_or("").starts_with("The discard came too late");
  if (told) run.seen("discard too late");
  if (entry.status == Status::success) {
    if (!applied) run.violated("I1", name + ": its verdict is " + verdict);
  } else if (entry.status != Status::discarded) {
    run.violated("I1", name + ": still open");
  } else if (!log.was_closed(id)) {
    run.violated("I14", name + ": it is closed, and nobody discarded it");
  } else if (applied && !told) {
    run.violated("I14", name + ": it took effect, and nobody was told");
  } else if (!applied && verdict == "none") {
    run.violated("I14", name + ": the cloud was never told that it is closed");
  }
}

bool is_at_head(Device& device, const CloudLog& log) {
  const auto cursor = device.cursor_version();
  if (!cursor || device.full_pull()) return false;
  return log.past().has(cursor) && cursor->seq == log.head().seq;
}

void check_rows(Run& run, Device& device, const CloudLog& log) {
  if (!is_at_head(device, log)) {
    run.violated("I23", device.name() + " is at commit " + std::to_string(device.cursor()) +
                            ", the cloud at " + std::to_string(log.head().seq));
  }
  const RowScope& granted =
      log.scope_of(device.index(), log.past().tick_of(device.cursor_version()));
  std::map<EntityKey, std::string> rows;
  for (const char* type : {"Parent", "Child", "Guard"}) {
    const auto page = device.store().rows(type, {{}, {}, "", false, 1000, 0});
    for (const auto& row : page.value().rows) {
      rows[{type, row.entity_id}] = canonical_json(row.values);
    }
  }
  for (const auto& [entity, images] : log.images()) {
    const Image& image = *device.held(entity, &images.rbegin()->second, granted);
    const auto found = rows.find(entity);
    const std::string is = found == rows.end() ? "no row" : found->second;
    const std::string should = image.live ? canonical_json(image.values) : "no row";
    if (is != should) {
      run.violated("I23", device.name() + " has " + to_text(entity) + " as " + is +
                              ", the cloud as " + should);
    }
    if (found != rows.end()) rows.erase(found);
  }
  for (const auto& [entity, values] : rows) {
    run.violated("I23", device.name() + " alone has " + to_text(entity) + " " + values);
  }
}

// I13: an entry is decided once.
void check_successors(Run& run, Device& device) {
  for (const TextRow& row :
       query(device.raw(),
             "SELECT supersedes, count(*) FROM SyncQueue WHERE supersedes IS NOT NULL"
             " GROUP BY supersedes HAVING count(*) > 1")) {
    run.violated("I13", device.name() + ": " + row[1] + " entries took the place of " + row[0]);
  }
}

}  // namespace

bool is_drained(Device& device, const CloudLog& log) {
  if (device.store().failed() || device.store().stands_by() || !is_at_head(device, log)) {
    return false;
  }
  return device.is_still.get(device.disk(), [&] {
    return query(device.raw(), "SELECT 1 FROM SyncQueue WHERE voidState = 'owed' LIMIT 1")
               .empty() &&
           Waiting(device).free().empty();
  });
}

std::string what_waits(Device& device) {
  std::string text = device.name() + " at commit " + std::to_string(device.cursor()) + ", " +
                     std::string(to_text(device.worker().engine().connection())) + ":";
  for (const std::string& entry : Waiting(device).free()) text += " " + entry;
  for (const TextRow& row :
       query(device.raw(), "SELECT id, status FROM SyncQueue WHERE voidState = 'owed'")) {
    text += " " + row[0] + " " + row[1] + " owes a void";
  }
  return text;
}

void check_waiting(Run& run, Device& device) {
  const std::size_t held = Waiting(device).held();
  if (held > 0) run.seen("held behind a parked entry");
  const auto told = device.store().held();
  if (told && told->count() == std::int64_t(held)) return;
  run.violated("I10", device.name() + " says that " + std::to_string(told ? told->count() : -1) +
                          " entries are held, there are " + std::to_string(held));
}

void check_cloud_need(Run& run, Device& device, EntryId taken) {
  const auto rows = query(device.raw(), "SELECT \"action\" FROM SyncQueue WHERE id = ?1", taken);
  if (rows.empty() || rows.front().front() != online_action) return;
  run.seen("an action that needs the cloud");
  const std::string what = device.name() + " took one as entry " + std::to_string(taken);
  if (!device.hears_the_cloud().value_or(false))
    run.violated("I28", what + " while the cloud does not answer");
  if (Waiting(device).holds(taken)) run.violated("I28", what + " behind a parked entry");
}

void check_unsent_needs(Run& run, Device& device) {
  if (!device.is_up() || device.store().failed()) return;
  if (device.hears_the_cloud().value_or(true)) return;
  static const std::string sql =
      "SELECT id, groupId FROM SyncQueue WHERE status = 'PENDING' AND sentAt IS NULL AND action = "
      "'" +
      std::string(online_action) + "'";
  for (const TextRow& row : query(device.raw(), sql)) {
    const auto sent_mates =
        query(device.raw(),
              "SELECT 1 FROM SyncQueue a JOIN SyncQueue b ON a.groupId = b.groupId"
              " WHERE a.id = ?1 AND b.sentAt IS NOT NULL LIMIT 1",
              std::atoll(row[0].c_str()));
    if (!sent_mates.empty()) continue;
    run.violated("I28", device.name() + " keeps entry " + row[0] + " for when the cloud is back");
  }
}

void check_end(Run& run, std::vector<std::unique_ptr<Device>>& devices, const CloudLog& log) {
  std::set<std::string> seen;
  for (const auto& device : devices) {
    const auto page = device->store().entries({{}, {}, {}, {}, 100'000, {}});
    for (const store::Entry& entry : page.value().entries) {
      seen.insert(entry.client_request_id);
      check_entry(run, *device, entry, log);
      run.trace(device->name() + " = " + std::to_string(entry.id) + " " + entry.body.action + " " +
                to_text(entry.body.entity) + " " + std::string(to_text(entry.status)));
    }
    for (const auto& [id, written] : device->captured) {
      if (seen.contains(id)) continue;
      if (!device->is_in_file(written)) {
        run.seen(log.verdict_of(id) == "none" ? "an entry is gone with its file"
                                              : "an entry whose file is gone took effect");
        continue;
      }
      run.seen("an entry is purged from the archive");
      // The cloud knows what became of it, in every copy that it may be restored from; or somebody
      // has decided on what was judged long ago.
      if (log.verdict_of(id) == "none" && !log.is_of_an_older_file(id))
        run.violated("I19", device->name() + " has lost " + written.body);
    }
    check_rows(run, *device, log);
    check_successors(run, *device);
  }
  for (const auto& [entity, images] : log.images()) {
    const Image& image = images.rbegin()->second;
    run.trace("cloud = " + to_text(entity) + " " +
              (image.live ? canonical_json(image.values) : "no row"));
  }
}

}  // namespace slipway::sim
