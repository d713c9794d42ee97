// A full pull's promise, for every ledger: pages of any size show exactly the state of the commit
// at which it began, whatever is written meanwhile; and a horizon takes nothing that is still
// promised.
#include "cloud/limits.h"
#include "made_history.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};

SnapshotPage decoded(const Snapshot& snapshot, const SnapshotRequest& request) {
  return snapshot_page_from_json(
             parse_json_object(snapshot_text(snapshot, request), "a page").value())
      .value();
}

struct Pulled {
  Version at;
  std::vector<EntityKey> order;
  Rows rows;
  std::vector<std::string> receipts;
  std::int64_t passed = 0, total = 0;
  int pages = 0;
};

// `between` runs after each page but the last. An error ends it.
Result<Pulled> pull_all(
    Ledger& ledger, TenantId tenant, SnapshotRequest request,
    const std::function<void()>& between = [] {}) {
  Pulled pulled;
  for (;;) {
    const auto snapshot = ledger.snapshot(tenant, "Hamburg", request, noon);
    if (!snapshot) return std::unexpected(snapshot.error());
    const SnapshotPage page = decoded(*snapshot, request);
    EXPECT_EQ(page.at, request.at.value_or(page.at));
    EXPECT_LE(std::int64_t(page.rows.size()), request.limit);
    for (const PageRow& row : page.rows) {
      pulled.order.push_back(row.entity);
      EXPECT_TRUE(pulled.rows.emplace(row.entity, row).second) << to_text(row.entity) << " twice";
    }
    for (const Receipt& receipt : page.receipts) pulled.receipts.push_back(receipt.id);
    pulled.passed += page.passed;
    pulled.total = page.total;
    ++pulled.pages;
    request.at = pulled.at = page.at;
    if (!page.next) return pulled;
    EXPECT_NE(page.next, request.after) << "no way forward";
    request.after = page.next;
    between();
  }
}

SnapshotRequest asking(std::int64_t limit, std::optional<std::int64_t> since = {}) {
  return {"", std::nullopt, std::nullopt, {}, std::nullopt, since, limit};
}

void expect_state(const Pulled& pulled, const History& history) {
  const auto seq = std::size_t(pulled.at.seq);
  EXPECT_EQ(pulled.at, history.versions.at(seq));
  Rows wanted = history.log.at(seq).state;
  std::erase_if(wanted, [](const auto& row) { return row.second.deleted; });
  EXPECT_EQ(pulled.rows.size(), wanted.size()) << "at commit " << seq;
  for (const auto& [key, row] : wanted) {
    const auto got = pulled.rows.find(key);
    ASSERT_NE(got, pulled.rows.end()) << to_text(key) << " at commit " << seq;
    EXPECT_EQ(got->second.version, row.version) << to_text(key);
    EXPECT_EQ(got->second.values, row.values) << to_text(key);
  }
}

}  // namespace

TEST_P(LedgerContract, AFullPullOfAnyPageSizeShowsTheStateOfTheCommitAtWhichItBegan) {
  History history(*ledger, acme);
  history.make(random, 30);
  for (const std::int64_t limit : {1, 2, 3, 5, 8, 13, 1000}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    const auto at = history.versions.back();
    const auto pulled =
        pull_all(*ledger, acme.tenant, asking(limit), [&] { history.make(random, 2); });
    ASSERT_TRUE(pulled);
    EXPECT_EQ(pulled->at, at);
    expect_state(*pulled, history);
    EXPECT_TRUE(pulled->receipts.empty()) << "none were asked for";
  }
}

TEST_P(LedgerContract, AFullPullBringsTheDevicesReceiptsAfterTheRows) {
  History history(*ledger, acme);
  history.make(random, 40);
  for (const std::int64_t limit : {1, 2, 3, 7, 1000}) {
    for (const std::int64_t since : {0, 13, 39, 40}) {
      SCOPED_TRACE("limit " + std::to_string(limit) + ", since " + std::to_string(since));
      const auto pulled = pull_all(*ledger, acme.tenant, asking(limit, since));
      ASSERT_TRUE(pulled);
      std::vector<std::string> wanted;
      for (std::int64_t seq = since + 1; seq <= 40; ++seq) {
        const auto& more = history.log[std::size_t(seq)].receipts;
        wanted.insert(wanted.end(), more.begin(), more.end());
      }
      EXPECT_EQ(pulled->receipts, wanted);
      expect_state(*pulled, history);
    }
  }
}

TEST_P(LedgerContract, AFullPullSaysHowFarItIs) {
  History history(*ledger, acme);
  history.make(random, 30);
  const auto pulled = pull_all(*ledger, acme.tenant, asking(2));
  ASSERT_TRUE(pulled);
  EXPECT_GT(pulled->pages, 2);
  EXPECT_EQ(pulled->passed, std::int64_t(pulled->rows.size()));
  EXPECT_EQ(pulled->total, pulled->passed);
}

TEST_P(LedgerContract, RowsComeInTheOrderOfTypesThatIsAskedForAndByTheBytesOfTheirIds) {
  std::vector<Item> items;
  for (const char* type : {"Aa", "Bb", "Cc"}) {
    for (const char* id : {"b", "a", "B", "é", "10", "9"})
      items.push_back(hamburg.create({type, id}, {{"n", 1}}));
  }
  push(items);
  SnapshotRequest request = asking(4);
  request.types = {"Cc", "Nothing", "Bb"};
  const auto pulled = pull_all(*ledger, acme.tenant, request);
  ASSERT_TRUE(pulled);
  std::vector<EntityKey> wanted;
  for (const char* type : {"Cc", "Bb", "Aa"}) {
    for (const char* id : {"10", "9", "B", "a", "b", "é"}) wanted.push_back({type, id});
  }
  EXPECT_EQ(pulled->order, wanted);
}

TEST_P(LedgerContract, AFullPullFromAnotherHistoryIsRefused) {
  push_one(hamburg.create(shipment, {{"n", 1}}));
  SnapshotRequest request = asking(10);
  request.at = Version{1, "ffffffffffffffff"};
  EXPECT_EQ(ledger->snapshot(acme.tenant, "Hamburg", request, noon).error().type,
            "history-changed");
  request.at.reset();
  request.cursor = Version{1, "ffffffffffffffff"};
  EXPECT_EQ(ledger->snapshot(acme.tenant, "Hamburg", request, noon).error().type, "history-changed")
      << "a device that has absorbed what this cloud does not know must hear of it first";
  request.at = head();
  EXPECT_EQ(ledger->snapshot(acme.tenant, "Hamburg", request, noon).error().type,
            "history-changed");
}

TEST_P(LedgerContract, TenantsFullPullsAreTheirOwn) {
  push_one(hamburg.create(shipment, {{"n", 1}}));
  const TokenOwner other = owner("globex", "Hamburg");
  const auto pulled = pull_all(*ledger, other.tenant, asking(10, 0));
  ASSERT_TRUE(pulled);
  EXPECT_TRUE(pulled->rows.empty() && pulled->receipts.empty());
  EXPECT_EQ(pulled->total, 0);
}

TEST_P(LedgerContract, BeyondTheHorizonEverythingCanStillBeReadAndBeforeItNothing) {
  History history(*ledger, acme);
  history.make(random, 60);
  for (const std::int64_t kept : {40, 17, 3, 0}) {
    SCOPED_TRACE("kept " + std::to_string(kept));
    int steps = 0;
    for (bool more = true; more; ++steps)
      more = ledger->compact("acme", {kept, std::nullopt}, noon).value().more;
    EXPECT_LT(steps, 10);
    const std::int64_t horizon = 60 - kept;
    for (std::int64_t seq = 0; seq <= 60; ++seq) {
      SCOPED_TRACE("commit " + std::to_string(seq));
      const Version version = history.versions[std::size_t(seq)];
      SnapshotRequest request = asking(5);
      request.at = version;
      const auto changes = ledger->changes(acme.tenant, "Hamburg", version, 1000);
      const auto state = pull_all(*ledger, acme.tenant, request);
      const auto pushed = ledger->push(acme.tenant, "Hamburg", request_of({}, version), noon);
      if (seq < horizon) {
        EXPECT_EQ(changes.error().type, "horizon-passed");
        EXPECT_EQ(changes.error().kind, ErrorKind::conflict);
        EXPECT_EQ(state.error().type, "horizon-passed");
        EXPECT_EQ(pushed.error().type, "horizon-passed");
        EXPECT_FALSE(ledger->news(acme.tenant, version).value().page);
        continue;
      }
      ASSERT_TRUE(changes && state && pushed);
      expect_state(*state, history);
      Rows rows = history.log[std::size_t(seq)].state;
      for (const PageRow& row : changes->page.rows) rows[row.entity] = row;
      for (const auto& [key, row] : history.log.back().state) {
        EXPECT_EQ(rows[key].values, row.values) << to_text(key);
        EXPECT_EQ(rows[key].deleted, row.deleted) << to_text(key);
      }
    }
  }
  EXPECT_EQ(ledger->changes(acme.tenant, "Hamburg", {}, 10).error().type, "horizon-passed")
      << "commit 0 is before the horizon, too";
}

TEST_P(LedgerContract, TheHorizonNeverGoesBack) {
  History history(*ledger, acme);
  history.make(random, 10);
  ASSERT_TRUE(ledger->compact("acme", {2, std::nullopt}, noon));
  ASSERT_TRUE(ledger->compact("acme", {9, std::nullopt}, noon));
  EXPECT_FALSE(ledger->changes(acme.tenant, "Hamburg", history.versions[7], 10));
  EXPECT_TRUE(ledger->changes(acme.tenant, "Hamburg", history.versions[8], 10));
}

TEST_P(LedgerContract, ACommitIsKeptIfItIsAmongTheNewestOrYoungEnough) {
  Version young;
  for (int day = 0; day < 10; ++day) {
    const auto answer = ledger->push(
        acme.tenant, "Hamburg",
        request_of({hamburg.create({"Shipment", std::to_string(day)}, {{"n", day}})}, origin()),
        noon + std::chrono::days(day));
    if (day == 6) young = answer->head;
  }
  const WallTime now = noon + std::chrono::days(9) + std::chrono::hours(1);
  const auto horizon_is = [&](const Version& version) {
    const auto at = ledger->changes(acme.tenant, "Hamburg", version, 100);
    const auto before = ledger->changes(acme.tenant, "Hamburg", pull(version, 100).page.from, 100);
    return at.has_value() && before.has_value();
  };
  ASSERT_TRUE(ledger->compact("acme", {100, 3}, now));
  EXPECT_TRUE(ledger->changes(acme.tenant, "Hamburg", origin(), 10)) << "among the newest hundred";
  ASSERT_TRUE(ledger->compact("acme", {0, 3}, now));
  EXPECT_EQ(ledger->changes(acme.tenant, "Hamburg", origin(), 10).error().type, "horizon-passed");
  EXPECT_TRUE(horizon_is(young)) << "the newest one that is older than three days";
}

TEST_P(LedgerContract, ACompactionSparesTheCommitOfAFullPullForADay) {
  History history(*ledger, acme);
  history.make(random, 30);
  SnapshotRequest request = asking(1);
  const auto first = ledger->snapshot(acme.tenant, "Hamburg", request, noon);
  ASSERT_TRUE(first && first->next);
  history.make(random, 20);
  ASSERT_TRUE(ledger->compact("acme", {0, std::nullopt}, noon + std::chrono::hours(23)));
  request.at = first->at;
  const auto pulled = pull_all(*ledger, acme.tenant, request);
  ASSERT_TRUE(pulled);
  expect_state(*pulled, history);
  ASSERT_TRUE(ledger->compact("acme", {0, std::nullopt}, noon + std::chrono::hours(25)));
  EXPECT_EQ(ledger->snapshot(acme.tenant, "Hamburg", request, noon).error().type, "horizon-passed");
}

TEST_P(LedgerContract, ARowWhoseTombstoneIsGoneIsUnknown) {
  ASSERT_EQ(push_one(hamburg.create(shipment, {{"n", 1}})).verdict, Verdict::applied);
  const Version seen = head();
  ASSERT_EQ(push_one(hamburg.remove(shipment, {{"n", 1}}, seen)).verdict, Verdict::applied);
  EXPECT_EQ(push_one(new_york.create(shipment, {{"n", 2}})).reason, "deleted");
  const Compaction done = ledger->compact("acme", {0, std::nullopt}, noon).value();
  EXPECT_EQ(done.tombstones, 1);
  EXPECT_EQ(done.images, 2);
  const Version now = ledger->head(acme.tenant).value();
  EXPECT_EQ(push({new_york.update(shipment, {{"n", 1}}, {{"n", 3}}, seen)}, now).verdicts[0].reason,
            "deleted");
  EXPECT_EQ(push({new_york.create(shipment, {{"n", 4}})}, now).verdicts[0].verdict,
            Verdict::applied);
}

TEST_P(LedgerContract, ACompactionGoesInBoundedStepsAndLeavesOtherTenantsAlone) {
  const TokenOwner other = owner("globex", "Hamburg");
  const Version others_origin = ledger->capabilities(other).value().origin;
  Desk theirs("inc-globex");
  ASSERT_TRUE(ledger->push(other.tenant, "Hamburg",
                           request_of({theirs.create(shipment, {{"n", 1}})}, others_origin), noon));
  for (int round = 0; round < 8; ++round) {
    std::vector<Item> items;
    for (int i = 0; i < 500; ++i) {
      const EntityKey key{"Shipment", std::to_string(i)};
      items.push_back(round == 0 ? hamburg.create(key, {{"n", 0}})
                                 : hamburg.update(key, {{"n", round - 1}}, {{"n", round}}, head()));
    }
    push(items, ledger->head(acme.tenant).value());
  }
  std::int64_t images = 0;
  int steps = 0;
  for (bool more = true; more; ++steps) {
    const Compaction step = ledger->compact("acme", {0, std::nullopt}, noon).value();
    EXPECT_LE(step.images, compaction_step_images + 500);
    images += step.images;
    more = step.more;
  }
  EXPECT_EQ(images, 7 * 500);
  EXPECT_GT(steps, 1);
  EXPECT_TRUE(ledger->changes(other.tenant, "Hamburg", others_origin, 10));
  EXPECT_EQ(ledger->compact("nobody", {0, std::nullopt}, noon).error().type, "unknown-tenant");
}

}  // namespace slipway::cloud::test
