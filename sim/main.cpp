// slipway-sim SEED            one world, with a readable trace
// slipway-sim --seeds N       a sweep; each seed runs twice, the second time with other clocks
// slipway-sim --hours H       a sweep that ends by time
// slipway-sim --crash-points  each transaction, broken at each of its calls to the disk
// slipway-sim --requests      each request of some scenarios, with each fate
// slipway-sim --hunt          in the build "planted": each planted bug must be caught
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "crash_points.h"
#include "planted.h"
#include "request_loop.h"
#include "shrink.h"
#include "sometimes.h"

namespace slipway::sim {
namespace {

volatile std::sig_atomic_t dying = 0;

// A CHECK of the product's ends the process; what was printed before must not be lost.
void on_abort(int) {
  if (dying) return;
  dying = 1;
  constexpr char text[] = "the process ended itself: a CHECK does not hold\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) return;
}

unsigned long long number(std::uint64_t value) {
  return value;
}

int run_one(const RunOptions& options) {
  const Outcome outcome = run_twice(options);
  if (outcome.violation) {
    std::printf("seed %llu: %s violated: %s\n", number(options.seed),
                outcome.violation->invariant.c_str(), outcome.violation->what.c_str());
    return 1;
  }
  std::printf("seed %llu: nothing violated, digest %016llx\n", number(options.seed),
              number(outcome.digest));
  return 0;
}

// The first of the failing worlds is shrunk: one is enough to begin with.
void show_failures(const SweepOptions& options, const SweepResult& result) {
  bool shrunk = false;
  for (const sim::Failure& failure : result.failures) {
    RunOptions world = options.run;
    world.seed = failure.seed;
    if (!std::exchange(shrunk, true)) world = shrink(world, failure.violation);
    std::printf("seed %llu: %s violated: %s\n  replay: slipway-sim %s\n", number(failure.seed),
                failure.violation.invariant.c_str(), failure.violation.what.c_str(),
                arguments_of(world).c_str());
  }
}

int run_sweep(const SweepOptions& options) {
  const SweepResult result = sweep(options);
  for (const auto& [what, times] : result.counters) {
    std::printf("%9lld  %s\n", static_cast<long long>(times), what.c_str());
  }
  show_failures(options, result);
  // A few hundred seeds cannot meet everything.
  constexpr std::uint64_t enough = 1000;
  std::vector<std::string_view> missing;
  if (result.seeds >= enough && result.failures.empty()) missing = never_met(result.counters);
  for (const std::string_view what : missing) {
    std::printf("never met: %.*s\n", int(what.size()), what.data());
  }
  std::printf("%s", checked_and_pending);
  std::printf(
      "seeds %llu to %llu: %llu, each twice, in %.1f s: %.1f seeds/s with %zu at once; "
      "%zu failed, %zu never met\n",
      number(options.from), number(options.from + result.seeds - 1), number(result.seeds),
      result.seconds, double(result.seeds) / result.seconds, options.jobs, result.failures.size(),
      missing.size());
  return result.failures.empty() && missing.empty() ? 0 : 1;
}

std::vector<int> all_bugs(bool with_rare) {
  std::vector<int> numbers;
  for (const PlantedBug& bug : planted_bugs()) {
    if (with_rare || !bug.is_rare) {
      numbers.push_back(int(bug.bug));
      continue;
    }
    std::printf("%3d %-37s for %-4s is rare, and not looked for this time\n", int(bug.bug),
                bug.name.data(), bug.breaks.data());
  }
  return numbers;
}

int run_hunt(const SweepOptions& options, const std::vector<int>& numbers) {
  const Bag bag = hunt(numbers, options);
  std::printf("%zu planted bugs: %d caught, %d survived\n", numbers.size(), bag.caught,
              bag.survived);
  return bag.survived == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  CLI::App app("Runs Slipway's production code in simulated worlds; one seed is one world.");
  SweepOptions options;
  std::uint64_t seed = 0;
  double hours = 0;
  int canary = 0;
  bool hunts = false, keeps = false, leaves_out_rare = false;
  std::vector<int> bugs;
  std::vector<std::string> without;
  std::uint64_t steps = 0, devices = 0;
  app.add_option("seed", seed, "one world, with its trace");
  app.add_option("--seeds", options.seeds, "so many worlds, without traces");
  app.add_option("--from", options.from, "the first seed of a sweep");
  app.add_option("--hours", hours, "a sweep that ends after so many hours")
      ->check(CLI::PositiveNumber);
  app.add_option("--jobs", options.jobs, "processes at once")->check(CLI::Range(1, 256));
  app.add_option("--steps", steps, "a shrunk world: at most so many steps");
  app.add_option("--devices", devices, "a shrunk world: at most so many devices");
  app.add_option("--without", without, "a shrunk world: leaves these faults out")->delimiter(',');
  app.add_option("--canary", canary, "a bug in the simulated network, which must be found: 1 to 4")
      ->check(CLI::Range(1, 4));
  app.add_option("--bug", bugs, "plants bugs of base/planted.h (only in the build \"planted\")")
      ->delimiter(',');
  app.add_flag("--hunt", hunts, "looks for each planted bug by itself, in at most --seeds worlds");
  app.add_flag("--without-rare", leaves_out_rare,
               "a hunt without bugs that take over a hundred seeds");
  app.add_flag("--keep-going", keeps, "does not end after 20 failures");
  CrashPointsOptions crash_points;
  bool breaks = false;
  app.add_flag("--crash-points", breaks,
               "each transaction, broken at each of its calls to the disk");
  RequestLoopOptions requests;
  bool loops = false;
  app.add_flag("--requests", loops, "each request of some scenarios, with each fate");
  app.add_option("--damages", crash_points.damages, "so many power losses for each crash point");
  app.add_option("--only", crash_points.only, "transactions or scenarios with this in their name");
  CLI11_PARSE(app, argc, argv);
  const auto wrong = [](const std::string& what) {
    std::fprintf(stderr, "slipway-sim: %s; --help says more\n", what.c_str());
    return 2;
  };
  options.seconds_max = hours * 3600;
  if (keeps) options.failures_max = std::size_t(-1);
  if (steps) options.run.shrunk.steps_max = steps;
  if (devices) options.run.shrunk.devices_max = devices;
  for (const std::string& name : without) {
    const auto fault = fault_from_text(name);
    if (!fault) return wrong("no fault is called " + name);
    options.run.shrunk.without.insert(*fault);
  }
  for (const int bug : bugs) {
    if (!planted_bug_of(bug)) return wrong("no planted bug has the number " + std::to_string(bug));
  }
#ifndef SLIPWAY_PLANTED
  if (hunts || !bugs.empty()) return wrong("this build has no planted bugs: ./dev build planted");
#endif
  std::signal(SIGABRT, on_abort);
  options.run.canary = Canary(canary);
  crash_points.jobs = options.jobs;
  if (breaks) return run_crash_points(crash_points) == 0 ? 0 : 1;
  requests = {options.jobs, crash_points.only};
  if (loops) return run_request_loop(requests) == 0 ? 0 : 1;
  const bool sweeps = options.seeds > 0 || hours > 0;
  if (sweeps == (app.count("seed") > 0)) return wrong("give either a seed or --seeds N");
  if (hunts) return run_hunt(options, bugs.empty() ? all_bugs(!leaves_out_rare) : bugs);
  if (bugs.size() > 1) return wrong("one bug at a time");
  if (!bugs.empty()) options.run.bug = bugs.front();
  if (sweeps) return run_sweep(options);
  options.run.seed = seed;
  options.run.prints = true;
  return run_one(options.run);
}

}  // namespace
}  // namespace slipway::sim

int main(int argc, char** argv) {
  return slipway::sim::run(argc, argv);
}
