// The archive: settled and closed entries, kept as long as the cloud might still be restored to a
// point before it judged them. Called by the store only. Throws sqlite::Failure.
#pragma once

#include "model/version.h"
#include "store/work.h"

namespace slipway::store {

// The newest commit up to which the archive is not needed: it is in every backup of the cloud's,
// and absorbed here. 0: nothing is known, all is needed.
std::int64_t needless_up_to(sqlite::Database& database);

// Forgets entries whose receipt lies there, with their attempts, the oldest first, at most `limit`.
// The newest `kept` entries stay for people to look at. Gives how many went.
std::int64_t purge_archive(Work& work, std::int64_t kept, std::int64_t limit);

}  // namespace slipway::store
