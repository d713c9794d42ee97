#include "conformance/kit.h"

#include <algorithm>

#include "conformance/native_checks.h"
#include "conformance/rest_checks.h"

namespace slipway::conformance {

namespace {

template <class Api>
void run_all(const std::vector<Check<Api>>& checks, const std::vector<std::string>& only, Api& api,
             Report& report) {
  bool goes_on = true;
  for (const Check<Api>& check : checks) {
    const bool is_first = &check == &checks.front();
    if (!is_first && !only.empty() && std::ranges::find(only, check.name) == only.end()) {
      report.left_out.emplace_back(check.name);
      continue;
    }
    Finding finding{check.name, check.promise, check.why, std::nullopt};
    if (goes_on) finding.outcome = check.run(api);
    if (is_first) goes_on = finding.outcome->has_value();
    report.findings.push_back(std::move(finding));
  }
  report.left_behind = api.clean();
}

template <class Api>
std::vector<std::string> names_of(const std::vector<Check<Api>>& checks) {
  std::vector<std::string> names;
  for (const auto& check : checks) names.emplace_back(check.name);
  return names;
}

}  // namespace

std::vector<std::string> check_names(const std::string& profile) {
  return profile == "native" ? names_of(native_checks()) : names_of(rest_checks());
}

Report run(const Plan& plan, Random& random) {
  Report report{plan.profile, plan.url, {}, {}};
  Client client(plan.url, plan.token, plan.ca_file);
  if (plan.profile == "native") {
    Native native(client, plan.shape, random);
    run_all(native_checks(), plan.only, native, report);
  } else {
    Rest rest(client, plan.shape, random);
    run_all(rest_checks(), plan.only, rest, report);
  }
  return report;
}

}  // namespace slipway::conformance
