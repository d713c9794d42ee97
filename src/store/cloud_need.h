// Actions that need the cloud (`requires = "online"`) are never queued for later: what takes one is
// refused, whole, unless the cloud answers and nothing before it waits by itself or for a person;
// and what was taken and not sent when the cloud went away is parked. Throws sqlite::Failure.
#pragma once

#include "store/queue.h"
#include "store/work.h"

namespace slipway::store {

// Called at the end of the transaction that appended the entries. `about`: those whose contents
// they say again under another name, as an undo does.
// Errors: "needs-cloud", where `away` says why the cloud does not answer; "would-wait", with the
// entry that is in the way.
Result<void> check_cloud_need(Work& work, const std::vector<Entry>& appended,
                              const std::optional<std::string>& away,
                              const std::vector<Entry>& about = {});

// Parks what needs the cloud and was never sent, with its group: whether it shall still be done is
// for a person to say. What may have been sent is asked for as ever.
void park_unsent_needs(Work& work, const std::string& away);

}  // namespace slipway::store
