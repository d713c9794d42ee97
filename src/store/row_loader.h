// The short way of a pulled row into the app's table and SyncShadow: for rows that this device has
// never heard of, in tables without triggers, whose parents are there. What is not so plain is left
// to the long way (shadow.h), untouched. Throws sqlite::Failure.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "store/work.h"

namespace slipway::store {

class RowLoader {
 public:
  RowLoader(Work& work, const Table& table);

  // False: nothing was done. The entity must have no shadow.
  bool load(const EntityKey& entity, const Version& version, const json::object& values);

 private:
  bool take_columns(const json::object& values);
  bool parents_are_here(const json::object& values);
  bool insert_as_it_is();

  Work& work_;
  const Table& table_;
  sqlite::Statement insert_, add_shadow_;
  std::vector<sqlite::Value> columns_;          // of the row that is being loaded
  std::unordered_set<std::string> known_here_;  // parents, by reference and id
};

}  // namespace slipway::store
