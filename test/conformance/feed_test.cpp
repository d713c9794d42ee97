// What the kit finds in pages that do not tell everything once.
#include "conformance/feed.h"

#include <gtest/gtest.h>

namespace slipway::conformance {
namespace {

Version commit(std::int64_t seq) {
  return {seq, std::string(15, '0') + char('0' + seq)};
}

PageRow row(const std::string& id, std::int64_t seq) {
  return {{"Customer", id}, commit(seq), false, std::nullopt};
}

Receipt receipt(const std::string& id, std::int64_t seq) {
  return {id, Verdict::applied, seq};
}

// Commits 1 and 2, of the rows a and b.
const std::map<std::string, Receipt> written{{"a", receipt("ra", 1)}, {"b", receipt("rb", 2)}};
Page first_page() {
  return {commit(0), commit(1), {row("a", 1)}, {receipt("ra", 1)}};
}
Page second_page() {
  return {commit(1), commit(2), {row("b", 2)}, {receipt("rb", 2)}};
}

std::string missing_in(const std::vector<Page>& pages) {
  Feed feed(commit(0));
  for (const Page& page : pages) {
    if (const auto fault = feed.take(page)) return fault->missing;
  }
  const auto fault = feed.lacks(written);
  return fault ? fault->missing : "";
}

TEST(Feed, LacksNothingWhenEachCommitIsToldOnce) {
  EXPECT_EQ(missing_in({first_page(), second_page()}), "");
}

TEST(Feed, NoticesARowThatWasPassedBy) {
  Page page = second_page();
  page.rows.clear();
  EXPECT_NE(missing_in({first_page(), page}).find("order of their numbers"), std::string::npos);
}

TEST(Feed, NoticesARowThatIsToldTwice) {
  Page page = second_page();
  page.rows.push_back(page.rows[0]);
  EXPECT_NE(missing_in({first_page(), page}).find("in one page, once"), std::string::npos);
}

TEST(Feed, NoticesARowOfAnEarlierPage) {
  Page page = second_page();
  page.rows.push_back(row("a", 1));
  EXPECT_NE(missing_in({first_page(), page}).find("exact difference"), std::string::npos);
}

TEST(Feed, NoticesAVersionThatIsNotItsCommits) {
  Page both{commit(0), commit(2), {row("a", 2), row("b", 2)}, {receipt("ra", 1), receipt("rb", 2)}};
  EXPECT_NE(missing_in({both}).find("commit that its receipt names"), std::string::npos);
}

TEST(Feed, NoticesAMissingReceipt) {
  Page page = second_page();
  page.receipts.clear();
  EXPECT_NE(missing_in({first_page(), page}).find("receipts of its commits"), std::string::npos);
}

TEST(Feed, NoticesPagesThatDoNotJoin) {
  EXPECT_NE(missing_in({second_page()}).find("begins elsewhere"), std::string::npos);
}

}  // namespace
}  // namespace slipway::conformance
