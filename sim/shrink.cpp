#include "shrink.h"

namespace slipway::sim {

namespace {

bool fails_likewise(const RunOptions& options, const Violation& violation) {
  SweepOptions one;
  one.run = options;
  one.run.prints = false;
  one.from = options.seed;
  one.seeds = 1;
  const SweepResult result = sweep(one);
  return !result.failures.empty() &&
         result.failures.front().violation.invariant == violation.invariant;
}

}  // namespace

RunOptions shrink(const RunOptions& options, const Violation& violation) {
  RunOptions best = options;
  const auto try_with = [&](auto change) {
    RunOptions smaller = best;
    change(smaller.shrunk);
    if (!fails_likewise(smaller, violation)) return false;
    best = std::move(smaller);
    return true;
  };
  constexpr std::uint64_t steps_most = 80;  // what a world draws at most
  std::uint64_t works = steps_most, fails_not = 0;
  while (works - fails_not > 1) {
    const std::uint64_t middle = fails_not + (works - fails_not) / 2;
    const bool failed = try_with([&](Shrunk& shrunk) { shrunk.steps_max = middle; });
    (failed ? works : fails_not) = middle;
  }
  for (const std::uint64_t devices : {1, 2}) {
    if (try_with([&](Shrunk& shrunk) { shrunk.devices_max = devices; })) break;
  }
  for (const Fault fault : all_faults) {
    (void)try_with([&](Shrunk& shrunk) { shrunk.without.insert(fault); });
  }
  return best;
}

std::string arguments_of(const RunOptions& options) {
  std::string text = std::to_string(options.seed);
  const Shrunk& shrunk = options.shrunk;
  if (shrunk.steps_max) text += " --steps " + std::to_string(*shrunk.steps_max);
  if (shrunk.devices_max) text += " --devices " + std::to_string(*shrunk.devices_max);
  std::string without;
  for (const Fault fault : shrunk.without) {
    without += (without.empty() ? "" : ",") + std::string(to_text(fault));
  }
  if (!without.empty()) text += " --without " + without;
  if (options.canary != Canary::none) text += " --canary " + std::to_string(int(options.canary));
  if (options.bug) text += " --bug " + std::to_string(options.bug);
  return text;
}

}  // namespace slipway::sim
