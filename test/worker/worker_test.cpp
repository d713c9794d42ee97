// The real worker and store against a scripted network: what was written arrives, once.
#include "worker/worker.h"

#include <gtest/gtest.h>

#include "model/client_request_id.h"
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

// Backoff cap and five seconds: by then everything must have drained (promise 7).
constexpr Duration drain_time = 65s;

TEST(Worker, DrainsWhatWasWrittenOfflineOnceTheCloudIsThere) {
  Desk desk;
  desk.network.reachable = false;
  desk.start();
  const EntryId created = desk.write("CREATE_NOTE", "n1", {{"text", "a"}, {"number", 1}});
  const EntryId updated = desk.write("UPDATE_NOTE", "n1", {{"text", "b"}});
  desk.run_for(600s);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::offline);
  EXPECT_EQ(desk.status(created), Status::pending);
  EXPECT_EQ(desk.network.pushes.size(), 0u);
  EXPECT_LE(desk.network.probes, 60);

  desk.network.reachable = true;
  desk.run_for(drain_time);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
  EXPECT_EQ(desk.status(created), Status::success);
  EXPECT_EQ(desk.status(updated), Status::success);
  EXPECT_EQ(desk.cloud.effects(), 2u);
  EXPECT_TRUE(same_value(desk.cloud.rows().at({"Note", "n1"}), *desk.row("n1")));
  ASSERT_EQ(desk.network.pushes.size(), 1u) << "both in one batch, the second after the first";
  EXPECT_EQ(desk.network.pushes[0].items[1].after,
            std::vector<std::string>{desk.request_id(created)});
}

TEST(Worker, SettlesOnceWhenTheAnswerIsLostAfterTheCommit) {
  Desk desk;
  desk.network.fates = {Fate::lost_after, Fate::lost_after, Fate::lost_before};
  desk.start();
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  const std::string id = desk.request_id(entry);
  desk.run_for(600s);
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.request_id(entry), id);
  EXPECT_EQ(desk.cloud.effects_of(id), 1u);
  ASSERT_GE(desk.outcomes(entry).size(), 1u);
  EXPECT_EQ(desk.outcomes(entry).front(), "unreachable");
}

// A pull between the two sends settles the entry, so it is not even sent again.
TEST(Worker, LetsThePullSettleWhatALostAnswerApplied) {
  Desk desk;
  desk.network.fates = {Fate::lost_after};
  desk.start();
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.network.pushes.size(), 1u);
}

TEST(Worker, IgnoresAnAnswerUnderAnotherExchangesId) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.network.fates = {Fate::under_another_id};
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  ASSERT_TRUE(desk.network.busy());
  desk.network.go_on();
  EXPECT_EQ(desk.status(entry), Status::pending);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::offline);
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u);
}

TEST(Worker, IgnoresALateAnswerOfACancelledExchange) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  EXPECT_EQ(desk.status(entry), Status::processing);
  desk.network.answers_after_cancel = true;
  desk.worker->handle(event::OfflineSimulated{true});
  EXPECT_EQ(desk.network.cancelled, 1);
  EXPECT_EQ(desk.status(entry), Status::pending);
  desk.network.go_on();  // the cloud has applied it; the answer comes too late to count
  EXPECT_EQ(desk.status(entry), Status::pending);
  desk.run_for(3600s);
  EXPECT_EQ(desk.network.pushes.size(), 1u) << "nothing is sent while offline is simulated";
  desk.worker->handle(event::OfflineSimulated{false});
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u);
}

TEST(Worker, ResendsUnderTheSameIdAfterACrashInTheMiddle) {
  for (Fate fate : {Fate::lost_before, Fate::lost_after}) {
    Desk desk;
    desk.start();
    desk.run_for(1s);
    const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
    const std::string id = desk.request_id(entry);
    ASSERT_EQ(desk.network.pushes.size(), 1u);
    if (fate == Fate::lost_after) desk.cloud.push(desk.network.pushes[0]);
    desk.crash();
    desk.open();
    EXPECT_EQ(desk.status(entry), Status::pending);
    EXPECT_EQ(desk.outcomes(entry), std::vector<std::string>{"unknown"});
    desk.start();
    desk.run_for(drain_time);
    EXPECT_EQ(desk.status(entry), Status::success);
    ASSERT_GE(desk.network.pushes.size(), 2u);
    EXPECT_EQ(desk.network.pushes[1].items.at(0).id, id);
    EXPECT_EQ(client_request_id(*desk.network.pushes[1].items.at(0).write), id);
    EXPECT_EQ(desk.cloud.effects_of(id), 1u);
  }
}

TEST(Worker, WaitsForADatabaseThatAnotherProgramHasLocked) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  {
    sqlite::Database other(desk.path(), sqlite::OpenMode::existing, Duration(0));
    sqlite::Transaction lock(other);
    desk.network.go_on();  // the cloud has applied it, the answer cannot be stored
    EXPECT_EQ(desk.worker->engine().connection(), Connection::busy);
    desk.run_for(120s);
    EXPECT_EQ(desk.worker->engine().connection(), Connection::busy);
    EXPECT_EQ(desk.network.pushes.size(), 1u);
  }
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u);
}

TEST(Worker, WaitsAsLongAsTheCloudAskedForEvenIfTheRefusalCannotBeStored) {
  Desk desk;
  desk.network.fates = {Fate::busy};
  desk.start();
  desk.run_for(1s);
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  {
    sqlite::Database other(desk.path(), sqlite::OpenMode::existing, Duration(0));
    sqlite::Transaction lock(other);
    desk.network.go_on();  // 503 with Retry-After: 300
  }
  const int probes = desk.network.probes;
  desk.run_for(299s);
  EXPECT_EQ(desk.network.probes, probes);
  EXPECT_EQ(desk.network.pushes.size(), 1u);
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entry), Status::success);
}

TEST(Worker, ReopensAStoreThatFailed) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  ASSERT_TRUE(desk.network.busy());
  const std::string away = desk.path() + ".away";
  std::filesystem::rename(desk.path(), away);
  desk.worker->handle(event::StoreFailed{});
  EXPECT_FALSE(desk.network.busy()) << "the exchange was given up";
  desk.run_for(10s);
  EXPECT_TRUE(desk.store->failed());
  EXPECT_FALSE(desk.store->entry(entry));
  EXPECT_NE(desk.worker->engine().reason(), "");
  EXPECT_FALSE(std::filesystem::exists(desk.path())) << "a missing database is never created anew";
  std::filesystem::rename(away, desk.path());
  desk.run_for(drain_time);
  EXPECT_FALSE(desk.store->failed());
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u);
}

TEST(Worker, PullsOtherDesksChangesAtTheInterval) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.cloud.write_elsewhere({"Note", "far"},
                             {{"id", "far"}, {"text", "hello"}, {"number", nullptr}});
  EXPECT_FALSE(desk.row("far"));
  desk.run_for(limits::poll_interval + 1ms);
  ASSERT_TRUE(desk.row("far"));
  EXPECT_EQ(desk.row("far")->at("text"), "hello");
  EXPECT_EQ(desk.network.pushes.size(), 0u);
}

TEST(Worker, BacksOffFromACloudThatPromisesChangesAndSendsNone) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.cloud.withholds = true;
  desk.cloud.write_elsewhere({"Note", "far"}, {{"id", "far"}, {"text", "hello"}});
  const int before = desk.network.pulls;
  desk.run_for(600s);
  EXPECT_LE(desk.network.pulls - before, 60);
  EXPECT_EQ(desk.worker->engine().connection(), Connection::busy);
  desk.cloud.withholds = false;
  desk.run_for(drain_time);
  EXPECT_TRUE(desk.row("far"));
}

TEST(Worker, LetsAParkedEntryHoldItsLaneAndNothingElse) {
  Desk desk;
  desk.cloud.refuse("stuck");
  desk.start();
  const EntryId stuck = desk.write("CREATE_NOTE", "stuck", {{"text", "a"}});
  const EntryId behind = desk.write("UPDATE_NOTE", "stuck", {{"text", "b"}});
  const EntryId other = desk.write("CREATE_NOTE", "free", {{"text", "c"}});
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(stuck), Status::conflict);
  EXPECT_EQ(desk.status(other), Status::success);
  const EntryId later = desk.write("UPDATE_NOTE", "free", {{"text", "d"}});
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(later), Status::success);
  EXPECT_NE(desk.status(behind), Status::success);
  EXPECT_TRUE(is_open(desk.status(behind)));
}

TEST(Worker, FindsASickEntryByHalvingAndParksOnlyThat) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.worker->handle(event::Paused{true});
  std::vector<EntryId> entries;
  for (int i = 0; i < 4; ++i)
    entries.push_back(desk.write("CREATE_NOTE", "n" + std::to_string(i), {{"text", "a"}}));
  desk.network.fates = {Fate::refused_422, Fate::refused_422, Fate::refused_422};  // four, two, one
  desk.worker->handle(event::Paused{false});
  desk.run_for(drain_time);
  EXPECT_EQ(desk.status(entries[0]), Status::error);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(desk.status(entries[std::size_t(i)]), Status::success) << i;
}

TEST(Worker, KeepsAnEntryThatTheCloudFailsOnAndTriesItLater) {
  Desk desk;
  desk.start();
  desk.run_for(1s);
  desk.network.fates = {Fate::refused_500, Fate::refused_500};
  const EntryId entry = desk.write("CREATE_NOTE", "n1", {{"text", "a"}});
  desk.network.go_on();
  EXPECT_EQ(desk.status(entry), Status::pending);
  EXPECT_TRUE(desk.store->entry(entry).value()->next_attempt_at);
  EXPECT_TRUE(desk.worker->engine().waits(entry));
  desk.run_for(600s);
  EXPECT_EQ(desk.status(entry), Status::success);
}

TEST(Worker, SettlesThroughThePullWhenAnswersCarryNoPage) {
  Desk desk;
  desk.cloud.sends_pages = false;
  desk.start();
  std::vector<EntryId> entries;
  for (int i = 0; i < 5; ++i)
    entries.push_back(desk.write("CREATE_NOTE", "n" + std::to_string(i), {{"text", "a"}}));
  desk.run_for(drain_time);
  for (EntryId entry : entries) EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(desk.network.pushes.size(), 1u) << "what was judged is not sent again";
  EXPECT_EQ(desk.cloud.effects(), 5u);
}

TEST(Worker, NeverLosesOrDoublesAWriteWhateverTheNetworkDoes) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Desk desk;
    desk.start();
    std::vector<EntryId> entries;
    const event::PolicyChanged policy{60s, entry_backoff};
    for (int i = 0; i < 25; ++i) {
      desk.worker->handle(policy);
      if (random.chance(1, 2)) desk.network.fates.push_back(Fate(random.below(5)));
      const std::string id = "n" + std::to_string(random.below(4));
      entries.push_back(
          desk.write(desk.row(id) ? "UPDATE_NOTE" : "CREATE_NOTE", id, {{"number", i}}));
      if (random.chance(1, 8)) desk.crash(), desk.open(), desk.start();
      if (random.chance(1, 8)) desk.worker->handle(event::StoreFailed{}), desk.run_for(2s);
      if (random.chance(1, 8)) desk.worker->handle(event::OfflineSimulated{random.chance(1, 2)});
      if (random.chance(1, 4)) desk.network.reachable = random.chance(1, 2);
      if (random.chance(1, 6)) desk.cloud.sends_pages = !desk.cloud.sends_pages;
      if (random.chance(1, 2)) desk.run_for(Duration(std::int64_t(random.below(5000))));
    }
    desk.network.reachable = true;
    desk.network.fates.clear();
    desk.worker->handle(event::OfflineSimulated{false});
    desk.run_for(2h);  // an entry's own wait may be half an hour
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
