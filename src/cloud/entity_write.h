// A write of a plain HTTP client (/v1/entities), read from its request, and as the push that it
// means: one entry of an incarnation that the Idempotency-Key makes up. So the judge itself tells a
// repeat (same number, same id: the receipt is given again) from a key that was used for something
// else (same number, another id: key-reused), and nothing is remembered beside the ledger.
//
// Nothing in the entry but the request and the device's name: a repeat makes the same id. What the
// client saw is the version that If-Match names; any change of the row since is a conflict,
// whatever the rules of its devices. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "model/entry.h"
#include "model/wire.h"

namespace slipway::cloud {

struct EntityWrite {
  EntityKey entity;
  Op op = Op::update;
  json::object values;          // of a delete: none
  std::optional<Version> seen;  // a create needs none; commit 0: no version of any cloud's
  std::string key;              // of the client; of a delete without one, what it deletes
};

using Refusal = http::Response;  // a problem with the status that HTTP has for it

// Errors of form only: content type, headers, names, JSON, values. The row is not looked at.
std::expected<EntityKey, Refusal> entity_named(const http::Request& request);
std::expected<EntityWrite, Refusal> read_create(const http::Request& request);
std::expected<EntityWrite, Refusal> read_patch(const http::Request& request);
std::expected<EntityWrite, Refusal> read_delete(const http::Request& request);

// What does not fit the row as it is: a field that it does not have, a change of its key.
std::optional<Refusal> check_against(const EntityWrite& write, const json::object& row);

// `head`: a commit of the log that the device may name as its cursor.
PushRequest to_push(const EntityWrite& write, const std::string& device, const Version& head);

// ETags (RFC 9110, 8.8.3): a row's version in quotes.
std::string etag_of(const Version& version);
struct EntityTags {
  bool any = false;                       // "*"
  std::vector<std::string> strong, weak;  // without their quotes
};
// Of all header fields of that name; nothing where there is none. Refused: no list of tags.
std::expected<std::optional<EntityTags>, Refusal> tags_in(const http::Request& request,
                                                          std::string_view lower_case_name);

}  // namespace slipway::cloud
