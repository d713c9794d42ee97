// The question which commits a device and the cloud have in common, as values with their JSON
// forms.
//
// A restored cloud's log agrees with the one that a device knows up to one commit and nowhere
// beyond. So the device offers commits that it has absorbed, a bounded number at a time, and the
// cloud names the newest that its log has: a bisection with many pivots.
#pragma once

#include <string>
#include <vector>

#include "model/version.h"

namespace slipway {

struct HistoryRequest {
  std::string exchange;
  std::vector<Version> versions;
};

struct HistoryAnswer {
  std::string exchange;
  Version common;  // the newest of them that the cloud's log has; none: commit 0
  Version head;
};

json::object to_json(const HistoryRequest& request);
Result<HistoryRequest> history_request_from_json(const json::object& object);
json::object to_json(const HistoryAnswer& answer);
Result<HistoryAnswer> history_answer_from_json(const json::object& object);

}  // namespace slipway
