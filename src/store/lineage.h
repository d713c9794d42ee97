// What a write was made on: the versions that its writer saw, field by field, and the open entries
// of other lanes that it needs. Called by the capture and by decisions. Throws sqlite::Failure.
#pragma once

#include <span>

#include "store/apply_write.h"
#include "store/queue.h"

namespace slipway::store {

// "*": the shadow's version. A touched field: inherited from the latest open entry of the lane (or
// draft of this group) that wrote it, where that differs. Inheriting keeps an edit on an edit from
// passing for one that has seen what the cloud changed in between.
json::object base_versions(Work& work, const Draft& draft, std::span<const Draft> earlier_drafts);

// An open entry that a write needs.
struct Need {
  EntryId id = 0;
  std::string root;
  std::int64_t lane_position = 0;
};

// For a write, the open creates of the rows that it refers to; for a delete, the open entries of
// rows that refer to it in body, base or shadow.
std::vector<Need> needs(Work& work, const Table& table, const EntityKey& entity, Op op,
                        const json::object& payload, const json::object& base);

// Their root ids.
std::vector<std::string> dependencies(Work& work, const Table& table, const Draft& draft);

}  // namespace slipway::store
