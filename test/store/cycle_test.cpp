// Rows that depend on each other in circles: what waits for each other goes together, and nothing
// waits for ever.

#include <gtest/gtest.h>

#include "device.h"

namespace slipway::store {

namespace {

const char* const circles = R"sql(
CREATE TABLE "Team" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT,
  "leadId" TEXT REFERENCES "Person" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "Person" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT,
  "teamId" TEXT REFERENCES "Team" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  "bossId" TEXT REFERENCES "Person" ("id") ON DELETE SET NULL);
)sql";

Mutation team(std::string id, std::string action, std::string_view payload) {
  return Device::mutation("Team", std::move(id), std::move(action), payload);
}
Mutation person(std::string id, std::string action, std::string_view payload) {
  return Device::mutation("Person", std::move(id), std::move(action), payload);
}

std::string open_entries(Device& desk) {
  return desk.one("SELECT count(*) FROM SyncQueue WHERE status NOT IN ('SUCCESS', 'DISCARDED')");
}

void expect_drained(Device& desk) {
  constexpr int exchanges_max = 10;
  for (int i = 0; i < exchanges_max && open_entries(desk) != "0"; ++i) desk.settle_all();
  EXPECT_EQ(open_entries(desk), "0");
}

class Circles : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }

  // A team and who leads it, a member of it; settled.
  void make_both() {
    desk.write({team("t1", "CREATE_TEAM", R"({"leadId":"p1"})"),
                person("p1", "CREATE_PERSON", R"({"teamId":"t1"})")});
    expect_drained(desk);
  }

  Device desk{circles};
};

}  // namespace

TEST_F(Circles, RowsOfAGroupThatReferToEachOtherAreMadeTogether) {
  desk.write({team("t1", "CREATE_TEAM", R"({"leadId":"p1"})"),
              person("p1", "CREATE_PERSON", R"({"teamId":"t1"})")});
  const auto request = desk.push();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->items.size(), 2u);
}

TEST_F(Circles, WhatWasMadeTogetherIsSettledAndShown) {
  make_both();
  EXPECT_EQ(desk.query("SELECT leadId, teamId FROM Team, Person"),
            (std::vector<TextRow>{{"p1", "t1"}}));
}

TEST_F(Circles, ACircleThatIsClosedByALaterWriteGoesInItsOrder) {
  desk.write(team("t1", "CREATE_TEAM", "{}"));
  desk.write(person("p1", "CREATE_PERSON", R"({"teamId":"t1"})"));
  desk.write(team("t1", "UPDATE_TEAM", R"({"leadId":"p1"})"));
  const auto request = desk.push();
  ASSERT_TRUE(request);
  ASSERT_EQ(request->items.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(request->items[i].id, desk.entry(EntryId(i + 1)).client_request_id);
}

TEST_F(Circles, ACircleIsDrainedOneEntryAtATime) {
  desk.write(team("t1", "CREATE_TEAM", "{}"));
  desk.write(person("p1", "CREATE_PERSON", R"({"teamId":"t1"})"));
  desk.write(team("t1", "UPDATE_TEAM", R"({"leadId":"p1"})"));
  desk.write(person("p1", "UPDATE_PERSON", R"({"bossId":"p1"})"));
  expect_drained(desk);
}

TEST_F(Circles, ARowThatRefersToItselfIsMadeChangedAndDeleted) {
  desk.write(person("p1", "CREATE_PERSON", R"({"bossId":"p1"})"));
  expect_drained(desk);
  desk.write(person("p1", "UPDATE_PERSON", R"({"bossId":null})"));
  desk.write(person("p1", "UPDATE_PERSON", R"({"bossId":"p1"})"));
  desk.write(person("p1", "DELETE_PERSON", "{}"));
  expect_drained(desk);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Person"), "0");
}

TEST_F(Circles, EachOfTwoRowsIsSetFreeByTheOthersEnd) {
  make_both();
  desk.write(team("t1", "DELETE_TEAM", "{}"));
  EXPECT_EQ(desk.one("SELECT teamId FROM Person"), "NULL");
  desk.write(person("p1", "DELETE_PERSON", "{}"));
  expect_drained(desk);
  EXPECT_EQ(desk.one("SELECT (SELECT count(*) FROM Team) + (SELECT count(*) FROM Person)"), "0");
}

TEST_F(Circles, BothAreDeletedInOneGroupWithEditsOpen) {
  make_both();
  desk.write(team("t1", "UPDATE_TEAM", R"({"name":"n"})"));
  desk.write(person("p1", "UPDATE_PERSON", R"({"name":"n"})"));
  desk.write({team("t1", "DELETE_TEAM", "{}"), person("p1", "DELETE_PERSON", "{}")});
  expect_drained(desk);
  EXPECT_EQ(desk.one("SELECT (SELECT count(*) FROM Team) + (SELECT count(*) FROM Person)"), "0");
}

TEST_F(Circles, ADiscardTakesTheCircleAlong) {
  const auto made = desk.write({team("t1", "CREATE_TEAM", R"({"leadId":"p1"})"),
                                person("p1", "CREATE_PERSON", R"({"teamId":"t1"})")});
  desk.write(team("t1", "UPDATE_TEAM", R"({"name":"n"})"));
  ASSERT_TRUE(desk.store().decide(wish::Discard{made[0], true}, DecideMode::carry_out, desk.now()));
  expect_drained(desk);
  EXPECT_EQ(desk.one("SELECT (SELECT count(*) FROM Team) + (SELECT count(*) FROM Person)"), "0");
}

}  // namespace slipway::store
