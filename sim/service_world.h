// Two services on one file (I20): a small world of its own beside the large one. They write, send
// and hear answers in turn; they are paused with work in hand, wake, end and begin again. Only the
// holder of the lease changes the file, and in the end each accepted write has had one effect.
#pragma once

#include "run.h"

namespace slipway::sim {

void play_two_services(Run& run);

}  // namespace slipway::sim
