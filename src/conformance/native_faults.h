// What is wrong with a verdict of the profile `native`, given what was pushed. Pure.
#pragma once

#include <optional>
#include <string>

#include "conformance/diff.h"
#include "conformance/report.h"
#include "model/wire.h"

namespace slipway::conformance {

std::string describe(const Receipt& receipt);  // "conflict changed, commit 12"

std::optional<Fault> not_judged(const Receipt& receipt, Verdict wanted, std::string expected,
                                std::string missing);

// `again` answers the same entry as `first`.
std::optional<Fault> not_same_receipt(const Receipt& first, const Receipt& again);

std::optional<Fault> no_diff(const Receipt& receipt, const StaleWrite& stale);

}  // namespace slipway::conformance
