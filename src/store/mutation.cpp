#include "store/mutation.h"

#include <algorithm>

namespace slipway::store {

namespace {

std::unexpected<Error> bad(std::string_view type, std::string_view field, std::string message) {
  return fail(
      ErrorKind::invalid, std::string(type), std::move(message),
      "Nothing was written. A mutation is {\"entityType\", \"entityId\", \"action\", \"payload\"}.",
      std::string(field));
}

Result<std::string> text_member(const json::object& object, std::string_view name) {
  const json::value* value = find(object, name);
  if (!value) return bad("missing-field", name, "“" + std::string(name) + "” is missing");
  if (!value->is_string() || value->get_string().empty()) {
    return bad("wrong-type", name, "“" + std::string(name) + "” must be text");
  }
  return std::string(value->get_string());
}

}  // namespace

Result<Mutation> mutation_from_json(const json::value& value) {
  if (!value.is_object()) return bad("wrong-type", "", "A mutation must be a JSON object");
  const json::object& object = value.get_object();
  constexpr std::string_view known[] = {"entityType", "entityId", "action", "payload"};
  for (const auto& member : object) {
    if (std::find(std::begin(known), std::end(known), std::string_view(member.key())) ==
        std::end(known)) {
      return bad("unknown-field", member.key(),
                 "“" + std::string(member.key()) + "” is not a part of a mutation");
    }
  }
  Mutation mutation;
  auto type = text_member(object, "entityType");
  if (!type) return std::unexpected(type.error());
  auto action = text_member(object, "action");
  if (!action) return std::unexpected(action.error());
  mutation.entity_type = std::move(*type);
  mutation.action = std::move(*action);
  if (const json::value* id = find(object, "entityId"); id && !id->is_null()) {
    if (id->is_int64()) {
      mutation.entity_id = std::to_string(id->get_int64());
    } else {
      auto text = text_member(object, "entityId");
      if (!text) return std::unexpected(text.error());
      mutation.entity_id = std::move(*text);
    }
  }
  const json::value* payload = find(object, "payload");
  if (!payload) return bad("missing-field", "payload", "“payload” is missing");
  if (!payload->is_object()) return bad("wrong-type", "payload", "“payload” must be an object");
  mutation.payload = payload->get_object();
  return mutation;
}

}  // namespace slipway::store
