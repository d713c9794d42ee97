// What the judge makes of a batch: replays, reused numbers, prerequisites, groups, voids, foreign
// keys.
#include "cloud/judge.h"

#include <gtest/gtest.h>

#include "cloud/limits.h"
#include "desk.h"

namespace slipway::cloud::test {
namespace {

class JudgeBatch : public testing::Test {
 protected:
  MemoryCloud cloud;
  Desk hamburg{"inc-hamburg"}, new_york{"inc-new-york"};

  void quotes_refer_to_shipments() {
    cloud.state.references["Quote"] = {{"Quote", {"shipmentId"}, "Shipment"}};
  }
};

TEST_F(JudgeBatch, AReplayIsAnsweredWordForWordAndWritesNothing) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const Receipt first = cloud.push_one(item);
  ASSERT_EQ(cloud.push_one(new_york.create(other_shipment, {{"status", "new"}})).verdict,
            Verdict::applied);
  const auto replay = cloud.push({item});
  EXPECT_EQ(replay.verdicts, std::vector{first});
  EXPECT_TRUE(replay.receipts.empty());
  EXPECT_TRUE(replay.rows.empty());
}

TEST_F(JudgeBatch, AConflictIsFinalToo) {
  ASSERT_EQ(cloud.push_one(new_york.create(shipment, {{"status", "new"}}), "New York").verdict,
            Verdict::applied);
  const Item item = hamburg.create(shipment, {{"status", "mine"}});
  const Receipt first = cloud.push_one(item);
  ASSERT_EQ(first.verdict, Verdict::conflict);
  ASSERT_EQ(cloud.push_one(new_york.remove(shipment, {{"status", "new"}}, cloud.head())).verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.push_one(item), first);
}

TEST_F(JudgeBatch, OneItemTwiceInABatchTakesEffectOnce) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const auto judgement = cloud.push({item, item});
  EXPECT_EQ(judgement.verdicts.size(), 1u);
  EXPECT_EQ(judgement.receipts.size(), 1u);
}

TEST_F(JudgeBatch, ARowThatWasWrittenAndThenOnlyAdoptedIsStillShown) {
  const auto judgement = cloud.push({new_york.create(shipment, {{"status", "new"}}),
                                     hamburg.create(shipment, {{"status", "new"}})});
  EXPECT_TRUE(judgement.rows.at(shipment).image);
  EXPECT_EQ(judgement.rows.at(shipment).row.adopted.size(), 1u);
}

TEST_F(JudgeBatch, ANumberJudgedUnderAnotherIdIsRejected) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  ASSERT_EQ(cloud.push_one(item).verdict, Verdict::applied);
  Item other = item;
  other.write->payload["status"] = "altered";
  other = with_id_of_body(other);
  const Receipt receipt = cloud.push_one(other);
  EXPECT_EQ(receipt.verdict, Verdict::rejected);
  EXPECT_EQ(receipt.reason, "key-reused");
  EXPECT_EQ(receipt.seq, 2);
  EXPECT_EQ(cloud.push_one(other), receipt);
  EXPECT_EQ(cloud.row(shipment).values.at("status"), "new");
}

// Else they would be sent without it for ever, and never be whole.
TEST_F(JudgeBatch, TheMatesOfAReusedNumberFailWithItEvenIfTheyAreNotReady) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  ASSERT_EQ(cloud.push_one(item).verdict, Verdict::applied);
  Desk copy{hamburg.incarnation()};
  auto group = grouped(
      {copy.create(other_shipment, {{"status", "new"}}), copy.create(quote, {{"price", 7}})});
  group[1] = after(group[1], {"an entry that is not applied"});
  const auto judgement = cloud.push(group);
  EXPECT_EQ(receipt_of(judgement, group[0]).reason, "key-reused");
  const Receipt& mate = receipt_of(judgement, group[1]);
  EXPECT_EQ(mate.verdict, Verdict::conflict);
  EXPECT_EQ(mate.reason, "group");
}

TEST_F(JudgeBatch, OneNumberTwiceInABatchIsRejectedTheSecondTime) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  Item other = item;
  other.write->entity = other_shipment;
  other = with_id_of_body(other);
  const auto judgement = cloud.push({item, other});
  EXPECT_EQ(verdict_of(judgement, item), Verdict::applied);
  EXPECT_EQ(receipt_of(judgement, other).reason, "key-reused");
}

TEST_F(JudgeBatch, AnEntryWaitsForPrerequisitesThatAreNotInTheBatch) {
  const Item first = hamburg.create(shipment, {{"status", "new"}});
  const Item second =
      after(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}), {first.id});
  const auto judgement = cloud.push({second});
  EXPECT_EQ(verdict_of(judgement, second), Verdict::blocked);
  EXPECT_EQ(receipt_of(judgement, second).seq, 0);
  EXPECT_TRUE(judgement.receipts.empty());
  const auto both = cloud.push({first, second});
  EXPECT_EQ(verdict_of(both, second), Verdict::applied);
}

TEST_F(JudgeBatch, ARecordedReplayInTheBatchSatisfiesAPrerequisite) {
  const Item first = hamburg.create(shipment, {{"status", "new"}});
  cloud.push({first});
  const Item second =
      after(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}), {first.id});
  EXPECT_EQ(verdict_of(cloud.push({first, second}), second), Verdict::applied);
}

TEST_F(JudgeBatch, WhatFollowsAFailedEntryIsBlockedAndNothingElse) {
  ASSERT_EQ(cloud.push_one(new_york.create(shipment, {{"status", "theirs"}})).verdict,
            Verdict::applied);
  const Item failed = hamburg.create(shipment, {{"status", "mine"}});
  const Item next =
      after(hamburg.update(shipment, {{"status", "mine"}}, {{"status", "sent"}}), {failed.id});
  const Item further = after(hamburg.create(quote, {{"id", "q_1"}}), {next.id});
  const Item free = hamburg.create(other_shipment, {{"status", "new"}});
  const auto judgement = cloud.push({failed, next, further, free});
  EXPECT_EQ(verdict_of(judgement, failed), Verdict::conflict);
  EXPECT_EQ(verdict_of(judgement, next), Verdict::blocked);
  EXPECT_EQ(verdict_of(judgement, further), Verdict::blocked);
  EXPECT_EQ(verdict_of(judgement, free), Verdict::applied);
}

TEST_F(JudgeBatch, APartOfAGroupIsBlocked) {
  const auto group =
      grouped({hamburg.create(shipment, {{"id", 1}}), hamburg.create(other_shipment, {{"id", 2}})});
  const auto judgement = cloud.push({group[0]});
  EXPECT_EQ(verdict_of(judgement, group[0]), Verdict::blocked);
  EXPECT_FALSE(cloud.row(shipment).live());
}

TEST_F(JudgeBatch, AGroupIsWrittenWhole) {
  const auto group = grouped({hamburg.create(shipment, {{"id", 1}}),
                              hamburg.update(shipment, {{"id", 1}}, {{"id", 3}}),
                              hamburg.create(other_shipment, {{"id", 2}})});
  const auto judgement = cloud.push(group);
  for (const Item& item : group) EXPECT_EQ(verdict_of(judgement, item), Verdict::applied);
  EXPECT_EQ(cloud.row(shipment).values.at("id"), 3);
  EXPECT_TRUE(cloud.row(other_shipment).live());
}

TEST_F(JudgeBatch, OneConflictOfAGroupFailsAllOfItAndNamesTheCulprit) {
  ASSERT_EQ(
      cloud.push_one(new_york.create(other_shipment, {{"status", "theirs"}}), "New York").verdict,
      Verdict::applied);
  const auto group = grouped({hamburg.create(shipment, {{"status", "mine"}}),
                              hamburg.create(other_shipment, {{"status", "mine"}}),
                              hamburg.create(quote, {{"id", "q_1"}})});
  const auto judgement = cloud.push(group);
  EXPECT_EQ(receipt_of(judgement, group[1]).reason, "already-exists");
  for (int mate : {0, 2}) {
    const Receipt& receipt = receipt_of(judgement, group[std::size_t(mate)]);
    EXPECT_EQ(receipt.verdict, Verdict::conflict);
    EXPECT_EQ(receipt.reason, "group");
    EXPECT_EQ(receipt.conflict->at("culprit"), json::value(group[1].id));
    EXPECT_TRUE(receipt.conflict->at("server").is_null());
  }
  EXPECT_TRUE(judgement.rows.empty());
  EXPECT_EQ(judgement.receipts.size(), 3u);
}

TEST_F(JudgeBatch, AGroupThatIsRefusedForANameNamesTheCulprit) {
  const EntityKey huge{"Shipment", std::string(entity_name_bytes_max + 1, 'x')};
  const auto group = grouped(
      {hamburg.create(shipment, {{"status", "mine"}}), hamburg.create(huge, {{"status", "mine"}})});
  const auto judgement = cloud.push(group);
  EXPECT_EQ(receipt_of(judgement, group[1]).reason, "invalid-name");
  const Receipt& mate = receipt_of(judgement, group[0]);
  EXPECT_EQ(mate.reason, "group");
  EXPECT_EQ(mate.conflict->at("culprit"), json::value(group[1].id));
  EXPECT_TRUE(judgement.rows.empty());
}

TEST_F(JudgeBatch, AGroupWhosePrerequisiteFailedIsBlockedWhole) {
  ASSERT_EQ(cloud.push_one(new_york.create(shipment, {{"status", "theirs"}})).verdict,
            Verdict::applied);
  const Item failed = hamburg.create(shipment, {{"status", "mine"}});
  auto group =
      grouped({hamburg.create(other_shipment, {{"id", 2}}), hamburg.create(quote, {{"id", 3}})});
  group[1].after = {failed.id, group[0].id};
  const auto judgement = cloud.push({failed, group[0], group[1]});
  EXPECT_EQ(verdict_of(judgement, group[0]), Verdict::blocked);
  EXPECT_EQ(verdict_of(judgement, group[1]), Verdict::blocked);
}

TEST_F(JudgeBatch, AGroupWithAVoidedMateFails) {
  const auto group =
      grouped({hamburg.create(shipment, {{"id", 1}}), hamburg.create(other_shipment, {{"id", 2}})});
  ASSERT_EQ(cloud.push_one(void_of(group[0])).verdict, Verdict::voided);
  const auto judgement = cloud.push(group);
  EXPECT_EQ(verdict_of(judgement, group[0]), Verdict::voided);
  EXPECT_EQ(receipt_of(judgement, group[1]).conflict->at("culprit"), json::value(group[0].id));
  EXPECT_FALSE(cloud.row(other_shipment).live());
}

TEST_F(JudgeBatch, AVoidedEntryNeverTakesEffect) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const Receipt voided = cloud.push_one(void_of(item));
  EXPECT_EQ(voided.verdict, Verdict::voided);
  EXPECT_EQ(voided.seq, 1);
  EXPECT_EQ(cloud.push_one(item), voided);
  EXPECT_FALSE(cloud.row(shipment).live());
}

TEST_F(JudgeBatch, AVoidThatComesTooLateIsAnsweredWithTheReceipt) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const Receipt applied = cloud.push_one(item);
  EXPECT_EQ(cloud.push_one(void_of(item)), applied);
}

TEST_F(JudgeBatch, AVoidAndItsWriteInOneBatchAreJudgedInOrder) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  EXPECT_EQ(verdict_of(cloud.push({void_of(item), item}), item), Verdict::voided);
  const Item blocked = after(hamburg.update(shipment, {}, {{"status", "x"}}), {"unknown"});
  EXPECT_EQ(verdict_of(cloud.push({blocked, void_of(blocked)}), blocked), Verdict::voided);
}

TEST_F(JudgeBatch, AVoidMakesRoomForWhatTakesItsPlaceInTheSameBatch) {
  const Item old = hamburg.create(shipment, {{"status", "old"}});
  const Item instead = hamburg.create(shipment, {{"status", "new"}});
  const auto judgement = cloud.push({void_of(old), instead});
  EXPECT_EQ(verdict_of(judgement, instead), Verdict::applied);
  EXPECT_EQ(cloud.row(shipment).values.at("status"), "new");
}

TEST_F(JudgeBatch, AnEntryVoidsTheOneWhosePlaceItTakes) {
  const Item old = hamburg.create(shipment, {{"status", "old"}});
  Item instead = old;
  instead.write->supersedes = old.id;
  instead.write->number = 2;
  instead = with_id_of_body(instead);
  EXPECT_EQ(cloud.push_one(instead).verdict, Verdict::applied);
  EXPECT_EQ(cloud.push_one(old).verdict, Verdict::voided);
  EXPECT_EQ(cloud.push_one(void_of(old)).verdict, Verdict::voided);
}

TEST_F(JudgeBatch, ABlockedEntryVoidsNothingYet) {
  const Item old = hamburg.create(shipment, {{"status", "old"}});
  Item instead = old;
  instead.write->supersedes = old.id;
  instead.write->number = 2;
  instead = after(with_id_of_body(instead), {"unknown"});
  EXPECT_TRUE(cloud.push({instead}).receipts.empty());
}

// An entry took effect, its answer was lost, it was refused by somebody on the way, and a person
// retried it: the difference must not be added once more.
class Chain : public JudgeBatch {
 protected:
  Chain() {
    cloud.rules["Shipment"].fields["weight"] = Rule::sum;
    cloud.push({new_york.create(shipment, {{"weight", 10}})}, "New York");
    seen = cloud.head();
    five = hamburg.update(shipment, {{"weight", 10}}, {{"weight", 15}}, seen);
  }
  // What takes the place of `old`, at the end of the chain that led to it.
  Item instead_of(const Item& old, json::object payload, bool same) {
    Item item = old;
    item.write->payload = std::move(payload);
    item.write->number = ++number;
    item.write->supersedes = old.id;
    item.replaces.push_back({old.id, same, old.write->incarnation, old.write->number});
    return with_id_of_body(item);
  }
  Item retry_of(const Item& old) { return instead_of(old, old.write->payload, true); }
  void forget(const Item& item) {
    cloud.state.receipts.erase(item.id);
    cloud.state.judged.erase({item.incarnation, item.number});
    cloud.state.purged.insert({item.incarnation, item.number});
  }
  json::value weight() { return cloud.row(shipment).values.at("weight"); }

  Version seen;
  Item five;
  std::int64_t number = 100;
};

TEST_F(Chain, ARetryOfWhatTookEffectHasItsVerdictAndNoEffect) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  const auto judgement = cloud.push({void_of(five), retry_of(five)});
  EXPECT_EQ(judgement.verdicts.back().verdict, Verdict::applied);
  EXPECT_FALSE(judgement.verdicts.back().message.empty());
  EXPECT_TRUE(judgement.rows.empty());
  EXPECT_EQ(weight(), 15);
}

TEST_F(Chain, NotEvenWhenOthersHaveChangedTheRowSince) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  cloud.push({new_york.update(shipment, {{"weight", 15}}, {{"weight", 40}}, cloud.head())});
  EXPECT_EQ(cloud.push_one(retry_of(five)).verdict, Verdict::applied);
  EXPECT_EQ(weight(), 40);
  cloud.push({new_york.remove(shipment, {{"weight", 40}}, cloud.head())});
  EXPECT_EQ(cloud.push_one(retry_of(five)).verdict, Verdict::applied);
}

TEST_F(Chain, ARetryOfAMergedEntryIsMergedAsItWas) {
  cloud.push({new_york.update(shipment, {{"weight", 10}}, {{"weight", 30}}, seen)}, "New York");
  const Receipt merged = cloud.push_one(five);
  const Receipt again = cloud.push_one(retry_of(five));
  EXPECT_EQ(again.verdict, Verdict::merged);
  EXPECT_EQ(again.merge, merged.merge);
  EXPECT_EQ(weight(), 35);
}

TEST_F(Chain, NorOfARetryThatNeverArrived) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  const Item never_sent = retry_of(five);
  const Item again = retry_of(never_sent);
  ASSERT_EQ(again.replaces.size(), 2u);
  const auto judgement = cloud.push({void_of(five), void_of(never_sent), again});
  EXPECT_EQ(verdict_of(judgement, again), Verdict::applied);
  EXPECT_EQ(verdict_of(judgement, never_sent), Verdict::voided);
  EXPECT_EQ(weight(), 15);
}

TEST_F(Chain, ARetryOfWhatHadNoEffectHasOne) {
  const Item again = retry_of(five);
  EXPECT_EQ(verdict_of(cloud.push({void_of(five), again}), again), Verdict::applied);
  EXPECT_EQ(weight(), 15);
  EXPECT_EQ(cloud.push_one(five).verdict, Verdict::voided);  // it arrives late
  EXPECT_EQ(weight(), 15);
}

TEST_F(Chain, AnotherWishInThePlaceOfWhatTookEffectIsForAPersonToWeigh) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  const Receipt receipt = cloud.push_one(instead_of(five, {{"weight", 18}}, false));
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.reason, "superseded-applied");
  EXPECT_EQ(receipt.conflict->at("server").at("weight"), 15);
  EXPECT_EQ(receipt.conflict->at("version"), to_json(cloud.commit(2)));
  EXPECT_EQ(receipt.conflict->at("who"), "Hamburg");
  EXPECT_EQ(receipt.conflict->at("when"), "time 2");
  EXPECT_EQ(weight(), 15);
}

// Else nobody could ever decide about it but by giving up.
TEST_F(Chain, WhoHasSeenThatItTookEffectAndDecidesAnewIsJudgedLikeAnybody) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  const Item other = instead_of(five, {{"weight", 18}}, false);
  ASSERT_EQ(cloud.push_one(other).reason, "superseded-applied");
  Item decided = instead_of(other, {{"weight", 18}}, false);
  decided.write->base = {{"weight", 15}};
  decided.write->base_versions = {{"*", to_json(cloud.commit(2))}};
  EXPECT_EQ(cloud.push_one(with_id_of_body(decided)).verdict, Verdict::applied);
  EXPECT_EQ(weight(), 18);
}

TEST_F(Chain, UnlessTheRowShowsItAlready) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  cloud.push({new_york.update(shipment, {{"weight", 15}}, {{"weight", 18}}, cloud.head())});
  const auto judgement = cloud.push({instead_of(five, {{"weight", 18}}, false)});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
  EXPECT_TRUE(judgement.rows.empty());
  EXPECT_EQ(weight(), 18);
}

TEST_F(Chain, ADeviceThatDoesNotNameItsChainIsAskedRatherThanCountedTwice) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  Item again = retry_of(five);
  again.replaces.clear();
  EXPECT_EQ(cloud.push_one(again).verdict, Verdict::applied);  // the row shows it
  cloud.push({new_york.update(shipment, {{"weight", 15}}, {{"weight", 16}}, cloud.head())});
  Item later = retry_of(five);
  later.replaces.clear();
  EXPECT_EQ(cloud.push_one(later).reason, "superseded-applied");
  EXPECT_EQ(weight(), 16);
}

TEST_F(Chain, ARetriedGroupThatTookEffectIsAppliedWhole) {
  const auto group = grouped({five, hamburg.create(other_shipment, {{"id", 2}})});
  ASSERT_EQ(verdict_of(cloud.push(group), group[0]), Verdict::applied);
  const auto again = grouped({retry_of(group[0]), retry_of(group[1])});
  const auto judgement = cloud.push(again);
  EXPECT_EQ(verdict_of(judgement, again[0]), Verdict::applied);
  EXPECT_EQ(verdict_of(judgement, again[1]), Verdict::applied);
  EXPECT_TRUE(judgement.rows.empty());
}

TEST_F(Chain, WhatWaitsForARetryGoesOnWhenItsChainTookEffect) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  const Item again = retry_of(five);
  const Item three =
      after(hamburg.update(shipment, {{"weight", 15}}, {{"weight", 18}}, seen), {again.id});
  EXPECT_EQ(verdict_of(cloud.push({again, three}), three), Verdict::applied);
  EXPECT_EQ(weight(), 18);
}

// Its receipt is gone, and nobody knows any more whether it took effect.
TEST_F(Chain, WhatMayRepeatWhatIsForgottenIsExpired) {
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::applied);
  forget(five);
  const auto judgement = cloud.push({retry_of(five)});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::expired);
  EXPECT_TRUE(judgement.receipts.empty());
  EXPECT_EQ(weight(), 15);
}

TEST_F(Chain, ADeviceThatKnowsThatNothingHappenedGoesOn) {
  Item stale = hamburg.create(shipment, {{"weight", 12}});
  ASSERT_EQ(cloud.push_one(stale).verdict, Verdict::conflict);
  forget(stale);
  Item decided = instead_of(five, {{"weight", 18}}, false);
  decided.write->supersedes = stale.id;
  decided.replaces = {{stale.id, false, stale.incarnation, stale.number, true}};
  const auto judgement = cloud.push({with_id_of_body(decided)});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
  EXPECT_EQ(judgement.receipts.size(), 1u) << "what was judged gets no second receipt";
}

TEST_F(JudgeBatch, ANumberThatWasJudgedAndPurgedIsExpiredWhateverIsAsked) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const Item free = hamburg.create(other_shipment, {{"status", "new"}});
  const Item next = after(hamburg.update(shipment, {}, {{"status", "x"}}), {item.id});
  cloud.state.purged.insert({item.incarnation, item.number});
  const auto judgement = cloud.push({item, next, free});
  EXPECT_EQ(verdict_of(judgement, item), Verdict::expired);
  EXPECT_EQ(verdict_of(judgement, next), Verdict::blocked);
  EXPECT_EQ(verdict_of(judgement, free), Verdict::applied);
  EXPECT_EQ(judgement.receipts.size(), 1u);
  EXPECT_EQ(cloud.push_one(void_of(item)).verdict, Verdict::expired);
  EXPECT_FALSE(cloud.row(shipment).live());
}

TEST_F(JudgeBatch, AnEntryThatRefersToNothingIsAConflict) {
  quotes_refer_to_shipments();
  const Receipt receipt =
      cloud.push_one(hamburg.create(quote, {{"id", "q_1"}, {"shipmentId", "shp_1"}}));
  EXPECT_EQ(receipt.reason, "reference-missing");
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"shipmentId"}));
  EXPECT_EQ(receipt.conflict->at("because").at("entityId"), "shp_1");
  EXPECT_FALSE(cloud.row(quote).live());
  EXPECT_EQ(cloud.push_one(hamburg.create({"Quote", "q_2"}, {{"shipmentId", nullptr}})).verdict,
            Verdict::applied);
}

TEST_F(JudgeBatch, AReferenceToADeletedRowSaysWhoDeletedIt) {
  quotes_refer_to_shipments();
  cloud.push({hamburg.create(shipment, {{"id", 1}})});
  ASSERT_EQ(cloud.push_one(hamburg.remove(shipment, {{"id", 1}}, cloud.head()), "New York").verdict,
            Verdict::applied);
  const Receipt receipt = cloud.push_one(hamburg.create(quote, {{"shipmentId", "shp_1"}}));
  EXPECT_EQ(receipt.reason, "reference-missing");
  EXPECT_EQ(receipt.conflict->at("who"), "New York");
}

TEST_F(JudgeBatch, AGroupMayMakeParentAndChildInAnyOrder) {
  quotes_refer_to_shipments();
  const auto group = grouped(
      {hamburg.create(quote, {{"shipmentId", "shp_1"}}), hamburg.create(shipment, {{"id", 1}})});
  EXPECT_EQ(verdict_of(cloud.push(group), group[0]), Verdict::applied);
}

TEST_F(JudgeBatch, AParentWithChildrenIsNotDeleted) {
  quotes_refer_to_shipments();
  cloud.push(
      {hamburg.create(shipment, {{"id", 1}}), hamburg.create(quote, {{"shipmentId", "shp_1"}})});
  const Receipt receipt = cloud.push_one(hamburg.remove(shipment, {{"id", 1}}, cloud.head()));
  EXPECT_EQ(receipt.reason, "has-children");
  EXPECT_EQ(receipt.conflict->at("because").at("entityType"), "Quote");
  EXPECT_EQ(receipt.conflict->at("server").at("id"), 1);
  EXPECT_TRUE(cloud.row(shipment).live());
}

TEST_F(JudgeBatch, AChildMadeInTheSameBatchHoldsItsParent) {
  quotes_refer_to_shipments();
  cloud.push({hamburg.create(shipment, {{"id", 1}})});
  const Item child = hamburg.create(quote, {{"shipmentId", "shp_1"}});
  const Item gone = hamburg.remove(shipment, {{"id", 1}}, cloud.head());
  EXPECT_EQ(receipt_of(cloud.push({child, gone}), gone).reason, "has-children");
}

TEST_F(JudgeBatch, AParentGoesOnceItsChildrenAreGoneOrElsewhere) {
  quotes_refer_to_shipments();
  const EntityKey second{"Quote", "q_2"};
  cloud.push({hamburg.create(shipment, {{"id", 1}}), hamburg.create(other_shipment, {{"id", 2}}),
              hamburg.create(quote, {{"shipmentId", "shp_1"}}),
              hamburg.create(second, {{"shipmentId", "shp_1"}})});
  const Version seen = cloud.head();
  const Item moved =
      hamburg.update(quote, {{"shipmentId", "shp_1"}}, {{"shipmentId", "shp_2"}}, seen);
  const Item child = hamburg.remove(second, {{"shipmentId", "shp_1"}}, seen);
  const Item parent = hamburg.remove(shipment, {{"id", 1}}, seen);
  EXPECT_EQ(verdict_of(cloud.push({moved, child, parent}), parent), Verdict::applied);
}

TEST_F(JudgeBatch, AFailedGroupsWritesCountForNobody) {
  quotes_refer_to_shipments();
  ASSERT_EQ(cloud.push_one(new_york.create(other_shipment, {{"id", "theirs"}})).verdict,
            Verdict::applied);
  const auto group = grouped(
      {hamburg.create(shipment, {{"id", 1}}), hamburg.create(other_shipment, {{"id", "mine"}})});
  const Item child = hamburg.create(quote, {{"shipmentId", "shp_1"}});
  EXPECT_EQ(receipt_of(cloud.push({group[0], group[1], child}), child).reason, "reference-missing");
}

TEST_F(JudgeBatch, CompositeReferencesNameTheirRowAsItsIdIsWritten) {
  cloud.state.references["Leg"] = {{"Leg", {"port", "day"}, "Slot"}};
  const EntityKey slot{"Slot", "[\"HAM\",3]"};
  cloud.push({hamburg.create(slot, {{"port", "HAM"}, {"day", 3}})});
  EXPECT_EQ(cloud.push_one(hamburg.create({"Leg", "1"}, {{"port", "HAM"}, {"day", 3}})).verdict,
            Verdict::applied);
  EXPECT_EQ(
      cloud.push_one(hamburg.update({"Leg", "1"}, {{"day", 3}}, {{"day", 4}}, cloud.head())).reason,
      "reference-missing");
}

TEST_F(JudgeBatch, AGarbledItemRefusesTheBatchAndNamesItself) {
  PushRequest request;
  request.items = {to_push_item(hamburg.create(shipment, {{"id", 1}})),
                   to_push_item(hamburg.create(other_shipment, {{"id", 2}}))};
  ASSERT_TRUE(decode_items(request));
  (*request.items[1].write)["payload"] = json::object{{"id", 3}};
  const auto altered = decode_items(request);
  ASSERT_FALSE(altered);
  EXPECT_EQ(altered.error().type, "id-mismatch");
  EXPECT_NE(altered.error().message.find(request.items[1].id), std::string::npos);
  request.items[1].write->erase("nonce");
  EXPECT_EQ(decode_items(request).error().type, "invalid-entry");
}

}  // namespace
}  // namespace slipway::cloud::test
