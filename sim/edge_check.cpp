#include "edge_check.h"

#include <set>

namespace slipway::sim {

namespace {

using Statuses = std::set<std::string>;

Statuses edges_from(const std::string& status, bool past_changed) {
  Statuses next;
  if (status == "PENDING")
    next = {"PROCESSING", "SUCCESS", "CONFLICT", "ERROR", "DISCARDING", "DISCARDED"};
  if (status == "PROCESSING") next = {"PENDING", "SUCCESS", "CONFLICT", "ERROR", "DISCARDING"};
  if (status == "CONFLICT" || status == "ERROR") next = {"DISCARDED", "SUCCESS"};
  if (status == "DISCARDING") next = {"DISCARDED", "SUCCESS", "ERROR"};
  const bool opens_again = status == "CONFLICT" || status == "ERROR" || status == "SUCCESS";
  if (past_changed && opens_again) next.insert("PENDING");
  return next;
}

bool may_become(const std::string& from, const std::string& to, bool past_changed) {
  Statuses reached{from};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const std::string& status : Statuses(reached))
      reached.merge(edges_from(status, past_changed));
  }
  return reached.contains(to);
}

}  // namespace

void EdgeCheck::look(Device& device) {
  Known now;
  now.branch = device.branch().name();
  for (const TextRow& row :
       query(device.raw(), "SELECT value FROM sync_meta WHERE key = 'generation'"))
    now.generation = std::atoll(row[0].c_str());
  for (TextRow& row : query(device.raw(), "SELECT clientRequestId, status FROM SyncQueue"))
    now.statuses.emplace(std::move(row[0]), std::move(row[1]));
  Known& before = known_[device.index()];
  const bool is_same_file = before.branch == now.branch;
  const bool past_changed = cloud_.was_restored() && now.generation > before.generation;
  for (const auto& [id, status] : now.statuses) {
    const auto old = before.statuses.find(id);
    if (!is_same_file || (old != before.statuses.end() && old->second == status)) continue;
    const std::string from = old == before.statuses.end() ? "PENDING" : old->second;
    if (!may_become(from, status, past_changed))
      run_.violated("I26", device.name() + " has made " + status + " of an entry that was " + from +
                               ": " + id);
  }
  before = std::move(now);
}

}  // namespace slipway::sim
