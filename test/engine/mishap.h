// What can befall a device in the state that it is in, in place of what a spec says comes next.
#pragma once

#include <string>
#include <vector>

#include "engine/desk.h"

namespace slipway {

struct Mishap {
  std::string name;
  std::vector<Event> events;
  Duration later{0};  // until the last of them
};

// Each failure of the exchange in flight and of the stream; silence until the watchdog; a store
// that fails; another service; whatever people, the network and a sleeping machine do.
std::vector<Mishap> mishaps(const Desk& desk);

}  // namespace slipway
