// `slipway serve`: wires store, worker, transport and local API together and runs them until a
// signal. Returns the exit code.
#pragma once

#include "app/config.h"

namespace slipway::app {

int serve(Config config);

// `slipway init`: our tables, and the rows that exist already offered as creates.
int init(const Config& config, bool yes);

}  // namespace slipway::app
