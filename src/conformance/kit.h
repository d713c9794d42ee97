// `slipway-cloud conformance`: puts a hosted API to the test over HTTP, and cleans up behind
// itself.
#pragma once

#include <string>

#include "base/random.h"
#include "conformance/report.h"
#include "conformance/row_shape.h"

namespace slipway::conformance {

struct Plan {
  std::string url;  // without a slash at its end
  std::string token;
  std::string ca_file;  // PEM; "": the system's
  std::string profile;  // "native" or "rest"
  RowShape shape;
  std::vector<std::string> only;  // names of checks beside the first; none: all
};

std::vector<std::string> check_names(const std::string& profile);

Report run(const Plan& plan, Random& random);

}  // namespace slipway::conformance
