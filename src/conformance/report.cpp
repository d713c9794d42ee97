#include "conformance/report.h"

#include <algorithm>

namespace slipway::conformance {

namespace {

constexpr std::size_t name_width = 22;

bool passed(const Finding& finding) {
  return finding.outcome && *finding.outcome;
}

std::string line(std::string_view label, std::string_view text) {
  std::string padded(label);
  padded.resize(std::max(padded.size(), std::size_t{10}), ' ');
  return "        " + padded + std::string(text) + "\n";
}

std::string to_text(const Finding& finding) {
  std::string name = finding.name;
  name.resize(std::max(name.size() + 1, name_width), ' ');
  const char* word = !finding.outcome ? "----" : *finding.outcome ? "pass" : "FAIL";
  std::string text = std::string(word) + "    " + name + finding.promise + "\n";
  if (!finding.outcome) return text + line("", "Not checked: what it is built on does not hold.");
  if (*finding.outcome) return text + line("seen", **finding.outcome);
  const Fault& fault = finding.outcome->error();
  return text + line("expected", fault.expected) + line("seen", fault.seen) +
         line("missing", fault.missing) + line("why", finding.why);
}

}  // namespace

bool holds(const Report& report) {
  return !report.findings.empty() && std::ranges::all_of(report.findings, passed);
}

std::string to_text(const Report& report) {
  std::string text = "Conformance of " + report.url + ", profile " + report.profile + "\n\n";
  for (const Finding& finding : report.findings) text += to_text(finding);
  const auto count = std::ranges::count_if(report.findings, passed);
  text += "\n" + std::to_string(count) + " of " + std::to_string(report.findings.size()) +
          " checks hold. ";
  if (!report.left_out.empty())
    text += "This is not all: " + std::to_string(report.left_out.size()) +
            " more were left out (--only), and nothing is known of them. ";
  if (report.left_behind.empty()) return text + "No row was left behind.\n";
  text += "These rows could not be deleted again:\n";
  for (const std::string& row : report.left_behind) text += "  " + row + "\n";
  return text;
}

json::object to_json(const Report& report) {
  json::array checks;
  for (const Finding& finding : report.findings) {
    json::object check{{"name", finding.name},
                       {"outcome", !finding.outcome  ? "not-checked"
                                   : passed(finding) ? "passed"
                                                     : "failed"},
                       {"promise", finding.promise},
                       {"why", finding.why}};
    if (passed(finding)) check["seen"] = **finding.outcome;
    if (finding.outcome && !*finding.outcome) {
      const Fault& fault = finding.outcome->error();
      check["expected"] = fault.expected;
      check["seen"] = fault.seen;
      check["missing"] = fault.missing;
    }
    checks.push_back(std::move(check));
  }
  return {{"url", report.url},
          {"profile", report.profile},
          {"holds", holds(report)},
          {"checks", std::move(checks)},
          {"leftOut", json::value_from(report.left_out)},
          {"leftBehind", json::value_from(report.left_behind)}};
}

}  // namespace slipway::conformance
