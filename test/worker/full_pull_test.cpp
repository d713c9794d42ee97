// A device that is new, or was away for too long, against the real worker and store.
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

constexpr Duration drain_time = 65s;

void others_write(Desk& desk, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const std::string id = "n" + std::to_string(10 + i);
    desk.cloud.write_elsewhere({"Note", id}, {{"id", id}, {"text", "theirs"}, {"number", i}});
  }
}

TEST(FullPull, ANewDeviceTakesEverythingAndThenFollows) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  others_write(desk, 0, 10);
  const EntryId mine = desk.write("CREATE_NOTE", "mine", {{"text", "a"}});
  desk.start();
  desk.run_for(drain_time);
  EXPECT_EQ(desk.network.snapshots, 4);
  EXPECT_EQ(desk.status(mine), Status::success);
  EXPECT_TRUE(desk.row("n10") && desk.row("n19") && desk.row("mine"));
  EXPECT_EQ(desk.store->cursor().value()->seq, 11);
  others_write(desk, 50, 1);
  desk.run_for(5s);
  EXPECT_TRUE(desk.row("n60"));
  EXPECT_EQ(desk.network.snapshots, 4);
}

TEST(FullPull, NothingIsSentUntilItIsThrough) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  others_write(desk, 0, 7);
  desk.start();
  desk.network.go_on();  // the probe
  desk.write("CREATE_NOTE", "mine", {{"text", "a"}});
  for (int page = 0; page < 3; ++page) {
    EXPECT_EQ(desk.network.snapshots, page + 1);
    EXPECT_TRUE(desk.network.pushes.empty());
    EXPECT_EQ(desk.store->full_pull().value()->passed, 3 * page);
    desk.network.go_on();
  }
  EXPECT_FALSE(desk.store->full_pull().value());
  EXPECT_EQ(desk.network.pushes.size(), 1u);
}

TEST(FullPull, ItGoesOnAfterACrashAndWithoutANetwork) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  others_write(desk, 0, 10);
  desk.start();
  desk.network.go_on();
  desk.network.go_on();  // the first page
  desk.crash();
  desk.open();
  others_write(desk, 20, 5);  // not in the state of that commit
  desk.start();
  desk.network.reachable = false;
  desk.run_for(200s);
  EXPECT_EQ(desk.store->full_pull().value()->passed, 3);
  desk.network.reachable = true;
  const int asked = desk.network.snapshots;
  desk.run_for(drain_time);
  EXPECT_EQ(desk.network.snapshots, asked + 3);
  EXPECT_TRUE(desk.row("n19") && desk.row("n34"));
}

TEST(FullPull, ADeviceBeforeTheHorizonTakesEverythingAnewAndKeepsWhatItWrote) {
  Desk desk;
  desk.start();
  others_write(desk, 0, 4);
  desk.run_for(drain_time);
  desk.network.reachable = false;
  const EntryId changed = desk.write("UPDATE_NOTE", "n10", {{"text", "mine"}});
  desk.run_for(drain_time);
  desk.cloud.erase_elsewhere({"Note", "n11"});
  others_write(desk, 20, 10);
  desk.cloud.horizon = desk.cloud.head();
  desk.network.reachable = true;
  desk.run_for(2 * drain_time);
  EXPECT_GE(desk.network.snapshots, 4);
  EXPECT_FALSE(desk.row("n11"));
  EXPECT_TRUE(desk.row("n39"));
  EXPECT_EQ(desk.status(changed), Status::success);
  EXPECT_EQ(desk.row("n10")->at("text"), "mine");
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(changed)), 1u);
}

TEST(FullPull, OneThatTheHorizonPassesBeginsAgain) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  others_write(desk, 0, 10);
  desk.start();
  desk.network.go_on();
  desk.network.go_on();  // the first page
  desk.cloud.erase_elsewhere({"Note", "n10"});
  others_write(desk, 20, 2);
  desk.cloud.horizon = desk.cloud.head();
  desk.run_for(drain_time);
  EXPECT_FALSE(desk.store->full_pull().value());
  EXPECT_FALSE(desk.row("n10")) << "the first page had it";
  EXPECT_TRUE(desk.row("n19") && desk.row("n31"));
  EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
}

// The second service on the desk's file, which stands by.
struct Second {
  explicit Second(Desk& first) : desk(first), network(first.cloud) {
    store::StoreOptions options;
    options.path = desk.path();
    options.holder = "second";
    store = store::Store::open(options, Random(7), desk.now.wall).value();
    worker = std::make_unique<Worker>(
        *store, network, Random(8), [this] { return desk.now; },
        [](LogLevel, std::string_view, const json::object&) {});
    worker->handle(event::Started{store->identity()->cursor.has_value(),
                                  store->full_pull().value().has_value()});
  }
  void run_for(Duration time) {
    for (const Instant end = desk.now.instant + time; desk.now.instant < end;) {
      while (network.busy()) network.go_on();
      desk.now.instant = desk.now.instant + 1s;
      worker->handle(event::TimePassed{});
    }
  }

  Desk& desk;
  ScriptedNetwork network;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Worker> worker;
};

// Its service holds the lease under a name of its own, and has what others wrote.
void become_first(Desk& desk) {
  desk.holder = "first";
  desk.crash();
  desk.open();
  desk.start();
  others_write(desk, 0, 10);
  desk.run_for(drain_time);
}

TEST(FullPull, WhoTakesTheFileOverGoesOnWithItAndTheFirstFindsItThrough) {
  Desk desk;
  become_first(desk);
  Second second(desk);
  desk.cloud.horizon = desk.cloud.head() + 1;
  others_write(desk, 20, 1);
  desk.worker->handle(event::SyncRequested{});
  while (!desk.store->full_pull().value()) desk.network.go_on();
  desk.network.go_on();  // the first page; then the first service is paused
  ASSERT_TRUE(desk.store->full_pull().value()->after);
  second.run_for(drain_time);
  ASSERT_FALSE(second.store->stands_by());
  EXPECT_FALSE(second.store->full_pull().value());
  EXPECT_EQ(second.network.snapshots, 3) << "from where the first had come";
  const int snapshots = desk.network.snapshots;
  others_write(desk, 30, 1);
  desk.run_for(drain_time);  // meanwhile the second is paused
  EXPECT_FALSE(desk.store->stands_by());
  EXPECT_EQ(desk.network.snapshots, snapshots);
  EXPECT_TRUE(desk.row("n30") && desk.row("n40"));
}

// The first service sleeps; when it wakes up, the second has worked and ended already.
TEST(FullPull, WhatAnotherServiceHasDoneWhileThisOneSleptIsNoticed) {
  Desk desk;
  become_first(desk);
  desk.cloud.horizon = desk.cloud.head() + 1;
  others_write(desk, 20, 1);
  desk.worker->handle(event::SyncRequested{});
  while (!desk.store->full_pull().value()) desk.network.go_on();
  desk.network.go_on();  // the first page; the second is asked for
  {
    Second second(desk);
    second.run_for(drain_time);
    ASSERT_FALSE(second.store->stands_by());
    ASSERT_FALSE(second.store->full_pull().value());
    ASSERT_TRUE(second.store->release_lease());
  }
  const int snapshots = desk.network.snapshots;
  const int cancelled = desk.network.cancelled;
  desk.worker->handle(event::TimePassed{});
  EXPECT_FALSE(desk.store->stands_by());
  EXPECT_EQ(desk.network.cancelled, cancelled + 1) << "its answer would be of another life";
  others_write(desk, 30, 1);
  desk.run_for(drain_time);
  EXPECT_EQ(desk.network.snapshots, snapshots);
  EXPECT_TRUE(desk.row("n40"));
}

TEST(FullPull, ARestoredCloudIsNoticedInTheMidstOfOne) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  desk.start();
  const EntryId mine = desk.write("CREATE_NOTE", "mine", {{"text", "a"}});
  desk.run_for(drain_time);
  ASSERT_EQ(desk.status(mine), Status::success);
  others_write(desk, 0, 10);
  ASSERT_TRUE(desk.store->begin_full_pull(desk.now.wall));
  desk.crash();
  desk.open();
  desk.start();
  desk.network.go_on();
  desk.network.go_on();  // the first page
  desk.cloud.restore(0);
  desk.run_for(2 * drain_time);
  EXPECT_EQ(desk.network.comparisons, 1);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(mine)), 1u) << "it was offered again";
  EXPECT_EQ(desk.status(mine), Status::success);
  EXPECT_FALSE(desk.row("n10"));
}

// Because a column has come back, say: nothing else tells the engine of it while it is online.
TEST(FullPull, IsGoneOnWithWhereTheStoreHasBegunItByItself) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  desk.start();
  desk.run_for(5s);
  const int asked = desk.network.snapshots;
  ASSERT_TRUE(desk.store->begin_full_pull({0}));
  desk.run_for(drain_time);
  EXPECT_GT(desk.network.snapshots, asked);
  EXPECT_FALSE(desk.store->full_pull().value());
}

}  // namespace
}  // namespace slipway
