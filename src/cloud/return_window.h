// Within how long the devices of a node shall come back when it is lost to all of them at once, so
// that they ask for no more than it serves. Told on their streams beforehand, as the stream's
// reconnection time (WHATWG HTML, 9.2.6, "retry"): each draws its own moment in it.
#pragma once

#include <cstddef>
#include <string>

#include "base/time.h"

namespace slipway::cloud {

// `streams`: as many devices lose it. `requests_per_second` > 0: what it serves when there is more
// to do than it can. Between return_window_min and return_window_max.
Duration return_window(std::size_t streams, double requests_per_second);

// A heartbeat that tells it.
std::string heartbeat_of(Duration window);

}  // namespace slipway::cloud
