// What the app's developer declared: which tables sync, which actions exist, how conflicts are
// judged. Without a declaration every table with a primary key syncs, with CREATE_X, UPDATE_X and
// DELETE_X (X is the type in upper snake case) and the policy "manual".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/entry.h"
#include "model/merge.h"

namespace slipway {

struct EntityRule {
  bool sync = true;
  TypeRules merge;
  // Fields whose values a target without a log gives when a row is created (its id, a number),
  // taken from its answer.
  std::vector<std::string> assigned = {};
  // Fields that the app has renamed, and the column that each lives in now. In entries, in shadows
  // and at the cloud a field keeps its first name; only the app's table and its API use the
  // column's.
  std::map<std::string, std::string> renamed = {};
};

// Of each type: field → column.
using Renames = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

json::object to_json(const Renames& renames);
Renames renames_from_json(const json::object& object);  // what is no rename is left out

struct ActionRule {
  std::string entity_type;
  Op op = Op::update;
  bool requires_online = false;  // taken only while the cloud answers, never queued
};

struct SyncRules {
  std::map<std::string, EntityRule, std::less<>> entities;
  // Besides the three that every type has, or what one of those three requires.
  std::map<std::string, ActionRule, std::less<>> actions;

  bool syncs(std::string_view entity_type) const;
  // What an action does to a type; nothing when the type has no such action.
  std::optional<Op> op_of(std::string_view action, std::string_view entity_type) const;
  std::vector<std::string> actions_of(std::string_view entity_type) const;
  bool requires_online(std::string_view action, std::string_view entity_type) const;
  Renames renames() const;
};

std::string upper_snake_case(std::string_view type);  // "InvoiceLine" → "INVOICE_LINE"
std::string default_action(Op op, std::string_view entity_type);  // "CREATE_INVOICE_LINE"
// What an action that every type has does; nothing: it is none of the three.
std::optional<Op> default_op(std::string_view action, std::string_view entity_type);

}  // namespace slipway
