// How the commands show what the service answers. For the commands only.
#pragma once

#include <string>
#include <string_view>

#include "model/json.h"

namespace slipway::app {

// A member as people read it; "–" where there is none.
std::string text(const json::object& object, std::string_view key);
std::int64_t number(const json::object& object, std::string_view key);

void print_entry_line(const json::object& entry);  // "#12  PENDING  UPDATE_SHIPMENT shp_1  · why"

}  // namespace slipway::app
