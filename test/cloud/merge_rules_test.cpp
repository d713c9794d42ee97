// Two people change one field at the same time, and a rule is declared: what becomes of it, of
// deletes, of groups, and of a desk's own later edits.
#include <gtest/gtest.h>

#include "desk.h"

namespace slipway::cloud::test {
namespace {

class DeclaredRules : public testing::Test {
 protected:
  DeclaredRules() {
    cloud.rules["Shipment"] = {Rule::manual,
                               Scope::field,
                               {{"weight", Rule::sum},
                                {"odometer", Rule::max},
                                {"price", Rule::min},
                                {"tags", Rule::list_union},
                                {"eta", Rule::server},
                                {"remark", Rule::client}}};
    cloud.push({new_york.create(shipment, first)}, "New York");
    seen = cloud.head();
  }

  // New York knows what the cloud has.
  void new_york_writes(json::object payload) {
    json::object base;
    for (const auto& member : payload) base[member.key()] = now(member.key());
    ASSERT_EQ(
        cloud.push_one(new_york.update(shipment, base, payload, cloud.head()), "New York").verdict,
        Verdict::applied);
  }
  // Hamburg knows the first state only.
  Item hamburg_writes(json::object payload) {
    json::object base;
    for (const auto& member : payload) base[member.key()] = first.at(member.key());
    return hamburg.update(shipment, base, std::move(payload), seen);
  }
  Item hamburg_deletes() { return hamburg.remove(shipment, first, seen); }
  json::value now(std::string_view field) { return cloud.row(shipment).values.at(field); }

  const json::object first{{"id", "shp_1"},
                           {"weight", 10},
                           {"odometer", 100},
                           {"price", 50},
                           {"tags", json::array{"a", "b"}},
                           {"eta", "Monday"},
                           {"remark", "-"},
                           {"status", "new"}};
  MemoryCloud cloud;
  Desk hamburg{"inc-hamburg"}, new_york{"inc-new-york"};
  Version seen;
};

TEST_F(DeclaredRules, WithoutAForeignChangeAWriteIsAppliedAsItIs) {
  const Receipt receipt = cloud.push_one(hamburg_writes({{"weight", 15}, {"eta", "Friday"}}));
  EXPECT_EQ(receipt.verdict, Verdict::applied);
  EXPECT_FALSE(receipt.merge);
  EXPECT_EQ(now("weight"), 15);
  EXPECT_EQ(now("eta"), "Friday");
}

TEST_F(DeclaredRules, SumsAddUp) {
  new_york_writes({{"weight", 30}});
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"weight", 15}})).verdict, Verdict::merged);
  EXPECT_EQ(now("weight"), 35);
}

TEST_F(DeclaredRules, EqualSumsAreTwoSums) {
  new_york_writes({{"weight", 15}});
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"weight", 15}})).verdict, Verdict::merged);
  EXPECT_EQ(now("weight"), 20);
}

TEST_F(DeclaredRules, ASumThatCannotBeAddedIsAConflictThatSaysSo) {
  new_york_writes({{"weight", "heavy"}});
  const Receipt receipt = cloud.push_one(hamburg_writes({{"weight", 15}}));
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.reason, "changed");
  EXPECT_NE(receipt.message.find("numbers"), std::string::npos) << receipt.message;
  EXPECT_EQ(now("weight"), "heavy");
}

TEST_F(DeclaredRules, ASumOverTheLimitIsAConflict) {
  new_york_writes({{"weight", "9223372036854775807"}});
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"weight", 15}})).reason, "changed");
  EXPECT_EQ(now("weight"), "9223372036854775807");
}

TEST_F(DeclaredRules, TheFurtherNumberStays) {
  new_york_writes({{"odometer", 130}, {"price", 45}});
  const Receipt receipt = cloud.push_one(hamburg_writes({{"odometer", 120}, {"price", 40}}));
  EXPECT_EQ(receipt.verdict, Verdict::merged);
  EXPECT_EQ(now("odometer"), 130);
  EXPECT_EQ(now("price"), 40);
}

TEST_F(DeclaredRules, ANumberMayBeCorrectedBackwardsWhereNobodyElseWrote) {
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"odometer", 90}})).verdict, Verdict::applied);
  EXPECT_EQ(now("odometer"), 90);
}

TEST_F(DeclaredRules, ListsAreJoined) {
  new_york_writes({{"tags", json::array{"a", "b", "c"}}});
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"tags", json::array{"b", "d"}}})).verdict,
            Verdict::merged);
  EXPECT_EQ(now("tags"), (json::array{"b", "c", "d"}));
}

TEST_F(DeclaredRules, TheServersValueStays) {
  new_york_writes({{"eta", "Tuesday"}});
  const auto judgement = cloud.push({hamburg_writes({{"eta", "Friday"}})});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::merged);
  EXPECT_TRUE(judgement.rows.empty());
  EXPECT_EQ(now("eta"), "Tuesday");
}

TEST_F(DeclaredRules, TheLastToArriveWinsAndWhatItOverwroteIsToldAndKept) {
  new_york_writes({{"remark", "theirs"}});
  const Version theirs = cloud.head();
  const Receipt receipt = cloud.push_one(hamburg_writes({{"remark", "mine"}}));
  EXPECT_EQ(receipt.verdict, Verdict::merged);
  EXPECT_EQ(now("remark"), "mine");
  ASSERT_TRUE(receipt.merge);
  EXPECT_EQ(receipt.merge->at("fields").at("remark"), (json::value{{"rule", "client"},
                                                                   {"base", "-"},
                                                                   {"local", "mine"},
                                                                   {"server", "theirs"},
                                                                   {"value", "mine"}}));
  EXPECT_EQ(receipt.merge->at("version"), to_json(theirs));
  EXPECT_EQ(receipt.merge->at("who"), "New York");
  EXPECT_EQ(receipt.merge->at("when"), "time 2");
  EXPECT_NE(receipt.message.find("New York"), std::string::npos);
}

TEST_F(DeclaredRules, AFieldThatWasWrittenAsItWasYieldsUnderAnyRuleButManual) {
  new_york_writes({{"remark", "theirs"}, {"odometer", 90}, {"weight", 11}, {"status", "sent"}});
  EXPECT_EQ(
      cloud.push_one(hamburg_writes({{"remark", "-"}, {"odometer", 100}, {"weight", 10}})).verdict,
      Verdict::merged);
  EXPECT_EQ(now("remark"), "theirs");
  EXPECT_EQ(now("odometer"), 90);
  EXPECT_EQ(now("weight"), 11);
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"status", "new"}})).reason, "changed");
}

TEST_F(DeclaredRules, OneFieldInConflictHoldsTheWholeEntry) {
  new_york_writes({{"weight", 30}, {"status", "theirs"}});
  const Receipt receipt = cloud.push_one(hamburg_writes({{"weight", 15}, {"status", "mine"}}));
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"status"}));
  EXPECT_EQ(receipt.conflict->at("server").at("weight"), 30);
  EXPECT_FALSE(receipt.merge);
  EXPECT_EQ(now("weight"), 30);
}

TEST_F(DeclaredRules, AnotherTypeIsJudgedByHand) {
  cloud.push({new_york.create(quote, {{"weight", 1}})});
  const Version known = cloud.head();
  ASSERT_EQ(cloud.push_one(new_york.update(quote, {{"weight", 1}}, {{"weight", 2}}, known)).verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg.update(quote, {{"weight", 1}}, {{"weight", 5}}, known)).reason,
            "changed");
}

TEST_F(DeclaredRules, APolicyIsTheRuleOfFieldsWithoutOne) {
  cloud.rules["Shipment"].policy = Rule::client;
  new_york_writes({{"status", "theirs"}, {"eta", "Tuesday"}});
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"status", "mine"}, {"eta", "Friday"}})).verdict,
            Verdict::merged);
  EXPECT_EQ(now("status"), "mine");
  EXPECT_EQ(now("eta"), "Tuesday");
}

TEST_F(DeclaredRules, AReplayOfAMergedEntryAddsNothing) {
  new_york_writes({{"weight", 30}});
  const Item item = hamburg_writes({{"weight", 15}});
  const Receipt first_time = cloud.push_one(item);
  EXPECT_EQ(cloud.push_one(item), first_time);
  EXPECT_EQ(now("weight"), 35);
}

// --- a desk's own later edits, captured before it knew what became of the first

TEST_F(DeclaredRules, TwoEditsOfOneSumAddUpOnceEach) {
  const Item five = hamburg_writes({{"weight", 15}});
  const Item three =
      after(hamburg.update(shipment, {{"weight", 15}}, {{"weight", 18}}, seen), {five.id});
  new_york_writes({{"weight", 30}});
  const auto judgement = cloud.push({five, three});
  EXPECT_EQ(verdict_of(judgement, five), Verdict::merged);
  EXPECT_EQ(verdict_of(judgement, three), Verdict::merged);
  EXPECT_EQ(now("weight"), 38);
}

TEST_F(DeclaredRules, TwoEditsOfOneSumInTwoBatches) {
  const Item five = hamburg_writes({{"weight", 15}});
  const Item three = hamburg.update(shipment, {{"weight", 15}}, {{"weight", 18}}, seen);
  cloud.push({five});
  new_york_writes({{"weight", 35}});
  EXPECT_EQ(cloud.push_one(three).verdict, Verdict::merged);
  EXPECT_EQ(now("weight"), 38);
}

TEST_F(DeclaredRules, ASumOnTopOfADiscardedOneBringsOnlyItsOwnDifference) {
  const Item five = hamburg_writes({{"weight", 15}});
  const Item three = hamburg.update(shipment, {{"weight", 15}}, {{"weight", 18}}, seen);
  cloud.push({void_of(five), three});
  EXPECT_EQ(now("weight"), 13);
}

TEST_F(DeclaredRules, AListOnTopOfADiscardedOneBringsNothingBack) {
  const Item first_tag = hamburg_writes({{"tags", json::array{"a", "b", "x"}}});
  const Item second_tag = hamburg.update(shipment, {{"tags", json::array{"a", "b", "x"}}},
                                         {{"tags", json::array{"a", "b", "x", "y"}}}, seen);
  cloud.push({void_of(first_tag), second_tag});
  EXPECT_EQ(now("tags"), (json::array{"a", "b", "y"}));
}

TEST_F(DeclaredRules, TwoEditsOfOneListKeepWhatOthersAdded) {
  const Item one = hamburg_writes({{"tags", json::array{"a", "b", "x"}}});
  const Item two = hamburg.update(shipment, {{"tags", json::array{"a", "b", "x"}}},
                                  {{"tags", json::array{"b", "x", "y"}}}, seen);
  new_york_writes({{"tags", json::array{"a", "b", "theirs"}}});
  cloud.push({one, two});
  EXPECT_EQ(now("tags"), (json::array{"b", "theirs", "x", "y"}));
}

TEST_F(DeclaredRules, TwoEditsOfOneMaximumNeverFallBehindAnothers) {
  const Item one = hamburg_writes({{"odometer", 120}});
  const Item two = hamburg.update(shipment, {{"odometer", 120}}, {{"odometer", 110}}, seen);
  new_york_writes({{"odometer", 150}});
  cloud.push({one, two});
  EXPECT_EQ(now("odometer"), 150);
}

TEST_F(DeclaredRules, AnEarlierMergedEntryOfTheLaneDoesNotExcuseADelete) {
  const Item five = hamburg_writes({{"weight", 15}});
  json::object view = first;
  view["weight"] = 15;
  const Item gone = hamburg.remove(shipment, view, seen);
  new_york_writes({{"weight", 30}});
  const auto judgement = cloud.push({five, gone});
  EXPECT_EQ(receipt_of(judgement, gone).reason, "changed");
  EXPECT_TRUE(cloud.row(shipment).live());
}

TEST_F(DeclaredRules, AnEarlierPlainEntryOfTheLaneIsWhatTheWriterSaw) {
  const Item five = hamburg_writes({{"weight", 15}});
  json::object view = first;
  view["weight"] = 15;
  EXPECT_EQ(verdict_of(cloud.push({five, hamburg.remove(shipment, view, seen)}), five),
            Verdict::applied);
  EXPECT_FALSE(cloud.row(shipment).live());
}

TEST_F(DeclaredRules, AMergedValueIsForeignEvenWhenTheRuleIsGone) {
  const Item five = hamburg_writes({{"weight", 15}});
  const Item three = hamburg.update(shipment, {{"weight", 15}}, {{"weight", 18}}, seen);
  new_york_writes({{"weight", 30}});
  ASSERT_EQ(cloud.push_one(five).verdict, Verdict::merged);
  cloud.rules.clear();
  EXPECT_EQ(cloud.push_one(three).reason, "changed");
  EXPECT_EQ(now("weight"), 35);
}

TEST_F(DeclaredRules, OwnEarlierEditsAreExcusedWhereValuesReplaceEachOther) {
  const Item one = hamburg_writes({{"remark", "one"}});
  const Item two = hamburg.update(shipment, {{"remark", "one"}}, {{"remark", "two"}}, seen);
  const auto judgement = cloud.push({one, two});
  EXPECT_EQ(verdict_of(judgement, two), Verdict::applied);
  EXPECT_EQ(now("remark"), "two");
}

TEST_F(DeclaredRules, AnEditOnAnEditThatYieldedYieldsToo) {
  const Item one = hamburg_writes({{"eta", "Friday"}});
  const Item two = hamburg.update(shipment, {{"eta", "Friday"}}, {{"eta", "Saturday"}}, seen);
  new_york_writes({{"eta", "Tuesday"}});
  const auto judgement = cloud.push({one, two});
  EXPECT_EQ(verdict_of(judgement, two), Verdict::merged);
  EXPECT_EQ(now("eta"), "Tuesday");
}

// --- deletes, new lives, tombstones

TEST_F(DeclaredRules, ADeleteOverAnAccumulatedChangeIsAConflict) {
  for (json::object change : {json::object{{"weight", 30}}, json::object{{"odometer", 150}},
                              json::object{{"tags", json::array{"a"}}}}) {
    new_york_writes(change);
    const Receipt receipt = cloud.push_one(hamburg_deletes());
    EXPECT_EQ(receipt.reason, "changed");
    EXPECT_TRUE(cloud.row(shipment).live());
  }
}

TEST_F(DeclaredRules, ADeleteYieldsToAServersField) {
  new_york_writes({{"eta", "Tuesday"}});
  const auto judgement = cloud.push({hamburg_deletes()});
  const Receipt& receipt = judgement.verdicts.front();
  EXPECT_EQ(receipt.verdict, Verdict::merged);
  EXPECT_EQ(receipt.merge->at("fields").at("eta").at("value"), "Tuesday");
  EXPECT_TRUE(cloud.row(shipment).live());
  EXPECT_TRUE(judgement.rows.empty());
}

TEST_F(DeclaredRules, ADeleteIsTheLastWordOverAClientsField) {
  new_york_writes({{"remark", "theirs"}});
  const Receipt receipt = cloud.push_one(hamburg_deletes());
  EXPECT_EQ(receipt.verdict, Verdict::merged);
  EXPECT_EQ(receipt.merge->at("fields").at("remark").at("server"), "theirs");
  EXPECT_TRUE(receipt.merge->at("fields").at("remark").at("value").is_null());
  EXPECT_EQ(cloud.row(shipment).life, Life::dead);
  EXPECT_EQ(now("remark"), "theirs");  // the tombstone's last values
}

TEST_F(DeclaredRules, ADeleteWithAFieldForAPersonWaitsForThePerson) {
  new_york_writes({{"remark", "theirs"}, {"eta", "Tuesday"}, {"status", "sent"}});
  const Receipt receipt = cloud.push_one(hamburg_deletes());
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"status"}));
}

TEST_F(DeclaredRules, NoRuleWritesIntoADeletedRowOrAnotherLife) {
  ASSERT_EQ(cloud.push_one(new_york.remove(shipment, first, seen), "New York").verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"weight", 15}})).reason, "deleted");
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"remark", "mine"}})).reason, "deleted");
  ASSERT_EQ(cloud.push_one(new_york.create(shipment, first, cloud.head()), "New York").verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"weight", 15}})).reason, "re-created");
  EXPECT_EQ(cloud.push_one(hamburg_writes({{"remark", "mine"}})).reason, "re-created");
  EXPECT_EQ(cloud.push_one(hamburg_deletes()).reason, "re-created");
}

TEST_F(DeclaredRules, NoRuleMergesTwoCreates) {
  json::object other = first;
  other["weight"] = 11;
  const Receipt receipt = cloud.push_one(hamburg.create(shipment, other));
  EXPECT_EQ(receipt.reason, "already-exists");
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"weight"}));
}

// --- groups

TEST_F(DeclaredRules, AGroupMergesWholeAndEachEntrySaysItsOwn) {
  new_york_writes({{"weight", 30}});
  const auto group =
      grouped({hamburg_writes({{"weight", 15}}), hamburg.create(other_shipment, {{"id", 2}})});
  const auto judgement = cloud.push(group);
  EXPECT_EQ(verdict_of(judgement, group[0]), Verdict::merged);
  EXPECT_EQ(verdict_of(judgement, group[1]), Verdict::applied);
  EXPECT_EQ(now("weight"), 35);
}

TEST_F(DeclaredRules, AFailedGroupMergesNothing) {
  new_york_writes({{"weight", 30}, {"status", "theirs"}});
  const auto group =
      grouped({hamburg_writes({{"weight", 15}}), hamburg_writes({{"status", "mine"}})});
  const auto judgement = cloud.push(group);
  EXPECT_EQ(receipt_of(judgement, group[0]).reason, "group");
  EXPECT_FALSE(receipt_of(judgement, group[0]).merge);
  EXPECT_EQ(now("weight"), 30);
}

TEST_F(DeclaredRules, AMergedEntryIsAnAppliedPrerequisite) {
  new_york_writes({{"weight", 30}});
  const Item first_item = hamburg_writes({{"weight", 15}});
  const Item next = after(hamburg.create(quote, {{"id", "q_1"}}), {first_item.id});
  EXPECT_EQ(verdict_of(cloud.push({first_item, next}), next), Verdict::applied);
}

// --- scope = "row"

class RowScope : public DeclaredRules {
 protected:
  RowScope() { cloud.rules["Shipment"] = {Rule::manual, Scope::row, {{"weight", Rule::sum}}}; }
  // As the device captures it: the whole row is the base.
  Item hamburg_writes_row(json::object payload) {
    return hamburg.update(shipment, first, std::move(payload), seen);
  }
};

TEST_F(RowScope, AForeignChangeOfAnotherFieldIsAConflictOfTheEntry) {
  new_york_writes({{"eta", "Tuesday"}});
  const Receipt receipt = cloud.push_one(hamburg_writes_row({{"status", "mine"}}));
  EXPECT_EQ(receipt.reason, "changed");
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"eta"}));
  EXPECT_EQ(receipt.conflict->at("base"), json::value(first));
  EXPECT_EQ(receipt.conflict->at("server"), json::value(cloud.row(shipment).values));
  EXPECT_EQ(receipt.conflict->at("who"), "New York");
  EXPECT_EQ(now("status"), "new");
}

TEST_F(RowScope, WhatWasChangedToTheSameOrBackIsNoConflict) {
  new_york_writes({{"status", "mine"}, {"eta", "Tuesday"}});
  new_york_writes({{"eta", "Monday"}});
  EXPECT_EQ(cloud.push_one(hamburg_writes_row({{"status", "mine"}})).verdict, Verdict::applied);
}

TEST_F(RowScope, OwnEarlierEditsAreSeen) {
  const Item one = hamburg_writes_row({{"eta", "Friday"}});
  json::object view = first;
  view["eta"] = "Friday";
  const Item two = hamburg.update(shipment, view, {{"status", "mine"}}, seen);
  EXPECT_EQ(verdict_of(cloud.push({one, two}), two), Verdict::applied);
}

TEST_F(RowScope, AFieldWithARuleOfItsOwnStandsForItself) {
  new_york_writes({{"weight", 30}});
  EXPECT_EQ(cloud.push_one(hamburg_writes_row({{"status", "mine"}, {"weight", 15}})).verdict,
            Verdict::merged);
  EXPECT_EQ(now("weight"), 35);
  EXPECT_EQ(now("status"), "mine");
}

TEST_F(RowScope, UnderServerTheWholeWriteYields) {
  cloud.rules["Shipment"].policy = Rule::server;
  new_york_writes({{"eta", "Tuesday"}});
  const Receipt receipt = cloud.push_one(hamburg_writes_row({{"status", "mine"}, {"weight", 15}}));
  EXPECT_EQ(receipt.verdict, Verdict::merged);
  EXPECT_EQ(now("status"), "new");
  EXPECT_EQ(now("weight"), 15);  // its own rule
  EXPECT_EQ(receipt.merge->at("fields").at("status").at("local"), "mine");
}

TEST_F(RowScope, UnderClientWhatWasWrittenWinsAndNothingElseChanges) {
  cloud.rules["Shipment"].policy = Rule::client;
  new_york_writes({{"eta", "Tuesday"}, {"status", "theirs"}});
  EXPECT_EQ(cloud.push_one(hamburg_writes_row({{"status", "mine"}})).verdict, Verdict::merged);
  EXPECT_EQ(now("status"), "mine");
  EXPECT_EQ(now("eta"), "Tuesday");
}

}  // namespace
}  // namespace slipway::cloud::test
