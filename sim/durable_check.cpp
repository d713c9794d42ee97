// I4: no byte of an entry leaves the process before the sync of the pages that hold it. Judged at
// each push: if the power failed now, all of it would still be there.

#include "app.h"
#include "checks.h"

namespace slipway::sim {

void check_durable(Run& run, Device& device, const PushRequest& request) {
  if (device.disk().is_synced()) return;  // then a power loss leaves what programs see
  run.seen("push while something is not synced");
  Disk after(device.disk().durable());
  Reader reader(after, app_file);
  std::set<std::string> there;
  for (const TextRow& row : query(reader.get(), "SELECT clientRequestId FROM SyncQueue")) {
    there.insert(row[0]);
  }
  for (const PushItem& item : request.items) {
    if (there.contains(item.id)) continue;
    run.violated("I4",
                 device.name() + " sends " + item.id + ", which a power loss would take away");
  }
}

}  // namespace slipway::sim
