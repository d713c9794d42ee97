// I19, of what others wrote: when a device follows a cloud that was restored, each row whose state
// is gone stands in its list of what was lost, exactly as it knew it; and it leaves the list only
// after the cloud has had it so again.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "cloud_check.h"

namespace slipway::sim {

class LostCheck {
 public:
  LostCheck(Run& run, const CloudLog& log) : run_(run), log_(log) {}

  void restored(std::int64_t tick) { restores_.push_back(tick); }
  void look(Device& device, bool changed);  // after each event
  void check_end(std::vector<std::unique_ptr<Device>>& devices);

 private:
  struct Known {
    std::int64_t generation = 0;
    std::map<EntityKey, Version> shadows;
  };
  struct Lost {
    std::size_t device;
    EntityKey entity;
    std::string row;  // "no row", or its values
    std::int64_t since;
  };

  void forget(Device& device);
  bool is_gone(const Version& version) const;
  void check_overwritten(Device& device, const Known& before, const Known& now);
  void followed(Device& device, const Known& before, const Known& now);

  Run& run_;
  const CloudLog& log_;
  std::vector<std::int64_t> restores_;
  std::map<std::size_t, Known> known_;
  std::vector<Lost> lost_;
};

}  // namespace slipway::sim
