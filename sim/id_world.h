// A desk in front of a target that gives ids (I15), and a cloud that gives numbers: small worlds of
// their own beside the large one, because in that one nobody gives anything. Messages are lost, cut
// short and repeated, processes die at their disk; afterwards everything drains.
#pragma once

#include "run.h"

namespace slipway::sim {

void play_given_ids(Run& run);
void play_given_numbers(Run& run);

}  // namespace slipway::sim
