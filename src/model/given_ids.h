// Bodies in the words of a target that gives ids of its own. Pure; called by transports.
#pragma once

#include <vector>

#include "model/entry.h"
#include "model/wire.h"

namespace slipway {

// The body as the target names its rows: `given` in the place of this device's ids, in the id, in
// the type's key and in what `references` say refers to other rows. Of two for one row the first
// counts.
Body with_given_ids(Body body, const PushItem& item, const std::vector<Reference>& references,
                    const std::vector<GivenId>& given);

}  // namespace slipway
