// What a push request of an input leaves open, since it differs from run to run: "@cursor" stands
// for the head, "@next" for commit 0, and the id "@" for that of the contents, so that the judge
// sees them; "@item0" names the first item.
#pragma once

#include "fuzz.h"
#include "model/version.h"

namespace slipway::fuzz {

void fill_in_push(json::value& request, const Version& head, const Version& origin);

}  // namespace slipway::fuzz
