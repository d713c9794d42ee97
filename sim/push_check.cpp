// What leaves a device: judged at each push, from the device's tables alone.

#include <map>

#include "checks.h"

namespace slipway::sim {

namespace {

class PushCheck {
 public:
  PushCheck(Run& run, Device& device, const PushRequest& request) : run_(run), device_(device) {
    for (const PushItem& item : request.items) {
      if (item.write) order_.emplace(item.id, order_.size());
    }
  }

  // I9, P4: what an entry stands on is closed, or goes before it in the same batch. Group mates
  // count as one.
  void run() {
    for (const TextRow& row :
         query(device_.raw(),
               "SELECT q.clientRequestId, p.clientRequestId, q.entityType || ' ' || q.entityId"
               " FROM SyncQueue q JOIN SyncQueue p ON p.id <> q.id"
               " AND p.status NOT IN ('SUCCESS', 'DISCARDED')"
               " AND (q.groupId IS NULL OR p.groupId IS NOT q.groupId)"
               " AND ((p.entityType = q.entityType AND p.entityId = q.entityId"
               "       AND (p.lanePosition, p.id) < (q.lanePosition, q.id))"
               "   OR EXISTS (SELECT 1 FROM json_each(q.dependsOn) WHERE value = p.rootId))"
               " WHERE q.status = 'PROCESSING'")) {
      const auto entry = order_.find(row[0]), before = order_.find(row[1]);
      if (entry == order_.end()) continue;
      if (before != order_.end() && before->second < entry->second) continue;
      run_.violated("I9", device_.name() + " sends " + row[2] + " before what it stands on");
    }
  }

 private:
  Run& run_;
  Device& device_;
  std::map<std::string, std::size_t> order_;  // of the writes in the batch
};

}  // namespace

void check_push(Run& run, Device& device, const PushRequest& request) {
  PushCheck(run, device, request).run();
}

}  // namespace slipway::sim
