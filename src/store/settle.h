// Only the feed settles: receipts, shadows, views and the cursor move together, in one transaction.
// A verdict outside of a page counts only when the cursor has passed its commit; anything else
// means "wait". Called by the store only, with foreign keys off. Throws sqlite::Failure.
#pragma once

#include <set>
#include <vector>

#include "model/wire.h"
#include "store/work.h"

namespace slipway::store {

struct Settled {
  bool page_absorbed = false;    // false: the page did not begin at the cursor and was dropped
  std::vector<EntryId> entries;  // settled, parked or closed
};

// Applies a page whole. Receipts of other devices' entries and repeated ones change nothing.
Settled apply_page(Work& work, const Page& page);

// Receipts of a full pull, whose rows hold their effects already.
std::vector<EntryId> apply_receipts(Work& work, const std::vector<Receipt>& receipts);

// Applies those verdicts of a push answer that count already; returns the entries they moved.
// `head` is the cloud's newest commit as of the answer.
std::vector<EntryId> apply_verdicts(Work& work, const std::vector<Receipt>& verdicts,
                                    const Version& head);

}  // namespace slipway::store
