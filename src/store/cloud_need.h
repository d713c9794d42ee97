// Actions that need the cloud (`requires = "online"`) are never queued: what takes one is refused,
// whole, unless the cloud answers and nothing that a person must decide first stands before it.
// Called at the end of the transaction that appended the entries. Throws sqlite::Failure.
#pragma once

#include "store/queue.h"
#include "store/work.h"

namespace slipway::store {

// Errors: "needs-cloud", where `away` says why the cloud does not answer; "behind-parked", with the
// parked entries.
Result<void> check_cloud_need(Work& work, const std::vector<Entry>& appended,
                              const std::optional<std::string>& away);

}  // namespace slipway::store
