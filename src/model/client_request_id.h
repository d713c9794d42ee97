// The identity of an entry: UUIDv5 (RFC 9562, 5.5) over its canonical body (RFC 8785).
// Deterministic, so that it can be recomputed before every send: a body that was altered on disk
// is noticed before it leaves. The body's 128 random bits make two equal writes two entries.
#pragma once

#include <string>

#include "model/entry.h"

namespace slipway {

std::string client_request_id(const json::object& body);
inline std::string client_request_id(const Body& body) {
  return client_request_id(to_json(body));
}

}  // namespace slipway
