// Held entries: those that wait, directly or not, behind an entry that needs a person. They are
// shown beneath it and not counted as waiting. Throws sqlite::Failure.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "store/queue.h"

namespace slipway::store {

class HeldEntries {
 public:
  HeldEntries() = default;
  // One look at the open entries; nothing is read when none is parked.
  static HeldEntries read(sqlite::Database& database);

  // The parked entry that must be decided first; of several the first in the queue. Nothing: the
  // entry is not held.
  std::optional<EntryId> root_of(EntryId entry) const;
  std::int64_t beneath(EntryId root) const;  // how many
  std::int64_t count() const { return std::int64_t(roots_.size()); }
  std::vector<EntryId> ids(std::optional<EntryId> root = std::nullopt) const;  // all, or beneath it

 private:
  std::map<EntryId, EntryId> roots_;  // held entry → its root
  std::map<EntryId, std::int64_t> beneath_;
};

}  // namespace slipway::store
