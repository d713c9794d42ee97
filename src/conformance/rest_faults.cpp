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

// YYYY-MM-DDT…, which every reader of RFC 3339 understands.
bool looks_like_a_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// What `conflict` lacks, in the words of its reader; "": nothing.
std::string missing_in(const json::object& conflict, const StaleWrite& stale) {
  const json::value* fields = find(conflict, "fields");
  const bool named =
      fields && fields->is_array() &&
      std::ranges::find(fields->get_array(), json::value(stale.field)) != fields->get_array().end();
  if (!named) return "conflict.fields has to name " + quoted(stale.field) + ", which was changed.";
  for (const auto& [side, text] :
       {std::pair<std::string_view, std::string_view>{"local", stale.local},
        {"server", stale.server}}) {
    const json::value* values = find(conflict, side);
    const auto told =
        values && values->is_object() ? text_at(values->get_object(), stale.field) : std::nullopt;
    if (told == text) continue;
    return "conflict." + std::string(side) + " has to hold " + quoted(stale.field) + " as " +
           (side == "local" ? "the writer wrote it" : "it is now") + " (" + quoted(text) + ").";
  }
  const json::value* base = find(conflict, "base");
  const auto told =
      base && base->is_object() ? text_at(base->get_object(), stale.field) : std::nullopt;
  if (told && told != stale.base)
    return "conflict.base has to hold " + quoted(stale.field) + " as the writer saw it (" +
           quoted(stale.base) + "), or nothing where that is not known any more.";
  if (text_at(conflict, "who").value_or("").empty())
    return "conflict.who has to say who made the other change.";
  if (!looks_like_a_time(text_at(conflict, "when").value_or("")))
    return "conflict.when has to say when the other change was made, as in RFC 3339.";
  return "";
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
  const std::string lacking = missing_in(*conflict, stale);
  if (lacking.empty()) return std::nullopt;
  return Fault{expected, json::serialize(*conflict), lacking};
}

bool tells_base(const Answer& answer, const StaleWrite& stale) {
  const json::object* conflict = answer.object_at("conflict");
  const json::value* base = conflict ? find(*conflict, "base") : nullptr;
  return base && base->is_object() && text_at(base->get_object(), stale.field);
}

}  // namespace slipway::conformance
