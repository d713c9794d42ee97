// What an HTTP answer that is no success says: RFC 9457 problem documents, Retry-After, and the
// class of model/failure.h. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/failure.h"
#include "model/json.h"
#include "transport/http_client.h"

namespace slipway {

bool is_json_type(std::string_view content_type);  // application/json, application/…+json
bool is_html_type(std::string_view content_type);

// The object that the answer holds, if its type says JSON and it is a JSON object.
std::optional<json::object> json_body(const HttpAnswer& answer);

// The last segment of the problem's type: ".../problems/key-reused" gives "key-reused"; "": none.
std::string problem_slug(const json::object& problem);

// "title. detail" for people: bounded, on one line. "" when there is neither.
std::string problem_text(const json::object& problem);
// One line of bounded length; valid UTF-8 stays valid: a character is kept whole or left out.
std::string readable_line(std::string_view text);

// RFC 9110, 10.2.3: seconds, or a date, which is compared with the answer's own Date, so that this
// machine's clock does not matter. 0 to retry_after_max; nothing when it cannot be understood.
std::optional<Duration> retry_after(const HttpAnswer& answer);

// `trusted`: the body was what an API sends. `peer` is named when the answer gives no words.
Failure failure_of(const HttpAnswer& answer, std::string_view slug, bool trusted,
                   const std::string& peer);

}  // namespace slipway
