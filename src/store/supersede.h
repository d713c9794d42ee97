// Retry, force and resolve: new entries take the places of a parked entry and of its parked group
// mates, in their lane positions. Called by decide.cpp only, with foreign keys off.
// Throws sqlite::Failure.
#pragma once

#include "store/decide.h"

namespace slipway::store {

Result<Decided> retry(Work& work, const wish::Retry& wish);
Result<Decided> force(Work& work, const wish::Force& wish);
Result<Decided> resolve(Work& work, const wish::Resolve& wish);

}  // namespace slipway::store
