// What people have said in a world of first contacts, value by value, and what of it somebody has
// decided against with open eyes. Nothing else may be gone in the end: each value is at the cloud,
// shown on a desk, on a list of lost rows, or one that a person saw and wrote over.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "model/entry.h"
#include "run.h"

namespace slipway::sim {

using Rows = std::map<EntityKey, json::object>;

class FirstAccount {
 public:
  // From now on this must not be gone unseen. Nulls say nothing.
  void owe(const EntityKey& entity, const json::object& values, const std::string& whose);
  // Who has seen these values writes over them, or decides against them.
  void see(const EntityKey& entity, const json::object& values);
  void see(const EntityKey& entity, std::string_view field, const json::object& values);
  // What was said to a cloud that is gone, and that nobody had seen or sent.
  void forget(const std::string& whose);

  // Where values are now; then the first that is nowhere is a violation.
  void find_in(const EntityKey& entity, const json::object& values);
  void check(Run& run);

 private:
  using Value = std::tuple<EntityKey, std::string, std::string>;  // row, field, value
  std::map<Value, std::string> owed_;                             // whose
  std::set<Value> seen_, found_;
};

}  // namespace slipway::sim
