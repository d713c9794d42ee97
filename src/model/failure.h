// What a failure means. One table, as data: whoever talked to the cloud classifies once, at the
// edge, by what to do next; nobody downstream reads a status code or a message.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace slipway {

enum class FailureClass {
  unreachable,      // no answer that could be trusted: the entries stay, the connection backs off
  busy,             // the cloud asks to wait: as unreachable, Retry-After is a floor
  server_error,     // perhaps one entry is to blame: halve the batch; alone it backs off by itself
  signed_out,       // stop until the token changes; nothing is charged
  forbidden,        // the entry is parked as ERROR
  conflict,         // parked as CONFLICT with the server's state (targets without receipts)
  gone,             // no such row: update → conflict, delete → done (targets without receipts)
  in_progress,      // the same request is being executed: the entries stay
  history_changed,  // the cloud's past is not the one that this device knows
  other_cloud,      // another cloud answers at the address: stop and ask
  invalid,          // the entry is parked as ERROR
  too_large,        // a batch is halved; alone the entry is parked as ERROR
  key_reused,       // must not be sent again: parked as ERROR
  expired,          // judged long ago, the receipt is purged: must not be sent again
  upgrade_needed,   // the cloud speaks a newer protocol: stop, say so
  horizon_passed,   // the cloud can no longer tell the difference from our cursor: a full pull
};

struct FailureRow {
  int status;             // 0: any status (then `type` decides)
  std::string_view type;  // problem slug; "": any
  FailureClass means;
};

// In order of precedence: a problem type decides before a status.
std::span<const FailureRow> failure_table();

struct Failure {
  FailureClass means = FailureClass::unreachable;
  std::string message;  // for people
  int status = 0;       // for the audit only; 0: no HTTP answer
  std::optional<Duration> retry_after;
  // Of a write: it is certain that nothing came of this sending. Else nobody knows.
  bool without_effect = false;
  // Of a push that went entry by entry: only of this one nobody knows, the others were not reached.
  std::string in_doubt = {};
  // Of a stream that has broken: within how long the cloud wants its devices back.
  std::optional<Duration> return_within = {};
};

// `status` 0 stands for no whole HTTP answer (refused, reset, DNS, TLS, time-out, torn body).
// `trusted`: the body was what an API sends (JSON); otherwise a success or a redirect is a captive
// portal's and means unreachable. Statuses that the table does not name: 4xx invalid, 5xx busy,
// anything else unreachable.
FailureClass classify(int status, std::string_view problem_type, bool trusted);

std::string_view to_text(FailureClass means);  // "unreachable", "server-error" …

}  // namespace slipway
