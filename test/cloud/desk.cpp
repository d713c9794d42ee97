#include "desk.h"

#include <algorithm>

#include <cstdio>

#include "base/check.h"
#include "model/client_request_id.h"

namespace slipway::cloud::test {

Item Desk::write(Body body) {
  body.incarnation = incarnation_;
  body.number = ++number_;
  body.lane_position = ++lane_[body.entity];
  char nonce[33];
  std::snprintf(nonce, sizeof nonce, "%032llx", static_cast<unsigned long long>(number_));
  body.nonce = nonce;
  return with_id_of_body({{}, std::move(body), incarnation_, number_, 0, {}});
}

Item with_id_of_body(Item item) {
  item.id = client_request_id(*item.write);
  item.number = item.write->number;
  return item;
}

Item Desk::create(const EntityKey& key, json::object values, std::optional<Version> seen) {
  Body body{key, "CREATE", Op::create, std::move(values), {}, {{"*", to_json(seen)}}, {}, 1, 0, {},
            0,   {},       {}};
  return write(std::move(body));
}

Item Desk::re_create(const EntityKey& key, json::object last, json::object values,
                     Version tombstone) {
  Body body;
  body.entity = key;
  body.action = "CREATE";
  body.op = Op::create;
  body.payload = std::move(values);
  body.base = std::move(last);
  body.base_versions = {{"*", to_json(tombstone)}};
  return write(std::move(body));
}

Item Desk::update(const EntityKey& key, json::object base, json::object payload,
                  std::optional<Version> seen, json::object versions) {
  versions["*"] = to_json(seen);
  Body body{key,
            "UPDATE",
            Op::update,
            std::move(payload),
            std::move(base),
            std::move(versions),
            {},
            1,
            0,
            {},
            0,
            {},
            {}};
  return write(std::move(body));
}

Item Desk::remove(const EntityKey& key, json::object base, std::optional<Version> seen) {
  Body body{key, "DELETE", Op::remove, {}, std::move(base), {{"*", to_json(seen)}}, {}, 1, 0,
            {},  0,        {},         {}};
  return write(std::move(body));
}

Item after(Item item, std::vector<std::string> ids) {
  item.after = std::move(ids);
  return item;
}

Item void_of(const Item& item) {
  return {item.id, std::nullopt, item.incarnation, item.number, item.write->lane_position, {}};
}

std::vector<Item> grouped(std::vector<Item> items) {
  const std::string group = "group of " + items.front().id;
  for (Item& item : items) {
    item.write->group_id = group;
    item.write->group_size = std::int64_t(items.size());
    item = with_id_of_body(std::move(item));
  }
  return items;
}

PushItem to_push_item(const Item& item) {
  PushItem push;
  push.id = item.id;
  push.after = item.after;
  push.replaces = item.replaces;
  if (item.write) {
    push.write = to_json(*item.write);
  } else {
    push.void_incarnation = item.incarnation;
    push.void_number = item.number;
  }
  return push;
}

Judgement MemoryCloud::push(const std::vector<Item>& items, const std::string& device) {
  char salt[17];
  std::snprintf(salt, sizeof salt, "%016llx", static_cast<unsigned long long>(0xabc000 + seq + 1));
  const NewCommit commit{seq + 1, {salt, device, "time " + std::to_string(seq + 1)}};
  state.cursor = cursor.value_or(seq);
  Judgement judgement = judge(items, rules, state, commit);
  while (!judgement.missing.empty()) {
    for (const EntityKey& key : judgement.missing) CHECK(state.rows.try_emplace(key).second);
    judgement = judge(items, rules, state, commit);
  }
  if (judgement.receipts.empty()) {
    CHECK(judgement.rows.empty());
    return judgement;
  }
  state.commits.emplace(++seq, commit.commit);
  for (const auto& [key, written] : judgement.rows) state.rows[key] = written.row;
  for (const GivenNumber& given : judgement.given) {
    for (Counter& counter : state.counters[given.entity.type]) {
      if (counter.numbering.field == given.field) {
        counter.next = std::max(counter.next, given.number + 1);
      }
    }
  }
  for (const NewReceipt& receipt : judgement.receipts) {
    CHECK(state.receipts.emplace(receipt.receipt.id, receipt.receipt).second);
    if (receipt.number) {
      CHECK(state.judged
                .emplace(EntryNumber{receipt.incarnation, *receipt.number}, receipt.receipt.id)
                .second);
    }
  }
  state.referrers.clear();
  for (const auto& [key, row] : state.rows) {
    for (const Edge& edge : edges_of(key, row, state.references))
      state.referrers[edge.target].insert(key);
  }
  return judgement;
}

Receipt MemoryCloud::push_one(const Item& item, const std::string& device) {
  return push({item}, device).verdicts.front();
}

const Receipt& receipt_of(const Judgement& judgement, const Item& item) {
  for (const Receipt& receipt : judgement.verdicts) {
    if (receipt.id == item.id) return receipt;
  }
  static const Receipt none{"no verdict", Verdict::deferred};
  return none;
}

Verdict verdict_of(const Judgement& judgement, const Item& item) {
  return receipt_of(judgement, item).verdict;
}

}  // namespace slipway::cloud::test
