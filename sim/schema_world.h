// Small worlds of two desks whose app migrates while entries are open (I22): between two processes
// and while one runs, with answers in doubt and conflicts open. The oracle knows the app's tables
// by itself, replays what the cloud applies, and keeps an account of each write.
#pragma once

#include "run.h"

namespace slipway::sim {

void play_migrations(Run& run);

}  // namespace slipway::sim
