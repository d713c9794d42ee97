#include "crash_points.h"

#include <chrono>
#include <cstdio>

#include "crash_steps.h"
#include "jobs.h"
#include "model/canonical_json.h"
#include "transactions.h"

namespace slipway::sim {

namespace {

constexpr std::size_t violations_shown = 5;  // of one step; more of the same help nobody

std::string to_line(const LoopResult& result) {
  json::object line{{"calls", result.calls},       {"crashes", result.crashes},
                    {"failures", result.failures}, {"before", result.before},
                    {"after", result.after},       {"violated", result.violations.size()}};
  json::array shown;
  for (const std::string& text : result.violations) {
    if (shown.size() < violations_shown) shown.emplace_back(text);
  }
  line["violations"] = std::move(shown);
  line["errors"] = json::array(result.errors.begin(), result.errors.end());
  return canonical_json(line);
}

class CrashPoints {
 public:
  explicit CrashPoints(const CrashPointsOptions& options) : options_(options) {
    for (auto part : {work_steps, tenure_steps, cloud_steps}) {
      for (Step& step : part()) {
        if (step.name.find(options.only) != std::string::npos) steps_.push_back(std::move(step));
      }
    }
  }

  std::uint64_t run() {
    const auto began = std::chrono::steady_clock::now();
    std::printf("%-40s %6s %8s %8s %8s %8s\n", "transaction", "calls", "crashes", "failures",
                "before", "after");
    sim::run({options_.jobs, [this](std::size_t task) { return task < steps_.size(); },
              [this](std::size_t task, const WriteLine& write_line) {
                write_line(to_line(run_crash_loop(steps_[task], options_.damages)));
              },
              [this](Finished finished) { take(finished); }});
    if (options_.only.empty()) check_none_is_missing();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf(
        "crash points: %zu transactions, %lld calls, %lld crashes with %llu damages, %lld failing "
        "calls, in %.1f s; %lld violations\n",
        steps_.size(), calls_, crashes_, static_cast<unsigned long long>(options_.damages),
        failures_, took.count(), violations_);
    return std::uint64_t(violations_);
  }

 private:
  void check_none_is_missing() {
    for (const std::string& text : transactions_without(errors_)) {
      ++violations_;
      std::printf("  VIOLATED no step has run the transaction “%s” (sim/crash_steps.h)\n",
                  text.c_str());
    }
  }

  void take(const Finished& finished) {
    const Step& step = steps_[finished.task];
    if (finished.crashed || finished.lines.empty()) {
      ++violations_;
      std::printf("%-40s ended its process\n", step.name.c_str());
      return;
    }
    const json::object line = parse_json_object(finished.lines.front(), "a result").value();
    const auto number = [&](std::string_view name) {
      return static_cast<long long>(integer_at(line, name).value_or(0));
    };
    std::printf("%-40s %6lld %8lld %8lld %8lld %8lld\n", step.name.c_str(), number("calls"),
                number("crashes"), number("failures"), number("before"), number("after"));
    for (const json::value& text : line.at("violations").as_array()) {
      std::printf("  VIOLATED %s\n", text.as_string().c_str());
    }
    for (const json::value& text : line.at("errors").as_array()) errors_.emplace(text.as_string());
    std::fflush(stdout);
    calls_ += number("calls"), crashes_ += number("crashes"), failures_ += number("failures");
    violations_ += number("violated");
  }

  const CrashPointsOptions& options_;
  std::vector<Step> steps_;
  std::set<std::string> errors_;
  long long calls_ = 0, crashes_ = 0, failures_ = 0, violations_ = 0;
};

}  // namespace

std::uint64_t run_crash_points(const CrashPointsOptions& options) {
  return CrashPoints(options).run();
}

}  // namespace slipway::sim
