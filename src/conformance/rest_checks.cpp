#include "conformance/rest_checks.h"

#include <thread>

#include "conformance/rest_faults.h"
#include "model/canonical_json.h"

namespace slipway::conformance {

namespace {

constexpr std::size_t tries_at_once = 8;
constexpr int lost_answers = 3;  // each meets the API at another moment
constexpr int looks_after_loss = 20;
constexpr std::chrono::milliseconds pause_between_looks{50};

constexpr const char* row_untouched = "Nothing is done where a request is refused.";

// The row's first field is `text`, and its version `etag` ("": any).
std::optional<Fault> row_is_not(Rest& rest, const std::string& id, const std::string& text,
                                const std::string& etag, const std::string& missing) {
  const Answer row = rest.client().ask(rest.read(id));
  const std::string expected = "The row has " + rest.shape().first_field + " = \"" + text + "\"" +
                               (etag.empty() ? "" : " and ETag " + etag);
  if (row.status != 200) return unexpected_answer(expected, row, missing);
  if (rest.first_of(row) != text || (!etag.empty() && row.etag != etag)) {
    return Fault{expected,
                 rest.shape().first_field + " = \"" + rest.first_of(row) + "\", ETag " + row.etag,
                 missing};
  }
  return std::nullopt;
}

std::optional<Fault> row_is_there(Rest& rest, const std::string& id, const std::string& missing) {
  const Answer row = rest.client().ask(rest.read(id));
  if (row.status == 404 || row.status == 410) return std::nullopt;
  return unexpected_answer("There is no such row: 404, or 410", row, missing);
}

Outcome write_and_read(Rest& rest) {
  const auto made = rest.make("made");
  if (!made) return std::unexpected(made.error());
  if (auto fault = row_is_not(rest, made->id, "made", made->etag,
                              "GET has to give the row as it was written, with its present ETag."))
    return std::unexpected(std::move(*fault));
  const Answer changed =
      rest.client().ask_until_done(rest.patch(rest.new_key(), made->id, made->etag, "changed"));
  if (!changed.ok() || changed.etag.empty() || changed.etag == made->etag) {
    Fault fault = unexpected_answer("A PATCH is answered 200 with the row and its new ETag",
                                    changed, "Each change gives the row another version.");
    if (changed.ok()) fault.seen += ", ETag " + changed.etag;
    return std::unexpected(std::move(fault));
  }
  if (auto fault = row_is_not(rest, made->id, "changed", changed.etag,
                              "GET has to give the row as it was written, with its present ETag."))
    return std::unexpected(std::move(*fault));
  return "made, read, changed, and read again with another ETag";
}

Outcome replay(Rest& rest) {
  const std::string id = rest.new_id(), create_key = rest.new_key(), patch_key = rest.new_key();
  const HttpRequest create = rest.create(create_key, id, "first");
  const Answer created = rest.client().ask_until_done(create);
  if (auto fault = not_recorded(created, rest.client().ask(create)))
    return std::unexpected(std::move(*fault));
  const HttpRequest patch = rest.patch(patch_key, id, created.etag, "second");
  const Answer patched = rest.client().ask_until_done(patch);
  if (!patched.ok())
    return std::unexpected(unexpected_answer("The row can be changed", patched, row_untouched));
  if (auto fault = not_recorded(patched, rest.client().ask(patch)))
    return std::unexpected(std::move(*fault));
  // What others did since is not the repeat's business.
  const Answer since =
      rest.client().ask_until_done(rest.patch(rest.new_key(), id, patched.etag, "third"));
  for (const auto& [request, first] : {std::pair{&create, &created}, {&patch, &patched}}) {
    if (auto fault = not_recorded(*first, rest.client().ask(*request))) {
      fault->seen += " (after somebody else had changed the row)";
      return std::unexpected(std::move(*fault));
    }
  }
  if (auto fault = row_is_not(rest, id, "third", since.etag,
                              "A repeat has no effect: it must not write its old values again."))
    return std::unexpected(std::move(*fault));
  return "the first results again, also after somebody else had changed the row";
}

Outcome replay_after_delete(Rest& rest) {
  const std::string id = rest.new_id();
  const HttpRequest create = rest.create(rest.new_key(), id, "short-lived");
  const Answer created = rest.client().ask_until_done(create);
  const HttpRequest remove = rest.remove(rest.new_key(), id, created.etag);
  const Answer removed = rest.client().ask_until_done(remove);
  if (!removed.ok())
    return std::unexpected(
        unexpected_answer("DELETE with the row's ETag is answered 200 or 204", removed,
                          "Rows can be deleted by those who have seen their present version."));
  const std::string gone = "A deleted row is answered 404, or 410.";
  if (auto fault = row_is_there(rest, id, gone)) return std::unexpected(std::move(*fault));
  const std::string expected =
      "A late repeat of the request that made the row does not make it again";
  const Answer again = rest.client().ask(create);
  if (auto fault = row_is_there(rest, id,
                                "The late repeat revived what somebody had deleted: keep keys "
                                "beyond the life of their rows."))
    return std::unexpected(
        Fault{expected, describe(again) + "; then " + fault->seen, fault->missing});
  if (auto fault = not_recorded(created, again)) return std::unexpected(std::move(*fault));
  const Answer removed_again = rest.client().ask(remove);
  if (auto fault = not_recorded(removed, removed_again)) return std::unexpected(std::move(*fault));
  return "both are answered as the first time, and the row stays deleted";
}

Outcome key_reuse(Rest& rest) {
  const std::string key = rest.new_key(), id = rest.new_id(), other = rest.new_id();
  const Answer created = rest.client().ask_until_done(rest.create(key, id, "mine"));
  const std::string missing =
      "A key stands for one request. Keep a hash of the request with the key, and refuse the key "
      "for any other.";
  constexpr const char* what = "The same key with another body";
  if (auto fault =
          not_refused(rest.client().ask(rest.create(key, other, "another")), {422}, what, missing))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_there(rest, other, row_untouched))
    return std::unexpected(std::move(*fault));
  if (auto fault = not_refused(rest.client().ask(rest.patch(key, id, created.etag, "stolen")),
                               {422}, "The same key with another method", missing))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_not(rest, id, "mine", created.etag, row_untouched))
    return std::unexpected(std::move(*fault));
  return "422 for another body and for another method, and nothing was done";
}

// The same request at the same time: one result; the row is what that says, and stays so.
std::optional<Fault> has_many_effects(Rest& rest, const HttpRequest& request, const std::string& id,
                                      const std::string& text) {
  const auto answers = rest.client().ask_together(std::vector<HttpRequest>(tries_at_once, request));
  if (auto fault = more_than_one_result(answers)) return fault;
  const Answer result = rest.client().ask_until_done(request);
  if (!result.ok())
    return unexpected_answer("The result, when all tries have been answered", result,
                             "A key that was at work has to get its result.");
  for (const Answer& answer : answers) {
    if (!is_in_flight(answer))
      if (auto fault = not_recorded(answer, result)) return fault;
  }
  return row_is_not(rest, id, text, result.etag,
                    "Tries under one key that ran at once each had an effect of their own: the row "
                    "has another version than the result says.");
}

Outcome same_key_at_once(Rest& rest) {
  const std::string id = rest.new_id();
  const HttpRequest create = rest.create(rest.new_key(), id, "one");
  if (auto fault = has_many_effects(rest, create, id, "one"))
    return std::unexpected(std::move(*fault));
  const Answer row = rest.client().ask(rest.read(id));
  const HttpRequest patch = rest.patch(rest.new_key(), id, row.etag, "two");
  if (auto fault = has_many_effects(rest, patch, id, "two"))
    return std::unexpected(std::move(*fault));
  return std::to_string(tries_at_once) + " tries at once had one effect, for POST and for PATCH";
}

// The row's ETag once it has this text; "" where it does not get it: the API may drop what nobody
// waits for any more.
std::string etag_when_done(Rest& rest, const std::string& id, const std::string& text) {
  for (int tries = 0; tries < looks_after_loss; ++tries) {
    const Answer row = rest.client().ask(rest.read(id));
    if (row.status == 200 && rest.first_of(row) == text) return row.etag;
    std::this_thread::sleep_for(pause_between_looks);
  }
  return "";
}

// Sends a write of this text, loses the answer, lets somebody else change the row, and sends it
// again. Gives the row's present ETag.
std::expected<std::string, Fault> repeat_after_loss(Rest& rest, const HttpRequest& request,
                                                    const std::string& id,
                                                    const std::string& text) {
  rest.client().ask_and_lose_answer(request);
  const std::string etag = etag_when_done(rest, id, text);
  const bool was_done = !etag.empty();
  const Answer since =
      was_done ? rest.client().ask_until_done(rest.patch(rest.new_key(), id, etag, "changed since"))
               : Answer{};
  const Answer result = rest.client().ask_until_done(request);
  if (!result.ok() || (was_done && result.etag != etag)) {
    Fault fault = unexpected_answer(
        "The repeat, after a connection that broke when all had been sent, gets the first result" +
            (was_done ? ", with ETag " + etag : ""),
        result,
        "The first try was carried out although nobody heard of it, and its key was forgotten. "
        "Keep "
        "key and result in the transaction that does the work, not after the answer was sent.");
    if (result.ok()) fault.seen += ", ETag " + result.etag;
    return std::unexpected(std::move(fault));
  }
  if (auto fault = row_is_not(rest, id, was_done ? "changed since" : text,
                              was_done ? since.etag : result.etag,
                              "The first try and its repeat both had an effect."))
    return std::unexpected(std::move(*fault));
  return was_done ? since.etag : result.etag;
}

Outcome lost_answer(Rest& rest) {
  for (int i = 0; i < lost_answers; ++i) {
    const std::string id = rest.new_id();
    const auto made = repeat_after_loss(rest, rest.create(rest.new_key(), id, "made"), id, "made");
    if (!made) return std::unexpected(made.error());
    const auto changed =
        repeat_after_loss(rest, rest.patch(rest.new_key(), id, *made, "changed"), id, "changed");
    if (!changed) return std::unexpected(changed.error());
  }
  return "the repeats got the results, and each had one effect";
}

Outcome conflict(Rest& rest) {
  auto made = rest.make("seen by both");
  if (!made) return std::unexpected(std::move(made.error()));
  const Answer theirs =
      rest.client().ask_until_done(rest.patch(rest.new_key(), made->id, made->etag, "theirs"));
  if (!theirs.ok())
    return std::unexpected(unexpected_answer("The row can be changed", theirs, row_untouched));
  const HttpRequest mine = rest.patch(rest.new_key(), made->id, made->etag, "mine");
  const Answer refused = rest.client().ask_until_done(mine);
  const StaleWrite stale{rest.shape().first_field, "seen by both", "mine", "theirs"};
  if (auto fault = not_a_conflict(refused, stale)) return std::unexpected(std::move(*fault));
  const std::string missing = "A write that is refused must not write.";
  if (auto fault = row_is_not(rest, made->id, "theirs", theirs.etag, missing))
    return std::unexpected(std::move(*fault));
  if (refused.etag != theirs.etag)
    return std::unexpected(Fault{"The refusal has the row's present ETag, " + theirs.etag,
                                 "ETag " + (refused.etag.empty() ? "(none)" : refused.etag),
                                 "Send the row's version with the refusal, so that the next "
                                 "write can name what its writer was shown."});
  const Answer same =
      rest.client().ask_until_done(rest.patch(rest.new_key(), made->id, made->etag, "theirs"));
  if (auto fault = not_refused(same, {412, 409}, "PATCH with an old ETag and the present value",
                               "Two that both read 1 and write 2 have counted twice: compare the "
                               "version, not the values."))
    return std::unexpected(std::move(*fault));
  const Answer removal =
      rest.client().ask_until_done(rest.remove(rest.new_key(), made->id, made->etag));
  if (auto fault = not_refused(removal, {412, 409}, "DELETE with an old ETag",
                               "DELETE has to look at If-Match as PATCH does."))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_not(rest, made->id, "theirs", theirs.etag, missing))
    return std::unexpected(std::move(*fault));
  return describe(refused) +
         (tells_base(*refused.object_at("conflict"), stale) ? "" : " (without a base)");
}

Outcome missing_key(Rest& rest) {
  const std::string missing =
      "A write without an Idempotency-Key cannot be repeated safely, so it has to be refused.";
  const std::string id = rest.new_id();
  if (auto fault = not_refused(rest.client().ask(rest.create("", id, "no key")), {400},
                               "POST without Idempotency-Key", missing))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_there(rest, id, row_untouched)) return std::unexpected(std::move(*fault));
  auto made = rest.make("made");
  if (!made) return std::unexpected(std::move(made.error()));
  const Answer patched = rest.client().ask(rest.patch("", made->id, made->etag, "no key"));
  if (auto fault = not_refused(patched, {400}, "PATCH without Idempotency-Key", missing))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_not(rest, made->id, "made", made->etag, row_untouched))
    return std::unexpected(std::move(*fault));
  return "400 for POST and for PATCH, and nothing was done";
}

Outcome missing_version(Rest& rest) {
  auto made = rest.make("made");
  if (!made) return std::unexpected(std::move(made.error()));
  const std::string missing =
      "A write that names no version overwrites what its writer may not have seen.";
  const Answer patched = rest.client().ask(rest.patch(rest.new_key(), made->id, "", "blind"));
  if (auto fault = not_refused(patched, {428, 400, 412}, "PATCH without If-Match", missing))
    return std::unexpected(std::move(*fault));
  const Answer removed = rest.client().ask(rest.remove(rest.new_key(), made->id, ""));
  if (auto fault = not_refused(removed, {428, 400, 412}, "DELETE without If-Match", missing))
    return std::unexpected(std::move(*fault));
  if (auto fault = row_is_not(rest, made->id, "made", made->etag, row_untouched))
    return std::unexpected(std::move(*fault));
  return describe(patched);
}

Outcome unauthorised(Rest& rest) {
  const std::string id = rest.new_id();
  const std::string missing = "Nobody reads or writes without a valid token.";
  for (const std::string token : {"", "no-such-token"}) {
    const std::string who = token.empty() ? " without a token" : " with an unknown token";
    const HttpRequest write = rest.create(rest.new_key(), id, "nobody's");
    if (auto fault =
            not_refused(rest.client().ask(signed_with(write, token)), {401}, "POST" + who, missing))
      return std::unexpected(std::move(*fault));
    if (auto fault = not_refused(rest.client().ask(signed_with(rest.list(1, {}), token)), {401},
                                 "GET" + who, missing))
      return std::unexpected(std::move(*fault));
  }
  if (auto fault = row_is_there(rest, id, row_untouched)) return std::unexpected(std::move(*fault));
  return "401 without a token and with an unknown one, and nothing was done";
}

Outcome bad_body(Rest& rest) {
  auto made = rest.make("made");
  if (!made) return std::unexpected(std::move(made.error()));
  const std::string missing = "What cannot be understood is refused, and nothing of it is done.";
  const auto refuses = [&](HttpRequest request, const char* what) {
    return not_refused(rest.client().ask(std::move(request)), {400, 415, 422}, what, missing);
  };
  const std::string torn = R"({"values":{")" + rest.shape().first_field + R"(":"to)";
  const std::string unknown =
      json_text(json::object{{"values", {{"no such field of any row", "dropped?"}}}});
  const auto patch = [&](std::string body) {
    return rest.raw(rest.new_key(), made->id, made->etag, std::move(body));
  };
  const auto post = [&](std::string body) {
    return rest.raw(rest.new_key(), "", "", std::move(body));
  };
  for (auto fault : {refuses(post(torn), "POST of half a body"),
                     refuses(post("[1]"), "POST of a body that is no object"),
                     refuses(patch(torn), "PATCH of half a body"),
                     refuses(patch(R"({"values":7})"), "PATCH whose values are no object"),
                     refuses(patch(unknown), "PATCH of a field that the row does not have")}) {
    if (fault) return std::unexpected(std::move(*fault));
  }
  if (auto fault = row_is_not(rest, made->id, "made", made->etag, row_untouched))
    return std::unexpected(std::move(*fault));
  return "refused with a problem each, and nothing was done";
}

}  // namespace

std::vector<Check<Rest>> rest_checks() {
  std::vector<Check<Rest>> checks{
      {"write-and-read", "A row can be made, read and changed, and has an ETag.",
       "Everything else is built on it.", write_and_read},
      {"replay", "A repeat under the same key gets the recorded result, and has no effect.",
       "A client that heard nothing has to send again; without this, one click is two bookings.",
       replay},
      {"replay-after-delete", "A late repeat revives nothing.",
       "A request that was held up on its way brings back what somebody has deleted since.",
       replay_after_delete},
      {"key-reuse", "The same key with another request is refused with 422.",
       "The second of two different writes would be answered with the first's result, and be lost.",
       key_reuse},
      {"same-key-at-once", "Tries under one key that run at once have one effect.",
       "A client that gave up waiting repeats while the first try is still at work.",
       same_key_at_once},
      {"lost-answer", "A repeat after a connection that broke has one effect, and gets the result.",
       "Connections break after the request has arrived as often as before; only the repeat tells.",
       lost_answer},
      {"conflict",
       "A write made on an old version is refused, with what stands against each other.",
       "Without a refusal changes vanish unseen; without the diff people can only guess or give "
       "up.",
       conflict},
      {"missing-key", "POST and PATCH without Idempotency-Key are refused with 400.",
       "A client that forgets the key works in every test, and doubles on the first bad "
       "connection.",
       missing_key},
      {"missing-version", "PATCH and DELETE without If-Match are refused.",
       "Whoever writes last would win, whatever he had seen.", missing_version},
      {"unauthorised", "Without a valid token nothing is told and nothing is done.",
       "Anybody could read and write.", unauthorised},
      {"bad-body", "What cannot be understood is refused with a problem, whole.",
       "A field that is dropped in silence is a user's write that is lost while the screen says "
       "synced.",
       bad_body}};
  for (auto& check : rest_list_checks()) checks.push_back(check);
  return checks;
}

}  // namespace slipway::conformance
