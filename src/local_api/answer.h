// Small helpers that every route of the local API shares.
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"
#include "model/canonical_json.h"
#include "model/json.h"

namespace slipway::local_api {

inline http::Response answer(const json::object& body, unsigned status = 200) {
  return http::json(status, json_text(body));
}

// A whole number from the query: absent → `otherwise`; not a number or out of range → an error
// that names the parameter.
Result<std::int64_t> query_integer(const http::Request& request, std::string_view name,
                                   std::int64_t otherwise, std::int64_t least, std::int64_t most);
std::optional<std::string> query_text(const http::Request& request, std::string_view name);

// {id} of the path as an entry's id.
Result<std::int64_t> path_id(const http::Request& request);

// The body as an object; an empty body is an empty object.
Result<json::object> body_object(const http::Request& request);

}  // namespace slipway::local_api
