// Somebody at a desk that is not looked at writes into the cloud.
#pragma once

#include "cloud/ledger.h"

namespace slipway::sim {

// With all that the cloud has before the eyes. `number`: of the entry, counted by the caller.
Verdict write_as_stranger(cloud::Ledger& ledger, const cloud::TokenOwner& stranger,
                          std::int64_t number, Op op, const EntityKey& entity,
                          const json::object& payload);

}  // namespace slipway::sim
