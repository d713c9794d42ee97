// Events and actions of the engine as JSON, for the transcripts in specs/.
//
//   {"at_ms": 0, "event": {"Started": {"cursor_known": false}}, "expect": [{"Probe": 1},
//   "Announce"]}
//
// Unknown members fail the test: a spec that says something which nobody reads proves nothing.
#pragma once

#include "engine/engine.h"

namespace slipway::spec {

Event event_from(const json::value& value);
json::value to_json(const Action& action);

}  // namespace slipway::spec
