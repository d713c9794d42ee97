// One run of one seed: chance, virtual time, the trace and the verdict. Everything in sim/ draws
// from here, so that a seed is a whole world. Wall clocks have a chance of their own: a second run
// with other clocks must end the same (I17), so nothing in the trace may depend on them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <set>
#include "base/random.h"
#include "base/time.h"
#include "faults.h"

namespace slipway::sim {

using Counters = std::map<std::string, std::int64_t, std::less<>>;

struct Violation {
  std::string invariant;  // "I11"
  std::string what;
};

// Bugs that the harness can plant into its own network, to see that the checks can fail.
enum class Canary { none, conflict_as_applied, row_left_out, void_swallowed, write_repeated };

// What a shrunk world leaves out of what its seed draws.
struct Shrunk {
  std::optional<std::uint64_t> devices_max, steps_max;
  std::set<Fault> without;
};

struct RunOptions {
  std::uint64_t seed = 0;
  std::uint64_t clocks = 0;  // which wall clocks
  bool prints = false;
  Canary canary = Canary::none;
  Shrunk shrunk = {};
  int bug = 0;  // base/planted.h; 0: none
};

// Tasks in virtual time; those of one instant run in the order in which they were made.
class Timeline {
 public:
  Instant now() const { return now_; }
  void after(Duration delay, std::function<void()> task);
  std::optional<Instant> next() const;
  void advance_to(Instant when) { now_ = std::max(now_, when); }
  bool run_one_due();

 private:
  Instant now_;
  std::uint64_t count_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> tasks_;
};

class Run {
 public:
  explicit Run(const RunOptions& options)
      : random(options.seed), clocks(options.clocks), options_(options) {}

  void trace(const std::string& line);
  void seen(std::string_view what);  // "sometimes" counters
  void violated(std::string_view invariant, const std::string& what);
  bool failed() const { return violation_.has_value(); }
  const std::optional<Violation>& violation() const { return violation_; }
  std::uint64_t digest() const { return digest_; }
  std::uint64_t seed() const { return options_.seed; }
  Canary canary() const { return options_.canary; }
  const Shrunk& shrunk() const { return options_.shrunk; }
  bool leaves_out(Fault fault) const { return options_.shrunk.without.contains(fault); }
  const Counters& counters() const { return counters_; }
  Duration up_to(Duration most) { return Duration(random.below(std::uint64_t(most.count()) + 1)); }

  Random random;
  Random clocks;
  Timeline timeline;

 private:
  RunOptions options_;
  Counters counters_;
  std::optional<Violation> violation_;
  std::uint64_t digest_ = 14695981039346656037ull;  // FNV-1a
};

}  // namespace slipway::sim
