// What a verified token must say, and what of it is used here. A pure function of claims and time.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/json.h"

namespace slipway::jwt {

// Who must have made a token for whom, and the names of the claims that tell whose it is.
struct Expected {
  std::string issuer;    // "iss", exactly
  std::string audience;  // "aud", or one of it
  std::string tenant_claim = "tenant";
  std::string device_claim = "device";
  std::string scope_claim = "slipway_scope";  // "scope" means something else in OAuth
};

struct Claims {
  std::string tenant;
  std::string device;
  std::optional<json::value> scope;  // as the token has it
  WallTime issued;                   // 1970 where it does not say
  WallTime expires;                  // leeway included
};

// Errors: all "unauthorized", and say which claim is to blame. "exp" is needed; "nbf" and "iat" are
// checked where they are.
Result<Claims> read_claims(const json::object& payload, const Expected& expected, WallTime now);

}  // namespace slipway::jwt
