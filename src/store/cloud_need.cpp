#include "store/cloud_need.h"

#include <algorithm>

#include "base/planted.h"
#include "store/held.h"

namespace slipway::store {

namespace {

std::unexpected<Error> refuse_away(const Body& body, const std::string& away) {
  return fail(ErrorKind::busy, "needs-cloud",
              body.action + " needs the cloud, and the cloud cannot be reached now",
              away + " Nothing was written. Try again when the connection is back.", "action");
}

std::unexpected<Error> refuse_behind(const Body& body, EntryId parked) {
  return fail(ErrorKind::conflict, "behind-parked",
              body.action + " needs the cloud at once, but would wait behind #" +
                  std::to_string(parked) + ", which needs a decision",
              "Nothing was written. Decide #" + std::to_string(parked) + " first, then try again.",
              "action", {parked});
}

}  // namespace

Result<void> check_cloud_need(Work& work, const std::vector<Entry>& appended,
                              const std::optional<std::string>& away) {
  const auto needs_cloud = [&](const Entry& entry) {
    return work.rules.requires_online(entry.body.action, entry.body.entity.type);
  };
  if (std::ranges::none_of(appended, needs_cloud)) return {};
  const HeldEntries held = HeldEntries::read(work.database);
  for (const Entry& entry : appended) {
    if (!needs_cloud(entry)) continue;
    if (away && !planted(Bug::queues_what_needs_the_cloud)) return refuse_away(entry.body, *away);
    if (const auto parked = held.root_of(entry.id)) return refuse_behind(entry.body, *parked);
  }
  return {};
}

}  // namespace slipway::store
