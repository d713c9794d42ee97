// slipway-cloud serve: its options, and a node that answers until it is told to end.
#pragma once

#include <cstdint>
#include <string>

#include "cloud/ledger.h"
#include "cloud/limits.h"
#include "cloud/rates.h"
#include "jwt/claims.h"

namespace CLI {
class App;
}

namespace slipway::app {

struct ServingOptions {
  std::string listen = "127.0.0.1:8080";
  std::int64_t receipts_kept_days = cloud::receipts_kept_min_days;
  std::int64_t drain_seconds = 0;
  bool log_requests = false;
  std::string jwks;
  jwt::Expected jwt;
  std::string tls_certificate, tls_key;
  cloud::RateLimits limits;
};

void add_options(CLI::App& command, ServingOptions& options);
// Until SIGTERM or SIGINT. `keep`: what compactions leave; nothing said: there are none.
int serve_cloud(cloud::Ledger& ledger, const ServingOptions& options, const cloud::Retention& keep);

}  // namespace slipway::app
