// Many worlds, each run twice, in several processes: what was violated, and what was met.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "world.h"

namespace slipway::sim {

struct Failure {
  std::uint64_t seed;
  Violation violation;
};

struct SweepResult {
  std::uint64_t seeds = 0;
  std::vector<sim::Failure> failures;  // by seed
  Counters counters;
  double seconds = 0;
};

struct SweepOptions {
  RunOptions run;
  std::uint64_t from = 1, seeds = 0;
  double seconds_max = 0;  // 0: as many as were asked for; else: as many as fit
  std::size_t jobs = 1;
  std::size_t failures_max = 20;  // then it ends early
};

// One seed, the second time with other wall clocks, which must end the same (I17).
Outcome run_twice(RunOptions options);

SweepResult sweep(const SweepOptions& options);

// A process that ends itself in one seed is a violation, too.
inline constexpr const char* process_ended = "process";

}  // namespace slipway::sim
