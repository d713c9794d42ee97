// What people decide about entries, each on what a panel shows: just now, a while ago, or in two
// panels at once.
#pragma once

#include <vector>

#include "device.h"

namespace slipway::sim {

class Panels {
 public:
  // `rows`: how many rows of a type there are, for references.
  Panels(Run& run, std::uint64_t rows) : run_(run), rows_(rows) {}

  void decide(Device& device);
  void answer(Device& device);        // about something that is parked
  void forget(const Device& device);  // its panels are closed

 private:
  struct Look {
    std::size_t device = 0;
    EntryId entry = 0;
    std::optional<Version> seen = {};
  };

  std::optional<Look> look(Device& device, std::string_view statuses);
  void open(Device& device);  // a panel that will be decided in later
  void decide_on_old_look(Device& device);
  void decide_twice(Device& device);
  bool carry_out(Device& device, const Look& look, const char* what, const store::Wish& wish);
  bool decide_on(Device& device, const Look& look);
  store::Choices choices(Device& device, EntryId id);
  json::value another_value(std::string_view field);

  Run& run_;
  std::uint64_t rows_;
  std::vector<Look> looks_;
};

}  // namespace slipway::sim
