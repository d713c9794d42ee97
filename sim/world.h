// A whole simulated world: drawn, run through a safety phase with faults and a liveness phase
// without, and checked.
#pragma once

#include "run.h"

namespace slipway::sim {

struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t digest = 0;
  Counters counters;
};

Outcome run_world(const RunOptions& options);

}  // namespace slipway::sim
