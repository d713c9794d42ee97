// Create, update and delete against the cloud's row: when they apply, and when a person must
// decide.
#include <gtest/gtest.h>

#include "desk.h"

namespace slipway::cloud::test {
namespace {

class EntryRules : public testing::Test {
 protected:
  // A row that New York made and everybody knows.
  Version known_row() {
    EXPECT_EQ(
        cloud
            .push_one(new_york.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"eta", 1}}),
                      "New York")
            .verdict,
        Verdict::applied);
    return cloud.head();
  }
  void new_york_writes(json::object payload) {
    json::object base;
    for (const auto& member : payload)
      base[member.key()] = cloud.row(shipment).values.at(member.key());
    ASSERT_EQ(
        cloud.push_one(new_york.update(shipment, base, payload, cloud.head()), "New York").verdict,
        Verdict::applied);
  }
  void new_york_deletes() {
    ASSERT_EQ(cloud
                  .push_one(new_york.remove(shipment, cloud.row(shipment).values, cloud.head()),
                            "New York")
                  .verdict,
              Verdict::applied);
  }
  void new_york_creates_and_deletes(json::object values) {
    ASSERT_EQ(cloud.push_one(new_york.create(shipment, std::move(values), cloud.head()), "New York")
                  .verdict,
              Verdict::applied);
    new_york_deletes();
  }
  json::value now(const char* field) { return cloud.row(shipment).values.at(field); }

  MemoryCloud cloud;
  Desk hamburg{"inc-hamburg"}, new_york{"inc-new-york"};
};

TEST_F(EntryRules, CreateMakesARow) {
  known_row();
  EXPECT_TRUE(cloud.row(shipment).live());
  EXPECT_EQ(now("status"), "new");
}

TEST_F(EntryRules, CreateOfAnEqualRowIsAppliedWithoutEffect) {
  known_row();
  const auto judgement =
      cloud.push({hamburg.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"eta", 1.0}})});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
  EXPECT_FALSE(judgement.rows.at(shipment).image);
  EXPECT_EQ(cloud.row(shipment).seq, 1);
}

TEST_F(EntryRules, CreateOfAnEqualRowKeepsFieldsThatOnlyItKnows) {
  known_row();
  const auto judgement = cloud.push(
      {hamburg.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"note", "fragile"}})});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
  EXPECT_TRUE(judgement.rows.at(shipment).image);
  EXPECT_EQ(now("note"), "fragile");
  EXPECT_EQ(now("eta"), 1);
}

TEST_F(EntryRules, CreateOverOtherValuesIsAConflictWithTheWholeRow) {
  known_row();
  const Receipt receipt =
      cloud.push_one(hamburg.create(shipment, {{"id", "shp_1"}, {"status", "mine"}}));
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.reason, "already-exists");
  ASSERT_TRUE(receipt.conflict);
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"status"}));
  EXPECT_EQ(receipt.conflict->at("server"), json::value(cloud.row(shipment).values));
  EXPECT_EQ(receipt.conflict->at("who"), "New York");
  EXPECT_EQ(receipt.conflict->at("when"), "time 1");
  EXPECT_EQ(now("status"), "new");
}

TEST_F(EntryRules, CreateOnAForeignTombstoneIsAConflict) {
  known_row();
  new_york_deletes();
  const Receipt receipt = cloud.push_one(hamburg.create(shipment, {{"id", "shp_1"}}));
  EXPECT_EQ(receipt.reason, "deleted");
  EXPECT_TRUE(receipt.conflict->at("server").is_null());
  EXPECT_EQ(receipt.conflict->at("lastValues").at("status"), "new");
  EXPECT_EQ(receipt.conflict->at("version").at("seq"), 2);
  EXPECT_EQ(receipt.conflict->at("who"), "New York");
}

TEST_F(EntryRules, CreateOnATombstoneOfItsOwnLaneApplies) {
  const Version seen = known_row();
  const Item gone = hamburg.remove(shipment, cloud.row(shipment).values, seen);
  const Item again =
      after(hamburg.create(shipment, {{"id", "shp_1"}, {"status", "again"}}), {gone.id});
  const auto judgement = cloud.push({gone, again});
  EXPECT_EQ(verdict_of(judgement, again), Verdict::applied);
  EXPECT_EQ(now("status"), "again");
}

TEST_F(EntryRules, CreateByAWriterWhoKnewTheRowRevivesIt) {
  const Version seen = known_row();
  new_york_deletes();
  EXPECT_EQ(cloud.push_one(hamburg.create(shipment, {{"id", "shp_1"}}, seen)).verdict,
            Verdict::applied);
  EXPECT_TRUE(cloud.row(shipment).live());
}

TEST_F(EntryRules, CreateByAWriterWhoKnewTheRowFromAnotherHistoryDoesNotReviveIt) {
  const Version seen = known_row();
  new_york_deletes();
  EXPECT_EQ(cloud
                .push_one(hamburg.create(shipment, {{"id", "shp_1"}},
                                         Version{seen.seq, "ffffffffffffffff"}))
                .reason,
            "deleted");
}

// A person forced a change of a deleted row: the rest of the row is carried from its last values.
TEST_F(EntryRules, ARowIsMadeAgainFromTheLastValuesThatWereSeenAndFromNoOthers) {
  known_row();
  new_york_deletes();
  const Version tombstone = cloud.head();
  const json::object last = cloud.row(shipment).values;
  json::object wanted = last;
  wanted["status"] = "mine";
  new_york_creates_and_deletes({{"id", "shp_1"}, {"status", "new"}, {"eta", 7}});
  EXPECT_EQ(cloud.push_one(hamburg.re_create(shipment, last, wanted, tombstone)).reason, "deleted");
  EXPECT_EQ(
      cloud.push_one(hamburg.re_create(shipment, cloud.row(shipment).values, wanted, cloud.head()))
          .verdict,
      Verdict::applied);
  EXPECT_EQ(now("status"), "mine");
}

TEST_F(EntryRules, ACarriedValueIsNobodysOwnWrite) {
  const Version seen = known_row();
  new_york_writes({{"eta", 5}});
  new_york_deletes();
  const json::object last = cloud.row(shipment).values;
  json::object wanted = last;
  wanted["status"] = "mine";
  // Written before the row was found to be deleted, on the values of then.
  const Item again = hamburg.re_create(shipment, last, wanted, cloud.head());
  const Item status = hamburg.update(shipment, {{"status", "old"}}, {{"status", "later"}}, seen);
  const Item eta = hamburg.update(shipment, {{"eta", 1}}, {{"eta", 2}}, seen);
  const auto judgement = cloud.push({again, status, eta});
  EXPECT_EQ(verdict_of(judgement, again), Verdict::applied);
  EXPECT_EQ(verdict_of(judgement, status),
            Verdict::applied);  // an earlier entry of its lane wrote it
  EXPECT_EQ(verdict_of(judgement, eta), Verdict::conflict);  // nobody of this lane has seen 5
  EXPECT_EQ(now("eta"), 5);
}

TEST_F(EntryRules, UpdateOfWhatTheWriterSawApplies) {
  const Version seen = known_row();
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}, seen))
          .verdict,
      Verdict::applied);
  EXPECT_EQ(now("status"), "sent");
  EXPECT_EQ(now("eta"), 1);
}

TEST_F(EntryRules, UpdatesOfDifferentFieldsBothApply) {
  const Version seen = known_row();
  new_york_writes({{"eta", 2}});
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}, seen))
          .verdict,
      Verdict::applied);
  EXPECT_EQ(now("eta"), 2);
  EXPECT_EQ(now("status"), "sent");
}

TEST_F(EntryRules, UpdateOverAFieldThatAnotherChangedIsAConflict) {
  const Version seen = known_row();
  new_york_writes({{"status", "theirs"}, {"eta", 9}});
  const Receipt receipt =
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen));
  EXPECT_EQ(receipt.verdict, Verdict::conflict);
  EXPECT_EQ(receipt.reason, "changed");
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"status"}));
  EXPECT_EQ(receipt.conflict->at("base"), (json::value{{"status", "new"}}));
  EXPECT_EQ(receipt.conflict->at("local"), (json::value{{"status", "mine"}}));
  EXPECT_EQ(receipt.conflict->at("server"), (json::value{{"status", "theirs"}}));
  EXPECT_EQ(receipt.conflict->at("version").at("seq"), 2);
  EXPECT_EQ(receipt.conflict->at("who"), "New York");
  EXPECT_EQ(receipt.conflict->at("when"), "time 2");
  EXPECT_NE(receipt.message.find("New York"), std::string::npos);
  EXPECT_EQ(now("status"), "theirs");
}

TEST_F(EntryRules, AFieldThatAnotherSetToTheSameValueIsNoConflict) {
  const Version seen = known_row();
  new_york_writes({{"status", "sent"}});
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}, seen))
          .verdict,
      Verdict::applied);
}

TEST_F(EntryRules, AFieldThatAnotherChangedAndChangedBackIsNoConflict) {
  const Version seen = known_row();
  new_york_writes({{"status", "theirs"}});
  new_york_writes({{"status", "new"}});
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen))
          .verdict,
      Verdict::applied);
}

TEST_F(EntryRules, ALanesOwnEarlierChangeIsNotForeign) {
  const Version seen = known_row();
  ASSERT_EQ(cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "a"}}, seen))
                .verdict,
            Verdict::applied);
  // Captured while offline, before the first was known: on a base that the cloud never had.
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "b"}}, {{"status", "c"}}, seen)).verdict,
      Verdict::applied);
}

TEST_F(EntryRules, ALaterEntryOfTheLaneIsForeignToAnEarlierOne) {
  const Version seen = known_row();
  const Item first = hamburg.update(shipment, {{"status", "new"}}, {{"status", "a"}}, seen);
  const Item second = hamburg.update(shipment, {{"status", "new"}}, {{"status", "b"}}, seen);
  ASSERT_EQ(cloud.push_one(second).verdict, Verdict::applied);
  EXPECT_EQ(cloud.push_one(first).reason, "changed");
}

TEST_F(EntryRules, AnEntryThatTakesAnothersPlaceIsNotLaterThanIt) {
  const Version seen = known_row();
  const Item old = hamburg.update(shipment, {{"status", "new"}}, {{"status", "a"}}, seen);
  ASSERT_EQ(cloud.push_one(old).verdict, Verdict::applied);
  // The void of the old one came too late, so the writer has not seen what it did.
  Item instead = old;
  instead.write->supersedes = old.id;
  instead.write->number = 2;
  instead.write->payload["status"] = "b";
  EXPECT_EQ(cloud.push_one(with_id_of_body(instead)).reason, "superseded-applied");
  EXPECT_EQ(now("status"), "a");
}

TEST_F(EntryRules, AnotherIncarnationsLowerLanePositionIsForeign) {
  const Version seen = known_row();
  for (int i = 2; i < 5; ++i) {
    ASSERT_EQ(cloud.push_one(hamburg.update(shipment, {{"eta", i - 1}}, {{"eta", i}}, cloud.head()))
                  .verdict,
              Verdict::applied);
  }
  new_york_writes({{"status", "theirs"}});
  const Item item = hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen);
  ASSERT_GT(item.write->lane_position, cloud.row(shipment).mark_of("status").lane_position);
  EXPECT_EQ(cloud.push_one(item).reason, "changed");
}

// Two files of one desk: the same incarnation, the same lane positions, and what one of them wrote
// after the copy was made is nothing that the other one knows.
class TwoFiles : public EntryRules {
 protected:
  void SetUp() override {
    seen = known_row();
    gone = hamburg;
    lost = gone.update(shipment, {{"status", "new"}}, {{"status", "lost"}}, seen);
    ASSERT_EQ(cloud.push_one(lost).verdict, Verdict::applied);
    (void)hamburg.update(other_shipment, {}, {}, seen);  // its number is another entry's
  }
  Item written_unseen() {
    (void)hamburg.update(shipment, {}, {}, seen);  // discarded before it was sent
    return hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen);
  }
  Version seen;
  Desk gone{""};
  Item lost;
};

TEST_F(TwoFiles, WhatADeviceHasNotAbsorbedIsNoEarlierEntryOfItsOwn) {
  cloud.cursor = seen.seq;
  EXPECT_EQ(cloud.push_one(written_unseen()).reason, "changed");
  EXPECT_EQ(now("status"), "lost");
}

TEST_F(TwoFiles, NorIsWhatAnotherDeviceHasPushed) {
  EXPECT_EQ(cloud.push_one(written_unseen(), "Hamburg's copy").reason, "changed");
}

TEST_F(TwoFiles, NorWhatItHasAbsorbedOnceItKnowsThatItsIncarnationIsShared) {
  Item item = written_unseen();
  item.is_shared = true;
  EXPECT_EQ(cloud.push_one(item).reason, "changed");
}

TEST_F(TwoFiles, WhatComesInTheSamePushIsItsOwnAllTheSame) {
  cloud.cursor = seen.seq;
  Item next = gone.update(shipment, {{"status", "lost"}}, {{"status", "next"}}, seen);
  next.is_shared = true;
  const auto judgement = cloud.push({lost, next});
  EXPECT_EQ(verdict_of(judgement, next), Verdict::applied);
  EXPECT_EQ(now("status"), "next");
}

// It was discarded, too late: what was written afterwards takes its place.
TEST_F(TwoFiles, WhatIsVoidedInTheSamePushIsItsOwnToo) {
  cloud.cursor = seen.seq;
  const Item next = gone.update(shipment, {{"status", "new"}}, {{"status", "next"}}, seen);
  const auto judgement = cloud.push({void_of(lost), next});
  EXPECT_EQ(verdict_of(judgement, next), Verdict::applied);
}

TEST_F(TwoFiles, AnEntryOfTheSameCommitAndPlaceIsAnotherRowsAllTheSame) {
  cloud.cursor = seen.seq;
  const Item mine = written_unseen();
  Item beside = gone.update(other_shipment, {}, {{"status", "x"}}, seen);
  beside.write->lane_position = lost.write->lane_position;
  beside = with_id_of_body(std::move(beside));
  const auto judgement = cloud.push({beside, mine});
  EXPECT_EQ(verdict_of(judgement, mine), Verdict::conflict);
}

TEST_F(EntryRules, AFieldThatNobodyChangedSinceIsNotForeignWhateverTheBaseSays) {
  const Version seen = known_row();
  EXPECT_EQ(cloud.push_one(hamburg.update(shipment, {{"eta", "1"}}, {{"eta", 2}}, seen)).verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg.remove(shipment, {{"id", "shp_1"}}, cloud.head())).verdict,
            Verdict::applied);
}

TEST_F(EntryRules, TheVersionOfAFieldCountsBeforeTheRows) {
  const Version seen = known_row();
  new_york_writes({{"status", "theirs"}});
  // The row was pulled afterwards, but this field was written on top of the older state.
  const Item item = hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}},
                                   cloud.head(), {{"status", to_json(seen)}});
  EXPECT_EQ(cloud.push_one(item).reason, "changed");
}

TEST_F(EntryRules, AMatchingRowVersionDoesNotExcuseAStaleBase) {
  known_row();
  new_york_writes({{"status", "theirs"}});
  const Item item = hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}},
                                   cloud.head(), {{"status", nullptr}});
  EXPECT_EQ(cloud.push_one(item).reason, "changed");
}

TEST_F(EntryRules, ABaseVersionOfAnotherHistoryIsOlderThanEverything) {
  const Version seen = known_row();
  new_york_writes({{"status", "theirs"}});
  const Item item = hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen,
                                   {{"status", to_json(Version{cloud.seq, "ffffffffffffffff"})}});
  EXPECT_EQ(cloud.push_one(item).reason, "changed");
}

TEST_F(EntryRules, UpdateOfADeletedOrUnknownRowIsAConflict) {
  const Version seen = known_row();
  new_york_deletes();
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen))
          .reason,
      "deleted");
  EXPECT_EQ(
      cloud.push_one(hamburg.update(other_shipment, {{"status", "new"}}, {{"status", "mine"}}))
          .reason,
      "deleted");
  const Receipt unknown =
      cloud.push_one(hamburg.update({"Shipment", "shp_3"}, {{"status", "new"}}, {{"status", "x"}}));
  EXPECT_TRUE(unknown.conflict->at("version").is_null());
  EXPECT_TRUE(unknown.conflict->at("who").is_null());
}

TEST_F(EntryRules, UpdateOfARowThatWasMadeAnewIsAConflict) {
  const Version seen = known_row();
  new_york_deletes();
  ASSERT_EQ(
      cloud.push_one(new_york.create(shipment, {{"id", "shp_1"}, {"status", "new"}}), "New York")
          .verdict,
      Verdict::applied);
  const Receipt receipt =
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen));
  EXPECT_EQ(receipt.reason, "re-created");
  EXPECT_EQ(receipt.conflict->at("server").at("id"), "shp_1");
  EXPECT_EQ(
      cloud.push_one(hamburg.remove(shipment, {{"id", "shp_1"}, {"status", "new"}}, seen)).reason,
      "re-created");
}

TEST_F(EntryRules, ARowThatItsOwnLaneMadeIsNotMadeAnew) {
  ASSERT_EQ(cloud.push_one(hamburg.create(shipment, {{"id", "shp_1"}, {"status", "new"}})).verdict,
            Verdict::applied);
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}})).verdict,
      Verdict::applied);
}

TEST_F(EntryRules, ARowThatAnEqualCreateAdoptedIsNotMadeAnew) {
  known_row();
  ASSERT_EQ(
      cloud.push_one(hamburg.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"eta", 1}}))
          .verdict,
      Verdict::applied);
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}})).verdict,
      Verdict::applied);
}

TEST_F(EntryRules, ARowThatAnEarlierEntryOfTheLaneWroteIntoIsNotMadeAnew) {
  const Version seen = known_row();
  new_york_deletes();
  ASSERT_EQ(
      cloud
          .push_one(new_york.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"eta", 1}}),
                    "New York")
          .verdict,
      Verdict::applied);
  ASSERT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"eta", 1}}, {{"eta", 5}}, cloud.head())).verdict,
      Verdict::applied);
  EXPECT_EQ(
      cloud.push_one(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}, seen))
          .verdict,
      Verdict::applied);
}

TEST_F(EntryRules, UpdateWithoutAChangeWritesNoImage) {
  const Version seen = known_row();
  const auto judgement =
      cloud.push({hamburg.update(shipment, {{"status", "new"}}, {{"status", "new"}}, seen)});
  EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
  EXPECT_TRUE(judgement.rows.empty());
}

TEST_F(EntryRules, UpdateMayAddAFieldThatTheRowDoesNotHave) {
  known_row();
  EXPECT_EQ(cloud
                .push_one(hamburg.update(shipment, {{"note", nullptr}}, {{"note", "fragile"}},
                                         cloud.head()))
                .verdict,
            Verdict::applied);
  EXPECT_EQ(now("note"), "fragile");
}

TEST_F(EntryRules, DeleteOfWhatTheWriterSawLeavesATombstoneWithTheLastValues) {
  const Version seen = known_row();
  EXPECT_EQ(cloud.push_one(hamburg.remove(shipment, cloud.row(shipment).values, seen)).verdict,
            Verdict::applied);
  EXPECT_EQ(cloud.row(shipment).life, Life::dead);
  EXPECT_EQ(now("status"), "new");
}

TEST_F(EntryRules, DeleteOfAMissingRowIsAppliedWithoutEffect) {
  known_row();
  new_york_deletes();
  for (const EntityKey& key : {shipment, other_shipment}) {
    const auto judgement = cloud.push({hamburg.remove(key, {{"status", "new"}})});
    EXPECT_EQ(judgement.verdicts.front().verdict, Verdict::applied);
    EXPECT_TRUE(judgement.rows.empty());
  }
}

TEST_F(EntryRules, DeleteOfARowThatAnotherChangedIsAConflict) {
  const Version seen = known_row();
  const json::object base = cloud.row(shipment).values;
  new_york_writes({{"eta", 7}});
  const Receipt receipt = cloud.push_one(hamburg.remove(shipment, base, seen));
  EXPECT_EQ(receipt.reason, "changed");
  EXPECT_EQ(receipt.conflict->at("fields"), json::value(json::array{"eta"}));
  EXPECT_EQ(receipt.conflict->at("server"), json::value(cloud.row(shipment).values));
  EXPECT_TRUE(cloud.row(shipment).live());
}

TEST_F(EntryRules, DeleteCountsFieldsThatTheWriterNeverSaw) {
  const Version seen = known_row();
  const json::object base = cloud.row(shipment).values;
  ASSERT_EQ(
      cloud.push_one(new_york.update(shipment, {}, {{"note", "fragile"}}, cloud.head()), "New York")
          .verdict,
      Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg.remove(shipment, base, seen)).conflict->at("fields"),
            json::value(json::array{"note"}));
}

TEST_F(EntryRules, MarksSurviveTheirText) {
  const Version seen = known_row();
  new_york_writes({{"eta", 7}});
  ASSERT_EQ(cloud.push_one(hamburg.create(shipment, cloud.row(shipment).values, seen)).verdict,
            Verdict::applied);
  const CloudRow& row = cloud.row(shipment);
  ASSERT_EQ(row.fields.size(), 1u);
  ASSERT_EQ(row.adopted.size(), 1u);
  CloudRow read;
  ASSERT_TRUE(marks_from_text(marks_to_text(row), read));
  EXPECT_EQ(read.birth, row.birth);
  EXPECT_EQ(read.whole, row.whole);
  EXPECT_EQ(read.fields, row.fields);
  EXPECT_EQ(read.adopted, row.adopted);
}

}  // namespace
}  // namespace slipway::cloud::test
