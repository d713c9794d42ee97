// Canonical JSON (RFC 8785, JCS): one text for one value, so that a hash of it is an identity.
// Keys sorted by UTF-16 code units, numbers as ECMAScript prints them, minimal escapes.
// Integers beyond ±(2^53 − 1) are printed exactly, not rounded: the capture never lets them in, and
// a foreign body that has one must not collide with its neighbour.
#pragma once

#include <string>

#include "model/json.h"

namespace slipway {

std::string canonical_json(const json::value& value);
std::string canonical_json(const json::object& object);

// The same, but keys stay in their order: for answers and files that people read.
std::string json_text(const json::value& value);
std::string json_text(const json::object& object);

}  // namespace slipway
