// A random history of two desks, made at a ledger and judged beside it by the judge with a memory,
// so that a test knows the state of every commit.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger_contract.h"

namespace slipway::cloud::test {

using Rows = std::map<EntityKey, PageRow>;

struct Made {  // one commit
  std::set<EntityKey> changed;
  std::vector<std::string> receipts;  // of Hamburg, in order
  Rows state;                         // everything that was ever changed
};

class History {
 public:
  History(Ledger& ledger, TokenOwner owner) : ledger_(ledger), owner_(std::move(owner)) {
    log.push_back({});
    origin = ledger_.capabilities(owner_).value().origin;
    versions.push_back(origin);
  }

  void make(Random& random, int commits) {
    for (int i = 0; i < commits; ++i) commit(random);
  }

  std::vector<Made> log;  // by seq
  std::vector<Version> versions;
  Version origin;

 private:
  Item item(Desk& desk, Random& random) {
    const char* types[] = {"Shipment", "Quote", "Customer"};
    const EntityKey key{types[random.below(3)], std::to_string(random.below(4))};
    const auto at = memory_.state.rows.find(key);
    const bool live = at != memory_.state.rows.end() && at->second.live();
    const std::int64_t n = std::int64_t(random.below(100));
    const auto seen = random.chance(1, 5) || memory_.seq == 0 ? std::nullopt : std::optional(head_);
    if (!live) return desk.create(key, {{"n", n}}, seen);
    if (random.chance(1, 5)) return desk.remove(key, at->second.values, seen);
    return desk.update(key, at->second.values, {{"n", n}}, seen);
  }

  void commit(Random& random) {
    const bool ours = random.chance(1, 2);
    std::vector<Item> items;
    for (std::uint64_t i = 0; i <= random.below(3); ++i)
      items.push_back(item(ours ? hamburg_ : new_york_, random));
    if (random.chance(1, 3)) items = grouped(std::move(items));
    const std::string device = ours ? "Hamburg" : "New York";
    const auto answer = ledger_.push(owner_.tenant, device,
                                     request_of(items, log.size() > 1 ? head_ : origin), noon);
    ASSERT_TRUE(answer);
    head_ = answer->head;
    // The memory cloud judges the same and tells what the ledger must show.
    memory_.state.commits[head_.seq] = {head_.salt, device, ""};
    const Judgement judgement = memory_.push(items, device);
    memory_.state.commits[head_.seq] = {head_.salt, device, ""};
    ASSERT_EQ(memory_.seq, head_.seq);
    Made made{{}, {}, log.back().state};
    for (const auto& [key, written] : judgement.rows) {
      if (!written.image) continue;
      made.changed.insert(key);
      made.state[key] = {key, head_, !written.row.live(), written.row.values};
    }
    for (const NewReceipt& receipt : judgement.receipts) {
      if (ours) made.receipts.push_back(receipt.receipt.id);
    }
    log.push_back(std::move(made));
    versions.push_back(head_);
  }

  Ledger& ledger_;
  TokenOwner owner_;
  MemoryCloud memory_;
  Desk hamburg_{"inc-hamburg"}, new_york_{"inc-new-york"};
  Version head_;
  static constexpr WallTime noon{1'795'000'000'000};
};

}  // namespace slipway::cloud::test
