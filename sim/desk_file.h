// What stands in a desk's file, by plain SQL: for the worlds that look at it from outside.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/entry.h"
#include "sqlite/sqlite.h"

namespace slipway::sim {

// An open or closed entry.
struct SeenEntry {
  EntryId id = 0;
  std::string request_id, status, op, group, reason, root;
  EntityKey entity;
  json::object payload;
  json::object server = {};  // what it stands against, where it is in conflict
  bool is_open() const { return status != "SUCCESS" && status != "DISCARDED"; }
};

// Each row's in the order of its lane.
std::vector<SeenEntry> entries_in(sqlite::Database& file, const std::string& condition);
std::set<EntityKey> quarantined_in(sqlite::Database& file);
std::int64_t cursor_in(sqlite::Database& file);
bool is_in_full_pull(sqlite::Database& file);

}  // namespace slipway::sim
