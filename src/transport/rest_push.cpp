// Target `rest`: entries going out.

#include <algorithm>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/given_ids.h"
#include "transport/limits.h"
#include "transport/problem.h"
#include "transport/rest_judge.h"
#include "transport/rest_transport.h"
#include "transport/webhook_page.h"

namespace slipway {

struct RestTransport::Posting {
  PushRequest request;
  Answered<PushAnswer> answered;
  std::size_t next = 0;
  std::vector<Receipt> receipts = {};
  std::vector<PageRow> rows = {};
  std::vector<RestMemory::Told> told = {};
  std::vector<GivenId> given = {};  // by answers of this push
};

struct RestTransport::Errand {
  std::shared_ptr<Posting> posting;
  const PushItem* item;      // in posting
  const RestEntity* entity;  // in the options
  Body body;                 // as it was captured
  Body named;                // as the API names rows
  RestWrite write;           // the same, with what is to be written after all
  RestState seen = {};       // of an update or delete: the row there, as last read
  json::object merged = {};  // fields whose value is not the written one, and how that came
  int judgements = 0;
  bool in_doubt = false;         // it was sent just now, and may have had an effect
  bool received_before = false;  // the API says so of its idempotency key, and did nothing now
  bool is_gone = false;          // after it was written
};

namespace {

const TypeRules& rules_of(const PushRequest& request, const std::string& type) {
  static const TypeRules manual;
  const auto rules = request.rules.find(type);
  return rules == request.rules.end() ? manual : rules->second;
}

// What an answer to a write tells of the row, if it tells all that was written.
std::optional<json::object> row_of(const RestEntity& entity, const RestWrite& write,
                                   const HttpAnswer& answer) {
  const auto body = json_body(answer);
  auto row = body ? row_in(entity, *body) : std::nullopt;
  if (!row || !id_there(entity, *row)) return std::nullopt;
  const json::object here = row_here(entity, *row);
  const bool whole = std::ranges::all_of(
      write.body.payload, [&](const auto& member) { return find(here, member.key()) != nullptr; });
  return whole ? row : std::nullopt;
}

bool may_have_happened(const PushItem& item) {
  return item.sent || std::ranges::any_of(item.replaces, [](const Replaced& earlier) {
           return !earlier.without_effect;
         });
}

// The app has no such table any more, so the store cannot say how the API names this row and those
// that it refers to. What is in doubt is looked for; sent again it would be another entry.
bool is_only_looked_for(const PushItem& item) {
  return item.key_field.empty() && may_have_happened(item);
}

constexpr const char* no_table_and_not_seen =
    "it is not to be seen there, and cannot be sent again, since the app has no such table any "
    "more";

// Where the key is not known, any field that the API gives may be it.
bool gives_id(const RestEntity& entity, const PushItem& item) {
  if (item.key_field.empty()) return !entity.assigned.empty();
  return std::ranges::find(entity.assigned, item.key_field) != entity.assigned.end();
}

// A mark that is an object may have got more members there.
bool shows(const json::value& there, const json::value& mark) {
  if (!mark.is_object() || !there.is_object()) return means_the_same(there, mark);
  return std::ranges::all_of(mark.get_object(), [&](const auto& member) {
    const json::value* value = find(there.get_object(), member.key());
    return value && shows(*value, member.value());
  });
}

// Of objects that hold one thing the innermost: {"data": null}.
bool is_nothing_but_null(const json::value& value) {
  if (!value.is_object()) return value.is_null();
  const json::object& object = value.get_object();
  return object.size() == 1 && is_nothing_but_null(object.begin()->value());
}

// 204, or null where the row would be: so some APIs say that there is none. What holds more beside
// the null may be an error.
bool tells_no_row(const RestEntity& entity, const HttpAnswer& answer) {
  constexpr int no_content = 204;
  if (answer.status == no_content) return true;
  const auto body = parse_json(answer.body, "an answer");
  const json::value* row = body ? at_place(*body, entity.row) : nullptr;
  return row && row->is_null() && is_nothing_but_null(*body);
}

constexpr const char* received_and_not_seen =
    "it was received there before, and is not to be seen there";

Failure not_the_api(const std::string& peer, const std::string& what) {
  return {FailureClass::unreachable, peer + " " + what, 0, std::nullopt, true};
}

// In the form of the cloud's (protocol/README.md).
json::object merge_of(const Body& body, const json::object& current, const json::object& merged,
                      const TypeRules& rules) {
  const auto value_of = [](const json::object& from, std::string_view field) {
    const json::value* value = find(from, field);
    return value ? *value : json::value(nullptr);
  };
  json::object fields;
  for (const auto& member : merged) {
    fields[member.key()] = {{"rule", to_text(rules.of(member.key()))},
                            {"base", value_of(body.base, member.key())},
                            {"local", value_of(body.payload, member.key())},
                            {"server", value_of(current, member.key())},
                            {"value", member.value()}};
  }
  return fields;
}

}  // namespace

void RestTransport::push(PushRequest request, Answered<PushAnswer> answered) {
  memory_.stand_at(request.cursor);
  next_item(std::make_shared<Posting>(Posting{std::move(request), std::move(answered)}));
}

void RestTransport::next_item(const std::shared_ptr<Posting>& posting) {
  const auto& items = posting->request.items;
  while (posting->next < items.size() && !items[posting->next].write)
    posting->receipts.push_back(webhook_void(items[posting->next++], peer_));
  if (posting->next == items.size()) {
    client_.answer_locally([this, posting] { finish(posting, std::nullopt); });
    return;
  }
  const PushItem& item = items[posting->next];
  auto body = body_from_json(*item.write);
  const auto stop_now = [&](std::string why) {
    Failure failure{FailureClass::invalid, std::move(why), 0, std::nullopt, true};
    client_.answer_locally(
        [this, posting, failure = std::move(failure)] { finish(posting, failure); });
  };
  if (!body) return stop_now(body.error().message);
  const auto entity = api_.entities.find(body->entity.type);
  const RestEntity* declared = entity == api_.entities.end() ? nullptr : &entity->second;
  const auto declares = [&](const RestEntity& e) {
    return bool(body->op == Op::create ? e.create : body->op == Op::update ? e.update : e.remove);
  };
  if (!declared || !declares(*declared)) {
    return stop_now("The configuration does not say how to " + std::string(to_text(body->op)) +
                    " a " + body->entity.type + " at " + peer_ + ". Declare it in [entities." +
                    body->entity.type + ".rest], restart, and retry.");
  }
  std::vector<GivenId> given = posting->given;
  given.insert(given.end(), item.given.begin(), item.given.end());
  RestWrite write{item.id, item.replaces.empty() ? item.id : item.replaces.front().id,
                  with_given_ids(*body, item, posting->request.references, given)};
  Body named = write.body;
  const auto errand = std::make_shared<Errand>(
      Errand{posting, &item, declared, std::move(*body), std::move(named), std::move(write)});
  if (errand->body.op == Op::create)
    begin_create(errand);
  else
    judge(errand);
}

// ---- creates ----

void RestTransport::begin_create(const Entry& entry) {
  const RestEntity& entity = *entry->entity;
  const bool in_doubt = may_have_happened(*entry->item);
  if (!in_doubt && writes_over_rows(entity.create) && entity.get) return look_before(entry);
  if (!in_doubt || planted(Bug::creates_again_in_doubt)) return send_create(entry);
  // Before a key is trusted: no API remembers keys for as long as a device may be away.
  if (entity.lookup) return look_up(entry);
  const bool only_looked_for = is_only_looked_for(*entry->item);
  if (api_.idempotent && !only_looked_for) return send_create(entry);
  // Its id was made here: the row itself tells.
  if (!gives_id(entity, *entry->item) && entity.get) return read_back(entry);
  if (only_looked_for)
    return ask_person(entry, "no lookup is declared, and the app has no such table any more");
  // What was sent before under another id, a person has retried: they say that it did not happen.
  if (!entry->item->sent) return send_create(entry);
  ask_person(entry, "it was sent, and no whole answer came");
}

// A PUT writes over a row that is there: nobody here has seen that one. An API that refuses the
// question has If-None-Match to go by.
void RestTransport::look_before(const Entry& entry) {
  const auto exists = [this, entry](std::optional<RestState> state) {
    if (!state) return send_create(entry);
    settle_conflict(entry, "already-exists", row_here(*entry->entity, state->row));
  };
  ask(entry, entry->entity->get, [this, entry, exists](const HttpAnswer& answer) {
    const auto failure = rest_failure(api_, answer, peer_);
    const bool is_refused = failure && (failure->means == FailureClass::invalid ||
                                        failure->means == FailureClass::forbidden);
    is_refused ? send_create(entry) : take_row(entry, answer, exists);
  });
}

void RestTransport::look_up(const Entry& entry) {
  ask(entry, entry->entity->lookup, [this, entry](const HttpAnswer& answer) {
    auto failure = rest_failure(api_, answer, peer_);
    if (!failure) return looked_up(entry, answer);
    if (failure->means == FailureClass::gone) return not_found(entry);
    failure->without_effect = true;  // it was only a question
    if (failure->means != FailureClass::busy && failure->means != FailureClass::signed_out)
      failure->means = FailureClass::unreachable;
    stop(entry, std::move(*failure));
  });
}

void RestTransport::looked_up(const Entry& entry, const HttpAnswer& answer) {
  const RestEntity& entity = *entry->entity;
  const auto body = parse_json(answer.body, "the answer to the lookup");
  auto rows = body ? rows_in(entity.list.rows, *body) : std::nullopt;
  if (!rows && body) rows = rows_in("", *body);
  if (!rows && body && row_in(entity, *body)) rows.emplace(1, *row_in(entity, *body));
  if (!rows)
    return stop(entry, not_the_api(peer_, "answered a lookup with something else than rows."));
  // An API that does not know a parameter ignores it, and answers with every row.
  const json::object marks = marks_of(entity, entry->write);
  const bool none_came = rows->empty();
  std::erase_if(*rows, [&](const json::object& row) {
    return std::ranges::any_of(marks, [&](const auto& mark) {
      const json::value* value = at_place(row, mark.key());
      return !value || !shows(*value, mark.value());
    });
  });
  if (none_came) return not_found(entry);
  // Nor is it certain to be among the rows of a first page, nor to show what it was given.
  if (rows->empty()) return ask_person(entry, "rows came that do not carry its mark");
  if (std::ranges::any_of(*rows, [&](const auto& row) { return is_deleted_there(entity, row); }))
    return ask_person(entry, "a row that is deleted there carries its mark");
  const auto id = id_there(entity, rows->front());
  if (rows->size() > 1 || !id)
    return ask_person(entry, std::to_string(rows->size()) + " rows there carry its mark");
  // Two desks whose counters say 7 mark their rows alike; the id of a write is nobody else's.
  const bool is_certain = json_text(marks).find(entry->write.root_id) != std::string::npos;
  if (!is_certain && !shows_created(entry->named, row_here(entity, rows->front()), entity.assigned))
    return ask_person(entry, "a row there carries its mark, and other values");
  Receipt applied{entry->item->id, Verdict::applied};
  settle(entry, std::move(applied), std::move(rows->front()));
}

// What was sent just now is not sent again, though it is not to be seen.
void RestTransport::not_found(const Entry& entry) {
  if (entry->received_before) return ask_person(entry, received_and_not_seen);
  if (is_only_looked_for(*entry->item)) return ask_person(entry, no_table_and_not_seen);
  if (entry->in_doubt)
    return ask_person(entry, "the answer did not say under which id it was made");
  send_create(entry);
}

// The row has the id that was made here.
void RestTransport::read_back(const Entry& entry) {
  read_row(entry, [this, entry](std::optional<RestState> state) {
    state ? settle_by_row(entry, std::move(*state)) : not_found(entry);
  });
}

// It is what the create has made, or another that is in its place.
void RestTransport::settle_by_row(const Entry& entry, RestState state) {
  json::object here = row_here(*entry->entity, state.row);
  if (!shows_created(entry->body, here, entry->entity->assigned))
    return settle_conflict(entry, "already-exists", std::move(here));
  settle(entry, {entry->item->id, Verdict::applied}, std::move(state.row));
}

void RestTransport::send_create(const Entry& entry) {
  ask(entry, entry->entity->create,
      [this, entry](const HttpAnswer& answer) { created(entry, answer); });
}

void RestTransport::created(const Entry& entry, const HttpAnswer& answer) {
  const RestEntity& entity = *entry->entity;
  const bool given = gives_id(entity, *entry->item);
  if (declared_meaning(api_, answer) == RestStatus::duplicate) return received_before(entry);
  if (auto failure = rest_failure(api_, answer, peer_)) {
    entry->in_doubt = !failure->without_effect;
    if (failure->means == FailureClass::conflict) {
      const auto body = json_body(answer);
      const auto row = body ? row_in(entity, *body) : std::nullopt;
      const bool tells = row && id_there(entity, *row);
      // It may be the row that was made when no answer came.
      if (may_have_happened(*entry->item) && !given && entity.get) {
        const auto server = tells ? json::value(row_here(entity, *row)) : json::value(nullptr);
        return read_row(entry, [this, entry, server, because = failure->message](auto state) {
          if (state) return settle_by_row(entry, std::move(*state));
          if (api_.idempotent && server.is_null())
            return ask_person(entry, "it was sent before, and is refused now: " + because);
          settle_conflict(entry, "already-exists", server, because);
        });
      }
      // To a key that it has had, an API says so while it is still at work on it.
      if (!tells && api_.idempotent && may_have_happened(*entry->item))
        return ask_person(entry, "it was sent before, and is refused now: " + failure->message);
      return settle_conflict(entry, "already-exists",
                             tells ? json::value(row_here(entity, *row)) : json::value(nullptr),
                             failure->message);
    }
    if (failure->means == FailureClass::gone) {
      failure->means = FailureClass::invalid;
      failure->message = peer_ + " knows no such address (" + std::to_string(answer.status) +
                         "), so " + to_text(entry->body.entity) + " was not created there";
    }
    return stop(entry, std::move(*failure));
  }
  Receipt applied{entry->item->id, Verdict::applied};
  const auto id = created_id(entity, answer);
  if (given && !id) {
    if (entity.lookup) return look_up(entry);
    return ask_person(entry, "the answer (" + std::to_string(answer.status) +
                                 ") does not say under which id it was made");
  }
  if (given) {
    if (!entry->item->key_field.empty())
      applied.assigned = json::object{{entry->item->key_field, *id}};
    entry->write.body.entity.id = key_text(*id);
  }
  auto row = row_of(entity, entry->write, answer);
  if (row || !entity.get) return settle(entry, std::move(applied), std::move(row));
  read_after(entry, std::move(applied));
}

// The API had the key of this write before, and did nothing now. It noted the key before it worked,
// so only the row tells whether it did; and what it may still be doing is not sent a second time.
void RestTransport::received_before(const Entry& entry) {
  entry->received_before = true;
  if (entry->body.op != Op::create) return judge(entry);
  const RestEntity& entity = *entry->entity;
  if (entity.lookup) return look_up(entry);
  if (!gives_id(entity, *entry->item) && entity.get) return read_back(entry);
  ask_person(entry, "it was received there before, and cannot be looked up");
}

// ---- updates and deletes ----

void RestTransport::judge(const Entry& entry) {
  read_row(entry, [this, entry](std::optional<RestState> state) {
    if (!state) return row_is_gone(entry);
    entry->seen = std::move(*state);
    judge_by_row(entry);
  });
}

void RestTransport::row_is_gone(const Entry& entry) {
  if (entry->body.op == Op::remove) return settle(entry, {entry->item->id, Verdict::applied});
  settle_conflict(entry, "deleted", nullptr);
}

void RestTransport::judge_by_row(const Entry& entry) {
  json::object here = row_here(*entry->entity, entry->seen.row);
  const TypeRules& rules = rules_of(entry->posting->request, entry->body.entity.type);
  Judged judged = judge_beside(entry->named, here, rules, entry->entity->assigned);
  if (judged.what == Judged::What::done && !entry->received_before &&
      empties_unseen(entry->named, here))
    judged.what = Judged::What::send;
  if (planted(Bug::overwrites_what_changed_there) && judged.what == Judged::What::conflict)
    judged = {Judged::What::send, entry->named.payload, {}};
  if (judged.what == Judged::What::conflict)
    return settle_conflict(entry, "changed", std::move(here));
  if (entry->item->sent && may_be_in_a_sum(entry, here))
    return ask_person(entry, "it adds to a value, and may be in it already");
  entry->merged = merge_of(entry->named, here, judged.merged, rules);
  entry->write.body.payload = std::move(judged.payload);
  if (judged.what == Judged::What::done) return settle(entry, receipt_of(entry), entry->seen.row);
  if (entry->received_before) return ask_person(entry, received_and_not_seen);
  if (is_only_looked_for(*entry->item)) return ask_person(entry, no_table_and_not_seen);
  ask(entry, entry->body.op == Op::remove ? entry->entity->remove : entry->entity->update,
      [this, entry](const HttpAnswer& answer) { changed(entry, answer); });
}

// Sent before, to what it adds: neither the value before nor the value after tells, for others add,
// too. Where an API knows its keys, an unchanged row is sent the same once more; whether it is
// unchanged where it has versions, the value alone does not tell.
bool RestTransport::may_be_in_a_sum(const Entry& entry, const json::object& here) const {
  const bool has_versions = entry->entity->etag || !entry->entity->version.empty();
  const TypeRules& rules = rules_of(entry->posting->request, entry->body.entity.type);
  return std::ranges::any_of(entry->named.payload, [&](const auto& member) {
    if (!adds(entry->named, member.key(), rules)) return false;
    const json::value *now = find(here, member.key()),
                      *base = find(entry->named.base, member.key());
    return !api_.idempotent || has_versions || !now || !base || !means_the_same(*now, *base);
  });
}

Receipt RestTransport::receipt_of(const Entry& entry) {
  Receipt receipt{entry->item->id, Verdict::applied};
  if (entry->merged.empty()) return receipt;
  receipt.verdict = Verdict::merged;
  receipt.merge = json::object{
      {"fields", entry->merged}, {"version", nullptr}, {"who", nullptr}, {"when", nullptr}};
  receipt.message = "Merged with what was changed meanwhile at " + peer_;
  return receipt;
}

void RestTransport::changed(const Entry& entry, const HttpAnswer& answer) {
  if (declared_meaning(api_, answer) == RestStatus::duplicate) return received_before(entry);
  auto failure = rest_failure(api_, answer, peer_);
  if (!failure) {
    if (entry->body.op == Op::remove) return settle(entry, receipt_of(entry));
    auto row = row_of(*entry->entity, entry->write, answer);
    return row ? settle(entry, receipt_of(entry), std::move(row))
               : read_after(entry, receipt_of(entry));
  }
  entry->in_doubt = !failure->without_effect;
  if (failure->means == FailureClass::gone) return row_is_gone(entry);
  if (failure->means != FailureClass::conflict) return stop(entry, std::move(*failure));
  // Somebody was faster, or the API has a reason of its own. The row tells which.
  read_row(entry, [this, entry, because = failure->message](std::optional<RestState> now) {
    if (!now) return row_is_gone(entry);
    const bool moved = now->row != entry->seen.row || now->etag != entry->seen.etag;
    entry->seen = std::move(*now);
    if (moved && ++entry->judgements < limits::rest_judgements_max) return judge_by_row(entry);
    settle_conflict(entry, "changed", row_here(*entry->entity, entry->seen.row), because);
  });
}

// ---- what all of them need ----

// Nothing: the API says that there is no such row.
void RestTransport::read_row(const Entry& entry, RowRead read) {
  ask(entry, entry->entity->get, [this, entry, read = std::move(read)](const HttpAnswer& answer) {
    take_row(entry, answer, read);
  });
}

void RestTransport::take_row(const Entry& entry, const HttpAnswer& answer, const RowRead& read) {
  const RestEntity& entity = *entry->entity;
  if (auto failure = rest_failure(api_, answer, peer_)) {
    if (failure->means == FailureClass::gone) return read(std::nullopt);
    failure->without_effect = true;  // it was only a question
    return stop(entry, std::move(*failure));
  }
  if (tells_no_row(entity, answer)) return read(std::nullopt);
  const auto body = json_body(answer);
  auto row = body ? row_in(entity, *body) : std::nullopt;
  if (!row)
    return stop(entry, not_the_api(peer_, "answered a GET with something else than a row."));
  if (is_deleted_there(entity, *row)) return read(std::nullopt);
  read(RestState{std::move(*row), std::string(answer.header("ETag"))});
}

// The answer to a write did not tell the row, so that is asked. Done is done, whatever comes of it.
void RestTransport::read_after(const Entry& entry, Receipt receipt) {
  auto request = rest_request(api_, *entry->entity, entry->entity->get, entry->write, entry->seen);
  if (!request) return settle(entry, std::move(receipt));
  send(std::move(*request), [this, entry, receipt = std::move(receipt)](HttpResult result) {
    const auto failure = result ? rest_failure(api_, *result, peer_) : std::nullopt;
    if (failure && failure->means == FailureClass::gone) return gone_after(entry, receipt);
    const bool told = result && !failure;
    const auto body = told ? json_body(*result) : std::nullopt;
    auto row = body ? row_in(*entry->entity, *body) : std::nullopt;
    if (!row && receipt.verdict == Verdict::merged) {  // no page of an entry alone says what it is
      row = entry->seen.row;
      for (const auto& member : fields_there(*entry->entity, entry->write.body.payload))
        row->insert_or_assign(member.key(), member.value());
    }
    settle(entry, receipt, std::move(row));
  });
}

// Written, the API says, and there is no such row. What was changed somebody has deleted since;
// what was made may never have been, unless the API gave it an id: then it is not to be read yet.
void RestTransport::gone_after(const Entry& entry, Receipt receipt) {
  if (entry->body.op == Op::create && receipt.assigned)
    return settle(entry, std::move(receipt), std::nullopt);
  if (entry->body.op == Op::create)
    return ask_person(entry, "the answer says so, and there is no such row");
  entry->is_gone = true;
  settle(entry, std::move(receipt), std::nullopt);
}

void RestTransport::ask(const Entry& entry, const RestRequest& declared,
                        std::function<void(HttpAnswer)> answered) {
  auto request = rest_request(api_, *entry->entity, declared, entry->write, entry->seen);
  if (!request) {
    Failure failure{FailureClass::invalid, request.error().message, 0, std::nullopt, true};
    client_.answer_locally([this, entry, failure = std::move(failure)] { stop(entry, failure); });
    return;
  }
  const bool asks = request->method == "GET";
  if (!asks) entry->in_doubt = true;
  send(std::move(*request), [this, entry, asks, answered = std::move(answered)](HttpResult result) {
    if (result) return answered(std::move(*result));
    if (asks)
      result.error().without_effect = true;
    else if (result.error().without_effect)
      entry->in_doubt = false;
    stop(entry, std::move(result.error()));
  });
}

void RestTransport::settle(const Entry& entry, Receipt receipt, std::optional<json::object> row) {
  Posting& posting = *entry->posting;
  const RestEntity& entity = *entry->entity;
  EntityKey there = entry->write.body.entity;
  if (row) {
    const json::object here = row_here(entity, *row);
    if (entry->body.op == Op::create) {
      json::object assigned = receipt.assigned.value_or(json::object());
      for (const std::string& field : entity.assigned) {
        const json::value* value = find(here, field);
        if (value && !value->is_null()) assigned[field] = *value;
      }
      if (!assigned.empty()) receipt.assigned = std::move(assigned);
    }
    if (const auto id = id_there(entity, *row)) there.id = key_text(*id);
  }
  const json::value* given =
      receipt.assigned ? find(*receipt.assigned, entry->item->key_field) : nullptr;
  if (given) posting.given.push_back({entry->body.entity, *given});
  const bool deleted = entry->body.op == Op::remove || entry->is_gone;
  std::erase_if(posting.rows, [&](const PageRow& known) { return known.entity == there; });
  posting.rows.push_back(
      {there, {}, deleted, row ? std::optional(row_here(entity, *row)) : std::nullopt});
  posting.told.push_back({there, std::move(row)});
  posting.receipts.push_back(std::move(receipt));
  ++posting.next;
  next_item(entry->posting);
}

// Behind a conflict nothing of the push may go on: it stood on this entry.
void RestTransport::settle_conflict(const Entry& entry, const std::string& reason,
                                    json::value server, const std::string& because) {
  Receipt receipt =
      conflict_receipt(entry->item->id, entry->body, reason, std::move(server), peer_);
  if (!because.empty()) receipt.message += ": " + because;
  entry->posting->receipts.push_back(std::move(receipt));
  client_.answer_locally([this, posting = entry->posting] {
    ++posting->next;
    finish(posting, std::nullopt);
  });
}

void RestTransport::ask_person(const Entry& entry, const std::string& why) {
  Receipt receipt{entry->item->id, Verdict::rejected, 0, "outcome-unknown"};
  receipt.message = "Nobody knows whether " + to_text(entry->body.entity) + " was " +
                    (entry->body.op == Op::create ? "created" : "changed") + " at " + peer_ + ": " +
                    why + ". Look there, then say whether it happened; or retry, if it did not.";
  entry->posting->receipts.push_back(std::move(receipt));
  client_.answer_locally([this, posting = entry->posting] {
    ++posting->next;
    finish(posting, std::nullopt);
  });
}

void RestTransport::stop(const Entry& entry, Failure failure) {
  if (entry->in_doubt) failure.without_effect = false;
  finish(entry->posting, std::move(failure));
}

// Of what was not reached it is certain that nothing came; of what failed the failure says so.
void RestTransport::finish(const std::shared_ptr<Posting>& posting,
                           std::optional<Failure> failure) {
  if (failure && posting->receipts.empty()) {
    if (!failure->without_effect) failure->in_doubt = posting->request.items[posting->next].id;
    return posting->answered(std::unexpected(std::move(*failure)));
  }
  PushAnswer answer{posting->request.exchange, posting->request.cursor, {}, Page{}};
  for (std::size_t i = posting->next; i < posting->request.items.size(); ++i) {
    const bool failed = failure && i == posting->next;
    if (!failed || failure->without_effect)
      answer.without_effect.push_back(posting->request.items[i].id);
  }
  Page& page = *answer.page;
  page = {posting->request.cursor, posting->request.cursor, {}, {}, true, {}};
  if (!posting->receipts.empty()) {
    std::string ids;
    for (const Receipt& receipt : posting->receipts) ids += receipt.id + '\n';
    page.to = {page.from.seq + 1, salt_of(ids)};
    for (Receipt& receipt : posting->receipts) receipt.seq = page.to.seq;
    for (PageRow& row : posting->rows) row.version = page.to;
    page.rows = std::move(posting->rows);
    page.receipts = posting->receipts;
    memory_.note(page.to, posting->told);
  }
  answer.head = page.to;
  answer.verdicts = std::move(posting->receipts);
  posting->answered(std::move(answer));
}

}  // namespace slipway
