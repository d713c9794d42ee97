// Who may call a loopback server: wraps a handler with the checks that keep web pages and other
// users out. In order: `Host` must be one of `hosts` (DNS rebinding) → 421 "foreign-host";
// `Origin`, when sent, must be one of `origins` → 403 "foreign-origin" (and preflights are
// answered for allowed ones); `Authorization: Bearer` must match → 401 "unauthorized" with
// WWW-Authenticate. `open_paths` need no token. Comparison takes constant time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace slipway::http {

struct GuardRules {
  std::vector<std::string> hosts;       // "127.0.0.1:8080"; empty: any
  std::vector<std::string> origins;     // "http://127.0.0.1:8080"
  std::vector<std::string> open_paths;  // exact, or a prefix when it ends with "/*"
  std::string token;                    // empty: the inner handler authenticates by itself
};

Handler guarded(GuardRules rules, Handler inner);

// The token of "Authorization: Bearer <token>", or "".
std::string_view bearer_token(const Request& request);

// Equality in time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace slipway::http
