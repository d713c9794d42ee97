// The feed's promise, for every ledger: pages of any size, one after the other, show exactly the
// states that the commits made, and each of them is as large as its limit allows.
#include <set>

#include "ledger_contract.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};

using Rows = std::map<EntityKey, PageRow>;

struct Made {  // one commit
  std::set<EntityKey> changed;
  std::vector<std::string> receipts;  // of Hamburg, in order
  Rows state;                         // everything that was ever changed
};

void expect_same(const Rows& got, const Rows& wanted, std::int64_t seq) {
  ASSERT_EQ(got.size(), wanted.size()) << "at commit " << seq;
  for (const auto& [key, row] : wanted) {
    const auto at = got.find(key);
    ASSERT_NE(at, got.end()) << to_text(key);
    EXPECT_EQ(at->second.version, row.version) << to_text(key) << " at commit " << seq;
    EXPECT_EQ(at->second.deleted, row.deleted) << to_text(key) << " at commit " << seq;
    EXPECT_EQ(at->second.values, row.values) << to_text(key) << " at commit " << seq;
  }
}

// The largest commit such that rows and receipts after `from` are within the limit.
std::int64_t largest_to(const std::vector<Made>& log, std::int64_t from, std::int64_t limit) {
  std::set<EntityKey> rows;
  std::int64_t receipts = 0;
  for (std::int64_t seq = from + 1; seq < std::int64_t(log.size()); ++seq) {
    const Made& made = log[std::size_t(seq)];
    rows.insert(made.changed.begin(), made.changed.end());
    receipts += std::int64_t(made.receipts.size());
    if (std::int64_t(rows.size()) + receipts > limit) return std::max(seq - 1, from + 1);
  }
  return std::int64_t(log.size()) - 1;
}

class History {
 public:
  History(Ledger& ledger, TokenOwner owner) : ledger_(ledger), owner_(std::move(owner)) {
    log.push_back({});
    origin = ledger_.capabilities(owner_).value().origin;
  }

  void make(Random& random, int commits) {
    for (int i = 0; i < commits; ++i) commit(random);
  }

  std::vector<Made> log;  // by seq
  Version origin;

 private:
  Item item(Desk& desk, Random& random) {
    const EntityKey key{"Shipment", std::to_string(random.below(6))};
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
    const auto answer = ledger_.push(owner_.tenant, device, request_of(items, origin), noon);
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
  }

  Ledger& ledger_;
  TokenOwner owner_;
  MemoryCloud memory_;
  Desk hamburg_{"inc-hamburg"}, new_york_{"inc-new-york"};
  Version head_;
};

}  // namespace

TEST_P(LedgerContract, PagesOfAnySizeShowTheStatesThatTheCommitsMade) {
  History history(*ledger, acme);
  history.make(random, 60);
  ASSERT_EQ(history.log.size(), 61u);
  for (const std::int64_t limit : {1, 2, 3, 4, 5, 7, 11, 20, 50, 1000}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    Rows rows;
    std::vector<std::string> receipts, wanted_receipts;
    std::optional<Version> cursor;
    std::int64_t at = 0;
    while (at < 60) {
      const Page page = pull(cursor, limit).page;
      ASSERT_EQ(page.from, cursor.value_or(history.origin));
      ASSERT_EQ(page.to.seq, largest_to(history.log, at, limit));
      std::set<EntityKey> seen;
      for (const PageRow& row : page.rows) {
        EXPECT_TRUE(seen.insert(row.entity).second) << "a row appears twice";
        EXPECT_GT(row.version.seq, at);
        rows[row.entity] = row;
      }
      for (const Receipt& receipt : page.receipts) receipts.push_back(receipt.id);
      for (std::int64_t seq = at + 1; seq <= page.to.seq; ++seq) {
        const auto& more = history.log[std::size_t(seq)].receipts;
        wanted_receipts.insert(wanted_receipts.end(), more.begin(), more.end());
      }
      EXPECT_EQ(receipts, wanted_receipts);
      expect_same(rows, history.log[std::size_t(page.to.seq)].state, page.to.seq);
      at = page.to.seq;
      cursor = page.to;
    }
    EXPECT_EQ(*cursor, head());
  }
}

}  // namespace slipway::cloud::test
