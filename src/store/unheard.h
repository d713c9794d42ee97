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

// Such a row that has been edited before the cloud told of it: its shadow holds what was here, and
// nobody has offered that. The edit is on its way as it is, and has seen nothing; so what was here
// is listed with the lost rows, where a person sees it and can write it again.
void list_unheard_row(Work& work, const EntityKey& entity, const Version& version,
                      const RowState& told);

// Such a row that has been deleted here: the cloud, which has never had it, has nothing against
// that and nothing to tell. So nobody but this receipt says that the row is gone.
void delete_unheard_row(Work& work, const EntityKey& entity);

// Of a target without a log: to send it as a create could make a second row there, so it is parked
// as a conflict here. `told` has values.
void park_unheard_row(Work& work, const PageRow& told);

}  // namespace slipway::store
