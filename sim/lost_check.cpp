#include "lost_check.h"

#include <algorithm>
#include <set>

#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

using Listed = std::set<std::pair<EntityKey, std::string>>;

std::string show(const Image* image) {
  return image && image->live ? canonical_json(image->values) : "no row";
}

Listed list_of(Device& device, std::int64_t generation) {
  Listed listed;
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId, \"values\" FROM SyncLost WHERE"
                                  " generation >= ?1",
                                  generation)) {
    listed.insert(
        {{row[0], row[1]}, row[2] == "NULL" ? "no row" : canonical_json(object_from(row[2]))});
  }
  return listed;
}

}  // namespace

void LostCheck::look(Device& device, bool changed) {
  Known& before = known_[device.index()];
  Known now;
  for (const TextRow& row :
       query(device.raw(), "SELECT value FROM sync_meta WHERE key = 'generation'")) {
    now.generation = std::atoll(row[0].c_str());
  }
  if (!changed && now.generation == before.generation) return;
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId, seq, salt FROM SyncShadow WHERE"
                                  " seq IS NOT NULL AND quarantine IS NULL")) {
    now.shadows[{row[0], row[1]}] = {std::atoll(row[2].c_str()), row[3]};
  }
  if (now.generation > before.generation) followed(device, before, now.generation);
  before = std::move(now);
}

// What it had absorbed of commits that the log no longer has.
void LostCheck::followed(Device& device, const Known& before, std::int64_t generation) {
  run_.seen("a device follows a restored cloud");
  const Listed listed = list_of(device, generation);
  for (const auto& [entity, version] : before.shadows) {
    const std::int64_t tick = log_.past().tick_of(version);
    if (tick < 0 || log_.past().has(version)) continue;
    const auto& images = log_.images().at(entity);
    const auto image = images.find(tick);
    if (image == images.end()) continue;
    const auto taken_away = std::ranges::upper_bound(restores_, tick);
    const std::string row = show(&image->second);
    run_.seen("a row is lost");
    if (listed.contains({entity, row})) {
      lost_.push_back({device.index(), entity, row, *taken_away});
      continue;
    }
    run_.violated(
        "I19", device.name() + " does not list " + to_text(entity) + " as lost, which was " + row);
  }
}

void LostCheck::check_end(std::vector<std::unique_ptr<Device>>& devices) {
  for (const Lost& lost : lost_) {
    if (list_of(*devices[lost.device], 0).contains({lost.entity, lost.row})) {
      run_.seen("a row stays lost");
      continue;
    }
    const auto& images = log_.images().at(lost.entity);
    const bool again = std::any_of(images.lower_bound(lost.since), images.end(),
                                   [&](const auto& one) { return show(&one.second) == lost.row; });
    if (again) continue;
    run_.violated("I19", devices[lost.device]->name() + " lists " + to_text(lost.entity) +
                             " no longer, and nobody has seen again that it was " + lost.row);
  }
}

}  // namespace slipway::sim
