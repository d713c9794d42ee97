// Two services on one file: one works, the other stands by and takes over when the first is silent.
#include "device.h"
#include "store/meta.h"

namespace slipway::store {
namespace {

class TwoServices : public testing::Test {
 protected:
  void SetUp() override {
    desk.holder = "first";
    desk.open();
    desk.meet();
    second = open("second");
  }
  std::unique_ptr<Store> open(const std::string& holder) {
    StoreOptions options = desk.options();
    options.holder = holder;
    return Store::open(options, Random(99), desk.now()).value();
  }
  // Both look at the lease every interval, for so long; a paused one does not.
  void pass(Duration time, bool first_is_paused = false) {
    for (const Instant end = at + time; at < end; at = at + lease_interval) {
      if (!first_is_paused) {
        ASSERT_TRUE(desk->tend_lease(at, desk.now()));
      }
      ASSERT_TRUE(second->tend_lease(at, desk.now()));
    }
  }
  Result<Written> write(Store& store, const std::string& id) {
    const WriteRequest request{
        {Device::mutation("Parent", id, "CREATE_PARENT", R"({"name":"x"})")}, false, std::nullopt};
    return store.write(std::span(&request, 1), desk.now()).front();
  }
  std::string meta(std::string_view key) {
    return desk.one("SELECT value FROM sync_meta WHERE key = '" + std::string(key) + "'");
  }

  Device desk;
  std::unique_ptr<Store> second;
  Instant at{};
};

TEST_F(TwoServices, TheSecondReadsAndWritesNothing) {
  EXPECT_TRUE(second->stands_by());
  desk.create_parent("p1");
  EXPECT_EQ(second->counts()->of(Status::pending), 1);
  EXPECT_EQ(second->rows("Parent", {{}, {}, "", false, 10, 0})->total, 1);
  EXPECT_EQ(write(*second, "p2").error().type, "standby");
  EXPECT_EQ(second->set_meta("paused", "1").error().type, "standby");
  EXPECT_EQ(second->begin_push("x", {500, 500, 1 << 20}, {}, desk.now()).error().type, "standby");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "1");
}

TEST_F(TwoServices, AHolderThatLivesKeepsTheLease) {
  pass(std::chrono::minutes(5));
  EXPECT_TRUE(second->stands_by());
  EXPECT_FALSE(desk->stands_by());
  desk.create_parent("p1");
}

TEST_F(TwoServices, AHolderAloneWritesNothingToKeepIt) {
  second.reset();
  desk->tend_lease(at, desk.now());  // answers what the second one may have asked
  const std::string before = desk.one("PRAGMA data_version");
  for (int i = 0; i < 100; ++i) {
    at = at + lease_interval;
    EXPECT_TRUE(desk->tend_lease(at, desk.now()).value());
  }
  EXPECT_EQ(desk.one("PRAGMA data_version"), before);
}

TEST_F(TwoServices, ASilentHolderLosesIt) {
  pass(lease_interval);  // it is asked for a sign of life
  pass(lease_patience - lease_interval, true);
  EXPECT_TRUE(second->stands_by()) << "not before its time";
  pass(lease_interval * 3, true);
  EXPECT_FALSE(second->stands_by());
  ASSERT_TRUE(write(*second, "p1"));
}

TEST_F(TwoServices, AHolderThatWakesUpWritesNothingMore) {
  const EntryId id = desk.create_parent("p1");
  const auto request = desk.push();
  pass(std::chrono::minutes(1), true);
  ASSERT_FALSE(second->stands_by());
  EXPECT_EQ(desk.status(id), Status::pending) << "sent again by whoever works now";
  // The answer arrives at the one that was paused.
  const Page page = desk.page({}, {receipt(desk.entry(id), Verdict::applied)});
  const auto outcome = desk->finish_push({"exchange", page.to, page.receipts, page}, desk.now());
  EXPECT_EQ(outcome.error().type, "standby");
  EXPECT_TRUE(desk->stands_by());
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(desk.cursor(), desk.version(0));
  EXPECT_EQ(desk.try_write(Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"x"})"))
                .error()
                .type,
            "standby");
  // And from now on it is the one that waits.
  pass(std::chrono::minutes(1));
  EXPECT_TRUE(desk->stands_by());
  EXPECT_FALSE(second->stands_by());
  EXPECT_EQ(request->items.size(), 1u);
}

TEST_F(TwoServices, WhoWasFencedTakesOverAgainLater) {
  pass(std::chrono::minutes(1), true);
  ASSERT_FALSE(second->stands_by());
  ASSERT_TRUE(desk->tend_lease(at, desk.now()));
  EXPECT_TRUE(desk->stands_by());
  second.reset();  // killed: it gives nothing back
  for (int i = 0; i < 20 && desk->stands_by(); ++i) {
    at = at + lease_interval;
    ASSERT_TRUE(desk->tend_lease(at, desk.now()));
  }
  EXPECT_FALSE(desk->stands_by());
  desk.create_parent("p1");
}

TEST_F(TwoServices, ALeaseThatIsGivenBackIsTakenAtOnce) {
  ASSERT_TRUE(desk->release_lease());
  EXPECT_TRUE(second->tend_lease(at, desk.now()).value());
  ASSERT_TRUE(write(*second, "p1"));
  EXPECT_EQ(desk.try_write(Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"x"})"))
                .error()
                .type,
            "standby");
}

TEST_F(TwoServices, AnAnswerFromBeforeTheLeaseWasLostSaysNothing) {
  const EntryId entry = desk.create_parent("p1");
  const auto request = desk.push();
  ASSERT_TRUE(request);
  pass(lease_interval);
  pass(lease_patience * 2, true);  // the second one takes over …
  ASSERT_FALSE(second->stands_by());
  ASSERT_TRUE(second->release_lease());
  ASSERT_TRUE(desk->tend_lease(at, desk.now()).value());  // … and ends before the answer is there
  const Page page = desk.page({}, {receipt(desk.entry(entry), Verdict::applied)});
  const PushOutcome outcome = desk.finish(page.receipts, page);
  EXPECT_FALSE(outcome.page_absorbed);
  EXPECT_TRUE(outcome.more) << "it asks anew";
  EXPECT_EQ(desk.status(entry), Status::pending);
}

TEST_F(TwoServices, TheSameClaimProvesThatTheHolderIsGone) {
  const std::string token = meta(meta_key::lease_token);
  desk.close();
  const auto next = open("first");
  EXPECT_FALSE(next->stands_by());
  EXPECT_EQ(meta(meta_key::lease_token), std::to_string(std::stoll(token) + 1));
}

TEST_F(TwoServices, WhoDoesNotHoldItGivesNothingBack) {
  ASSERT_TRUE(second->release_lease());
  EXPECT_FALSE(desk->stands_by());
  desk.create_parent("p1");
  // The first one sleeps, and ends before it has noticed that it lost it.
  pass(std::chrono::minutes(1), true);
  ASSERT_FALSE(second->stands_by());
  ASSERT_TRUE(desk->release_lease());
  EXPECT_EQ(meta(meta_key::lease_holder), "second");
  ASSERT_TRUE(write(*second, "p2"));
}

TEST_F(TwoServices, WhoseFileIsGoneWhenItsTurnComesTakesItWhenItIsBack) {
  bool told = false;
  second->on_failure([&] { told = true; });
  ASSERT_TRUE(desk->release_lease());
  std::filesystem::rename(desk.path(), desk.path() + ".aside");
  const auto taken = second->tend_lease(at, desk.now());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().type, "database-missing");
  EXPECT_TRUE(told) << "so that it is opened again";
  EXPECT_TRUE(second->failed());
  EXPECT_EQ(second->tend_lease(at, desk.now()).error().type, "database-closed");
  EXPECT_EQ(second->purge_archive(desk.now()).error().type, "database-closed");
  EXPECT_FALSE(std::filesystem::exists(desk.path()));
  std::filesystem::rename(desk.path() + ".aside", desk.path());
  ASSERT_TRUE(second->reopen(desk.now()));
  EXPECT_FALSE(second->stands_by());
  ASSERT_TRUE(write(*second, "p1"));
}

TEST_F(TwoServices, OneThatHasNoNameOfItsOwnNeverTakesOver) {
  StoreOptions tool = desk.options();
  tool.holder = "";
  const auto unnamed = Store::open(tool, Random(5), desk.now()).value();
  ASSERT_FALSE(unnamed->stands_by()) << "a tool works whatever stands there";
  ASSERT_TRUE(desk->tend_lease(at, desk.now()).value()) << "nobody's name stands there now";
  EXPECT_FALSE(unnamed->tend_lease(at, desk.now()).value());
  ASSERT_TRUE(desk->release_lease());
  EXPECT_FALSE(unnamed->tend_lease(at, desk.now()).value());
  EXPECT_EQ(write(*unnamed, "p1").error().type, "standby");
}

TEST_F(TwoServices, AContenderWaitsForADatabaseThatIsLocked) {
  pass(lease_interval);  // it has asked
  desk.run("BEGIN IMMEDIATE");
  EXPECT_EQ(desk->tend_lease(at, desk.now()).error().type, "database-locked");
  desk.run("ROLLBACK");
  EXPECT_TRUE(desk->tend_lease(at, desk.now()).value());
}

TEST_F(TwoServices, OfTwoThatWaitOnlyOneTakesOver) {
  const auto third = open("third");
  pass(lease_interval);
  for (int i = 0; i < 10; ++i) {
    at = at + lease_interval;
    ASSERT_TRUE(second->tend_lease(at, desk.now()));
    ASSERT_TRUE(third->tend_lease(at, desk.now()));
    EXPECT_FALSE(!second->stands_by() && !third->stands_by());
  }
  EXPECT_NE(second->stands_by(), third->stands_by());
}

}  // namespace
}  // namespace slipway::store
