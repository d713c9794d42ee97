// The feed's promise, for every ledger: pages of any size, one after the other, show exactly the
// states that the commits made, and each of them is as large as its limit allows.
#include "made_history.h"

namespace slipway::cloud::test {

namespace {

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
