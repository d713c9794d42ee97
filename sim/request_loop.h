// Every request of some scenarios, each with every fate that a network has for it: the whole
// scenario is played again, all faults end, and the world must converge (stage.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stage.h"

namespace slipway::sim {

struct Scenario {
  std::string name;
  std::function<void(Stage&)> play;
};

std::vector<Scenario> all_scenarios();

struct RequestLoopOptions {
  std::size_t jobs = 1;
  std::string only;  // scenarios whose name contains it
};

// How many violations there were; prints what was covered.
std::uint64_t run_request_loop(const RequestLoopOptions& options);

}  // namespace slipway::sim
