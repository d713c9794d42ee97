// What the profile `rest` promises, in the order in which it is checked.
#pragma once

#include <vector>

#include "conformance/check.h"
#include "conformance/rest.h"

namespace slipway::conformance {

std::vector<Check<Rest>> rest_checks();

// Of its list; part of the above.
std::vector<Check<Rest>> rest_list_checks();

}  // namespace slipway::conformance
