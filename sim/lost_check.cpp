#include "lost_check.h"

#include <algorithm>
#include <set>

#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

using Listed = std::set<std::pair<EntityKey, std::string>>;

const std::string no_row = "no row";  // to a desk, what lies outside of its scope is that, too

std::string show(const Image* image) {
  return image && image->live ? canonical_json(image->values) : no_row;
}

Listed list_of(Device& device, std::int64_t generation) {
  Listed listed;
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId, \"values\" FROM SyncLost WHERE"
                                  " generation >= ?1",
                                  generation)) {
    listed.insert(
        {{row[0], row[1]}, row[2] == "NULL" ? no_row : canonical_json(object_from(row[2]))});
  }
  return listed;
}

}  // namespace

void LostCheck::look(Device& device, bool changed) {
  if (device.take_restored()) forget(device);
  const bool is_new = !known_.contains(device.index());
  Known& before = known_[device.index()];
  Known now;
  for (const TextRow& row :
       query(device.raw(), "SELECT value FROM sync_meta WHERE key = 'generation'")) {
    now.generation = std::atoll(row[0].c_str());
  }
  if (!changed && now.generation == before.generation) return;
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId, seq, salt FROM SyncShadow WHERE"
                                  " seq IS NOT NULL AND quarantine IS NULL AND"
                                  " state <> 'LEFT'")) {  // what left is not missed
    now.shadows[{row[0], row[1]}] = {std::atoll(row[2].c_str()), row[3]};
  }
  if (is_new) {  // nothing was known before
  } else if (now.generation > before.generation)
    followed(device, before, now);
  else
    check_overwritten(device, before, now);
  before = std::move(now);
}

// What it knew is what the file knows that it has now.
void LostCheck::forget(Device& device) {
  known_.erase(device.index());
  std::erase_if(lost_, [&](const Lost& lost) { return lost.device == device.index(); });
}

bool LostCheck::is_gone(const Version& version) const {
  return log_.past().tick_of(version) >= 0 && !log_.past().has(version);
}

// A row of the past that is gone makes way for the new past's only once it is listed.
void LostCheck::check_overwritten(Device& device, const Known& before, const Known& now) {
  for (const auto& [entity, version] : before.shadows) {
    const auto is = now.shadows.find(entity);
    if (is == now.shadows.end() || is->second == version) continue;
    if (!is_gone(version) || !log_.past().has(is->second)) continue;
    run_.violated("I19", device.name() + " absorbs " + to_text(entity) + " of commit " +
                             std::to_string(is->second.seq) + " without having listed that of " +
                             std::to_string(version.seq) + ", which is gone");
  }
}

// What it had absorbed of commits that the log no longer has. It may follow an answer that the
// cloud gave before it was restored once more: what it keeps of that log it lists the next time.
void LostCheck::followed(Device& device, const Known& before, const Known& now) {
  run_.seen("a device follows a restored cloud");
  const Listed listed = list_of(device, now.generation);
  for (const auto& [entity, version] : before.shadows) {
    if (!is_gone(version)) continue;
    const auto kept = now.shadows.find(entity);
    if (kept != now.shadows.end() && kept->second == version) {
      run_.seen("a device follows a past that is gone, too");
      continue;
    }
    const std::int64_t tick = log_.past().tick_of(version);
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
    if (lost.row == no_row && log_.was_outside(lost.device, lost.entity, lost.since)) continue;
    run_.violated("I19", devices[lost.device]->name() + " lists " + to_text(lost.entity) +
                             " no longer, and nobody has seen again that it was " + lost.row);
  }
}

}  // namespace slipway::sim
