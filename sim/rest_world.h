// A small world of its own: two desks before a hosted API that is not safe to repeat (I30).
#pragma once

#include "run.h"

namespace slipway::sim {

void play_hosted_api(Run& run);

}  // namespace slipway::sim
