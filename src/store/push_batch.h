// Which entries may be sent now: ready ones, in order, each with its open prerequisites before it
// in the same batch, groups whole, owed voids first. Called by the store only.
// Throws sqlite::Failure.
#pragma once

#include <set>
#include <vector>

#include "model/wire.h"
#include "store/queue.h"

namespace slipway::store {

struct BatchLimits {
  std::size_t units_max;    // entries and groups
  std::size_t entries_max;  // writes and voids
  std::size_t bytes_max;    // of the bodies as JSON
};

struct BatchWrite {
  Entry entry;
  std::vector<std::string> after;  // clientRequestIds of open prerequisites, earlier in the batch
  std::vector<Replaced> replaces;  // earlier entries of its chain, the oldest first
};

struct BatchVoid {
  EntryId entry = 0;
  std::string client_request_id;
  std::string incarnation;
  std::int64_t number = 0;
  bool sent = false;  // the entry has been sent before it was closed
  std::int64_t lane_position = 0;
};

struct Batch {
  std::vector<BatchVoid> voids;
  std::vector<BatchWrite> writes;
  std::size_t units = 0;
  bool empty() const { return voids.empty() && writes.empty(); }
};

// `waiting`: entries that back off by themselves. Reads only.
Batch select_batch(sqlite::Database& database, const BatchLimits& limits,
                   const std::set<EntryId>& waiting);

}  // namespace slipway::store
