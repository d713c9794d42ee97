// The scopes that a simulated operator gives a desk: some children by their titles, without or with
// the guards, or everything. Parents are always held whole, so that no row waits for one for ever.
#pragma once

#include "base/random.h"
#include "model/row_scope.h"

namespace slipway::sim {

RowScope first_scope();
RowScope draw_scope(Random& random);

}  // namespace slipway::sim
