#include "conformance/rest_faults.h"

#include <algorithm>

namespace slipway::conformance {

namespace {

bool is_judged_anew(const Answer& answer) {
  return answer.status == 412 || (answer.status == 409 && answer.object_at("conflict"));
}

bool is_same_body(const Answer& a, const Answer& b) {
  return a.json && b.json ? same_value(*a.json, *b.json) : a.body == b.body;
}

}  // namespace

std::optional<Fault> not_recorded(const Answer& first, const Answer& again) {
  const std::string expected = "The first result again: " + describe(first);
  if (is_judged_anew(again)) {
    return unexpected_answer(
        expected, again,
        "The key was forgotten: the repeat was judged anew, against the row as "
        "its own first try or somebody else had left it. Keep each key with "
        "its result, in the transaction that does the work.");
  }
  if (is_in_flight(again)) {
    return unexpected_answer(expected, again,
                             "The result of a request that has ended: its key must not stay \"in "
                             "flight\", or the client waits for ever.");
  }
  if (again.status != first.status) {
    return unexpected_answer(
        expected, again,
        "The repeat got another status: its key was forgotten, or what was answered "
        "to it. Keep status and body with the key.");
  }
  if (!is_same_body(first, again)) {
    return unexpected_answer(expected, again,
                             "The repeat got another body: it was carried out again, or answered "
                             "from the row as it is now. Keep the first body with the key.");
  }
  if (again.etag == first.etag) return std::nullopt;
  return Fault{expected + " with ETag " + first.etag,
               "the same with ETag " + (again.etag.empty() ? "(none)" : again.etag),
               "The repeat named another version: keep the ETag with the key, too, or the client "
               "takes what others did since for its own."};
}

std::optional<Fault> more_than_one_result(const std::vector<Answer>& answers) {
  const std::string expected =
      "One result, for each of " + std::to_string(answers.size()) +
      " tries under one key; or 409 for those that came while it was at work";
  const Answer* first = nullptr;
  for (const Answer& answer : answers) {
    if (answer.ok()) first = &answer;
  }
  for (const Answer& answer : answers) {
    if (is_in_flight(answer)) continue;
    if (!answer.ok()) {
      return unexpected_answer(
          expected, answer,
          is_judged_anew(answer) ? "Two tries under one key ran at once, and the second met the "
                                   "first's effect as though it were somebody else's. Reserve the "
                                   "key first (a unique index), then do the work."
                                 : "A try under a key that is at work is answered with 409, or "
                                   "waits and gets the result.");
    }
    if (first->status == answer.status && first->etag == answer.etag &&
        is_same_body(*first, answer))
      continue;
    return Fault{
        expected, describe(*first) + " and " + describe(answer),
        "Tries under one key that ran at once each had an effect of their own. Reserve the "
        "key first (a unique index), then do the work."};
  }
  return std::nullopt;
}

std::optional<Fault> not_a_conflict(const Answer& answer, const StaleWrite& stale) {
  constexpr std::string_view what = "A write made on an old version";
  const std::string_view missing =
      answer.ok()
          ? "If-Match is not looked at: the write went through, and what somebody else had "
            "written is gone. Compare it with the row's version in the write itself (UPDATE "
            "… WHERE version = …)."
          : "A write whose If-Match is not the row's version is answered 412 (or 409).";
  if (auto fault = not_refused(answer, {412, 409}, what, missing)) return fault;
  const std::string expected =
      "The refusal holds \"conflict\" with fields, base (where known), local, server, who and when";
  const json::object* conflict = answer.object_at("conflict");
  if (!conflict)
    return unexpected_answer(
        expected, answer,
        "The answer tells that there is a conflict, but not of what with what: "
        "add the member \"conflict\".");
  const std::string lacking = lacking_in(*conflict, stale);
  if (lacking.empty()) return std::nullopt;
  return Fault{expected, json::serialize(*conflict), lacking};
}

}  // namespace slipway::conformance
