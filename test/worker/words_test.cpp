// What a person or a log is told, and when nothing may be sent.
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

constexpr Duration drain_time = 65s;

TEST(Words, ACloudOfANewerProtocolIsLeftAloneUntilItSpeaksOursAgain) {
  Desk desk;
  desk.cloud.protocol = protocol_number + 1;
  desk.start();
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(1h);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::upgrade_needed);
  EXPECT_EQ(desk.worker->engine().reason(),
            "The cloud speaks protocol " + std::to_string(protocol_number + 1) +
                ", this program speaks " + std::to_string(protocol_number) +
                ". Install the newer version.");
  EXPECT_TRUE(desk.network.pushes.empty());
  EXPECT_LE(desk.network.probes, 14) << "every five minutes";
  EXPECT_EQ(desk.status(entry), Status::pending);
  desk.cloud.protocol = protocol_number;
  desk.run_for(10min);
  EXPECT_EQ(desk.status(entry), Status::success);
}

// The address was mistyped, say: the other cloud gets nothing, and nothing here changes.
TEST(Words, AnotherCloudAtTheAddressGetsNothingUntilAPersonSaysSo) {
  Desk desk;
  desk.start();
  const EntryId mine = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  desk.network.reachable = false;
  const EntryId later = desk.write("UPDATE_NOTE", "n1", {{"text", "b"}});
  desk.run_for(drain_time);
  const FakeCloud known = desk.cloud;
  desk.cloud = FakeCloud("00000000000000dd");
  desk.network.reachable = true;
  const std::size_t sent = desk.network.pushes.size();
  desk.run_for(1h);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::other_cloud);
  EXPECT_TRUE(desk.worker->engine().reason().ends_with("slipway join-cloud 00000000000000dd"))
      << desk.worker->engine().reason();
  EXPECT_EQ(desk.network.pushes.size(), sent);
  EXPECT_EQ(desk.status(later), Status::pending);
  EXPECT_EQ(desk.row("n1")->at("text"), "b");
  desk.cloud = known;  // the address is corrected
  desk.run_for(10min);
  EXPECT_EQ(desk.status(later), Status::success);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(mine)), 1u);
}

// The connection never broke, so only the search for a common past can find it out.
TEST(Words, AnotherCloudIsKnownByItsPast) {
  Desk desk;
  desk.start();
  desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  desk.cloud = FakeCloud("00000000000000dd");
  const EntryId later = desk.write("UPDATE_NOTE", "n1", {{"text", "b"}});
  desk.run_for(1s);
  EXPECT_EQ(desk.network.comparisons, 1);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::other_cloud);
  desk.run_for(1h);
  EXPECT_EQ(desk.cloud.effects(), 0u);
  EXPECT_EQ(desk.status(later), Status::pending);
}

TEST(Words, AnEntryThatFailsForAnHourIsReportedAndStillTried) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.network.fates.assign(200, Fate::refused_500);
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(30min);
  EXPECT_TRUE(desk.logged("stuck").empty());
  EXPECT_FALSE(desk.worker->engine().alarms(entry, desk.now.instant));
  desk.run_for(2h);
  ASSERT_FALSE(desk.logged("stuck").empty());
  EXPECT_EQ(desk.logged("stuck").front().at("entries"), json::array{entry});
  EXPECT_GE(desk.logged("stuck").front().at("failingForMs").as_int64(), 3'600'000);
  EXPECT_TRUE(desk.worker->engine().alarms(entry, desk.now.instant));
  EXPECT_EQ(desk.logged("failed").front().at("status"), 500);
  EXPECT_EQ(desk.logged("failed").front().at("message"), "It broke.");
  desk.network.fates.clear();
  desk.run_for(1h);
  EXPECT_EQ(desk.status(entry), Status::success);
}

TEST(Words, WhoShowsTheStateIsToldWhenItMayHaveChanged) {
  Desk desk;
  int told = 0;
  desk.worker->on_progress([&] { ++told; });
  desk.start();
  EXPECT_EQ(told, 1);
  desk.network.go_on();
  EXPECT_EQ(told, 2);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
}

// Until when it waits is shown; while it talks, or was told to be silent, it waits for nothing.
TEST(Words, WhenItIsTriedAgainIsKnownWhileTheCloudIsAway) {
  Desk desk;
  desk.network.reachable = false;
  desk.start();
  EXPECT_FALSE(desk.worker->engine().retry_at()) << "it is being tried";
  desk.network.go_on();
  const auto at = desk.worker->engine().retry_at();
  ASSERT_TRUE(at);
  EXPECT_GT(*at, desk.now.instant);
  EXPECT_LE(*at, desk.now.instant + connection_backoff.cap);
  desk.worker->handle(event::Paused{true});
  EXPECT_FALSE(desk.worker->engine().retry_at());
  desk.worker->handle(event::Paused{false});
  desk.network.reachable = true;
  desk.run_for(1s);
  EXPECT_FALSE(desk.worker->engine().retry_at()) << "there is nothing to be tried again";
}

// What every backup of the cloud holds is not needed any more, and goes while nothing else happens.
TEST(Words, WhatTheCloudsBackupsHoldIsForgottenWhenTheDatabaseIsFree) {
  Desk desk;
  desk.archive_kept = 0;
  desk.crash();
  desk.open();
  desk.start();
  for (int i = 0; i < 3; ++i) desk.write("CREATE_NOTE", "n" + std::to_string(i), {{"text", "a"}});
  desk.run_for(drain_time);
  ASSERT_EQ(desk.store->counts()->of(Status::success), 3);
  desk.cloud.backed_up = true;
  desk.cloud.write_elsewhere({"Note", "far"}, {{"id", "far"}, {"text", "x"}, {"number", nullptr}});
  desk.run_for(drain_time);
  EXPECT_LE(desk.store->counts()->of(Status::success), 1) << "the newest stays";
}

}  // namespace
}  // namespace slipway
