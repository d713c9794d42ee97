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

// A decision that nobody was told of may have been carried out.
void Device::remember_closed_entries() {
  for (const TextRow& row :
       query(raw(),
             "SELECT clientRequestId FROM SyncQueue q WHERE status IN ('DISCARDED', 'DISCARDING')"
             " AND NOT EXISTS (SELECT 1 FROM SyncQueue WHERE supersedes = q.clientRequestId)")) {
    discarded.insert(row[0]);
  }
}

// I21: loud, and only where there is a reason.
void Device::told_of_disk(const Error& error) {
  if (error.kind != ErrorKind::storage && error.kind != ErrorKind::busy) return;
  if (!has_disk_trouble()) return run_.violated("I21", name() + ": " + error.message);
  run_.seen("told: " + error.type);
}

}  // namespace slipway::sim
