// The feed's promise, for every ledger: pages of any size, one after the other, show exactly the
// states that the commits made, and each of them is as large as its limit allows.
#include "cloud/limits.h"
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

TEST_P(LedgerContract, APageOfLargeRowsEndsAtItsBytes) {
  constexpr std::size_t third = std::size_t(page_bytes_max) / 3;
  const auto row = [&](int i, std::size_t bytes) {
    return hamburg.create({"Shipment", "shp_" + std::to_string(i)},
                          {{"note", std::string(bytes, 'x')}});
  };
  for (int i = 1; i <= 4; ++i) push({row(i, third)});
  push({row(5, third), row(6, third), row(7, third)});  // larger than a page, and one commit
  push({row(8, 10)});
  std::vector<std::int64_t> ends;
  std::optional<Version> cursor = origin();
  while (*cursor != head() && ends.size() < 6) {
    const Page page = pull(cursor, page_rows_max, "Lagos").page;
    EXPECT_EQ(std::int64_t(page.rows.size()), page.to.seq == 5 ? 3 : page.to.seq - cursor->seq);
    ends.push_back(page.to.seq);
    cursor = page.to;
  }
  EXPECT_EQ(ends, (std::vector<std::int64_t>{2, 4, 5, 6}));
  EXPECT_FALSE(push({row(9, 10)}).page) << "what leads from commit 0 to here is pulled";
}

TEST_P(LedgerContract, OfARowOnlyTheNewestImageCountsForThePage) {
  std::string large(std::size_t(page_bytes_max) / 3, 'x');
  push({hamburg.create(shipment, {{"note", large}})});
  for (const char c : {'a', 'b', 'c', 'd', 'e'}) {
    const std::string next(large.size(), c);
    const Item again = hamburg.update(shipment, {{"note", large}}, {{"note", next}}, head());
    ASSERT_EQ(push({again}, head()).verdicts.at(0).verdict, Verdict::applied);
    large = next;
  }
  EXPECT_EQ(pull(origin(), page_rows_max, "Lagos").page.to, head());
}

TEST_P(LedgerContract, ReceiptsCountForThePageAsWell) {
  push({hamburg.create(shipment, {{"note", "new"}})});
  const Version made = head();
  push({new_york.update(shipment, {{"note", "new"}}, {{"note", "sent"}}, made)}, made);
  for (const char c : {'a', 'b', 'c', 'd'}) {
    const std::string mine(std::size_t(page_bytes_max) / 3, c);
    const Item late = hamburg.update(shipment, {{"note", "new"}}, {{"note", mine}}, made);
    ASSERT_EQ(push({late}, made).verdicts.at(0).verdict, Verdict::conflict);
  }
  EXPECT_EQ(pull(origin(), page_rows_max, "Lagos").page.to, head()) << "they are Hamburg's";
  std::size_t receipts = 0;
  for (std::optional<Version> cursor = origin(); *cursor != head();) {
    const Page page = pull(cursor, page_rows_max).page;
    EXPECT_LT(page.receipts.size(), 5u);
    ASSERT_GT(page.to.seq, cursor->seq);
    receipts += page.receipts.size();
    cursor = page.to;
  }
  EXPECT_EQ(receipts, 6u);
}

}  // namespace slipway::cloud::test
