// How long to wait after a failure: exponential with full jitter, so that a thousand desks that
// lost the same cloud do not come back in the same second (Brooker, "Exponential Backoff And
// Jitter", 2015). Pure: chance is an argument.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace slipway {

struct BackoffRule {
  Duration base;      // the first wait's upper bound; > 0
  unsigned factor;    // each failure multiplies the bound by this; ≥ 1
  Duration cap;       // no bound above this
  Duration floor{0};  // no wait below this
};

inline constexpr BackoffRule connection_backoff{
    std::chrono::seconds(1), 2, std::chrono::seconds(60), std::chrono::milliseconds(100)};
inline constexpr BackoffRule entry_backoff{std::chrono::seconds(5), 3, std::chrono::minutes(30),
                                           std::chrono::seconds(1)};

// The wait after `failures` failures in a row (≥ 1): uniform between rule.floor and
// min(cap, base × factor^(failures − 1)).
Duration backoff(const BackoffRule& rule, unsigned failures, Random& random);

}  // namespace slipway
