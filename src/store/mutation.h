// A write as the app asks for it, before it has been checked against anything.
#pragma once

#include <optional>
#include <string>

#include "model/entry.h"

namespace slipway::store {

struct Mutation {
  std::string entity_type;
  std::optional<std::string> entity_id;  // may be left out of a create
  std::string action;
  json::object payload;
};

// Errors name the member: "missing-field", "wrong-type", "unknown-field".
Result<Mutation> mutation_from_json(const json::value& value);

}  // namespace slipway::store
