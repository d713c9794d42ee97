// An entry: one write, as an immutable body plus a status that follows the published table.
//
// The body is fixed at capture and hashed into the entry's clientRequestId; nothing in it may
// change afterwards (client_request_id.h). Everything that may change is outside of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/json.h"
#include "model/version.h"

namespace slipway {

using EntryId = std::int64_t;  // SyncQueue.id

// One row of an app table: the type is the table's name, the id its primary key as text.
struct EntityKey {
  std::string type;
  std::string id;
  friend auto operator<=>(const EntityKey&, const EntityKey&) = default;
};

// A key's value as an id: text as it is, anything else as canonical JSON. Text that begins like our
// notation of a value ({"$blob": …}) is itself given in it, so that it names no other row.
std::string key_text(const json::value& value);

// "Shipment shp_1", for people.
std::string to_text(const EntityKey& key);

enum class Op { create, update, remove };
std::string_view to_text(Op op);  // "create", "update", "delete"
std::optional<Op> op_from_text(std::string_view text);

enum class Status { pending, processing, conflict, error, discarding, success, discarded };
inline constexpr Status all_statuses[] = {Status::pending,  Status::processing, Status::conflict,
                                          Status::error,    Status::discarding, Status::success,
                                          Status::discarded};
std::string_view to_text(Status status);  // "PENDING" …
std::optional<Status> status_from_text(std::string_view text);

inline bool is_open(Status s) {
  return s != Status::success && s != Status::discarded;
}
inline bool is_parked(Status s) {
  return s == Status::conflict || s == Status::error;
}

struct Body {
  EntityKey entity;
  std::string action;
  Op op = Op::update;
  json::object payload;  // create: the whole row; update: the written fields; delete: empty
  json::object base;     // the touched fields as the view showed them; delete: the whole row
  // "*": the version of the row that the writer saw (null: never heard of from the cloud); a field:
  // where it differs from "*", because an open entry of the lane wrote that field before.
  json::object base_versions;
  std::optional<std::string> group_id;
  std::int64_t group_size = 1;
  std::int64_t lane_position = 0;
  std::string incarnation;
  std::int64_t number = 0;                // counts the incarnation's entries from 1
  std::string nonce;                      // 128 random bits, 32 hexadecimal digits
  std::optional<std::string> supersedes;  // the clientRequestId that this entry takes the place of
};

json::object to_json(const Body& body);
Result<Body> body_from_json(const json::object& object);

// The version that the writer saw of one field, by the rule above. Empty: before everything.
std::optional<Version> base_version_of(const Body& body, std::string_view field);

}  // namespace slipway
