// slipway-sim SEED            one world, with a readable trace
// slipway-sim --seeds N       a sweep; each seed runs twice, the second time with other clocks
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "world.h"

namespace slipway::sim {
namespace {

// What a sweep of 200 seeds must have met; a fault or a state that never comes tests nothing.
constexpr std::string_view must_be_seen[] = {
    "verdict applied",
    "verdict conflict",
    "verdict voided",
    "conflict: changed",
    "conflict: deleted",
    "conflict: already-exists",
    "conflict: has-children",
    "conflict: reference-missing",
    "conflict: group",
    "conflict: re-created",
    "group applied",
    "successor applied",
    "cascade",
    "discard",
    "discard takes dependants along",
    "discard too late",
    "retry",
    "force",
    "held behind a parked entry",
    "quarantine",
    "crash with a push in flight",
    "cloud restart",
    "partition",
    "hours asleep",
    "lost before the cloud",
    "lost after the cloud's commit",
    "no answer ever",
    "slow message",
    "duplicate delivery",
    "replay after hours",
    "garbled verdicts",
    "push answer without a page",
    "pull in several pages",
    "stale answer",
    "answer after it was given up",
    "busy",
    "server error",
    "refused as invalid",
};

constexpr const char* checked =
    "checked: I1 I3 I5 I9 I10 I11 I14 I16 I17 I23 I24 I25 I26\n"
    "pending: I2 (savepoints, crash inside a transaction) I4 I6 (cloud crash inside a "
    "transaction)\n"
    "         I7 I8 I12 (lineage; only the manual rule exists) I13 I15 I18 I19 I20 I21 I22 I27\n"
    "         a disk that fails or loses un-synced pages; two daemons; restores; token expiry\n";

volatile std::sig_atomic_t dying = 0;
std::uint64_t current_seed = 0;

// A CHECK of the product's ended the process: say which seed did it.
void on_abort(int) {
  if (dying) return;
  dying = 1;
  char text[96];
  const int length = std::snprintf(
      text, sizeof text, "seed %llu ended the process: slipway-sim %llu\n",
      static_cast<unsigned long long>(current_seed), static_cast<unsigned long long>(current_seed));
  if (write(STDERR_FILENO, text, std::size_t(length)) < 0) return;
}

std::string canary_option(const RunOptions& options) {
  if (options.canary == Canary::none) return "";
  return " --canary " + std::to_string(int(options.canary));
}

Outcome run_twice(RunOptions options) {
  current_seed = options.seed;
  options.clocks = options.seed;
  Outcome first = run_world(options);
  if (first.violation) return first;
  options.prints = false;
  options.clocks = ~options.seed;
  const Outcome second = run_world(options);
  if (second.digest != first.digest) {
    first.violation = Violation{"I17", "the second run, with other clocks, ended otherwise"};
  }
  return first;
}

int run_one(const RunOptions& options) {
  const Outcome outcome = run_twice(options);
  if (outcome.violation) {
    std::printf("seed %llu: %s violated: %s\n", static_cast<unsigned long long>(options.seed),
                outcome.violation->invariant.c_str(), outcome.violation->what.c_str());
    return 1;
  }
  std::printf("seed %llu: nothing violated, digest %016llx\n",
              static_cast<unsigned long long>(options.seed),
              static_cast<unsigned long long>(outcome.digest));
  return 0;
}

int sweep(RunOptions options, std::uint64_t from, std::uint64_t seeds) {
  const auto began = std::chrono::steady_clock::now();
  Counters counters;
  std::uint64_t failures = 0;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    options.seed = seed;
    const Outcome outcome = run_twice(options);
    for (const auto& [what, times] : outcome.counters) counters[what] += times;
    if (!outcome.violation) continue;
    ++failures;
    const auto number = static_cast<unsigned long long>(seed);
    std::printf("seed %llu: %s violated: %s\n  replay: slipway-sim %llu%s\n", number,
                outcome.violation->invariant.c_str(), outcome.violation->what.c_str(), number,
                canary_option(options).c_str());
    std::fflush(stdout);
    if (options.canary != Canary::none || failures == 20) {
      seeds = seed - from + 1;
      break;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  for (const auto& [what, times] : counters) {
    std::printf("%9lld  %s\n", static_cast<long long>(times), what.c_str());
  }
  int missing = 0;
  for (const std::string_view what : must_be_seen) {
    if (seeds < 200 || counters.contains(what)) continue;
    std::printf("never met: %.*s\n", int(what.size()), what.data());
    ++missing;
  }
  std::printf("%s%llu seeds, each twice, in %.1f s: %.1f seeds/s; %llu failed, %d never met\n",
              checked, static_cast<unsigned long long>(seeds), took.count(),
              double(seeds) / took.count(), static_cast<unsigned long long>(failures), missing);
  return failures == 0 && missing == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  CLI::App app("Runs Slipway's production code in simulated worlds; one seed is one world.");
  std::uint64_t seed = 0, seeds = 0, from = 1;
  int canary = 0;
  app.add_option("seed", seed, "one world, with its trace");
  app.add_option("--seeds", seeds, "so many worlds, without traces");
  app.add_option("--from", from, "the first seed of a sweep");
  app.add_option("--canary", canary, "plants a bug in the network, which must be found: 1 to 4")
      ->check(CLI::Range(1, 4));
  CLI11_PARSE(app, argc, argv);
  if ((seeds == 0) == (app.count("seed") == 0)) {
    std::fputs("slipway-sim: give either a seed or --seeds N; --help says more\n", stderr);
    return 2;
  }
  std::signal(SIGABRT, on_abort);
  RunOptions options;
  options.canary = Canary(canary);
  if (seeds > 0) return sweep(options, from, seeds);
  options.seed = seed;
  options.prints = true;
  return run_one(options);
}

}  // namespace
}  // namespace slipway::sim

int main(int argc, char** argv) {
  return slipway::sim::run(argc, argv);
}
