// What a conflict has to tell, in both profiles: base, local, server, fields, who, when. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/json.h"

namespace slipway::conformance {

// A write that was made on values which have changed since.
struct StaleWrite {
  std::string_view field;
  std::string_view base, local,
      server;  // its text as the writer saw it, wrote it, and as it is now
};

// What the member "conflict" lacks, in words for who builds the API; "": nothing. A base may be
// left out, but not wrong.
std::string lacking_in(const json::object& conflict, const StaleWrite& stale);
bool tells_base(const json::object& conflict, const StaleWrite& stale);

}  // namespace slipway::conformance
