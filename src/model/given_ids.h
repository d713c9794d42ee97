// Rows in the words of a target that gives ids of its own, and in this device's. Pure.
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

// The name here of a row that came from the target, where what the target calls it is the name of
// another row here: a UUID (RFC 9562, version 5), or, for keys that are integers, a number of 52
// bits below zero, where no counter ever comes. The same row always gets the same name.
std::string name_of_listed_row(const EntityKey& there, bool is_integer);

}  // namespace slipway
