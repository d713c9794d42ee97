// What a sweep must have met: a fault or a state that never comes tests nothing. And which
// invariants are judged, which are not yet: said with every sweep, so that nobody forgets.
#pragma once

#include <string_view>
#include <vector>

#include "run.h"

namespace slipway::sim {

// What should have been met and was not.
std::vector<std::string_view> never_met(const Counters& counters);

extern const char* const checked_and_pending;

}  // namespace slipway::sim
