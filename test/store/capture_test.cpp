// A write is applied to the app's table and appended to the queue in one transaction, or neither.
#include "device.h"
#include "model/client_request_id.h"

namespace slipway::store {
namespace {

TEST(Capture, AppliesTheWriteAndAppendsAnEntry) {
  Device desk;
  const EntryId id =
      desk.write(Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"Ada"})"));
  EXPECT_EQ(desk.query("SELECT id, name, code, amount FROM Parent"),
            (std::vector<TextRow>{{"p1", "Ada", "NULL", "7"}}));
  const Entry entry = desk.entry(id);
  EXPECT_EQ(entry.status, Status::pending);
  EXPECT_EQ(entry.body.op, Op::create);
  EXPECT_EQ(entry.body.number, 1);
  EXPECT_EQ(entry.body.lane_position, id);
  EXPECT_EQ(entry.root_id, entry.client_request_id);
  EXPECT_EQ(json::value(entry.body.payload),
            json::value(object(R"({"id":"p1","name":"Ada","code":null,"amount":7})")));
  EXPECT_EQ(client_request_id(entry.body), entry.client_request_id);
}

TEST(Capture, AnUpdateKeepsWhatTheViewShowedAsItsBase) {
  Device desk;
  desk.create_parent("p1", "old");
  const Entry entry = desk.entry(desk.update_parent("p1", "new"));
  EXPECT_EQ(json::value(entry.body.payload), json::value(object(R"({"name":"new"})")));
  EXPECT_EQ(json::value(entry.body.base), json::value(object(R"({"name":"old"})")));
}

TEST(Capture, ADeleteKeepsTheWholeRowAsItsBase) {
  Device desk;
  desk.create_parent("p1", "old");
  const Entry entry = desk.entry(desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT")));
  EXPECT_EQ(entry.body.base.size(), 4u);
  EXPECT_TRUE(entry.body.payload.empty());
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

TEST(Capture, ATextKeyMayBeLeftToUs) {
  Device desk;
  const Entry entry =
      desk.entry(desk.write(Device::mutation("Parent", "", "CREATE_PARENT", R"({"name":"x"})")));
  EXPECT_EQ(entry.body.entity.id.size(), 36u);
  EXPECT_EQ(desk.one("SELECT id FROM Parent"), entry.body.entity.id);
}

TEST(Capture, WhatTheAppsTriggersWriteIsPartOfTheEntry) {
  Device desk;
  desk.run(
      "CREATE TRIGGER sums AFTER UPDATE OF name ON Parent BEGIN"
      " UPDATE Parent SET amount = amount + 1 WHERE id = NEW.id; END");
  desk.create_parent("p1");
  const Entry entry = desk.entry(desk.update_parent("p1", "n"));
  EXPECT_EQ(json::value(entry.body.payload), json::value(object(R"({"name":"n","amount":8})")));
  EXPECT_EQ(json::value(entry.body.base), json::value(object(R"({"name":"p","amount":7})")));
}

TEST(Capture, AnActionOfTheRulesIsAnUpdate) {
  SyncRules rules;
  rules.actions["APPROVE"] = {"Parent", Op::update};
  Device desk(app_schema, 1, rules);
  desk.create_parent("p1");
  const Entry entry =
      desk.entry(desk.write(Device::mutation("Parent", "p1", "APPROVE", R"({"amount":1})")));
  EXPECT_EQ(entry.body.action, "APPROVE");
  EXPECT_EQ(entry.body.op, Op::update);
}

TEST(Capture, NumbersOfAnIncarnationHaveNoGapsEvenWhenWritesAreRefused) {
  Device desk;
  desk.create_parent("p1");
  EXPECT_FALSE(
      desk.try_write(Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"again"})")));
  desk.create_parent("p2");
  EXPECT_EQ(desk.query("SELECT number FROM SyncQueue ORDER BY id"),
            (std::vector<TextRow>{{"1"}, {"2"}}));
}

TEST(Capture, AGroupIsWrittenWholeOrNotAtAll) {
  Device desk;
  const auto refused =
      desk.try_write({Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})"),
                      Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"nobody"})")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "reference-missing");
  EXPECT_EQ(refused.error().field, "mutations[1].payload.parentId");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "0");
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow"), "0");

  const auto ids =
      desk.write({Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})"),
                  Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"p1"})")});
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_EQ(desk.entry(ids[0]).body.group_id, desk.entry(ids[1]).body.group_id);
  EXPECT_EQ(desk.entry(ids[1]).body.group_size, 2);
}

TEST(Capture, AGroupTooLargeForOnePushIsRefusedUnwritten) {
  Device desk;
  std::vector<Mutation> many;
  for (int i = 0; i < 501; ++i) {
    many.push_back(
        Device::mutation("Parent", "p" + std::to_string(i), "CREATE_PARENT", R"({"name":"a"})"));
  }
  const auto refused = desk.try_write(many);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "group-too-large");
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

TEST(Capture, ADeleteBecomesEntriesOfItsCascadeChildrenFirst) {
  Device desk;
  desk.create_parent("p1");
  desk.create_child("c1", "p1");
  desk.create_child("c2", "p1");
  desk.write(
      Device::mutation("Grandchild", "g1", "CREATE_GRANDCHILD", R"({"childId":"c1","note":"n"})"));
  const auto ids = desk.write(std::vector{Device::mutation("Parent", "p1", "DELETE_PARENT")});
  std::vector<std::string> told;
  for (EntryId id : ids) {
    told.push_back(desk.entry(id).body.action + " " + desk.entry(id).body.entity.id);
    EXPECT_EQ(desk.entry(id).body.group_size, 4);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"UPDATE_GRANDCHILD g1", "DELETE_CHILD c1",
                                            "DELETE_CHILD c2", "DELETE_PARENT p1"}));
  EXPECT_EQ(desk.query("SELECT id, childId FROM Grandchild"),
            (std::vector<TextRow>{{"g1", "NULL"}}));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0");
}

TEST(Capture, RowsThatReferToEachOtherInACircleAreDeletedOnce) {
  Device desk(R"sql(CREATE TABLE "Node" ("id" TEXT NOT NULL PRIMARY KEY,
                "next" TEXT REFERENCES node (ID) ON DELETE CASCADE);)sql");
  desk.write(Device::mutation("Node", "a", "CREATE_NODE"));
  desk.write(Device::mutation("Node", "b", "CREATE_NODE", R"({"next":"a"})"));
  desk.write(Device::mutation("Node", "a", "UPDATE_NODE", R"({"next":"b"})"));
  const auto ids = desk.write(std::vector{Device::mutation("Node", "a", "DELETE_NODE")});
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Node"), "0");
}

TEST(Capture, ACascadeIntoATableThatDoesNotSyncIsLeftToTheDatabase) {
  SyncRules rules;
  rules.entities["Child"] = {false, {}};
  Device desk(app_schema, 1, rules);
  desk.create_parent("p1");
  desk.run("INSERT INTO Child (id, parentId) VALUES ('c1', 'p1')");
  EXPECT_EQ(desk.write(std::vector{Device::mutation("Parent", "p1", "DELETE_PARENT")}).size(), 1u);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "0");
}

TEST(Capture, RequestsShareOneCommitAndARefusedOneIsRefusedAlone) {
  Device desk;
  int commits = 0;
  desk->on_change([&](const Changes&) { ++commits; });
  desk.run("CREATE TABLE probe (x)");  // and the schema is read again
  const std::vector<WriteRequest> requests = {
      {{Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})")}, false, {}},
      {{Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"nam":"a"})")}, false, {}},
      {{Device::mutation("Parent", "p3", "CREATE_PARENT", R"({"name":"a"})")}, false, {}}};
  const auto answers = desk->write(requests, desk.now());
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_TRUE(answers[0] && !answers[1] && answers[2]);
  EXPECT_EQ(answers[1].error().type, "unknown-field");
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(desk.one("SELECT group_concat(id) FROM Parent"), "p1,p3");
}

TEST(Capture, AConstraintThatRefusesTheFirstDoesNotWriteTheOthersTwice) {
  Device desk(
      R"sql(CREATE TABLE "T" ("id" TEXT NOT NULL PRIMARY KEY, "n" INTEGER CHECK ("n" > 0));)sql");
  desk.write(Device::mutation("T", "t", "CREATE_T", R"({"n":1})"));
  const std::vector<WriteRequest> requests = {
      {{Device::mutation("T", "t", "UPDATE_T", R"({"n":-1})")}, false, {}},
      {{Device::mutation("T", "t", "UPDATE_T", R"({"n":2})")}, false, {}}};
  const auto answers = desk->write(requests, desk.now());
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().type, "constraint");
  EXPECT_TRUE(answers[1]);
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "2");
}

TEST(Capture, ADeferredForeignKeyThatFailsAtTheCommitRefusesOnlyItsWriter) {
  Device desk(R"sql(CREATE TABLE "P" ("id" TEXT NOT NULL PRIMARY KEY);
      CREATE TABLE "C" ("id" TEXT NOT NULL PRIMARY KEY, "p" TEXT REFERENCES "P"("id") DEFERRABLE INITIALLY DEFERRED);)sql");
  const std::vector<WriteRequest> requests = {
      {{Device::mutation("P", "p", "CREATE_P")}, false, {}},
      {{Device::mutation("C", "c", "CREATE_C", R"({"p":"x"})")}, false, {}},
      {{Device::mutation("C", "d", "CREATE_C", R"({"p":"p"})")}, false, {}}};
  const auto answers = desk->write(requests, desk.now());
  EXPECT_TRUE(answers[0]);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().type, "constraint");
  EXPECT_TRUE(answers[2]);
  EXPECT_EQ(
      desk.one("SELECT group_concat(entityId) FROM (SELECT entityId FROM SyncQueue ORDER BY id)"),
      "p,d");
}

TEST(Capture, ATriggerThatRollsBackEverythingHurtsOnlyItsWriter) {
  Device desk;
  desk.run(
      "CREATE TRIGGER no BEFORE INSERT ON Parent WHEN NEW.name = 'bad' BEGIN SELECT "
      "RAISE(ROLLBACK, 'no'); END");
  const std::vector<WriteRequest> requests = {
      {{Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})")}, false, {}},
      {{Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"bad"})")}, false, {}},
      {{Device::mutation("Parent", "p3", "CREATE_PARENT", R"({"name":"c"})")}, false, {}}};
  const auto answers = desk->write(requests, desk.now());
  EXPECT_TRUE(answers[0] && answers[2]);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().type, "constraint");
  EXPECT_EQ(
      desk.one("SELECT group_concat(entityId) FROM (SELECT entityId FROM SyncQueue ORDER BY id)"),
      "p1,p3");
}

TEST(Capture, AnIdempotencyKeyGivesTheFirstAnswerAgain) {
  Device desk;
  const WriteRequest request{
      {Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"a"})")}, false, "key"};
  const auto first = desk->write(std::span(&request, 1), desk.now()).front();
  desk.open();
  const auto second = desk->write(std::span(&request, 1), desk.now()).front();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->repeated);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(first->entries, second->entries);
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "1");
  const WriteRequest other{
      {Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"a"})")}, false, "key"};
  const auto third = desk->write(std::span(&other, 1), desk.now()).front();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().type, "key-reused");
}

TEST(Capture, ARefusedWriteDoesNotUseUpItsIdempotencyKey) {
  Device desk;
  const WriteRequest bad{
      {Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"p1"})")}, false, "key"};
  EXPECT_FALSE(desk->write(std::span(&bad, 1), desk.now()).front());
  desk.create_parent("p1");
  EXPECT_TRUE(desk->write(std::span(&bad, 1), desk.now()).front());
}

TEST(Capture, TheAppsMigrationIsNoticedBeforeTheNextWrite) {
  Device desk;
  desk.create_parent("p1");
  desk.run("ALTER TABLE Parent ADD COLUMN colour TEXT");
  desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"colour":"red"})"));
  EXPECT_EQ(desk.one("SELECT colour FROM Parent"), "red");
}

TEST(Capture, AFieldsBaseVersionIsInheritedFromTheOpenEntryThatWroteIt) {
  Device desk;
  desk.meet();
  desk.absorb(desk.page({row("Parent", "p1", R"({"id":"p1","name":"a","code":null,"amount":1})")}));
  const json::value first = to_json(desk.cursor());
  EXPECT_EQ(desk.entry(desk.update_parent("p1", "b")).body.base_versions.at("*"), first);
  desk.absorb(desk.page({row("Parent", "p1", R"({"id":"p1","name":"x","code":null,"amount":2})")}));
  const Entry entry = desk.entry(
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"c","amount":3})")));
  EXPECT_EQ(entry.body.base_versions.at("*"), to_json(desk.cursor()));
  EXPECT_EQ(entry.body.base_versions.at("name"), first);
  EXPECT_FALSE(entry.body.base_versions.contains("amount"));
}

TEST(Capture, AWriteOnAQuarantinedRowIsBasedOnNothingSoItCannotOverwriteSilently) {
  Device desk;
  desk.meet();
  desk.absorb(desk.page({row("Parent", "p1", R"({"id":"p1","name":"a","code":"A","amount":1})"),
                         row("Parent", "p2", R"({"id":"p2","name":"b","code":"B","amount":1})")}));
  desk.absorb(
      desk.page({row("Parent", "p2", R"({"id":"p2","name":"unseen","code":"A","amount":1})")}));
  EXPECT_EQ(desk.one("SELECT name FROM Parent WHERE id = 'p2'"), "b");
  EXPECT_TRUE(desk.entry(desk.update_parent("p2", "mine")).body.base_versions.at("*").is_null());
}

TEST(Capture, WritesDependOnOpenCreatesOfTheirParentsAndDeletesOnOpenChildren) {
  Device desk;
  const std::string parent = desk.entry(desk.create_parent("p1")).root_id;
  const Entry child = desk.entry(desk.create_child("c1", "p1"));
  EXPECT_EQ(child.depends_on, std::vector{parent});
  desk.create_parent("p2");
  const Entry moved = desk.entry(
      desk.write(Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"parentId":"p2"})")));
  EXPECT_EQ(moved.depends_on.size(), 1u);
  const Entry removal = desk.entry(desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT")));
  EXPECT_EQ(std::set(removal.depends_on.begin(), removal.depends_on.end()),
            (std::set{child.root_id, moved.root_id}));
}

}  // namespace
}  // namespace slipway::store
