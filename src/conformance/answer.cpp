#include "conformance/answer.h"

#include <algorithm>

#include "transport/problem.h"

namespace slipway::conformance {

namespace {

constexpr std::size_t shown_bytes_max = 160;

std::string shortened(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (text.size() <= shown_bytes_max) return text;
  std::size_t end = shown_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // whole letters
  return text.substr(0, end) + "…";
}

}  // namespace

std::string_view Answer::slug() const {
  const auto type = json ? text_at(*json, "type") : std::nullopt;
  return type ? type->substr(type->rfind('/') + 1) : std::string_view();
}

const json::object* Answer::object_at(std::string_view member) const {
  const json::value* value = json ? find(*json, member) : nullptr;
  return value && value->is_object() ? &value->get_object() : nullptr;
}

Answer read_answer(const HttpResult& result) {
  Answer answer;
  if (!result) {
    answer.trouble = result.error().message;
    return answer;
  }
  answer.status = result->status;
  answer.etag = result->header("ETag");
  answer.content_type = result->content_type;
  answer.body = result->body;
  if (auto object = parse_json_object(result->body, "the answer")) answer.json = std::move(*object);
  answer.retry_after = retry_after(*result);
  return answer;
}

std::string describe(const Answer& answer) {
  if (answer.status == 0) return "no answer: " + answer.trouble;
  std::string text = std::to_string(answer.status);
  const std::string problem = answer.json ? problem_text(*answer.json) : "";
  if (!problem.empty()) {
    if (!answer.slug().empty()) text += " " + std::string(answer.slug());
    return shortened(text + ": " + problem);
  }
  return answer.body.empty() ? text : shortened(text + " " + answer.body);
}

bool is_in_flight(const Answer& answer) {
  return answer.status == 409 && !answer.object_at("conflict");
}

bool is_busy(const Answer& answer) {
  return answer.status == 429 || answer.status == 503;
}

Fault unexpected_answer(std::string expected, const Answer& answer, std::string missing) {
  if (answer.status == 0)
    missing = "An answer: see whether the address is right, and why the connection broke.";
  if (answer.status == 401)
    missing =
        "The token is not accepted: see whether the file holds one of this API, with no word "
        "before it.";
  return {std::move(expected), describe(answer), std::move(missing)};
}

std::optional<Fault> not_refused(const Answer& answer, std::initializer_list<int> statuses,
                                 std::string_view what, std::string_view missing) {
  std::string wanted;
  for (const int status : statuses)
    wanted += (wanted.empty() ? "" : " or ") + std::to_string(status);
  const std::string expected =
      std::string(what) + " is answered " + wanted + " with application/problem+json";
  if (std::ranges::find(statuses, answer.status) == statuses.end())
    return unexpected_answer(expected, answer, std::string(missing));
  const bool is_problem = answer.content_type.starts_with("application/problem+json");
  if (is_problem && answer.json && text_at(*answer.json, "title")) return std::nullopt;
  return Fault{
      expected,
      std::to_string(answer.status) + " with Content-Type " +
          (answer.content_type.empty() ? "(none)" : answer.content_type),
      "Refusals need a form that programs can read: RFC 9457, with \"type\", \"title\" and "
      "\"status\", sent as application/problem+json."};
}

}  // namespace slipway::conformance
