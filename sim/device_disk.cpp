// What befalls a desk's disk, and what the oracle makes of it: a write whose commit failed may have
// happened or not; the file says so when it is open again.

#include "device.h"

namespace slipway::sim {

void Device::befall(const Mishap& mishap) {
  run_.trace(name() + " ! its disk: " + std::string(to_text(mishap.fault)) +
             (mishap.for_good ? " for good" : "") + " after " + std::to_string(mishap.at) +
             " calls");
  disk_.plan(mishap);
}

void Device::repair_disk() {
  if (disk_.met()) run_.trace(name() + " ! its disk works again");
  disk_.repair();
}

bool Device::has_disk_trouble() const {
  return disk_.met() || disk_.is_dead() || (store_ && store_->failed());
}

// Killed, or without power: then what was not synced is damaged.
void Device::crash() {
  const auto pull = disk_.is_dead() ? std::nullopt : full_pull();
  if (pull && pull->after) {
    run_.seen("crash during a full pull");
    full_pull_before_crash_ = true;
  }
  if (transport_->pushing()) run_.seen("crash with a push in flight");
  transport_->cancel();
  if (run_.random.chance(1, 2)) {
    disk_.kill();
  } else {
    const Damage damage = all_damages[run_.random.below(std::size(all_damages))];
    run_.trace(name() + "   loses power: " + std::string(to_text(damage)));
    if (!disk_.is_synced()) run_.seen("power loss with something not synced");
    disk_.lose_power(damage, run_.random);
  }
  worker_.reset();
  store_.reset();
  transport_.reset();
  unsure_ = true;
}

std::optional<Device::Copy> Device::back_up() {
  look();
  if (!is_up() || unsure_ || disk_.is_troubled() || store_->failed()) return std::nullopt;
  remember_new_entries();
  run_.trace(name() + " ! its file is copied");
  return Copy{index_,        disk_.image(),       branch_,  last_entry_, cursor_version(),
              full_pull_at_, has_receipts_since_, captured, *refused_};
}

void Device::restore(const Copy& copy, bool elsewhere) {
  if (is_up()) crash();
  run_.trace(name() + " ! gets " + device_name(copy.device) + "'s file of entry " +
             std::to_string(copy.last_entry) + (elsewhere ? ", in another place" : ", in place"));
  disk_.kill();
  disk_.replace(copy.image);
  if (elsewhere) ++places_;
  constexpr BranchName names_of_a_device = 1'000'000;
  const auto restores = BranchName(copied_.size() + 1);
  branch_ = copy.branch.fork(BranchName(index_) + names_of_a_device * restores, copy.last_entry);
  copied_.push_back(branch_);
  captured.insert(copy.captured.begin(), copy.captured.end());
  refused_->insert(copy.refused.begin(), copy.refused.end());
  last_entry_ = copy.last_entry;
  full_pull_at_ = copy.full_pull_at;
  has_receipts_since_ = copy.device == index_ ? copy.has_receipts_since : copy.cursor;
  full_pull_before_crash_.reset();
  unsure_ = false;
  in_doubt_.clear();
  just_restored_ = true;
}

void Device::look() {
  if (!is_up()) return;
  if (disk_.is_dead()) {
    run_.trace(name() + " ! died at its disk");
    run_.seen("crash inside a transaction");
    return crash();
  }
  if (store_->failed()) {
    run_.seen("store failed");
    unsure_ = true;
  } else if (std::exchange(unsure_, false)) {
    changed_ = true;
    remember_new_entries();
    remember_closed_entries();
  }
}

// A decision that nobody was told of may have been carried out, on what it was about.
void Device::remember_closed_entries() {
  for (const TextRow& row : query(
           raw(),
           "SELECT clientRequestId, id FROM SyncQueue q WHERE status IN ('DISCARDED', 'DISCARDING')"
           " AND NOT EXISTS (SELECT 1 FROM SyncQueue WHERE supersedes = q.clientRequestId)")) {
    if (in_doubt_.contains(std::atoll(row[1].c_str()))) discarded.insert(row[0]);
  }
  in_doubt_.clear();
}

// I21: loud, and only where there is a reason.
void Device::told_of_disk(const Error& error) {
  if (error.kind != ErrorKind::storage && error.kind != ErrorKind::busy) return;
  if (error.type == "needs-cloud") return;  // not of the disk
  if (!has_disk_trouble()) return run_.violated("I21", name() + ": " + error.message);
  run_.seen("told: " + error.type);
}

}  // namespace slipway::sim
