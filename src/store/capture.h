// The second half of a capture: numbers the drafts and appends them to the queue as entries with
// fixed bodies. In the same transaction as apply_write(). Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/apply_write.h"
#include "store/queue.h"

namespace slipway::store {

struct CaptureLimits {
  std::size_t entries_max;  // of one group: it is sent whole
  std::size_t bytes_max;
};

// Errors: those of apply_write(), and "group-too-large". On an error the caller rolls back.
Result<std::vector<Entry>> capture(Work& work, const std::vector<Mutation>& mutations,
                                   bool as_group, const CaptureLimits& limits);

// An existing row that the cloud has never heard of, as a create: the row is not touched.
Entry append_offer(Work& work, const Table& table, json::object row);

// Numbers the drafts and appends them, several as a group. Error: "group-too-large".
Result<std::vector<Entry>> append_drafts(Work& work, std::vector<Draft> drafts,
                                         const CaptureLimits& limits);

// An entry that takes the place of `old`: `body` under a new number, in the old lane position.
// Appended; the old one is closed by the caller.
struct Succession {
  Body body;
  std::vector<std::string> depends_on;
  std::optional<std::string> group_id = {};
  std::int64_t group_size = 1;
};
Entry append_successor(Work& work, const Entry& old, Succession succession);

}  // namespace slipway::store
