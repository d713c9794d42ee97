// Actions that need the cloud are taken only while it answers and nothing stands before them: they
// are never queued, by no way of writing.

#include "store/device.h"

namespace slipway::store {
namespace {

SyncRules rules() {
  SyncRules rules;
  rules.actions["APPROVE_PARENT"] = {"Parent", Op::update, true};
  rules.actions["DELETE_CHILD"] = {"Child", Op::remove, true};
  return rules;
}

class CloudNeed : public testing::Test {
 protected:
  static Mutation approval(std::string_view name = "approved") {
    return Device::mutation("Parent", "p1", "APPROVE_PARENT",
                            R"({"name":")" + std::string(name) + "\"}");
  }
  void cloud_is_away(std::string why = "The cloud cannot be reached.") { desk->note_cloud(why); }
  void cloud_answers() { desk->note_cloud(std::nullopt); }
  // An approval of p1 that the cloud has refused.
  EntryId refused_approval() {
    cloud_answers();
    const EntryId id = desk.write(approval());
    const auto refusal = receipt(desk.entry(id), Verdict::rejected, "forbidden-by-rule");
    desk.push();
    desk.finish({refusal}, desk.page({}, {refusal}));
    EXPECT_EQ(desk.status(id), Status::error);
    return id;
  }
  std::string entries() { return desk.one("SELECT count(*) FROM SyncQueue"); }
  std::string name() { return desk.one("SELECT name FROM Parent WHERE id = 'p1'"); }
  void SetUp() override {
    desk.create_parent("p1", "new");
    desk.meet();
    desk.settle_all();
  }

  Device desk{app_schema, 1, rules()};
};

void expect_needs_cloud(const auto& refused) {
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "needs-cloud");
  EXPECT_EQ(refused.error().kind, ErrorKind::busy);
}

TEST_F(CloudNeed, NothingIsTakenBeforeItIsKnownWhetherTheCloudAnswers) {
  expect_needs_cloud(desk.try_write(approval()));
  cloud_answers();
  EXPECT_TRUE(desk.try_write(approval()));
}

TEST_F(CloudNeed, ARefusalSaysWhyAndLeavesNothing) {
  cloud_is_away("“Simulate offline” is switched on.");
  const auto refused = desk.try_write(approval());
  expect_needs_cloud(refused);
  EXPECT_EQ(refused.error().message,
            "APPROVE_PARENT needs the cloud, and the cloud cannot be reached now");
  EXPECT_EQ(refused.error().hint,
            "“Simulate offline” is switched on. Nothing was written. Try again when the connection "
            "is back.");
  EXPECT_EQ(refused.error().field, "action");
  EXPECT_EQ(entries(), "1");
  EXPECT_EQ(name(), "new");
}

TEST_F(CloudNeed, OtherActionsOfTheTypeAreQueuedAsEver) {
  cloud_is_away();
  EXPECT_TRUE(desk.try_write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"u"})")));
  EXPECT_EQ(name(), "u");
}

TEST_F(CloudNeed, AGroupWithSuchAnActionIsRefusedWhole) {
  cloud_is_away();
  expect_needs_cloud(desk.try_write(
      {Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"b"})"), approval()}));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "1");
  EXPECT_EQ(entries(), "1");
}

TEST_F(CloudNeed, ADeleteThatTakesSuchRowsAlongIsRefusedToo) {
  desk.create_child("c1", "p1");
  cloud_is_away();
  expect_needs_cloud(desk.try_write(Device::mutation("Parent", "p1", "DELETE_PARENT")));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "1");
}

TEST_F(CloudNeed, ARepeatOfWhatWasTakenGetsTheFirstAnswer) {
  const WriteRequest request{{approval()}, false, "key"};
  cloud_answers();
  const auto first = desk->write(std::span(&request, 1), desk.now()).front();
  cloud_is_away();
  const auto repeat = desk->write(std::span(&request, 1), desk.now()).front();
  ASSERT_TRUE(first);
  ASSERT_TRUE(repeat);
  EXPECT_TRUE(repeat->repeated);
  EXPECT_EQ(repeat->entries, first->entries);
}

TEST_F(CloudNeed, NothingIsTakenBehindWhatAPersonMustDecide) {
  const EntryId parked = refused_approval();
  const auto refused = desk.try_write(approval("again"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "would-wait");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_EQ(refused.error().entries, std::vector<EntryId>{parked});
  ASSERT_TRUE(desk.discard(parked));
  desk.settle_all();
  EXPECT_TRUE(desk.try_write(approval("again")));
}

TEST_F(CloudNeed, ADecisionThatWouldSendItLaterIsRefusedAndADiscardIsNot) {
  const EntryId parked = refused_approval();
  cloud_is_away();
  expect_needs_cloud(desk.preview(wish::Retry{parked}));
  expect_needs_cloud(desk.retry(parked));
  EXPECT_EQ(desk.status(parked), Status::error);
  EXPECT_TRUE(desk.discard(parked));
  EXPECT_EQ(name(), "new");
}

TEST_F(CloudNeed, ARetryIsTakenWhenTheCloudIsBack) {
  const EntryId parked = refused_approval();
  cloud_is_away();
  expect_needs_cloud(desk.retry(parked));
  cloud_answers();
  const auto retried = desk.retry(parked);
  ASSERT_TRUE(retried);
  EXPECT_EQ(retried->appended.front().body.action, "APPROVE_PARENT");
}

TEST_F(CloudNeed, NothingIsTakenBehindWhatIsTriedAgainLater) {
  const EntryId slow = desk.update_parent("p1", "slow");
  ASSERT_TRUE(desk->show_wait({slow}, desk.now() + std::chrono::minutes(1)));
  cloud_answers();
  const auto refused = desk.try_write(approval());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "would-wait");
  EXPECT_EQ(refused.error().entries, std::vector<EntryId>{slow});
}

TEST_F(CloudNeed, WhatWasTakenAndNotSentIsParkedWhenTheCloudGoesAway) {
  cloud_answers();
  const EntryId first = desk.write(approval());
  const EntryId later = desk.update_parent("p1", "later");
  cloud_is_away("The cloud cannot be reached.");
  ASSERT_TRUE(desk->park_unsent_needs(desk.now()));
  EXPECT_EQ(desk.status(first), Status::error);
  EXPECT_EQ(
      desk.entry(first).error_message,
      "APPROVE_PARENT needs the cloud, which went away before it was sent: The cloud cannot be "
      "reached. Retry it when the connection is back, or discard it.");
  EXPECT_EQ(desk.status(later), Status::pending);
  expect_needs_cloud(desk.retry(first));
  cloud_answers();
  EXPECT_TRUE(desk.retry(first));
}

TEST_F(CloudNeed, WhatMayHaveBeenSentStays) {
  cloud_answers();
  const EntryId sent = desk.write(approval());
  ASSERT_TRUE(desk.push());
  ASSERT_TRUE(
      desk->fail_push({FailureClass::unreachable, "Cut off.", 0, std::nullopt}, 5, desk.now()));
  cloud_is_away();
  ASSERT_TRUE(desk->park_unsent_needs(desk.now()));
  EXPECT_EQ(desk.status(sent), Status::pending);
}

TEST_F(CloudNeed, AGroupIsParkedWhole) {
  cloud_answers();
  const auto ids = desk.write(
      {Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"b"})"), approval()});
  cloud_is_away();
  ASSERT_TRUE(desk->park_unsent_needs(desk.now()));
  for (const EntryId id : ids) EXPECT_EQ(desk.status(id), Status::error);
}

TEST_F(CloudNeed, AnUndoSaysItAgainOrTakesItBackOnlyWhileTheCloudAnswers) {
  cloud_answers();
  const EntryId done = desk.write(approval());
  desk.settle_all();
  const EntryId taken_back = desk.write(approval("twice"));
  ASSERT_TRUE(desk.discard(taken_back));
  cloud_is_away();
  expect_needs_cloud(desk.decide(wish::Undo{done}));
  expect_needs_cloud(desk.decide(wish::Undo{taken_back}));
  cloud_answers();
  const auto again = desk.decide(wish::Undo{taken_back});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->appended.front().body.action, "APPROVE_PARENT");
}

}  // namespace
}  // namespace slipway::store
