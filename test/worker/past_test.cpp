// A cloud that was restored from a backup, against the real worker and store.
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

constexpr Duration drain_time = 65s;

TEST(Past, WhatTheRestoredCloudHasLostIsOfferedAgainUnderTheSameIds) {
  Desk desk;
  desk.start();
  const EntryId first = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  const EntryId second = desk.write("UPDATE_NOTE", "n1", {{"text", "b"}});
  desk.cloud.write_elsewhere({"Note", "theirs"}, {{"id", "theirs"}, {"text", "x"}});
  desk.run_for(drain_time);
  ASSERT_TRUE(desk.row("theirs"));
  const std::string id = desk.request_id(second);
  desk.cloud.restore(1);
  ASSERT_EQ(desk.cloud.effects(), 1u);
  desk.run_for(drain_time);
  EXPECT_EQ(desk.network.comparisons, 1);
  for (const EntryId entry : {first, second}) {
    EXPECT_EQ(desk.status(entry), Status::success);
    EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u);
  }
  EXPECT_EQ(desk.request_id(second), id);
  EXPECT_EQ(desk.cloud.rows().at({"Note", "n1"}).at("text"), "b");
  EXPECT_FALSE(desk.row("theirs"));
  const auto lost = desk.store->lost_rows(10);
  ASSERT_EQ(lost->size(), 1u);
  EXPECT_EQ(lost->front().entity.id, "theirs");
  EXPECT_EQ(desk.store->identity()->generation, 1);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
}

TEST(Past, NothingIsSentBeforeTheCommonPastIsKnown) {
  Desk desk;
  desk.start();
  desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  desk.cloud.restore(0);
  desk.write("CREATE_NOTE", "n2", {{"text", "b"}});  // goes out and is refused as a whole
  desk.network.go_on();
  EXPECT_EQ(desk.worker->engine().connection(), Connection::history_changed);
  const std::size_t sent = desk.network.pushes.size();
  desk.write("CREATE_NOTE", "n3", {{"text", "c"}});
  desk.network.reachable = false;
  desk.run_for(300s);
  EXPECT_EQ(desk.network.pushes.size(), sent);
  desk.network.reachable = true;
  desk.run_for(drain_time);
  EXPECT_EQ(desk.cloud.effects(), 3u);
}

// Its cursor was damaged on the way, or a node that lags was asked.
TEST(Past, OneThatHasNotChangedAfterAllIsGoneOnWith) {
  Desk desk;
  desk.cloud.has_snapshots = true;
  desk.start();
  desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  const int snapshots = desk.network.snapshots;
  const EntryId second = desk.write("UPDATE_NOTE", "n1", {{"text", "b"}});
  desk.network.fates = {Fate::of_another_past};
  desk.run_for(drain_time);
  EXPECT_EQ(desk.network.comparisons, 1);
  EXPECT_EQ(desk.network.snapshots, snapshots) << "there is nothing to be pulled anew";
  EXPECT_EQ(desk.status(second), Status::success);
  EXPECT_EQ(desk.store->identity()->generation, 0);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
}

// Each round more happens, and now and then the cloud goes back to some point.
TEST(Past, NeverLosesOrDoublesAWriteHoweverOftenTheCloudGoesBack) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Desk desk;
    desk.start();
    std::vector<EntryId> entries;
    for (int i = 0; i < 25; ++i) {
      if (random.chance(1, 3)) desk.network.fates.push_back(Fate(random.below(5)));
      const std::string id = "n" + std::to_string(random.below(4));
      entries.push_back(
          desk.write(desk.row(id) ? "UPDATE_NOTE" : "CREATE_NOTE", id, {{"number", i}}));
      if (random.chance(1, 8)) desk.crash(), desk.open(), desk.start();
      if (random.chance(1, 4)) desk.network.reachable = random.chance(1, 2);
      if (random.chance(1, 2)) desk.run_for(Duration(std::int64_t(random.below(5000))));
      if (random.chance(1, 6)) {
        desk.cloud.restore(std::int64_t(random.below(std::uint64_t(desk.cloud.head()) + 1)));
      }
    }
    desk.network.reachable = true;
    desk.network.fates.clear();
    desk.run_for(2h);
    for (EntryId entry : entries) {
      EXPECT_EQ(desk.status(entry), Status::success) << entry;
      EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u) << entry;
    }
    EXPECT_EQ(desk.cloud.effects(), entries.size());
    for (const auto& [entity, values] : desk.cloud.rows()) {
      ASSERT_TRUE(desk.row(entity.id));
      for (const auto& field : values)
        EXPECT_TRUE(same_value(desk.row(entity.id)->at(field.key()), field.value()));
    }
  }
}

}  // namespace
}  // namespace slipway
