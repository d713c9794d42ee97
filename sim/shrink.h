// A failing world made smaller, as long as it fails in the same way: fewer steps, fewer devices,
// fewer kinds of faults. What is left is what a person has to read.
#pragma once

#include "sweep.h"

namespace slipway::sim {

// The options of the smallest world found. Each trial runs in a process of its own.
RunOptions shrink(const RunOptions& options, const Violation& violation);

// "--steps 12 --devices 2 --without repeat,slow": what replays it.
std::string arguments_of(const RunOptions& options);

}  // namespace slipway::sim
