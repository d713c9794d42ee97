// slipway-cloud conformance: its options and its exit code.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace slipway::app {

struct ConformanceOptions {
  std::string url, token_file, ca_file, profile, type, key_field, values;
  std::vector<std::string> fields, only;
  bool as_json = false;
};

void add_options(CLI::App& command, ConformanceOptions& options);
// done: all holds. failed: something does not, or could not be checked.
int check_conformance(const ConformanceOptions& options);

}  // namespace slipway::app
