// The test of the tests: each planted bug (base/planted.h) with the invariants that it breaks, and
// how many seeds it takes to catch it.
#pragma once

#include <span>
#include <string_view>

#include "base/planted.h"
#include "sweep.h"

namespace slipway::sim {

struct PlantedBug {
  Bug bug;
  std::string_view name;    // as in base/planted.h
  std::string_view breaks;  // the invariant that it was planted for: "I9"
  bool is_rare = false;     // takes over a hundred seeds, or thousands; hunted at night
};

std::span<const PlantedBug> planted_bugs();
const PlantedBug* planted_bug_of(int number);

// Looks for each of `numbers` in at most `options.seeds` seeds, prints what caught it and after how
// many seeds.
struct Bag {
  int caught = 0, survived = 0;
};
Bag hunt(const std::vector<int>& numbers, const SweepOptions& options);

}  // namespace slipway::sim
