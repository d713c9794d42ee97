// The hosted API (protocol 1) over a ledger: requests in, answers and problems out.
//
// POST /v1/push, GET /v1/changes, POST /v1/history, GET /v1/requests/{id}, GET /v1/capabilities:
// with a bearer token, which says who asks. GET /healthz: open. Runs on the loop's thread, as the
// ledger does.
#pragma once

#include <functional>

#include "base/time.h"
#include "cloud/ledger.h"
#include "http/message.h"

namespace slipway::cloud {

// Ledger and clock must outlive the handler.
http::Handler routes(Ledger& ledger, std::function<WallTime()> wall_clock);

}  // namespace slipway::cloud
