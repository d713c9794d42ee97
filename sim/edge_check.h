// I26: each change of an entry's status is a way along the published edges (docs/semantics.md, "The
// life of an entry"), judged beside the database's own triggers: from one look to the next, so that
// several edges may lie between, but never one back to PENDING of what was settled or parked,
// unless the device has followed a cloud that was restored.
#pragma once

#include <map>
#include <string>

#include "cloud.h"
#include "device.h"

namespace slipway::sim {

class EdgeCheck {
 public:
  EdgeCheck(Run& run, const Cloud& cloud) : run_(run), cloud_(cloud) {}
  void look(Device& device);  // after each event that changed it

 private:
  struct Known {
    BranchName branch = 0;
    std::int64_t generation = 0;
    std::map<std::string, std::string> statuses;  // by clientRequestId
  };

  Run& run_;
  const Cloud& cloud_;
  std::map<std::size_t, Known> known_;
};

}  // namespace slipway::sim
