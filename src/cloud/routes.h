// The hosted API (protocol 1) over a ledger: requests in, answers and problems out.
//
// POST /v1/push, GET /v1/changes, GET /v1/changes/stream, GET /v1/snapshot, POST /v1/history,
// GET /v1/requests/{id}, GET /v1/capabilities and /v1/entities (entity_routes.h): with a bearer
// token, which says who asks (identity.h). GET /healthz, GET /readyz, GET /metrics: open. Runs on
// the loop's thread, as the ledger does.
#pragma once

#include <functional>

#include "base/time.h"
#include "cloud/identity.h"
#include "cloud/ledger.h"
#include "cloud/observer.h"
#include "cloud/pokes.h"
#include "cloud/rates.h"
#include "cloud/readiness.h"
#include "http/message.h"

namespace slipway::cloud {

// What it is given must outlive the handler. Somebody calls pokes.look() now and then.
http::Handler routes(Ledger& ledger, Identity& identity, Pokes& pokes, Readiness& readiness,
                     Observer& observer, std::function<WallTime()> wall_clock,
                     const RateLimits& limits = {});

}  // namespace slipway::cloud
