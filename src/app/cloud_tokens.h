// slipway-cloud token create, list, rotate, revoke. Each gives the exit code.
#pragma once

#include <string>

#include "cloud/ledger.h"

namespace slipway::app {

struct TokenOptions {
  std::string tenant, device;
  std::string scope;            // "": as it was
  std::string expires_in;       // "90d"; "": never
  std::string old_for = "24h";  // how long the tokens before a rotation are valid on
};

int create_token(cloud::Ledger& ledger, const TokenOptions& options);
int list_tokens(cloud::Ledger& ledger);
// A new token for a device; those that it has end a while later.
int rotate_token(cloud::Ledger& ledger, const TokenOptions& options);
int revoke_tokens(cloud::Ledger& ledger, const TokenOptions& options);

// "90s", "30m", "24h", "90d". Error: "bad-duration".
Result<Duration> duration_from_text(const std::string& text);

}  // namespace slipway::app
