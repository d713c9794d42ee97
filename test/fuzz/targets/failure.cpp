// Answers that are no success: problem documents, Retry-After, other people's pages. The input is
// five parts: status, content type, Retry-After and Date, a line each, then the body.
#include <algorithm>
#include <charconv>

#include "fuzz.h"
#include "transport/problem.h"
#include "transport/webhook_page.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

HttpAnswer answer_from(std::string_view text) {
  HttpAnswer answer;
  const std::string_view status = next_line(text);
  std::from_chars(status.data(), status.data() + status.size(), answer.status);
  answer.content_type = next_line(text);
  answer.retry_after = next_line(text);
  answer.date = next_line(text);
  answer.body = text;
  return answer;
}

void check_text(const std::string& text) {
  demand(text.size() <= limits::failure_text_bytes_max + 3, "a failure's text is bounded");
  demand(std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }),
         "a failure's text is one line");
  demand(is_valid_utf8(text), "a failure's text is valid UTF-8");
}

void check_failure(const Failure& failure) {
  demand(!failure.message.empty(), "a failure says something");
  check_text(failure.message);
  demand(!failure.retry_after ||
             (failure.retry_after->count() >= 0 && *failure.retry_after <= limits::retry_after_max),
         "a wait is bounded");
  demand(!to_text(failure.means).empty(), "a failure has a class");
}

void check_webhook(const HttpAnswer& answer) {
  Body body;
  body.entity = {"Shipment", "s"};
  for (const Op op : {Op::create, Op::update, Op::remove}) {
    body.op = op;
    const auto verdict = webhook_verdict("id", body, answer, "https://hook.example");
    if (!verdict) {
      check_failure(verdict.error());
      continue;
    }
    demand(is_final(verdict->verdict), "a webhook's verdict is final");
    PushRequest request;
    request.cursor = {7, "00000000000000aa"};
    PushItem item;
    item.id = "id";
    item.write = to_json(body);
    request.items = {item};
    const PushAnswer whole = webhook_answer(request, {*verdict});
    demand_value(push_answer_from_json(to_json(whole)), "the answer made of a webhook's");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const HttpAnswer answer = answer_from(text_of(data, size));
  const auto problem = json_body(answer);
  const std::string slug = problem ? problem_slug(*problem) : "";
  demand(slug.find('/') == slug.npos, "a slug is one word of a path");
  if (problem) check_text(problem_text(*problem));
  for (const bool trusted : {false, true}) {
    check_failure(failure_of(answer, slug, trusted, "https://cloud.example"));
  }
  check_webhook(answer);
  return 0;
}
