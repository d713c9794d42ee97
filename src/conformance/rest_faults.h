// What is wrong with an answer of the profile `rest`, given what was asked. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "conformance/answer.h"
#include "conformance/diff.h"

namespace slipway::conformance {

// `again` answers the same request under the same key as `first`, which was carried out.
std::optional<Fault> not_recorded(const Answer& first, const Answer& again);

// Answers to one request under one key, sent many times at once: each is the one result, or says
// that the first is still in flight.
std::optional<Fault> more_than_one_result(const std::vector<Answer>& answers);

// The answer refuses it and says everything that a person needs to decide.
std::optional<Fault> not_a_conflict(const Answer& answer, const StaleWrite& stale);

}  // namespace slipway::conformance
