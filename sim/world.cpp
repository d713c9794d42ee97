#include "world.h"

#include <algorithm>

#include "base/planted.h"
#include "scopes.h"
#include "script.h"
#include "stage.h"

namespace slipway::sim {

namespace {

using std::chrono::minutes;

// Of the last desk: the operator changes it now and then; its configuration declares one, too.
struct Scopes {
  bool are_changed = false, are_declared = false;
};

// What desks may find at a start: another file, other rules.
struct Restarts {
  bool copy_desks = false, declare_rules = false;
  std::uint64_t seed = 0;  // of the rules
};

// A safety phase with faults; finish() is the liveness phase.
void play(Stage& stage, const Scopes& scopes, const Restarts& restarts) {
  Run& run = stage.run();
  Script script(run, stage.network(), stage.devices());
  if (scopes.are_changed) script.change_scopes(run.seed() + 82);
  if (scopes.are_declared) script.declare_scopes();
  if (restarts.copy_desks) script.copy_desks();
  if (restarts.declare_rules) script.declare_rules(restarts.seed);
  std::uint64_t steps = run.random.between(10, 80);
  steps = std::min(steps, run.shrunk().steps_max.value_or(steps));
  for (; steps > 0 && !run.failed(); --steps) {
    stage.run_for(script.pause());
    script.step();
    stage.check();
    const Duration leap = script.leap();
    if (leap > minutes(30)) run.seen("hours asleep");
    run.timeline.advance_to(run.timeline.now() + leap);
  }
}

// In some worlds the last desk holds a part of the children. Drawn aside, so that the others stay
// as they were.
Scopes give_scope(Stage& stage, std::uint64_t seed, std::size_t device) {
  Random random(seed + 77);
  if (!random.chance(1, 4)) return {};
  stage.cloud().give_scope(device, first_scope());
  stage.run().seen("a desk with a scope");
  const bool changed = random.chance(1, 2);
  return {changed, random.chance(1, 2)};
}

// In some worlds the cloud has thousands of devices, and tells those here to take their time.
std::optional<Duration> draw_return_window(std::uint64_t seed) {
  Random random(seed + 79);
  if (!random.chance(1, 4)) return std::nullopt;
  return Duration(std::int64_t(random.between(0, 120'000)));  // longer than other retries, too
}

// In some worlds copies of desks' files are put back; in some, configurations change.
Restarts draw_restarts(std::uint64_t seed) {
  Random copies(seed + 78), rules(seed + 81);
  const bool declare_rules = rules.chance(1, 4);
  return {copies.chance(1, 4), declare_rules, rules.next()};
}

}  // namespace

Outcome run_world(const RunOptions& options) {
#ifdef SLIPWAY_PLANTED
  planted_bug = Bug(options.bug);
#endif
  Stage stage(options);
  std::uint64_t devices = stage.run().random.between(2, Stage::devices_max);
  devices = std::min(devices, stage.run().shrunk().devices_max.value_or(devices));
  const Scopes scopes = give_scope(stage, options.seed, devices - 1);
  for (std::uint64_t i = 0; i < devices; ++i) stage.add_device();
  stage.network().return_window = draw_return_window(options.seed);
  play(stage, scopes, draw_restarts(options.seed));
  return stage.finish();
}

}  // namespace slipway::sim
