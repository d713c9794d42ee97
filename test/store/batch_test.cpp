// What is sent: ready entries in order, each with its open prerequisites before it, groups whole,
// owed voids first, within the limits.
#include "device.h"

namespace slipway::store {
namespace {

// "W p1" for a write of p1, "V p1" for a void.
std::vector<std::string> sent(Device& desk, const std::optional<PushRequest>& request) {
  std::vector<std::string> list;
  if (!request) return list;
  for (const PushItem& item : request->items) {
    list.push_back(
        (item.write ? "W " : "V ") +
        desk.one("SELECT entityId FROM SyncQueue WHERE clientRequestId = '" + item.id + "'"));
  }
  return list;
}
using List = std::vector<std::string>;

TEST(Batch, HoldsReadyEntriesInOrderWithTheirPrerequisites) {
  Device desk;
  desk.meet();
  const EntryId parent = desk.create_parent("p1");
  desk.update_parent("p1", "b");
  desk.update_parent("p1", "c");
  desk.create_child("c1", "p1");
  const auto request = desk.push();
  EXPECT_EQ(sent(desk, request), (List{"W p1", "W p1", "W p1", "W c1"}));
  EXPECT_TRUE(request->items[0].after.empty());
  EXPECT_EQ(request->items[1].after, List{request->items[0].id});
  EXPECT_EQ(request->items[2].after, List{request->items[1].id});  // the nearest, which has its own
  EXPECT_EQ(request->items[3].after, List{request->items[0].id});
  EXPECT_EQ(desk.status(parent), Status::processing);
  EXPECT_EQ(desk.entry(parent).attempts, 1);
  EXPECT_TRUE(desk.entry(parent).sent_at);
}

TEST(Batch, AStuckEntryHoldsItsLaneAndDependantsAndNothingElse) {
  Device desk;
  desk.meet();
  const EntryId stuck = desk.create_parent("p1");
  desk.update_parent("p1", "b");
  desk.create_child("c1", "p1");
  desk.write(Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"childId":"c1"})"));
  desk.create_parent("p2");
  EXPECT_EQ(sent(desk, desk.push({stuck})), List{"W p2"});
}

TEST(Batch, WhatIsBehindAParkedEntryIsHeldAndCounted) {
  Device desk;
  desk.meet();
  const EntryId parked = desk.create_parent("p1");
  const auto first = desk.push();
  const Page page =
      desk.page({}, {receipt(desk.entry(parked), Verdict::conflict, "already-exists")});
  desk.finish(page.receipts, page);
  const EntryId update = desk.update_parent("p1", "b");
  const EntryId child = desk.create_child("c1", "p1");
  const auto group =
      desk.write({Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"title":"t"})"),
                  Device::mutation("Parent", "p3", "CREATE_PARENT", R"({"name":"x"})")});
  const EntryId behind_the_group = desk.update_parent("p3", "y");
  desk.create_parent("p2");
  EXPECT_EQ(desk->held()->count(), 5);
  EXPECT_EQ(desk->prerequisite_of(desk.entry(update)).value()->id, parked);
  EXPECT_EQ(desk->prerequisite_of(desk.entry(child)).value()->id, parked);
  EXPECT_EQ(desk->prerequisite_of(desk.entry(group[1])).value()->id, child);
  EXPECT_EQ(desk->prerequisite_of(desk.entry(behind_the_group)).value()->id, group[1]);
  EXPECT_FALSE(desk->prerequisite_of(desk.entry(parked)).value());
  EXPECT_EQ(sent(desk, desk.push()), List{"W p2"});
}

TEST(Batch, AGroupGoesWholeOrStaysWhole) {
  Device desk;
  desk.meet();
  const auto group =
      desk.write({Device::mutation("Parent", "a", "CREATE_PARENT", R"({"name":"x"})"),
                  Device::mutation("Parent", "b", "CREATE_PARENT", R"({"name":"x"})")});
  desk.create_parent("c");
  EXPECT_EQ(sent(desk, desk.push({group[1]})), List{"W c"});
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  EXPECT_EQ(sent(desk, desk.push({}, {1, 500, 1 << 20})), (List{"W a", "W b"}));  // one unit
}

TEST(Batch, KeepsTheLimitsButSendsATooLargeUnitAlone) {
  Device desk;
  desk.meet();
  for (const char* id : {"a", "b", "c"}) desk.create_parent(id);
  EXPECT_EQ(sent(desk, desk.push({}, {2, 500, 1 << 20})), (List{"W a", "W b"}));
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  EXPECT_EQ(sent(desk, desk.push({}, {500, 1, 1 << 20})), List{"W a"});
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  EXPECT_EQ(sent(desk, desk.push({}, {500, 500, 10})), List{"W a"});
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  ASSERT_TRUE(desk.discard(1));
  EXPECT_EQ(sent(desk, desk.push({}, {500, 2, 1 << 20})), (List{"V a", "W b"}));  // voids count too
}

TEST(Batch, AnOwedVoidGoesFirstAndItsLaneWaitsForIt) {
  Device desk;
  desk.meet();
  const EntryId first = desk.create_parent("p1");
  ASSERT_TRUE(desk.discard(first));
  desk.create_parent("p1", "again");
  EXPECT_EQ(sent(desk, desk.push({first})), List{});  // the void backs off, so the lane does
  const auto request = desk.push();
  EXPECT_EQ(sent(desk, request), (List{"V p1", "W p1"}));
  EXPECT_FALSE(request->items[0].void_sent);
  EXPECT_EQ(request->items[0].void_number, 1);
}

TEST(Batch, ADiscardedEntryThatWasSentHoldsItsLaneUntilTheAnswer) {
  Device desk;
  desk.meet();
  desk.create_parent("p1");
  desk.settle_all();
  const EntryId update = desk.update_parent("p1", "b");
  desk.push();
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  ASSERT_TRUE(desk.discard(update));
  desk.update_parent("p1", "c");
  const auto request = desk.push();
  EXPECT_EQ(sent(desk, request), List{"V p1"});
  EXPECT_TRUE(request->items[0].void_sent);
}

TEST(Batch, AnAlteredBodyIsParkedUnsentWithItsGroupAndWhatNeedsIt) {
  Device desk;
  desk.meet();
  const auto group =
      desk.write({Device::mutation("Parent", "a", "CREATE_PARENT", R"({"name":"x"})"),
                  Device::mutation("Parent", "b", "CREATE_PARENT", R"({"name":"x"})")});
  const auto second =
      desk.write({Device::mutation("Parent", "d", "CREATE_PARENT", R"({"name":"x"})"),
                  Device::mutation("Child", "c", "CREATE_CHILD", R"({"parentId":"b"})")});
  desk.create_parent("e");
  desk.run(
      "DROP TRIGGER SyncQueue_body_is_fixed; UPDATE SyncQueue SET payload = '{\"name\":\"evil\"}' "
      "WHERE entityId = 'a'");
  EXPECT_EQ(sent(desk, desk.push()), List{"W e"});
  for (EntryId id : group) EXPECT_EQ(desk.status(id), Status::error);
  for (EntryId id : second) EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_TRUE(desk.entry(group[0]).error_message->starts_with("The entry was altered"));
}

TEST(Batch, NothingIsSentWhenNothingIsReady) {
  Device desk;
  desk.meet();
  EXPECT_FALSE(desk.push());
  const EntryId id = desk.create_parent("p1");
  EXPECT_FALSE(desk.push({id}));
  EXPECT_EQ(desk.status(id), Status::pending);
}

}  // namespace
}  // namespace slipway::store
