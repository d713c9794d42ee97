// What the kit found, for people and for programs. Pure.
//
// A check is a promise that a hosted API keeps or does not keep. A fault says what was expected,
// what was seen instead, and what the API lacks, in words for those who build it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "model/json.h"

namespace slipway::conformance {

struct Fault {
  std::string expected;
  std::string seen;
  std::string missing;
};

using Outcome = std::expected<std::string, Fault>;  // what was seen where it holds

struct Finding {
  std::string name;                // stable: "key-reuse"
  std::string promise;             // what must hold
  std::string why;                 // what happens to users where it does not
  std::optional<Outcome> outcome;  // nothing: not checked, because an earlier check has failed
};

struct Report {
  std::string profile;
  std::string url;
  std::vector<Finding> findings;
  std::vector<std::string> left_behind;    // rows that could not be deleted, as "Type id"
  std::vector<std::string> left_out = {};  // checks that were not asked for, by name
};

// All that was asked for was checked, and holds. Of what was left out it says nothing.
bool holds(const Report& report);

std::string to_text(const Report& report);   // ends with a line feed
json::object to_json(const Report& report);  // {"holds": …, "checks": […], …}; see docs

}  // namespace slipway::conformance
