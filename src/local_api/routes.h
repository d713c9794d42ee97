// The routes by subject; each function adds its own to the router. Private to this folder.
#pragma once

#include "http/router.h"
#include "local_api/context.h"

namespace slipway::local_api {

void add_write_routes(http::Router& router, Context& context);     // /sync/enqueue
void add_queue_routes(http::Router& router, Context& context);     // /sync/queue, /sync/audit
void add_decision_routes(http::Router& router, Context& context);  // POST /sync/queue/{id}/…
void add_control_routes(http::Router& router,
                        Context& context);                     // status, events, settings, switches
void add_past_routes(http::Router& router, Context& context);  // /sync/lost, /sync/join-cloud
void add_data_routes(http::Router& router, Context& context);  // /data, /sync/capabilities

}  // namespace slipway::local_api
