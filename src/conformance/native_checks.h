// What the profile `native` promises, in the order in which it is checked.
#pragma once

#include <vector>

#include "conformance/check.h"
#include "conformance/native.h"

namespace slipway::conformance {

std::vector<Check<Native>> native_checks();

// Of its feed; part of the above.
std::vector<Check<Native>> native_feed_checks();

}  // namespace slipway::conformance
