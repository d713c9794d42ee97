#include "request_loop.h"

#include <chrono>
#include <cstdio>
#include <map>

#include "base/check.h"
#include "jobs.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Played {
  Outcome outcome;
  std::vector<std::string> requests;  // before all faults ended
};

Played play(const Scenario& scenario, std::optional<FatedRequest> fated) {
  RunOptions options;
  options.seed = 1;
  Stage stage(options);
  stage.network().usual_delay = Duration(20);
  stage.network().fated = fated;
  scenario.play(stage);
  stage.run_for(seconds(10));
  if (fated && fated->fate == Fate::replayed) {  // all are asleep until then
    stage.run().timeline.advance_to(stage.run().timeline.now() + replay_after);
    stage.run_for(seconds(10));
  }
  Played played{{}, stage.network().requests};
  CHECK(!fated || played.requests.size() >= fated->at);
  played.outcome = stage.finish();
  return played;
}

std::string violation_of(const Outcome& outcome) {
  if (!outcome.violation) return "";
  return outcome.violation->invariant + ": " + outcome.violation->what;
}

// {"fates":{"push doubled":12,…},"violations":[…]}
json::object loop(const Scenario& scenario) {
  json::object fates;
  json::array violations;
  const auto note = [&](const std::string& where, const Outcome& outcome) {
    const std::string text = violation_of(outcome);
    if (!text.empty()) violations.emplace_back(scenario.name + ", " + where + ": " + text);
  };
  const Played undisturbed = play(scenario, std::nullopt);
  note("undisturbed", undisturbed.outcome);
  for (std::uint64_t at = 1; at <= undisturbed.requests.size(); ++at) {
    const std::string& kind = undisturbed.requests[at - 1];
    for (const Fate fate : all_fates) {
      const std::string name = kind + " " + std::string(to_text(fate));
      note("request " + std::to_string(at) + ", " + name,
           play(scenario, FatedRequest{at, fate}).outcome);
      fates[name] = integer_at(fates, name).value_or(0) + 1;
    }
  }
  return {{"fates", std::move(fates)}, {"violations", std::move(violations)}};
}

class RequestLoop {
 public:
  explicit RequestLoop(const RequestLoopOptions& options) : options_(options) {
    for (Scenario& scenario : all_scenarios()) {
      if (scenario.name.find(options.only) != std::string::npos)
        scenarios_.push_back(std::move(scenario));
    }
  }

  std::uint64_t run() {
    const auto began = std::chrono::steady_clock::now();
    sim::run({options_.jobs, [this](std::size_t task) { return task < scenarios_.size(); },
              [this](std::size_t task, const WriteLine& write_line) {
                write_line(canonical_json(loop(scenarios_[task])));
              },
              [this](Finished finished) { take(finished); }});
    if (options_.only.empty()) check_none_is_missing();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::int64_t runs = 0;
    for (const auto& [name, times] : fates_) {
      std::printf("%6lld  %s\n", static_cast<long long>(times), name.c_str());
      runs += times;
    }
    std::printf(
        "requests: %zu scenarios, %lld requests with %zu fates each, %lld runs in %.1f s; %llu "
        "violations\n",
        scenarios_.size(), static_cast<long long>(runs / std::int64_t(std::size(all_fates))),
        std::size(all_fates), static_cast<long long>(runs), took.count(),
        static_cast<unsigned long long>(violations_));
    return violations_;
  }

 private:
  void check_none_is_missing() {
    for (const std::string_view kind : request_kinds) {
      if (fates_.contains(std::string(kind) + " " + std::string(to_text(all_fates[0])))) continue;
      ++violations_;
      std::printf("VIOLATED no scenario makes the request “%s” (sim/scenarios.cpp)\n",
                  std::string(kind).c_str());
    }
  }

  void take(const Finished& finished) {
    const Scenario& scenario = scenarios_[finished.task];
    if (finished.crashed || finished.lines.empty()) {
      ++violations_;
      std::printf("%s ended its process\n", scenario.name.c_str());
      return;
    }
    const json::object line = parse_json_object(finished.lines.front(), "a result").value();
    for (const auto& member : line.at("fates").as_object()) {
      fates_[std::string(member.key())] += member.value().as_int64();
    }
    for (const json::value& text : line.at("violations").as_array()) {
      ++violations_;
      std::printf("VIOLATED %s\n", text.as_string().c_str());
    }
  }

  const RequestLoopOptions& options_;
  std::vector<Scenario> scenarios_;
  std::map<std::string, std::int64_t> fates_;
  std::uint64_t violations_ = 0;
};

}  // namespace

std::uint64_t run_request_loop(const RequestLoopOptions& options) {
  return RequestLoop(options).run();
}

}  // namespace slipway::sim
