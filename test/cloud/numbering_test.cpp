// Fields that the cloud fills in: which number a row gets, and what became of who wrote one
// himself.
#include "cloud/numbering.h"

#include <gtest/gtest.h>

#include "desk.h"

namespace slipway::cloud::test {
namespace {

Numbering numbering(const char* text) {
  return numbering_from_text(text).value();
}

TEST(Numbering, ReadsAPatternWithTheFirstNumberInBraces) {
  const Numbering text = numbering("Shipment.number=SHP-{000041}/x");
  EXPECT_EQ(text, (Numbering{"Shipment", "number", "SHP-", "/x", 41, 6, true}));
  EXPECT_EQ(value_of(text, 42), "SHP-000042/x");
  EXPECT_EQ(value_of(text, 1'234'567), "SHP-1234567/x");
  const Numbering integer = numbering("Customer.number=1000");
  EXPECT_EQ(value_of(integer, 1001), 1001);
}

TEST(Numbering, FindsItsOwnNumbersAgainAndNoOthers) {
  const Numbering text = numbering("Shipment.number=SHP-{0001}");
  EXPECT_EQ(number_in(text, "SHP-0042"), 42);
  EXPECT_EQ(number_in(text, "SHP-12345"), 12345);
  for (const char* other : {"SHP-42", "SHP-", "SHP-00x2", "XYZ-0042", "", "SHP-9999999999999999"}) {
    EXPECT_EQ(number_in(text, other), std::nullopt) << other;
  }
  EXPECT_EQ(number_in(text, 42), std::nullopt);
  EXPECT_EQ(number_in(numbering("A.b=1"), 42), 42);
}

// What follows it would be kept exactly by few readers, or by none.
TEST(Numbering, DoesNotFollowANumberThatIsTooLarge) {
  const Numbering integer = numbering("A.b=1");
  EXPECT_EQ(number_in(integer, 999'999'999'999'999), 999'999'999'999'999);
  for (const std::int64_t large : {1'000'000'000'000'000, 9'007'199'254'740'991, INT64_MAX})
    EXPECT_EQ(number_in(integer, large), std::nullopt) << large;
}

TEST(Numbering, RefusesWhatDoesNotSayHow) {
  for (const char* text : {"", "Shipment", "Shipment.number", "Shipment.number=", "number=1",
                           "Shipment.number=SHP", "Shipment.number=SHP-{}", ".number=1",
                           "Shipment.=1", "Shipment.number=}1{", "Shipment.number={1x}"}) {
    const auto read = numbering_from_text(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().type, "bad-numbering");
  }
}

class Numbers : public testing::Test {
 protected:
  Numbers() { cloud.state.counters["Shipment"] = {{numbering("Shipment.number=S{1}"), 1}}; }
  json::value number(const EntityKey& key) { return cloud.row(key).values.at("number"); }
  Item create(const EntityKey& key, json::value number) {
    return hamburg.create(key, {{"id", key.id}, {"status", "new"}, {"number", std::move(number)}});
  }

  MemoryCloud cloud;
  Desk hamburg{"inc-hamburg"}, new_york{"inc-new-york"};
};

TEST_F(Numbers, ANewRowGetsTheNextOneAndTheReceiptSaysSo) {
  const Receipt first = cloud.push_one(create(shipment, nullptr));
  EXPECT_EQ(first.verdict, Verdict::applied);
  ASSERT_TRUE(first.assigned);
  EXPECT_EQ(*first.assigned, (json::object{{"number", "S1"}}));
  EXPECT_EQ(number(shipment), "S1");
  cloud.push_one(hamburg.create(other_shipment, {{"id", "shp_2"}}));  // left out
  EXPECT_EQ(number(other_shipment), "S2");
  EXPECT_FALSE(cloud.push_one(hamburg.create(quote, {{"id", "q_1"}})).assigned);
}

TEST_F(Numbers, OneBatchGivesEachRowItsOwn) {
  cloud.push({create(shipment, nullptr), create(other_shipment, nullptr)});
  EXPECT_EQ(number(shipment), "S1");
  EXPECT_EQ(number(other_shipment), "S2");
}

TEST_F(Numbers, AnotherSendOfTheCreateGivesNoSecondNumber) {
  const Item item = create(shipment, nullptr);
  const Receipt first = cloud.push_one(item);
  EXPECT_EQ(cloud.push_one(item), first);
  cloud.push_one(create(other_shipment, nullptr));
  EXPECT_EQ(number(other_shipment), "S2");
}

TEST_F(Numbers, ANumberThatAWriterTookIsNotGivenAgain) {
  cloud.push_one(create(shipment, "S7"));
  EXPECT_EQ(number(shipment), "S7");
  cloud.push_one(create(other_shipment, nullptr));
  EXPECT_EQ(number(other_shipment), "S8");
}

TEST_F(Numbers, EditsMadeBeforeTheNumberWasKnownApply) {
  const auto judgement =
      cloud.push({create(shipment, nullptr),
                  hamburg.update(shipment, {{"status", "new"}}, {{"status", "booked"}})});
  EXPECT_EQ(judgement.verdicts[1].verdict, Verdict::applied);
  EXPECT_EQ(number(shipment), "S1");
}

TEST_F(Numbers, WhoWroteOneWithoutHavingSeenItIsAsked) {
  cloud.push_one(create(shipment, nullptr));
  const Receipt blind =
      cloud.push_one(hamburg.update(shipment, {{"number", nullptr}}, {{"number", "mine"}}));
  EXPECT_EQ(blind.verdict, Verdict::conflict);
  EXPECT_EQ(blind.reason, "changed");
  EXPECT_EQ(number(shipment), "S1");
  const Receipt seen = cloud.push_one(
      hamburg.update(shipment, {{"number", "S1"}}, {{"number", "mine"}}, cloud.head()));
  EXPECT_EQ(seen.verdict, Verdict::applied);
}

TEST_F(Numbers, AnUnseenNumberHindersNeitherDeleteNorRowScope) {
  cloud.rules["Shipment"].scope = Scope::row;
  const json::object row{{"id", "shp_1"}, {"status", "new"}, {"number", nullptr}};
  const auto judgement = cloud.push(
      {create(shipment, nullptr), hamburg.update(shipment, row, {{"status", "booked"}})});
  EXPECT_EQ(judgement.verdicts[1].verdict, Verdict::applied);
  EXPECT_EQ(cloud.push_one(hamburg.remove(shipment, row)).verdict, Verdict::applied);
}

TEST_F(Numbers, ARowThatOnlyLacksItsNumberIsTheSameRow) {
  cloud.push_one(create(shipment, nullptr));
  const Receipt same = cloud.push_one(
      new_york.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"number", nullptr}}));
  EXPECT_EQ(same.verdict, Verdict::applied);
  EXPECT_FALSE(same.assigned);
  EXPECT_EQ(number(shipment), "S1");
}

TEST_F(Numbers, AGroupThatFailsGivesNone) {
  cloud.push_one(new_york.create(other_shipment, {{"id", "shp_2"}, {"number", "S5"}}));
  const auto judgement =
      cloud.push(grouped({create(shipment, nullptr), create(other_shipment, "x")}));
  EXPECT_EQ(judgement.verdicts[0].verdict, Verdict::conflict);
  EXPECT_TRUE(judgement.given.empty());
}

}  // namespace
}  // namespace slipway::cloud::test
