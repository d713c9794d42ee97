#include "conformance/native_checks.h"

#include <thread>

#include "conformance/feed.h"
#include "conformance/native_faults.h"
#include "model/canonical_json.h"

namespace slipway::conformance {

namespace {

constexpr std::size_t tries_at_once = 6;
constexpr int lost_answers = 3;  // each meets the API at another moment
constexpr int looks_after_loss = 20;
constexpr std::chrono::milliseconds pause_between_looks{50};

using Looked = std::optional<Fault>;

Outcome fails(Fault fault) {
  return std::unexpected(std::move(fault));
}

Looked row_is_not(Native& native, const std::string& id, const std::string& text,
                  const std::string& missing) {
  const auto row = native.look(id);
  if (!row) return row.error();
  if (row->is_there && row->text == text) return std::nullopt;
  return Fault{"The row has " + native.shape().first_field + " = \"" + text + "\"",
               row->is_there ? "\"" + row->text + "\"" : "no such row", missing};
}

Looked row_is_there(Native& native, const std::string& id, const std::string& missing) {
  const auto row = native.look(id);
  if (!row) return row.error();
  if (!row->is_there) return std::nullopt;
  return Fault{"There is no such row", "a row with \"" + row->text + "\"", missing};
}

// A new row, and its version.
struct Made {
  std::string id;
  Receipt receipt;
  Version version;
};

std::expected<Made, Fault> make(Native& native, const std::string& text) {
  Made made{native.new_id(), {}, {}};
  const auto answer = native.push({item_of(native.create(made.id, text))});
  if (!answer) return std::unexpected(answer.error());
  made.receipt = answer->verdicts[0];
  if (auto fault = not_judged(made.receipt, Verdict::applied, "A new row is applied",
                              "Rows of the type " + native.shape().type +
                                  " are written; another type is named with --type, other fields "
                                  "with --fields and --values."))
    return std::unexpected(std::move(*fault));
  const auto row = native.look(made.id);
  if (!row) return std::unexpected(row.error());
  if (!row->version)
    return std::unexpected(Fault{"A conflict names the row's version", "none",
                                 "conflict.version has to say as of which commit the server's "
                                 "values are: it is what a decision is made on."});
  made.version = *row->version;
  return made;
}

Outcome push_and_pull(Native& native) {
  const Answer capabilities =
      native.client().ask(native.client().request("GET", "/v1/capabilities"));
  if (capabilities.status != 200 || !capabilities.json ||
      !capabilities_from_json(*capabilities.json)) {
    return fails(unexpected_answer(
        "/v1/capabilities is answered 200 with origin, protocol and limits", capabilities,
        "An API that keeps no log of its own is checked with --profile rest."));
  }
  if (const auto began = native.catch_up(); !began) return fails(began.error());
  Feed feed(native.cursor());
  const auto made = make(native, "made");
  if (!made) return fails(made.error());
  while (feed.cursor().seq < made->receipt.seq) {
    const auto page =
        native.read_pull(native.client().ask(native.pull_request(feed.cursor(), 100)));
    if (!page) return fails(page.error());
    if (auto fault = feed.take(page->page)) return fails(std::move(*fault));
    if (page->page.to == page->page.from) break;
  }
  if (auto fault = feed.lacks({{made->id, made->receipt}})) return fails(std::move(*fault));
  if (auto fault = row_is_not(native, made->id, "made", "What is applied is there."))
    return fails(std::move(*fault));
  if (const auto head = native.catch_up(); !head) return fails(head.error());
  return "a row was pushed, and came by the feed with its receipt";
}

// Somebody else's change, so that a second effect would be seen.
Looked change_since(Native& native, const std::string& id) {
  const auto row = native.look(id);
  if (!row) return row.error();
  const auto changed =
      native.push_one(item_of(native.update(id, "changed since", row->version, row->text)));
  if (!changed) return changed.error();
  return not_judged(*changed, Verdict::applied, "An update on the present values is applied",
                    "An entry that was made on what is there has nothing against it.");
}

Outcome replay(Native& native) {
  const auto made = make(native, "made");
  if (!made) return fails(made.error());
  const PushItem update = item_of(native.update(made->id, "changed", made->version, "made"));
  const auto first = native.push_one(update);
  if (!first) return fails(first.error());
  if (auto fault =
          not_judged(*first, Verdict::applied, "An update on the present values is applied",
                     "An entry that was made on what is there has nothing against it."))
    return fails(std::move(*fault));
  if (auto fault = change_since(native, made->id)) return fails(std::move(*fault));
  const auto again = native.push_one(update);
  if (!again) return fails(again.error());
  if (auto fault = not_same_receipt(*first, *again)) return fails(std::move(*fault));
  if (auto fault = row_is_not(native, made->id, "changed since",
                              "A repeat has no effect: it must not write its old values again."))
    return fails(std::move(*fault));
  const Answer known = native.client().ask(native.receipt_request(update.id));
  const auto receipt = known.json ? receipt_from_json(*known.json)
                                  : Result<Receipt>(fail(ErrorKind::invalid, "", "no JSON"));
  if (known.status != 200 || !receipt)
    return fails(unexpected_answer("/v1/requests/{id} gives the receipt", known,
                                   "Who has lost an answer asks what became of the entry."));
  if (auto fault = not_same_receipt(*first, *receipt)) return fails(std::move(*fault));
  return "the first receipt again, also after somebody else had changed the row";
}

Outcome key_reuse(Native& native) {
  const auto made = make(native, "made");
  if (!made) return fails(made.error());
  Body first = native.update(made->id, "first", made->version, "made");
  const auto applied = native.push_one(item_of(first));
  if (!applied) return fails(applied.error());
  Body other = first;
  other.payload[native.shape().first_field] = "other";
  const auto reused = native.push_one(item_of(other));
  if (!reused) return fails(reused.error());
  const std::string number = "A number of an incarnation that was judged with another body";
  if (auto fault =
          not_judged(*reused, Verdict::rejected, number + " is rejected as key-reused",
                     "A number stands for one entry: a database that was copied or "
                     "restored numbers its entries a second time, and one of the two would "
                     "be lost without a word."))
    return fails(std::move(*fault));
  PushItem altered = item_of(native.update(made->id, "altered", std::nullopt, "first"));
  altered.write->at("payload").as_object()[native.shape().first_field] = "altered on its way";
  const Answer answer = native.client().ask(native.push_request({altered}));
  const auto judged = native.read_push(answer, 1);
  const bool refused = (answer.status >= 400 && answer.status < 500) ||
                       (judged && judged->verdicts[0].verdict == Verdict::rejected);
  if (!refused)
    return fails(unexpected_answer("A body that does not fit its id is refused", answer,
                                   "The id is the hash of the body: compute it anew, so that what "
                                   "was altered on its way or on a disk is noticed."));
  if (auto fault =
          row_is_not(native, made->id, "first", "Nothing is done where an entry is refused."))
    return fails(std::move(*fault));
  return "rejected, and nothing was done";
}

Outcome same_entry_at_once(Native& native) {
  const std::string id = native.new_id();
  const PushItem item = item_of(native.create(id, "one"));
  std::vector<HttpRequest> requests;
  for (std::size_t i = 0; i < tries_at_once; ++i) requests.push_back(native.push_request({item}));
  const auto answers = native.client().ask_together(requests);
  const auto result = native.push_one(item);
  if (!result) return fails(result.error());
  if (auto fault = not_judged(*result, Verdict::applied, "One of the tries is applied",
                              "Tries that run at once must not make each other conflicts."))
    return fails(std::move(*fault));
  for (const Answer& answer : answers) {
    if (is_in_flight(answer)) continue;
    const auto read = native.read_push(answer, 1);
    if (!read) return fails(read.error());
    if (auto fault = not_same_receipt(*result, read->verdicts[0])) {
      fault->missing =
          "Tries of one entry that ran at once were each judged: look for the receipt "
          "and write it in one transaction, with the id as a unique key.";
      return fails(std::move(*fault));
    }
  }
  return std::to_string(tries_at_once) + " tries at once had one receipt";
}

bool has_receipt(Native& native, const std::string& id) {
  for (int tries = 0; tries < looks_after_loss; ++tries) {
    if (native.client().ask(native.receipt_request(id)).status == 200) return true;
    std::this_thread::sleep_for(pause_between_looks);
  }
  return false;
}

Outcome lost_answer(Native& native) {
  for (int i = 0; i < lost_answers; ++i) {
    const auto made = make(native, "made");
    if (!made) return fails(made.error());
    const PushItem item = item_of(native.update(made->id, "changed", made->version, "made"));
    native.client().ask_and_lose_answer(native.push_request({item}));
    const bool was_judged = has_receipt(native, item.id);
    if (was_judged) {
      if (auto fault = change_since(native, made->id)) return fails(std::move(*fault));
    }
    const auto result = native.push_one(item);
    if (!result) return fails(result.error());
    if (auto fault = not_judged(
            *result, Verdict::applied,
            "The entry that was pushed again after its answer was lost is told as applied",
            "The first try was carried out although nobody heard of it, and its receipt was not "
            "kept: store it in the transaction that does the work."))
      return fails(std::move(*fault));
    if (auto fault = row_is_not(native, made->id, was_judged ? "changed since" : "changed",
                                "The first try and its repeat both had an effect."))
      return fails(std::move(*fault));
  }
  return "the repeats got the receipts, and each had one effect";
}

Outcome conflict(Native& native) {
  const auto made = make(native, "seen by both");
  if (!made) return fails(made.error());
  const auto theirs =
      native.push_one(item_of(native.update(made->id, "theirs", made->version, "seen by both")));
  if (!theirs) return fails(theirs.error());
  const auto mine =
      native.push_one(item_of(native.update(made->id, "mine", made->version, "seen by both")));
  if (!mine) return fails(mine.error());
  if (auto fault = no_diff(*mine, {native.shape().first_field, "seen by both", "mine", "theirs"}))
    return fails(std::move(*fault));
  if (auto fault = row_is_not(native, made->id, "theirs", "A conflict writes nothing."))
    return fails(std::move(*fault));
  return describe(*mine) + ", with the diff";
}

Outcome order(Native& native) {
  const std::string id = native.new_id();
  const Body one = native.create(id, "one");
  const Body two = after(one, native.update(id, "two", std::nullopt, "one"));
  const PushItem first = item_of(one), second = item_of(two, {first.id});
  const PushItem third =
      item_of(after(two, native.update(id, "three", std::nullopt, "two")), {second.id});
  const auto answer = native.push({first, second, third});
  if (!answer) return fails(answer.error());
  const std::string missing =
      "The entries of a batch are judged in their order, and an earlier change of the same lane is "
      "no foreign one.";
  for (const Receipt& receipt : answer->verdicts) {
    if (auto fault = not_judged(
            receipt, Verdict::applied,
            "Three entries of one row, each made on the one before, are applied", missing))
      return fails(std::move(*fault));
  }
  if (auto fault = row_is_not(native, id, "three", missing)) return fails(std::move(*fault));
  // What stands on an entry that was not applied waits.
  const Body refused = native.update(native.new_id(), "no such row", std::nullopt, "none");
  const PushItem bad = item_of(refused);
  const std::string child = native.new_id();
  const PushItem dependant = item_of(after(refused, native.create(child, "dependant")), {bad.id});
  const auto held = native.push({bad, dependant});
  if (!held) return fails(held.error());
  if (auto fault = not_judged(held->verdicts[1], Verdict::blocked,
                              "An entry whose prerequisite was not applied is blocked",
                              "\"after\" names what has to be applied before: without it a line "
                              "stands without its order."))
    return fails(std::move(*fault));
  if (auto fault = row_is_there(native, child, "What is blocked has no effect."))
    return fails(std::move(*fault));
  return "in their order; what stands on a refused entry was blocked";
}

Outcome group(Native& native) {
  const auto made = make(native, "made");
  if (!made) return fails(made.error());
  const std::string id = native.new_id(), name = "group of " + id;
  const auto in_group = [&](Body body) {
    body.group_id = name;
    body.group_size = 2;
    return body;
  };
  const Body good = in_group(native.create(id, "half"));
  const Body stale =
      in_group(after(good, native.update(made->id, "half", std::nullopt, "never seen")));
  const auto answer = native.push({item_of(good), item_of(stale)});
  if (!answer) return fails(answer.error());
  const std::string missing = "A group is applied whole or not at all.";
  for (const Receipt& receipt : answer->verdicts) {
    if (auto fault = not_judged(receipt, Verdict::conflict,
                                "Both entries of a group are conflicts where one is", missing))
      return fails(std::move(*fault));
  }
  if (auto fault = row_is_there(native, id, missing)) return fails(std::move(*fault));
  const auto half = native.push({item_of(in_group(native.create(id, "half")))});
  if (!half) return fails(half.error());
  if (auto fault = not_judged(half->verdicts[0], Verdict::blocked,
                              "A group that is not whole is blocked", missing))
    return fails(std::move(*fault));
  if (auto fault = row_is_there(native, id, missing)) return fails(std::move(*fault));
  return "whole or not at all";
}

Outcome voids(Native& native) {
  const std::string id = native.new_id();
  const Body body = native.create(id, "discarded");
  const PushItem write = item_of(body);
  PushItem voided;
  voided.id = write.id;
  voided.void_incarnation = body.incarnation;
  voided.void_number = body.number;
  voided.void_sent = true;
  const auto first = native.push_one(voided);
  if (!first) return fails(first.error());
  const std::string missing =
      "A void says that an id shall never take effect, also when the entry arrives later.";
  if (auto fault =
          not_judged(*first, Verdict::voided, "A void of an unknown entry is voided", missing))
    return fails(std::move(*fault));
  const auto late = native.push_one(write);
  if (!late) return fails(late.error());
  if (auto fault = not_judged(*late, Verdict::voided,
                              "The entry that comes after its void is voided", missing))
    return fails(std::move(*fault));
  if (auto fault = row_is_there(native, id, missing)) return fails(std::move(*fault));
  return "voided, and nothing was done";
}

Outcome unauthorised(Native& native) {
  const std::string id = native.new_id();
  const PushItem item = item_of(native.create(id, "nobody's"));
  const std::string missing = "Nobody reads or writes without a valid token.";
  for (const std::string token : {"", "no-such-token"}) {
    const std::string who = token.empty() ? " without a token" : " with an unknown token";
    for (HttpRequest request :
         {native.push_request({item}), native.pull_request(native.cursor(), 1)}) {
      const std::string what = request.method + who;
      if (auto fault = not_refused(native.client().ask(signed_with(std::move(request), token)),
                                   {401}, what, missing))
        return fails(std::move(*fault));
    }
  }
  if (auto fault = row_is_there(native, id, "Nothing is done where a request is refused."))
    return fails(std::move(*fault));
  return "401 without a token and with an unknown one, and nothing was done";
}

Outcome bad_body(Native& native) {
  const std::string id = native.new_id();
  const PushItem item = item_of(native.create(id, "half"));
  const std::string whole = native.push_request({item}).body;
  const auto refuses = [&](std::string body, const char* what) {
    return not_refused(
        native.client().ask(native.client().request("POST", "/v1/push", std::move(body))),
        {400, 422}, what, "What cannot be understood is refused whole, and nothing of it is done.");
  };
  auto without_cursor = parse_json_object(whole, "a push").value();
  without_cursor.erase("cursor");
  auto without_body = parse_json_object(whole, "a push").value();
  without_body.at("items").as_array().push_back(json::object{{"id", "an item without a body"}});
  for (auto fault : {refuses(whole.substr(0, whole.size() - 20), "Half a push"),
                     refuses("[]", "A push that is no object"),
                     refuses(json_text(without_cursor), "A push without a cursor"),
                     refuses(json_text(without_body), "A push with an item that is none")}) {
    if (fault) return fails(std::move(*fault));
  }
  if (auto fault = row_is_there(native, id, "Nothing is done where a request is refused."))
    return fails(std::move(*fault));
  return "refused with a problem each, and nothing was done";
}

}  // namespace

std::vector<Check<Native>> native_checks() {
  std::vector<Check<Native>> checks{
      {"push-and-pull", "What is pushed is applied, and comes by the feed with its receipt.",
       "Everything else is built on it.", push_and_pull},
      {"replay", "An entry that is pushed again gets its receipt, and has no effect.",
       "A device that heard nothing has to send again; without this, one click is two bookings.",
       replay},
      {"key-reuse", "The same number with another body is rejected.",
       "The second of two different writes would be answered with the first's receipt, and be "
       "lost.",
       key_reuse},
      {"same-key-at-once", "Tries of one entry that run at once have one effect.",
       "A device that gave up waiting repeats while the first try is still at work.",
       same_entry_at_once},
      {"lost-answer",
       "A repeat after a connection that broke has one effect, and gets the receipt.",
       "Connections break after the request has arrived as often as before; only the repeat tells.",
       lost_answer},
      {"conflict", "A write on a value that was changed since is a conflict, with the diff.",
       "Without it changes vanish unseen, or people can only guess.", conflict},
      {"order", "Entries of a batch are judged in order; what stands on a refused one waits.",
       "A line without its order, an approval of what was never made.", order},
      {"group", "A group is applied whole or not at all.",
       "Half of a booking: the invoice without the shipment.", group},
      {"void", "What was voided never takes effect, however late it comes.",
       "What a user has discarded appears a day later.", voids},
      {"unauthorised", "Without a valid token nothing is told and nothing is done.",
       "Anybody could read and write.", unauthorised},
      {"bad-body", "What cannot be understood is refused with a problem, whole.",
       "Half of a batch would be done, and the device would not know which half.", bad_body}};
  for (auto& check : native_feed_checks()) checks.push_back(check);
  return checks;
}

}  // namespace slipway::conformance
