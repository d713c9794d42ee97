// Desks whose tables were full before Slipway came, and their first contact with a cloud: rows that
// are never offered, two full desks that meet at one empty cloud, a cloud with a history of its own
// that takes the place of the known one. A small world beside the large one, in which every desk
// begins empty.
#pragma once

#include "run.h"

namespace slipway::sim {

void play_first_contact(Run& run, Random random);

}  // namespace slipway::sim
