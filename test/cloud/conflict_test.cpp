// What a conflict tells, for each reason: base, local, server, the fields, who and when.
#include <gtest/gtest.h>

#include "desk.h"

namespace slipway::cloud::test {
namespace {

class Told : public testing::Test {
 protected:
  Told() {
    cloud.state.references["Quote"] = {{"Quote", {"shipmentId"}, "Shipment"}};
    cloud.push({hamburg.create(shipment, first)}, "Hamburg");
    seen = cloud.head();
  }
  void new_york(const Item& item) {
    ASSERT_EQ(cloud.push_one(item, "New York").verdict, Verdict::applied);
  }
  json::object conflict(const Item& item) {
    last = cloud.push_one(item);
    EXPECT_EQ(last.verdict, Verdict::conflict);
    return last.conflict.value_or(json::object());
  }
  // Which of the cloud's commits is blamed; 0: nobody.
  static void expect_blamed(const json::object& conflict, int commit) {
    if (commit == 0) {
      EXPECT_TRUE(conflict.at("who").is_null());
      EXPECT_TRUE(conflict.at("when").is_null());
    } else {
      EXPECT_EQ(conflict.at("who"), commit == 1 ? "Hamburg" : "New York");
      EXPECT_EQ(conflict.at("when"), json::value("time " + std::to_string(commit)));
    }
  }

  const json::object first{{"id", "shp_1"}, {"status", "new"}, {"eta", 1}};
  MemoryCloud cloud;
  Desk hamburg{"inc-hamburg"}, other{"inc-new-york"};
  Version seen;
  Receipt last;
};

TEST_F(Told, Changed) {
  new_york(other.update(shipment, {{"status", "new"}}, {{"status", "theirs"}}, seen));
  new_york(other.update(shipment, {{"eta", 1}}, {{"eta", 2}}, cloud.head()));
  const auto told =
      conflict(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen));
  EXPECT_EQ(told.at("reason"), "changed");
  EXPECT_EQ(told.at("fields"), json::value(json::array{"status"}));
  EXPECT_EQ(told.at("base"), (json::value{{"status", "new"}}));
  EXPECT_EQ(told.at("local"), (json::value{{"status", "mine"}}));
  EXPECT_EQ(told.at("server"), (json::value{{"status", "theirs"}}));
  EXPECT_EQ(told.at("version"), to_json(cloud.commit(3)));
  expect_blamed(told, 2);  // who changed the status, not who changed the row last
}

TEST_F(Told, Deleted) {
  new_york(other.remove(shipment, first, seen));
  const auto told =
      conflict(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen));
  EXPECT_EQ(told.at("reason"), "deleted");
  EXPECT_TRUE(told.at("server").is_null());
  EXPECT_EQ(told.at("lastValues"), json::value(first));
  EXPECT_EQ(told.at("base"), (json::value{{"status", "new"}}));
  EXPECT_EQ(told.at("local"), (json::value{{"status", "mine"}}));
  EXPECT_EQ(last.message, "Shipment shp_1 was deleted by New York meanwhile");
  expect_blamed(told, 2);
}

TEST_F(Told, ARowThatTheCloudNeverHad) {
  const auto told = conflict(hamburg.update(other_shipment, {}, {{"status", "mine"}}));
  EXPECT_EQ(told.at("reason"), "deleted");
  EXPECT_EQ(last.message,
            "Shipment shp_2 does not exist in the cloud: it never did, or its deletion is "
            "forgotten there");
  EXPECT_TRUE(told.at("version").is_null());
  EXPECT_FALSE(told.contains("lastValues"));
  expect_blamed(told, 0);
}

TEST_F(Told, AlreadyExists) {
  const auto told =
      conflict(hamburg.create(shipment, {{"id", "shp_1"}, {"status", "new"}, {"eta", 5}}));
  EXPECT_EQ(told.at("reason"), "already-exists");
  EXPECT_EQ(told.at("fields"), json::value(json::array{"eta"}));
  EXPECT_EQ(told.at("server"), json::value(first));
  expect_blamed(told, 1);
}

TEST_F(Told, ReCreated) {
  new_york(other.remove(shipment, first, seen));
  new_york(other.create(shipment, {{"id", "shp_1"}, {"status", "anew"}}, cloud.head()));
  cloud.push({other.update(shipment, {{"status", "anew"}}, {{"status", "b"}}, cloud.head())},
             "Boston");
  const auto told =
      conflict(hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen));
  EXPECT_EQ(told.at("reason"), "re-created");
  EXPECT_EQ(told.at("server"), (json::value{{"id", "shp_1"}, {"status", "b"}}));
  EXPECT_EQ(told.at("version"), to_json(cloud.commit(4)));
  expect_blamed(told, 3);  // who made it anew, not who changed it since
}

TEST_F(Told, ReferenceMissing) {
  new_york(other.remove(shipment, first, seen));
  const auto told = conflict(hamburg.create(quote, {{"shipmentId", "shp_1"}}));
  EXPECT_EQ(told.at("reason"), "reference-missing");
  EXPECT_EQ(told.at("fields"), json::value(json::array{"shipmentId"}));
  EXPECT_EQ(told.at("because"), (json::value{{"entityType", "Shipment"}, {"entityId", "shp_1"}}));
  EXPECT_EQ(told.at("local"), (json::value{{"shipmentId", "shp_1"}}));
  EXPECT_TRUE(told.at("server").is_null());
  expect_blamed(told, 2);
}

TEST_F(Told, HasChildren) {
  new_york(other.create(quote, {{"shipmentId", "shp_1"}}));
  const auto told = conflict(hamburg.remove(shipment, first, seen));
  EXPECT_EQ(told.at("reason"), "has-children");
  EXPECT_EQ(told.at("because"), (json::value{{"entityType", "Quote"}, {"entityId", "q_1"}}));
  EXPECT_EQ(told.at("base"), json::value(first));
  EXPECT_EQ(told.at("server"), json::value(first));
  expect_blamed(told, 2);
}

TEST_F(Told, SupersededApplied) {
  const Item old = hamburg.update(shipment, {{"eta", 1}}, {{"eta", 2}}, seen);
  cloud.push({old}, "Hamburg");
  Item instead = old;
  instead.write->payload["eta"] = 3;
  instead.write->supersedes = old.id;
  instead.write->number = 50;
  const auto told = conflict(with_id_of_body(instead));
  EXPECT_EQ(told.at("reason"), "superseded-applied");
  EXPECT_EQ(told.at("base"), (json::value{{"eta", 1}}));
  EXPECT_EQ(told.at("local"), (json::value{{"eta", 3}}));
  EXPECT_EQ(told.at("server"), (json::value{{"eta", 2}}));
  EXPECT_EQ(told.at("who"), "Hamburg");
  EXPECT_EQ(told.at("when"), "time 2");
}

TEST_F(Told, Group) {
  new_york(other.update(shipment, {{"status", "new"}}, {{"status", "theirs"}}, seen));
  const auto group =
      grouped({hamburg.create(quote, {{"shipmentId", "shp_1"}}),
               hamburg.update(shipment, {{"status", "new"}}, {{"status", "mine"}}, seen)});
  const auto judgement = cloud.push(group);
  const json::object& told = *receipt_of(judgement, group[0]).conflict;
  EXPECT_EQ(told.at("reason"), "group");
  EXPECT_EQ(told.at("culprit"), json::value(group[1].id));
  EXPECT_EQ(told.at("local"), (json::value{{"shipmentId", "shp_1"}}));
  EXPECT_TRUE(told.at("server").is_null());
  expect_blamed(told, 0);
  expect_blamed(*receipt_of(judgement, group[1]).conflict, 2);
}

}  // namespace
}  // namespace slipway::cloud::test
