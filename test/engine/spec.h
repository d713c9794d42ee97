// Events and actions of the engine as JSON, for the transcripts in specs/.
//
//   {"at_ms": 0, "event": {"Started": {"cursor_known": false}}, "expect": [{"Probe": 1},
//   "Announce"]}
//
// Unknown members fail the test: a spec that says something which nobody reads proves nothing.
#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"

namespace slipway::spec {

std::vector<std::string> names();  // of the files, sorted
json::object load(const std::string& name);

// When a step happens: "at_ms" is from the start; "later_ms" after the step before; "at": "wakeup"
// is the instant that the engine asked for, if it did. Never before `now`.
Instant time_of(const json::object& step, Instant now, const Engine& engine);

Event event_from(const json::value& value);
json::value to_json(const Action& action);

}  // namespace slipway::spec
