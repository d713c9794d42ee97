// A target that gives ids of its own: what is kept of them, what leaves and what comes in, and that
// rows stay where they are.
#include "device.h"

namespace slipway::store {
namespace {

const char* const target_schema = R"sql(
CREATE TABLE "Customer" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "number" INTEGER);
CREATE TABLE "Shipment" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "note" TEXT,
  "customerId" TEXT REFERENCES "Customer" ("id"));
)sql";

class IdMap : public testing::Test {
 protected:
  IdMap() { desk.meet(); }

  EntryId customer(const std::string& id) {
    return desk.write(Device::mutation("Customer", id, "CREATE_CUSTOMER", R"({"name":"n"})"));
  }
  EntryId rename(const std::string& id) {
    return desk.write(Device::mutation("Customer", id, "UPDATE_CUSTOMER", R"({"name":"m"})"));
  }
  EntryId shipment_of(const std::string& customer_id) {
    return desk.write(Device::mutation("Shipment", "", "CREATE_SHIPMENT",
                                       R"({"customerId":")" + customer_id + "\"}"));
  }
  // One push, one answer, as of a transport without a log.
  PushRequest push() { return desk.push({}, {1, 1, 1 << 20}).value(); }
  void applied(const PushRequest& request, std::string_view assigned = "") {
    Receipt receipt{request.items.at(0).id, Verdict::applied, 0, {}, {}, std::nullopt};
    if (!assigned.empty()) receipt.assigned = object(assigned);
    const auto body = body_from_json(*request.items.at(0).write);
    PageRow row{body->entity, {}, body->op == Op::remove, std::nullopt};
    const Page page = desk.page({row}, {receipt});
    desk.finish(page.receipts, page);
  }
  std::vector<TextRow> lines() {
    return desk.query("SELECT entityType, localId, cloudId FROM SyncIdMap ORDER BY id");
  }

  Device desk{target_schema};
};

TEST_F(IdMap, AnIdAndANumberComeWithTheReceipt) {
  const EntryId entry = customer("c1");
  applied(push(), R"({"id":17,"number":1001})");
  EXPECT_EQ(desk.status(entry), Status::success);
  EXPECT_EQ(lines(), (std::vector<TextRow>{{"Customer", "c1", "17"}}));
  EXPECT_EQ(desk.query("SELECT id, name, number FROM Customer"),
            (std::vector<TextRow>{{"c1", "n", "1001"}}));
}

TEST_F(IdMap, LaterEntriesGoOutWithTheGivenIds) {
  customer("c1");
  rename("c1");
  shipment_of("c1");
  const PushRequest create = push();
  EXPECT_TRUE(create.items[0].given.empty());
  applied(create, R"({"id":"C-17"})");
  const PushRequest update = push();
  EXPECT_EQ(update.items[0].key_field, "id");
  ASSERT_EQ(update.items[0].given.size(), 1u);
  EXPECT_EQ(update.items[0].given[0].entity, (EntityKey{"Customer", "c1"}));
  EXPECT_EQ(update.items[0].given[0].id, "C-17");
  EXPECT_EQ(update.items[0].write->at("entityId"), "c1");  // the body is as it was captured
  applied(update);
  const PushRequest shipment = push();
  ASSERT_EQ(shipment.items[0].given.size(), 1u);
  EXPECT_EQ(shipment.items[0].given[0].entity, (EntityKey{"Customer", "c1"}));
}

// In doubt, it is asked for once more: under the id that the target knows.
TEST_F(IdMap, ARowIsNamedAsTheTargetDoesAlsoWhenItsTableIsGone) {
  customer("c1");
  applied(push(), R"({"id":17})");
  rename("c1");
  push();
  desk.open();
  desk.run(R"(DROP TABLE "Shipment"; DROP TABLE "Customer")");
  const PushRequest update = push();
  EXPECT_EQ(update.items[0].key_field, "");
  ASSERT_EQ(update.items[0].given.size(), 1u);
  EXPECT_EQ(update.items[0].given[0].entity, (EntityKey{"Customer", "c1"}));
  EXPECT_EQ(update.items[0].given[0].id, 17);
}

TEST_F(IdMap, BothIdsNameTheRowForEver) {
  customer("c1");
  applied(push(), R"({"id":17})");
  for (const char* id : {"c1", "17"}) {
    const auto row = desk->row({"Customer", id}).value();
    ASSERT_TRUE(row) << id;
    EXPECT_EQ(row->entity_id, "c1");
    EXPECT_EQ(row->cloud_id, 17);
    EXPECT_EQ(desk.entry(rename(id)).body.entity.id, "c1");
  }
  EXPECT_FALSE(desk->row({"Customer", "18"}).value());
}

TEST_F(IdMap, ANumberAndATextAreTwoIds) {
  customer("c1");
  applied(push(), R"({"id":17})");
  customer("c2");
  applied(push(), R"({"id":"17"})");
  EXPECT_EQ(lines(),
            (std::vector<TextRow>{{"Customer", "c1", "17"}, {"Customer", "c2", "\"17\""}}));
}

TEST_F(IdMap, ALineIsNeverChanged) {
  customer("c1");
  applied(push(), R"({"id":17})");
  EXPECT_THROW(desk.run("UPDATE SyncIdMap SET cloudId = '18'"), sqlite::Failure);
}

TEST_F(IdMap, TheGuardIsMadeAnewWhenAToolDroppedIt) {
  customer("c1");
  applied(push(), R"({"id":17})");
  desk.close();
  desk.run("DROP TRIGGER SyncIdMap_is_written_once");
  desk.open();
  EXPECT_THROW(desk.run("UPDATE SyncIdMap SET cloudId = '18'"), sqlite::Failure);
}

TEST_F(IdMap, ARowThatIsMadeAgainHasANewLineAndTheOldIdStaysIts) {
  customer("c1");
  applied(push(), R"({"id":17})");
  desk.write(Device::mutation("Customer", "c1", "DELETE_CUSTOMER"));
  applied(push());
  customer("c1");
  const PushRequest again = push();
  EXPECT_TRUE(again.items[0].given.empty());  // the target is not told the dead one's id
  applied(again, R"({"id":18})");
  for (const char* id : {"17", "18"}) {
    EXPECT_EQ(desk->row({"Customer", id}).value()->entity_id, "c1");
  }
  rename("c1");
  EXPECT_EQ(push().items[0].given[0].id, 18);
}

TEST_F(IdMap, AnIdThatIsAnothersIsNotTakenAndPeopleAreTold) {
  customer("c1");
  applied(push(), R"({"id":17})");
  const EntryId second = customer("c2");
  applied(push(), R"({"id":17})");
  EXPECT_EQ(lines().size(), 1u);
  EXPECT_EQ(desk.status(second), Status::success);
  EXPECT_NE(desk.entry(second).error_message.value_or("").find("Customer c1"), std::string::npos);
}

TEST_F(IdMap, WhatIsNoIdIsNotTaken) {
  for (const char* answer : {R"({"id":null})", R"({"id":{}})", R"({"id":""})", R"({"id":1.5})"}) {
    const EntryId entry =
        customer("c" + std::to_string(desk.query("SELECT 1 FROM Customer").size()));
    applied(push(), answer);
    EXPECT_EQ(desk.status(entry), Status::success) << answer;
  }
  EXPECT_TRUE(lines().empty());
}

TEST_F(IdMap, AValueThatTheColumnDoesNotTakeIsLeftOut) {
  customer("c1");
  applied(push(), R"({"number":{"a":1},"unknown":5})");
  EXPECT_EQ(desk.query("SELECT name, number IS NULL FROM Customer"),
            (std::vector<TextRow>{{"n", "1"}}));
}

TEST_F(IdMap, AConflictIsShownWithTheIdsOfThisDesk) {
  customer("c1");
  applied(push(), R"({"id":17})");
  const EntryId create = shipment_of("c1");
  applied(push(), R"({"id":90})");
  const std::string id = desk.entry(create).body.entity.id;
  const EntryId edit =
      desk.write(Device::mutation("Shipment", id, "UPDATE_SHIPMENT", R"({"note":"x"})"));
  const PushRequest request = push();
  Receipt receipt{request.items[0].id, Verdict::conflict, 0, "changed", {}, std::nullopt};
  receipt.conflict = object(
      R"({"reason":"changed","server":{"id":90,"note":"y","customerId":17},"base":{},"local":{}})");
  const Page page = desk.page({}, {receipt});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.entry(edit).conflict->at("server"),
            (json::object{{"id", std::stoll(id)}, {"note", "y"}, {"customerId", "c1"}}));
}

TEST_F(IdMap, AnIntegerKeyIsMadeUpWhereNoCounterComes) {
  customer("c1");
  const std::string first = desk.entry(shipment_of("c1")).body.entity.id;
  const std::string second = desk.entry(shipment_of("c1")).body.entity.id;
  EXPECT_LT(std::stoll(first), 0);
  EXPECT_GE(std::stoll(first), -((std::int64_t(1) << 53) - 1));
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace slipway::store
