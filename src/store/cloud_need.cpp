#include "store/cloud_need.h"

#include <algorithm>
#include <set>

#include "base/planted.h"
#include "store/held.h"
#include "store/listing.h"

namespace slipway::store {

namespace {

bool needs_cloud(const Work& work, const Entry& entry) {
  return work.rules.requires_online(entry.body.action, entry.body.entity.type);
}

std::unexpected<Error> refuse_away(const Body& body, const std::string& away) {
  return fail(ErrorKind::busy, "needs-cloud",
              body.action + " needs the cloud, and the cloud cannot be reached now",
              away + " Nothing was written. Try again when the connection is back.", "action");
}

std::unexpected<Error> refuse_behind(const Body& body, const Entry& before) {
  const std::string number = "#" + std::to_string(before.id);
  const bool parked = is_parked(before.status);
  return fail(ErrorKind::conflict, "would-wait",
              body.action + " needs the cloud at once, but would wait behind " + number +
                  ", which " + (parked ? "needs a decision" : "is tried again later"),
              "Nothing was written. " + (parked ? "Decide " + number + " first, then try again."
                                                : "Try again when " + number + " is through."),
              "action", {before.id});
}

// Some entry that stands before it, directly or not, and does not go out by itself now. Whether a
// wait is over is not asked: no clock decides.
std::optional<Entry> in_the_way(Work& work, const HeldEntries& held, const Entry& entry) {
  if (const auto parked = held.root_of(entry.id)) return find_entry(work.database, *parked);
  std::set<EntryId> seen{entry.id};
  std::vector<Entry> around{entry};
  while (!around.empty()) {
    const Entry one = std::move(around.back());
    around.pop_back();
    for (Entry& before : prerequisites(work.database, one)) {
      if (!seen.insert(before.id).second) continue;
      if (before.next_attempt_at) return before;
      around.push_back(std::move(before));
    }
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_cloud_need(Work& work, const std::vector<Entry>& appended,
                              const std::optional<std::string>& away,
                              const std::vector<Entry>& about) {
  if (appended.empty()) return {};
  const auto needs = [&](const Entry& entry) { return needs_cloud(work, entry); };
  auto needing = std::ranges::find_if(appended, needs);
  if (needing == appended.end()) {
    needing = std::ranges::find_if(about, needs);
    if (needing == about.end()) return {};
  }
  if (away && !planted(Bug::queues_what_needs_the_cloud)) return refuse_away(needing->body, *away);
  const HeldEntries held = HeldEntries::read(work.database);
  for (const Entry& entry : appended) {
    if (const auto before = in_the_way(work, held, entry))
      return refuse_behind(needing->body, *before);
  }
  return {};
}

void park_unsent_needs(Work& work, const std::string& away) {
  if (planted(Bug::keeps_what_needs_the_cloud)) return;
  std::vector<EntryId> unsent;
  for (const auto& [action, rule] : work.rules.actions) {
    if (!rule.requires_online) continue;
    auto query = work.database.cached(
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"status\" = 'PENDING' AND \"sentAt\" IS NULL"
        " AND \"entityType\" = ?1 AND \"action\" = ?2");
    query->bind_all(rule.entity_type, action);
    while (query->step()) unsent.push_back(query->integer(0));
  }
  for (const EntryId id : unsent) {
    const auto entry = find_entry(work.database, id);
    const std::vector<Entry> unit = unit_of(work.database, *entry);
    if (std::ranges::any_of(unit, [](const Entry& mate) { return mate.sent_at.has_value(); }))
      continue;
    const std::string why = entry->body.action +
                            " needs the cloud, which went away before it was sent: " + away +
                            " Retry it when the connection is back, or discard it.";
    for (const Entry& mate : unit) {
      if (mate.status != Status::pending) continue;
      const std::string with =
          mate.id == id ? "" : "It goes together with #" + std::to_string(id) + ". ";
      change_status(work, mate, {.to = Status::error, .error_message = with + why});
    }
    work.changes.work_appeared = true;  // the rest of the queue may be sent
  }
}

}  // namespace slipway::store
