// Any message of the wire as rapidcheck makes them: every optional part there or not, texts of all
// planes, numbers up to the bounds.
#pragma once

#include "model/random_json.h"
#include "model/snapshot.h"
#include "model/wire.h"

namespace slipway {

inline rc::Gen<std::string> some_text() {
  return rc::gen::nonEmpty(random_text());
}

inline rc::Gen<std::string> hexadecimal(std::size_t digits) {
  return rc::gen::container<std::string>(digits,
                                         rc::gen::elementOf(std::string("0123456789abcdef")));
}

inline rc::Gen<std::int64_t> whole_number(std::int64_t least) {
  return rc::gen::weightedOneOf<std::int64_t>(
      {{3, rc::gen::inRange<std::int64_t>(least, least + 20)},
       {1, rc::gen::inRange<std::int64_t>(least, json_integer_max)},
       {1, rc::gen::just(json_integer_max)}});
}

inline rc::Gen<Version> random_version() {
  return rc::gen::map(rc::gen::pair(whole_number(0), hexadecimal(16)), [](const auto& parts) {
    return Version{parts.first, parts.second};
  });
}

inline rc::Gen<json::object> random_object() {
  const auto members = rc::gen::container<std::map<std::string, json::value>>(
      random_text(), rc::gen::scale(0.2, random_json(2)));
  return rc::gen::map(rc::gen::scale(0.1, members), [](const auto& map) {
    json::object object;
    for (const auto& [key, value] : map) object[key] = value;
    return object;
  });
}

template <class T>
rc::Gen<std::vector<T>> some_of(rc::Gen<T> one) {
  return rc::gen::scale(0.08, rc::gen::container<std::vector<T>>(std::move(one)));
}

template <class T>
std::optional<T> maybe(const rc::Gen<T>& gen) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

inline rc::Gen<EntityKey> random_key() {
  return rc::gen::map(rc::gen::pair(some_text(), some_text()), [](const auto& parts) {
    return EntityKey{parts.first, parts.second};
  });
}

inline rc::Gen<Receipt> random_receipt(bool only_final = false) {
  return rc::gen::exec([only_final] {
    Receipt receipt;
    receipt.id = *some_text();
    const int last = int(only_final ? Verdict::voided : Verdict::expired);
    receipt.verdict = Verdict(*rc::gen::inRange(0, last + 1));
    if (is_final(receipt.verdict)) receipt.seq = *whole_number(1);
    receipt.reason = *random_text();
    receipt.message = *random_text();
    receipt.conflict = maybe(random_object());
    receipt.merge = maybe(random_object());
    return receipt;
  });
}

inline rc::Gen<PageRow> random_row() {
  return rc::gen::exec([] {
    PageRow row;
    row.entity = *random_key();
    row.version = *random_version();
    row.deleted = *rc::gen::arbitrary<bool>();
    row.values = maybe(random_object());
    return row;
  });
}

inline rc::Gen<Page> random_page() {
  return rc::gen::exec([] {
    Page page;
    page.from = *random_version();
    page.to = *random_version();
    if (page.to.seq < page.from.seq) std::swap(page.to, page.from);
    if (page.to.seq == page.from.seq) page.to = page.from;  // one history
    page.rows = *some_of(random_row());
    page.receipts = *some_of(random_receipt(true));
    return page;
  });
}

inline rc::Gen<Reference> random_reference() {
  return rc::gen::exec([] {
    Reference reference;
    reference.type = *random_text();
    reference.fields = *rc::gen::nonEmpty(some_of(random_text()));
    reference.target = *random_text();
    return reference;
  });
}

inline rc::Gen<Replaced> random_replaced() {
  return rc::gen::exec([] {
    Replaced replaced{*some_text(), *rc::gen::arbitrary<bool>()};
    if (*rc::gen::arbitrary<bool>()) return replaced;
    replaced.incarnation = "inc" + *some_text();
    replaced.number = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    replaced.without_effect = *rc::gen::arbitrary<bool>();
    return replaced;
  });
}

inline rc::Gen<Rule> random_rule() {
  return rc::gen::map(rc::gen::inRange(0, int(Rule::list_union) + 1),
                      [](int number) { return Rule(number); });
}

inline rc::Gen<MergeRules> random_merge_rules() {
  const auto of_type = rc::gen::exec([] {
    TypeRules rules{*random_rule(), Scope(*rc::gen::inRange(0, 2)), {}};
    for (const std::string& field : *some_of(random_text())) rules.fields[field] = *random_rule();
    return rules;
  });
  return rc::gen::exec([of_type] {
    MergeRules rules;
    for (const std::string& type : *some_of(random_text())) {
      if (!type.empty()) rules[type] = *of_type;
    }
    return rules;
  });
}

inline rc::Gen<PushItem> random_item() {
  return rc::gen::exec([] {
    PushItem item;
    item.id = *some_text();
    item.write = maybe(random_object());
    if (item.write) {
      item.after = *some_of(random_text());
      item.replaces = *some_of(random_replaced());
      item.shared = *rc::gen::arbitrary<bool>();
    } else {
      item.void_incarnation = *random_text();
      item.void_number = *whole_number(1);
      item.void_lane_position = *whole_number(0);
      item.void_sent = *rc::gen::arbitrary<bool>();
    }
    return item;
  });
}

inline rc::Gen<PushRequest> random_push_request() {
  return rc::gen::exec([] {
    PushRequest request;
    request.exchange = *random_text();
    request.device = *random_text();
    request.cursor = *random_version();
    request.references = *some_of(random_reference());
    request.items = *some_of(random_item());
    request.rules = *random_merge_rules();
    return request;
  });
}

inline rc::Gen<PushAnswer> random_push_answer() {
  return rc::gen::exec([] {
    PushAnswer answer;
    answer.exchange = *random_text();
    answer.head = *random_version();
    answer.verdicts = *some_of(random_receipt());
    answer.page = maybe(random_page());
    return answer;
  });
}

inline rc::Gen<PullAnswer> random_pull_answer() {
  return rc::gen::exec([] {
    PullAnswer answer;
    answer.exchange = *random_text();
    answer.head = *random_version();
    answer.page = *random_page();
    return answer;
  });
}

inline rc::Gen<SnapshotPlace> random_place() {
  return rc::gen::exec([] {
    SnapshotPlace place;
    if (*rc::gen::arbitrary<bool>())
      place.row = EntityKey{*some_text(), *some_text()};
    else
      place.receipts = *whole_number(0);
    if (place.row && *rc::gen::arbitrary<bool>()) place.walked = *some_text();
    return place;
  });
}

inline rc::Gen<SnapshotPage> random_snapshot_page() {
  return rc::gen::exec([] {
    SnapshotPage page;
    page.exchange = *random_text();
    page.at = *random_version();
    page.head = *random_version();
    page.after = maybe(random_place());
    page.next = maybe(random_place());
    for (PageRow& row : *some_of(random_row())) {
      row.deleted = false;
      if (!row.values) row.values = json::object{{"a", 1}};
      row.version.seq = std::min(row.version.seq, page.at.seq);
      page.rows.push_back(std::move(row));
    }
    for (Receipt& receipt : *some_of(random_receipt(true))) {
      if (page.at.seq < 1) break;
      receipt.seq = std::min(receipt.seq, page.at.seq);
      page.receipts.push_back(std::move(receipt));
    }
    page.passed = *whole_number(0);
    page.total = *whole_number(0);
    return page;
  });
}

inline rc::Gen<Poke> random_poke() {
  return rc::gen::exec([] {
    Poke poke;
    poke.page = maybe(random_page());
    poke.head = poke.page ? poke.page->to : *random_version();
    return poke;
  });
}

inline rc::Gen<Capabilities> random_capabilities() {
  return rc::gen::exec([] {
    Capabilities capabilities;
    capabilities.origin = {0, *hexadecimal(16)};
    capabilities.protocol = *rc::gen::inRange(1, 1'000'000);
    capabilities.tenant = *random_text();
    capabilities.device = *random_text();
    capabilities.push_entries_max = *whole_number(1);
    capabilities.push_bytes_max = *whole_number(1);
    capabilities.page_rows_max = *whole_number(1);
    return capabilities;
  });
}

inline rc::Gen<Body> random_body() {
  return rc::gen::exec([] {
    Body body;
    body.entity = *random_key();
    body.action = *some_text();
    body.op = *rc::gen::element(Op::create, Op::update, Op::remove);
    body.payload = *random_object();
    body.base = *random_object();
    for (const std::string& field : *some_of(random_text())) {
      body.base_versions[field] = to_json(maybe(random_version()));
    }
    if (*rc::gen::arbitrary<bool>()) {
      body.group_id = *some_text();
      body.group_size = *whole_number(1);
    }
    body.lane_position = *whole_number(1);
    body.incarnation = *some_text();
    body.number = *whole_number(1);
    body.nonce = *hexadecimal(32);
    body.supersedes = maybe(some_text());
    return body;
  });
}

}  // namespace slipway
