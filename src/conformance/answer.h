// An answer of the API, read once, and the faults that any answer can have. Pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/report.h"
#include "transport/http_client.h"

namespace slipway::conformance {

struct Answer {
  int status = 0;       // 0: none came
  std::string trouble;  // then: why
  std::string etag;     // "": none
  std::string content_type;
  std::string body;
  std::optional<json::object> json;  // the body, where it is a JSON object
  std::optional<Duration> retry_after;

  bool ok() const { return status >= 200 && status < 300; }
  std::string_view slug() const;  // of a problem's type: "key-reused"; "": none
  const json::object* object_at(std::string_view member) const;  // nullptr: none
};

Answer read_answer(const HttpResult& result);

// "412 precondition-failed: Customer c1 was changed", "no answer: …"; short enough for a line.
std::string describe(const Answer& answer);

// The first try with this key is still being carried out: 409 that tells of no conflict.
bool is_in_flight(const Answer& answer);
bool is_busy(const Answer& answer);  // 429, 503: nothing was done, ask again

Fault unexpected_answer(std::string expected, const Answer& answer, std::string missing);

// Refused with one of these statuses, and in a form that programs can read (RFC 9457).
std::optional<Fault> not_refused(const Answer& answer, std::initializer_list<int> statuses,
                                 std::string_view what, std::string_view missing);

}  // namespace slipway::conformance
