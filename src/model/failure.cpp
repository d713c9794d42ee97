#include "model/failure.h"

#include <array>

namespace slipway {

namespace {

using enum FailureClass;

constexpr std::array table{
    FailureRow{0, "history-changed", history_changed},
    FailureRow{0, "horizon-passed", horizon_passed},
    FailureRow{0, "request-in-progress", in_progress},
    FailureRow{0, "key-reused", key_reused},
    FailureRow{0, "expired", expired},
    FailureRow{0, "upgrade-needed", upgrade_needed},
    // What we send is HTTP and JSON. Where the cloud does not find it so, it was damaged on its
    // way.
    FailureRow{0, "malformed-request", server_error},
    FailureRow{0, "method-not-allowed", server_error},
    FailureRow{0, "unsupported-encoding", server_error},
    FailureRow{0, "unsupported-expectation", server_error},
    FailureRow{0, "bad-gzip", server_error},
    FailureRow{0, "invalid-json", server_error},
    FailureRow{400, "", invalid},
    FailureRow{401, "", signed_out},
    FailureRow{403, "", forbidden},
    FailureRow{404, "", gone},
    FailureRow{408, "", busy},
    FailureRow{409, "", conflict},
    FailureRow{410, "", gone},
    FailureRow{412, "", conflict},
    FailureRow{413, "", too_large},
    FailureRow{415, "", invalid},
    FailureRow{422, "", invalid},
    FailureRow{425, "", busy},
    FailureRow{426, "", upgrade_needed},
    FailureRow{429, "", busy},
    FailureRow{500, "", server_error},
    FailureRow{502, "", busy},
    FailureRow{503, "", busy},
    FailureRow{504, "", busy},
};

}  // namespace

std::span<const FailureRow> failure_table() {
  return table;
}

FailureClass classify(int status, std::string_view problem_type, bool trusted) {
  for (const FailureRow& row : table) {
    const bool matches = row.status == 0
                             ? (!row.type.empty() && row.type == problem_type && trusted)
                             : row.status == status;
    if (!matches) continue;
    // A proxy's HTML page may carry any status. It is not the API's word about an entry, nor about
    // this device.
    const bool needs_trust = row.means == invalid || row.means == forbidden ||
                             row.means == conflict || row.means == gone || row.means == too_large ||
                             row.means == signed_out || row.means == upgrade_needed;
    if (!needs_trust || trusted) return row.means;
    // But a proxy with a smaller limit than the cloud's is passed by smaller batches.
    return row.means == too_large ? server_error : unreachable;
  }
  if (!trusted) return unreachable;
  if (status >= 400 && status < 500) return invalid;
  if (status >= 500) return busy;
  return unreachable;
}

std::string_view to_text(FailureClass means) {
  switch (means) {
    case unreachable:
      return "unreachable";
    case busy:
      return "busy";
    case server_error:
      return "server-error";
    case signed_out:
      return "signed-out";
    case forbidden:
      return "forbidden";
    case conflict:
      return "conflict";
    case gone:
      return "gone";
    case in_progress:
      return "in-progress";
    case history_changed:
      return "history-changed";
    case other_cloud:
      return "other-cloud";
    case invalid:
      return "invalid";
    case too_large:
      return "too-large";
    case key_reused:
      return "key-reused";
    case expired:
      return "expired";
    case upgrade_needed:
      return "upgrade-needed";
    case horizon_passed:
      return "horizon-passed";
  }
  return "";
}

}  // namespace slipway
