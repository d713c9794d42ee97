#include "sweep.h"

#include <algorithm>
#include <chrono>
#include <deque>

#include "jobs.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

struct Part {
  std::uint64_t from, to;  // `to` not included
};

json::object line_of(std::uint64_t seed, const Outcome& outcome) {
  json::object line{{"seed", seed}};
  if (outcome.violation) {
    line["invariant"] = outcome.violation->invariant;
    line["what"] = outcome.violation->what;
  }
  return line;
}

void run_part(const RunOptions& options, const Part& part, const WriteLine& write_line) {
  Counters counters;
  for (std::uint64_t seed = part.from; seed < part.to; ++seed) {
    RunOptions one = options;
    one.seed = seed;
    write_line(canonical_json(json::object{{"begun", seed}}));
    const Outcome outcome = run_twice(one);
    for (const auto& [what, times] : outcome.counters) counters[what] += times;
    write_line(canonical_json(line_of(seed, outcome)));
  }
  json::object seen;
  for (const auto& [what, times] : counters) seen[what] = times;
  write_line(canonical_json(json::object{{"counters", std::move(seen)}}));
}

class Sweep {
 public:
  explicit Sweep(const SweepOptions& options)
      : options_(options), next_seed_(options.from), began_(std::chrono::steady_clock::now()) {}

  SweepResult run() {
    sim::run({options_.jobs, [this](std::size_t) { return next(); },
              [this](std::size_t task, const WriteLine& write_line) {
                run_part(options_.run, parts_[task], write_line);
              },
              [this](Finished finished) { take(std::move(finished)); }});
    std::sort(result_.failures.begin(), result_.failures.end(),
              [](const auto& a, const auto& b) { return a.seed < b.seed; });
    result_.seconds = seconds();
    return std::move(result_);
  }

 private:
  static constexpr std::uint64_t seeds_of_a_part = 50;

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

  bool next() {
    if (result_.failures.size() >= options_.failures_max) return false;
    if (!rest_.empty()) {
      parts_.push_back(rest_.front());
      rest_.pop_front();
      return true;
    }
    const bool by_time = options_.seconds_max > 0;
    const std::uint64_t end = options_.from + options_.seeds;
    if (by_time ? seconds() >= options_.seconds_max : next_seed_ >= end) return false;
    const std::uint64_t to = next_seed_ + seeds_of_a_part;
    parts_.push_back({next_seed_, by_time ? to : std::min(to, end)});
    next_seed_ = parts_.back().to;
    return true;
  }

  void take(Finished finished) {
    std::uint64_t begun = parts_[finished.task].from;
    for (const std::string& text : finished.lines) {
      const json::object line = parse_json_object(text, "a line of a sweep").value();
      if (const auto seed = integer_at(line, "begun")) begun = std::uint64_t(*seed);
      if (line.contains("seed")) ++result_.seeds;
      if (const auto invariant = text_at(line, "invariant")) {
        result_.failures.push_back(
            {begun, {std::string(*invariant), std::string(text_at(line, "what").value_or(""))}});
      }
      if (const json::value* seen = find(line, "counters")) {
        for (const auto& member : seen->as_object()) {
          result_.counters[std::string(member.key())] += member.value().as_int64();
        }
      }
    }
    if (!finished.crashed) return;
    result_.failures.push_back({begun, {process_ended, "the process ended itself in this seed"}});
    ++result_.seeds;
    if (begun + 1 < parts_[finished.task].to)
      rest_.push_back({begun + 1, parts_[finished.task].to});
  }

  const SweepOptions& options_;
  std::uint64_t next_seed_;
  std::chrono::steady_clock::time_point began_;
  std::vector<Part> parts_;  // by task
  std::deque<Part> rest_;    // of parts whose process ended
  SweepResult result_;
};

}  // namespace

Outcome run_twice(RunOptions options) {
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

SweepResult sweep(const SweepOptions& options) {
  return Sweep(options).run();
}

}  // namespace slipway::sim
