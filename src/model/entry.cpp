#include "model/entry.h"

#include <algorithm>

#include "base/base64.h"
#include "model/canonical_json.h"

namespace slipway {

std::string key_text(const json::value& value) {
  const json::string* text = value.if_string();
  if (!text) return canonical_json(value);
  if (!text->starts_with("{\"$")) return std::string(*text);
  return canonical_json(json::object{{"$text", to_base64(*text)}});
}

std::string to_text(const EntityKey& key) {
  return key.type + " " + key.id;
}

std::string_view to_text(Op op) {
  return op == Op::create ? "create" : op == Op::update ? "update" : "delete";
}

std::optional<Op> op_from_text(std::string_view text) {
  for (Op op : {Op::create, Op::update, Op::remove}) {
    if (to_text(op) == text) return op;
  }
  return std::nullopt;
}

std::string_view to_text(Status status) {
  switch (status) {
    case Status::pending:
      return "PENDING";
    case Status::processing:
      return "PROCESSING";
    case Status::conflict:
      return "CONFLICT";
    case Status::error:
      return "ERROR";
    case Status::discarding:
      return "DISCARDING";
    case Status::success:
      return "SUCCESS";
    case Status::discarded:
      return "DISCARDED";
  }
  return "";
}

std::optional<Status> status_from_text(std::string_view text) {
  for (Status status : all_statuses) {
    if (to_text(status) == text) return status;
  }
  return std::nullopt;
}

json::object to_json(const Body& body) {
  json::object object{{"action", body.action},
                      {"base", body.base},
                      {"baseVersions", body.base_versions},
                      {"entityId", body.entity.id},
                      {"entityType", body.entity.type},
                      {"incarnation", body.incarnation},
                      {"lanePosition", body.lane_position},
                      {"nonce", body.nonce},
                      {"number", body.number},
                      {"op", to_text(body.op)},
                      {"payload", body.payload}};
  if (body.group_id) {
    object["groupId"] = *body.group_id;
    object["groupSize"] = body.group_size;
  }
  if (body.supersedes) object["supersedes"] = *body.supersedes;
  return object;
}

namespace {

bool is_nonce(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::unexpected<Error> bad(std::string_view field, std::string_view wanted) {
  return fail(ErrorKind::invalid, "invalid-entry",
              "\"" + std::string(field) + "\" of an entry must be " + std::string(wanted), {},
              std::string(field));
}

Result<void> read_group(const json::object& object, Body& body) {
  const json::value* id = find(object, "groupId");
  if (!id) return {};
  if (!id->is_string() || id->get_string().empty()) return bad("groupId", "text");
  const auto size = integer_at(object, "groupSize");
  if (!size || *size < 1) return bad("groupSize", "a positive integer");
  body.group_id = std::string(id->get_string());
  body.group_size = *size;
  return {};
}

Result<void> check_base_versions(const json::object& versions) {
  for (const auto& member : versions) {
    const auto version = version_or_null_from_json(&member.value());
    if (!version) return std::unexpected(version.error());
  }
  return {};
}

}  // namespace

Result<Body> body_from_json(const json::object& object) {
  Body body;
  const auto type = text_at(object, "entityType"), id = text_at(object, "entityId"),
             action = text_at(object, "action"), op = text_at(object, "op"),
             incarnation = text_at(object, "incarnation"), nonce = text_at(object, "nonce");
  if (!type || type->empty()) return bad("entityType", "text");
  if (!id || id->empty()) return bad("entityId", "text");
  if (!action || action->empty()) return bad("action", "text");
  if (!op || !op_from_text(*op)) return bad("op", "create, update or delete");
  if (!incarnation || incarnation->empty()) return bad("incarnation", "text");
  if (!nonce || !is_nonce(*nonce)) return bad("nonce", "32 hexadecimal digits");
  const auto number = integer_at(object, "number"), position = integer_at(object, "lanePosition");
  if (!number || *number < 1) return bad("number", "a positive integer");
  if (!position || *position < 1) return bad("lanePosition", "a positive integer");
  for (auto [name, into] : {std::pair{"payload", &body.payload},
                            {"base", &body.base},
                            {"baseVersions", &body.base_versions}}) {
    const json::value* value = find(object, name);
    if (!value || !value->is_object()) return bad(name, "an object");
    if (is_deeper_than(*value, json_field_depth_max + 1)) {
      return bad(name, "nested in at most " + std::to_string(json_field_depth_max) + " levels");
    }
    *into = value->get_object();
  }
  body.entity = {std::string(*type), std::string(*id)};
  body.action = *action;
  body.op = *op_from_text(*op);
  body.incarnation = *incarnation;
  body.nonce = *nonce;
  body.number = *number;
  body.lane_position = *position;
  if (const json::value* supersedes = find(object, "supersedes")) {
    if (!supersedes->is_string() || supersedes->get_string().empty())
      return bad("supersedes", "text");
    body.supersedes = std::string(supersedes->get_string());
  }
  if (auto read = read_group(object, body); !read) return std::unexpected(read.error());
  if (auto checked = check_base_versions(body.base_versions); !checked) {
    return std::unexpected(checked.error());
  }
  return body;
}

std::optional<Version> base_version_of(const Body& body, std::string_view field) {
  const json::value* value = find(body.base_versions, field);
  if (!value) value = find(body.base_versions, "*");
  auto version = version_or_null_from_json(value);
  return version ? *version : std::nullopt;
}

}  // namespace slipway
