// All crash points: every transaction of the engine (crash_steps.h), broken at each of its calls to
// the disk (crash_loop.h), in several processes; printed and counted. A transaction that no step
// has run is a violation (transactions.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "crash_loop.h"

namespace slipway::sim {

struct CrashPointsOptions {
  std::uint64_t damages =
      4;  // what a power loss may make of the writes: four kinds, then more draws
  std::size_t jobs = 1;
  std::string only;  // steps whose name contains it
};

// How many violations there were.
std::uint64_t run_crash_points(const CrashPointsOptions& options);

}  // namespace slipway::sim
