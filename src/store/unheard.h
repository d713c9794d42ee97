// Rows of the app's own, from before Slipway, of which nothing is known: no shadow, so no entry and
// no word from the cloud. When the cloud tells of such a row with other values, nothing says which
// of the two is right: it becomes a create that has seen nothing, before the cloud's word becomes a
// shadow, and so a conflict for a person. One with the same values is adopted as it is.
// In the transaction that applies the page, before the shadow is written. Throws sqlite::Failure.
#pragma once

#include "model/view.h"
#include "model/wire.h"
#include "store/work.h"

namespace slipway::store {

void offer_unheard_row(Work& work, const EntityKey& entity, const RowState& told);

// Of a target without a log: to send it as a create could make a second row there, so it is parked
// as a conflict here. `told` has values.
void park_unheard_row(Work& work, const PageRow& told);

}  // namespace slipway::store
