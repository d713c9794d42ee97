// Pages of a target that keeps no log: named in its words, telling only what it has.
#include "device.h"
#include "store/id_map.h"

namespace slipway::store {
namespace {

const char* const schema = R"sql(
CREATE TABLE "Customer" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "number" INTEGER, "mine" TEXT DEFAULT 'd');
CREATE TABLE "Shipment" ("id" TEXT NOT NULL PRIMARY KEY, "note" TEXT,
  "customerId" TEXT REFERENCES "Customer" ("id"));
)sql";

class TargetPage : public testing::Test {
 protected:
  TargetPage() { desk.meet(); }

  Page page(std::vector<PageRow> rows, std::vector<std::string> whole = {}) {
    Page told = desk.page(std::move(rows));
    told.in_words_of_target = true;
    told.whole_types = std::move(whole);
    return told;
  }
  void absorb(const Page& told) { ASSERT_TRUE(desk.absorb(told)->page_absorbed); }
  // Deletes a customer here and, under its id there, at the target.
  void remove(const std::string& id, const std::string& there) {
    desk.write(Device::mutation("Customer", id, "DELETE_CUSTOMER"));
    Page gone = page({{{"Customer", there}, {}, true, std::nullopt}});
    gone.receipts = {
        {desk.push()->items.at(0).id, Verdict::applied, gone.to.seq, {}, {}, std::nullopt}};
    desk.finish(gone.receipts, gone);
  }
  std::vector<TextRow> customers() {
    return desk.query("SELECT id, name, number, mine FROM Customer ORDER BY id");
  }
  std::vector<TextRow> lines() {
    return desk.query("SELECT entityType, localId, cloudId FROM SyncIdMap ORDER BY id");
  }

  Device desk{schema};
};

using Rows = std::vector<TextRow>;

// To send it as a create would make a second one there.
TEST_F(TargetPage, ARowOfTheAppsOwnUnderTheSameIdIsAPersonsToDecide) {
  desk.run("INSERT INTO Customer (id, name) VALUES ('7', 'mine'), ('8', 'both')");
  absorb(page({row("Customer", "7", R"({"id":7,"name":"theirs"})"),
               row("Customer", "8", R"({"id":8,"name":"both"})")}));
  EXPECT_EQ(customers(), (Rows{{"7", "mine", "NULL", "d"}, {"8", "both", "NULL", "d"}}));
  ASSERT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "1");
  EXPECT_EQ(desk.status(1), Status::conflict);
  EXPECT_EQ(desk.entry(1).conflict->at("reason"), "already-exists");
  EXPECT_FALSE(desk.push());
  ASSERT_TRUE(desk.force(1));
  EXPECT_EQ(desk.entry(2).body.op, Op::update);
  EXPECT_EQ(desk.entry(2).body.payload.at("name"), "mine");
}

TEST_F(TargetPage, TheirsIsTakenByDiscardingOnesOwn) {
  desk.run("INSERT INTO Customer (id, name) VALUES ('7', 'mine')");
  absorb(page({row("Customer", "7", R"({"id":7,"name":"theirs"})")}));
  ASSERT_TRUE(desk.discard(1));
  EXPECT_EQ(customers(), (Rows{{"7", "theirs", "NULL", "d"}}));
}

TEST_F(TargetPage, RowsGetIdsThatFitTheKeyAndKeepTheirsForTheWayOut) {
  absorb(page({row("Customer", "7", R"({"id":7,"name":"n","vip":true,"number":"no number"})"),
               row("Shipment", "9", R"({"id":9,"customerId":7})")}));
  EXPECT_EQ(customers(), (Rows{{"7", "n", "NULL", "d"}}));
  EXPECT_EQ(desk.query("SELECT id, customerId FROM Shipment"), (Rows{{"9", "7"}}));
  EXPECT_EQ(lines(), (Rows{{"Customer", "7", "7"}, {"Shipment", "9", "9"}}));
  desk.write(Device::mutation("Shipment", "9", "UPDATE_SHIPMENT", R"({"customerId":"7"})"));
  const PushRequest push = desk.push().value();
  ASSERT_GE(push.items.at(0).given.size(), 2u);
  EXPECT_EQ(push.items[0].given[0].id, 9);
  EXPECT_EQ(push.items[0].given[1].id, 7);
}

TEST_F(TargetPage, WhatTheTargetDoesNotHaveStaysAsItIsHere) {
  absorb(page({row("Customer", "7", R"({"id":7,"name":"n"})")}));
  desk.write(Device::mutation("Customer", "7", "UPDATE_CUSTOMER", R"({"mine":"kept"})"));
  Page settled = page({row("Customer", "7", R"({"id":7,"name":"n"})")});
  settled.receipts = {
      {desk.push()->items.at(0).id, Verdict::applied, settled.to.seq, {}, {}, std::nullopt}};
  desk.finish(settled.receipts, settled);
  EXPECT_EQ(customers(), (Rows{{"7", "n", "NULL", "kept"}}));
  absorb(page({row("Customer", "7", R"({"id":7,"name":"m","number":3})")}));
  EXPECT_EQ(customers(), (Rows{{"7", "m", "3", "kept"}}));
}

TEST_F(TargetPage, ARowThatSaysNothingNewIsLeftAlone) {
  absorb(page({row("Customer", "7", R"({"id":7,"name":"n"})")}));
  const std::string seq = desk.one("SELECT seq FROM SyncShadow");
  absorb(page({row("Customer", "7", R"({"id":7,"name":"n"})")}));
  EXPECT_EQ(desk.one("SELECT seq FROM SyncShadow"), seq);
}

TEST_F(TargetPage, AWholeTypeSweepsWhatItDoesNotNameButNothingThatWasNeverTold) {
  desk.write(Device::mutation("Customer", "made here", "CREATE_CUSTOMER", R"({"name":"x"})"));
  absorb(
      page({row("Customer", "7", R"({"id":7,"name":"n"})"),
            row("Customer", "8", R"({"id":8,"name":"o"})"), row("Shipment", "9", R"({"id":9})")}));
  absorb(page({row("Customer", "8", R"({"id":8,"name":"o"})")}, {"Customer"}));
  EXPECT_EQ(desk.query("SELECT id FROM Customer ORDER BY id"), (Rows{{"8"}, {"made here"}}));
  EXPECT_EQ(desk.query("SELECT id FROM Shipment"), (Rows{{"9"}}));
}

TEST_F(TargetPage, ARowThatAListToldBeforeItsCreateWasSettledBecomesTheOneThatWasMadeHere) {
  desk.write(Device::mutation("Customer", "c1", "CREATE_CUSTOMER", R"({"name":"n"})"));
  const PushRequest push = desk.push().value();
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "lost", 0, std::nullopt}, 1, desk.now()));
  absorb(page({row("Customer", "17", R"({"id":17,"name":"n"})")}));
  EXPECT_EQ(customers().size(), 2u);
  ASSERT_TRUE(desk.push()->items.at(0).sent);
  Page settled = page({row("Customer", "17", R"({"id":17,"name":"n"})")});
  settled.receipts = {
      {push.items.at(0).id, Verdict::applied, settled.to.seq, {}, {}, std::nullopt}};
  settled.receipts[0].assigned = json::object{{"id", 17}};
  desk.finish(settled.receipts, settled);
  EXPECT_EQ(customers(), (Rows{{"c1", "n", "NULL", "d"}}));
  EXPECT_EQ(lines(), (Rows{{"Customer", "c1", "17"}}));
}

// ---- ids of theirs that are names of rows made here ----

// The target gives customers and shipments their ids; what it calls 7 need not be the row that was
// made here as 7.
class TakenNames : public TargetPage {
 protected:
  TakenNames() {
    SyncRules rules;
    rules.entities["Customer"].assigned = {"id"};
    rules.entities["Shipment"].assigned = {"id"};
    desk.set_rules(std::move(rules));
    desk.close();
    desk.open();
  }

  EntryId create(const std::string& id, const std::string& name = "mine") {
    return desk.write(Device::mutation("Customer", id, "CREATE_CUSTOMER",
                                       json::serialize(json::object{{"name", name}})));
  }
  // The create that is on its way was done under this id.
  void settle(const PushRequest& push, int there, std::vector<PageRow> rows = {}) {
    Page settled = page(std::move(rows));
    settled.receipts = {
        {push.items.at(0).id, Verdict::applied, settled.to.seq, {}, {}, std::nullopt}};
    settled.receipts[0].assigned = json::object{{"id", there}};
    desk.finish(settled.receipts, settled);
  }
  PageRow theirs(int id, const std::string& name = "theirs") {
    return row("Customer", std::to_string(id),
               json::serialize(json::object{{"id", id}, {"name", name}}));
  }
  std::string name_of(const std::string& id) {
    return desk.one("SELECT name FROM Customer WHERE id = '" + id + "'");
  }
  std::string id_of(const std::string& name) {
    return desk.one("SELECT id FROM Customer WHERE name = '" + name + "'");
  }
  std::string count() { return desk.one("SELECT count(*) FROM Customer"); }
};

TEST_F(TakenNames, TheRowOfTheTargetGetsANameOfItsOwnAndIsWrittenToByIt) {
  create("7");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  absorb(page({theirs(101, "mine"), theirs(7)}, {"Customer"}));
  EXPECT_EQ(name_of("7"), "mine");
  const std::string other = id_of("theirs");
  EXPECT_NE(other, "7");
  desk.write(Device::mutation("Customer", other, "UPDATE_CUSTOMER", R"({"name":"x"})"));
  desk.write(Device::mutation("Customer", "7", "UPDATE_CUSTOMER", R"({"name":"y"})"));
  const PushRequest push = desk.push().value();
  EXPECT_EQ(push.items.at(0).given.at(0).id, 7);
  EXPECT_EQ(push.items.at(1).given.at(0).id, 101);
}

TEST_F(TakenNames, AlsoBeforeItIsKnownWhatTheOwnRowIsCalledThere) {
  create("7");
  absorb(page({theirs(7)}, {"Customer"}));
  EXPECT_EQ(name_of("7"), "mine");
  EXPECT_EQ(count(), "2");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  absorb(page({theirs(101, "mine"), theirs(7, "changed")}, {"Customer"}));
  EXPECT_EQ(name_of("7"), "mine");
  EXPECT_EQ(id_of("changed"), lines().at(0).at(1));
  EXPECT_EQ(count(), "2");
}

// In doubt, and the list tells of it before the answer is known.
TEST_F(TakenNames, ItsOwnRowUnderItsOwnNameIsOneRow) {
  create("7");
  const PushRequest push = desk.push().value();
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "lost", 0, std::nullopt}, 1, desk.now()));
  absorb(page({theirs(7, "mine, edited there")}, {"Customer"}));
  EXPECT_EQ(count(), "2");
  ASSERT_TRUE(desk.push());
  settle(push, 7, {theirs(7, "mine")});
  EXPECT_EQ(customers(), (Rows{{"7", "mine", "NULL", "d"}}));
  EXPECT_EQ(lines(), (Rows{{"Customer", "7", "7"}}));
}

// What was written to it under another name meanwhile could be said to nobody.
TEST_F(TakenNames, ARowThatMayBeTheOneInDoubtIsNotShownASecondTime) {
  create("7");
  const PushRequest push = desk.push().value();
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "lost", 0, std::nullopt}, 1, desk.now()));
  absorb(page({theirs(7, "mine"), theirs(8)}, {"Customer"}));
  EXPECT_EQ(desk.query("SELECT id, name FROM Customer ORDER BY id"),
            (Rows{{"7", "mine"}, {"8", "theirs"}}));
  EXPECT_FALSE(desk->pull_request("", 0)->everything);  // not before it can be told
  ASSERT_TRUE(desk.push());
  settle(push, 101, {theirs(101, "mine")});
  EXPECT_TRUE(desk->pull_request("", 0)->everything);
  absorb(page({theirs(7, "mine"), theirs(8), theirs(101, "mine")}, {"Customer"}));
  EXPECT_EQ(count(), "3");
  EXPECT_FALSE(desk->pull_request("", 0)->everything);
}

TEST_F(TakenNames, ARowThatWasMadeHereAndIsGoneIsNotSomebodyElses) {
  create("7");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  absorb(page({theirs(101, "mine"), theirs(7)}, {"Customer"}));
  desk.write(Device::mutation("Customer", "7", "DELETE_CUSTOMER"));
  EXPECT_FALSE(
      desk.try_write(Device::mutation("Customer", "7", "UPDATE_CUSTOMER", R"({"name":"x"})")));
  EXPECT_FALSE(desk->row({"Customer", "7"}).value());
  const std::string other = id_of("theirs");
  EXPECT_EQ(desk->row({"Customer", other}).value()->cloud_id, 7);
}

// An API that gives an id again: the row that had it is gone for everybody.
TEST_F(TakenNames, AnIdThatIsGivenOnceMoreBelongsToTheNewRow) {
  create("a");
  settle(desk.push().value(), 1, {theirs(1, "mine")});
  remove("a", "1");
  const EntryId again = create("b", "new");
  settle(desk.push().value(), 1, {theirs(1, "new")});
  EXPECT_FALSE(desk.entry(again).error_message);
  EXPECT_EQ(desk.query("SELECT id, name FROM Customer"), (Rows{{"b", "new"}}));
}

TEST_F(TakenNames, ALifeThatHasEndedTakesNoLaterOneAlong) {
  create("a");
  settle(desk.push().value(), 1, {theirs(1, "mine")});
  remove("a", "1");
  create("a", "second");
  settle(desk.push().value(), 2, {theirs(2, "second")});
  absorb(page({{{"Customer", "1"}, {}, true, std::nullopt}}));  // told once more, as deleted
  EXPECT_EQ(name_of("a"), "second");
  absorb(page({theirs(1, "back again"), theirs(2, "second")}, {"Customer"}));
  EXPECT_EQ(desk.query("SELECT id, name FROM Customer ORDER BY name"),
            (Rows{{"1", "back again"}, {"a", "second"}}));
}

// ---- an outcome that a person tells ----

class SaidOutcome : public TakenNames {
 protected:
  // Nobody knows what became of it.
  EntryId doubted(const std::string& id) {
    const EntryId entry = create(id);
    const PushRequest push = desk.push({}, {1, 1, 1 << 20}).value();
    Page settled = page({});
    settled.receipts = {{push.items.at(0).id,
                         Verdict::rejected,
                         settled.to.seq,
                         "outcome-unknown",
                         {},
                         std::nullopt}};
    desk.finish(settled.receipts, settled);
    return entry;
  }
  EntryId shipment_of(const std::string& customer) {
    return desk.write(Device::mutation("Shipment", "s", "CREATE_SHIPMENT",
                                       R"({"customerId":")" + customer + "\"}"));
  }
};

TEST_F(SaidOutcome, TheIdThatIsSaidIsTheRowsForWhatWaits) {
  const EntryId entry = doubted("7");
  shipment_of("7");
  const auto needed = desk.decide(wish::Outcome{entry, true});
  ASSERT_FALSE(needed);
  EXPECT_EQ(needed.error().type, "id-needed");
  EXPECT_EQ(desk.status(entry), Status::error);
  ASSERT_TRUE(desk.decide(wish::Outcome{entry, true, json::value(101)}));
  EXPECT_EQ(lines(), (Rows{{"Customer", "7", "101"}}));
  EXPECT_EQ(desk.push()->items.at(0).given.at(0).id, 101);
}

// Also of a group that goes as one: its other members are no dependants.
TEST_F(SaidOutcome, TheIdIsNeededByTheRestOfAGroup) {
  const auto ids =
      desk.write({Device::mutation("Customer", "7", "CREATE_CUSTOMER", R"({"name":"mine"})"),
                  Device::mutation("Shipment", "s", "CREATE_SHIPMENT", R"({"customerId":"7"})")});
  const PushRequest push = desk.push().value();
  Page settled = page({});
  settled.receipts = {{push.items.at(0).id,
                       Verdict::rejected,
                       settled.to.seq,
                       "outcome-unknown",
                       {},
                       std::nullopt}};
  PushAnswer answer{push.exchange, settled.to, settled.receipts, settled};
  answer.without_effect = {push.items.at(1).id};
  ASSERT_TRUE(desk->finish_push(answer, desk.now()));
  ASSERT_EQ(desk.status(ids[0]), Status::error);
  EXPECT_EQ(desk.decide(wish::Outcome{ids[0], true}).error().type, "id-needed");
  ASSERT_TRUE(desk.decide(wish::Outcome{ids[0], true, json::value(101)}));
  EXPECT_EQ(desk.push()->items.at(0).given.at(0).id, 101);
}

TEST_F(SaidOutcome, TheIdMayBeSaidLater) {
  const EntryId entry = doubted("7");
  ASSERT_TRUE(desk.decide(wish::Outcome{entry, true}));
  const EntryId shipment = shipment_of("7");
  EXPECT_FALSE(desk.push());
  ASSERT_TRUE(desk.decide(wish::Outcome{entry, true, json::value(101)}));
  EXPECT_FALSE(desk.decide(wish::Outcome{entry, true, json::value(102)}));
  ASSERT_TRUE(desk.retry(shipment));
  EXPECT_EQ(desk.push()->items.back().given.at(0).id, 101);
}

// The API has a row by this name already, a person says, and theirs gives way.
TEST_F(SaidOutcome, ACreateThatGivesWayToTheRowThatIsThereIsThatRow) {
  absorb(page({theirs(55)}, {"Customer"}));
  const EntryId entry = create("7");
  const PushRequest push = desk.push().value();
  Page settled = page({});
  settled.receipts = {
      {push.items.at(0).id, Verdict::conflict, settled.to.seq, "already-exists", {}, std::nullopt}};
  settled.receipts[0].conflict = object(
      R"({"reason":"already-exists","fields":["name"],"base":{},"local":{"name":"mine"},"server":{"id":55,"name":"theirs"}})");
  desk.finish(settled.receipts, settled);
  ASSERT_EQ(desk.status(entry), Status::conflict);
  ASSERT_TRUE(desk.force(entry));
  const PushRequest update = desk.push().value();
  EXPECT_EQ(update.items.at(0).write->at("op"), "update");
  EXPECT_EQ(update.items.at(0).given.at(0).id, 55);
  EXPECT_EQ(desk.query("SELECT id, name FROM Customer"), (Rows{{"7", "mine"}}));
}

TEST_F(SaidOutcome, WithoutAnIdNothingGoesToTheRowThatIsCalledSoThere) {
  const EntryId entry = doubted("7");
  ASSERT_TRUE(desk.decide(wish::Outcome{entry, true}));
  const EntryId edit =
      desk.write(Device::mutation("Customer", "7", "UPDATE_CUSTOMER", R"({"name":"x"})"));
  const EntryId shipment = shipment_of("7");
  EXPECT_FALSE(desk.push());
  EXPECT_EQ(desk.status(edit), Status::error);
  EXPECT_EQ(desk.status(shipment), Status::error);
  EXPECT_NE(desk.entry(edit).error_message->find("Customer 7"), std::string::npos);
  absorb(page({theirs(7), theirs(101, "mine")}, {"Customer"}));
  EXPECT_NE(id_of("theirs"), "7");
}

TEST_F(SaidOutcome, WhatWaitsForARowThatWasNeverMadeIsNotSent) {
  const EntryId entry = doubted("7");
  const EntryId shipment = shipment_of("7");
  ASSERT_TRUE(desk.decide(wish::Outcome{entry, false}));
  absorb(page({theirs(7)}, {"Customer"}));  // nor to whoever gets that id
  EXPECT_FALSE(desk.push());
  EXPECT_EQ(desk.status(shipment), Status::error);
  EXPECT_NE(id_of("theirs"), "7");
}

TEST_F(SaidOutcome, AnIdIsRefusedThatIsAnothersOrThatTheTargetNeverGave) {
  create("a");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  const EntryId entry = doubted("7");
  const auto taken = desk.decide(wish::Outcome{entry, true, json::value(101)});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().type, "id-taken");
  EXPECT_EQ(desk.status(entry), Status::error);
}

// Two desks' counters began at the same number, and so did the API's.
TEST_F(TakenNames, NamesThatCrossAreKeptApart) {
  create("1", "a");
  create("2", "b");
  for (const auto& [there, name] : {std::pair{2, "a"}, std::pair{1, "b"}}) {
    const PushRequest push = desk.push({}, {1, 1, 1 << 20}).value();
    settle(push, there, {theirs(there, name)});
  }
  absorb(page({theirs(1, "b"), theirs(2, "a"), theirs(3, "c")}, {"Customer"}));
  EXPECT_EQ(desk.query("SELECT id, name FROM Customer ORDER BY id"),
            (Rows{{"1", "a"}, {"2", "b"}, {"3", "c"}}));
}

TEST_F(TakenNames, WhatRefersToTheRowOfTheTargetRefersToItHereBeforeItCameAndAfter) {
  create("7");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  absorb(page({row("Shipment", "9", R"({"id":9,"customerId":7})")}));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Shipment WHERE customerId = '7'"), "0");
  absorb(page({theirs(7)}));
  EXPECT_EQ(desk.one("SELECT customerId FROM Shipment WHERE id = '9'"), id_of("theirs"));
  desk.write(Device::mutation("Shipment", "9", "UPDATE_SHIPMENT", R"({"note":"n"})"));
  EXPECT_EQ(desk.push()->items.at(0).given.size(), 1u);
}

TEST_F(TakenNames, ARowOfTheTargetsThatIsGoneTakesNoRowOfThisDeskAlong) {
  create("7");
  settle(desk.push().value(), 101, {theirs(101, "mine")});
  absorb(page({{{"Customer", "7"}, {}, true, std::nullopt}}));
  EXPECT_EQ(customers(), (Rows{{"7", "mine", "NULL", "d"}}));
  absorb(page({theirs(7)}));
  EXPECT_EQ(count(), "2");
  absorb(page({{{"Customer", "7"}, {}, true, std::nullopt}}));
  EXPECT_EQ(customers(), (Rows{{"7", "mine", "NULL", "d"}}));
}

// It was listed before the configuration said that the target gives the ids.
TEST_F(TakenNames, ARowThatWasTakenForTheOwnOneIsListedAnew) {
  desk.set_rules({});
  desk.close();
  desk.open();
  create("7");
  absorb(page({theirs(7)}, {"Customer"}));
  EXPECT_EQ(count(), "1");
  const PushRequest push = desk.push().value();
  EXPECT_FALSE(desk->pull_request("", 0)->everything);
  settle(push, 101, {theirs(101, "mine")});
  EXPECT_EQ(name_of("7"), "mine");
  EXPECT_TRUE(desk->pull_request("", 0)->everything);
  absorb(page({theirs(101, "mine"), theirs(7)}, {"Customer"}));
  EXPECT_EQ(count(), "2");
}

TEST_F(TakenNames, IntegersThatNoCounterReachesAreNamesToo) {
  Device numbers{
      R"sql(CREATE TABLE "Customer" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "name" TEXT))sql", 1,
      [] {
        SyncRules rules;
        rules.entities["Customer"].assigned = {"id"};
        return rules;
      }()};
  numbers.meet();
  numbers.write(Device::mutation("Customer", "1", "CREATE_CUSTOMER", R"({"name":"mine"})"));
  Page told = numbers.page({theirs(1)});
  told.in_words_of_target = true;
  ASSERT_TRUE(numbers.absorb(told)->page_absorbed);
  EXPECT_EQ(numbers.one("SELECT name FROM Customer WHERE id = 1"), "mine");
  EXPECT_EQ(numbers.one("SELECT id < 0 FROM Customer WHERE name = 'theirs'"), "1");
}

// Where an id that is made here is the id there, the row of that id is the row.
TEST_F(TargetPage, WhereTheTargetGivesNoIdsARowOfTheSameIdIsTheSame) {
  desk.write(Device::mutation("Customer", "7", "CREATE_CUSTOMER", R"({"name":"n"})"));
  absorb(page({row("Customer", "7", R"({"id":"7","name":"m"})")}));
  EXPECT_EQ(desk.one("SELECT count(*) FROM Customer"), "1");
  EXPECT_TRUE(lines().empty());
}

TEST_F(TargetPage, WhereTheTargetGivesNoIdsARowThatIsMadeAgainIsTheSame) {
  absorb(page({row("Customer", "7", R"({"id":7,"name":"n"})")}));
  remove("7", "7");
  desk.write(Device::mutation("Customer", "7", "CREATE_CUSTOMER", R"({"name":"again"})"));
  absorb(page({row("Customer", "7", R"({"id":7,"name":"again"})")}));
  EXPECT_EQ(customers(), (Rows{{"7", "again", "NULL", "d"}}));
}

// ---- what is known of a sending ----

TEST_F(TargetPage, ASendingWithoutEffectIsNotOne) {
  const EntryId id =
      desk.write(Device::mutation("Customer", "c1", "CREATE_CUSTOMER", R"({"name":"n"})"));
  EXPECT_FALSE(desk.push()->items.at(0).sent);
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "refused", 0, std::nullopt, true}, 1,
                              desk.now()));
  EXPECT_FALSE(desk.entry(id).sent_at);
  EXPECT_EQ(desk.entry(id).attempts, 1);
  EXPECT_FALSE(desk.push()->items.at(0).sent);
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "lost", 0, std::nullopt}, 1, desk.now()));
  const auto sent_at = desk.entry(id).sent_at;
  ASSERT_TRUE(sent_at);
  EXPECT_TRUE(desk.push()->items.at(0).sent);
  // That one came to nothing; of the one before nobody knows still.
  ASSERT_TRUE(
      desk->fail_push({FailureClass::busy, "later", 503, std::nullopt, true}, 1, desk.now()));
  EXPECT_EQ(desk.entry(id).sent_at, sent_at);
}

TEST_F(TargetPage, OfAGroupOnlyTheOneInHandIsInDoubt) {
  const auto ids =
      desk.write({Device::mutation("Customer", "c1", "CREATE_CUSTOMER", R"({"name":"n"})"),
                  Device::mutation("Customer", "c2", "CREATE_CUSTOMER", R"({"name":"n"})")});
  Failure failure{FailureClass::unreachable, "lost", 0, std::nullopt};
  failure.in_doubt = desk.push()->items.at(0).id;
  ASSERT_TRUE(desk->fail_push(failure, 1, desk.now()));
  EXPECT_TRUE(desk.entry(ids[0]).sent_at);
  EXPECT_FALSE(desk.entry(ids[1]).sent_at);

  const PushRequest push = desk.push().value();
  Page settled = page({});
  settled.receipts = {
      {push.items.at(0).id, Verdict::applied, settled.to.seq, {}, {}, std::nullopt}};
  PushAnswer answer{push.exchange, settled.to, settled.receipts, settled};
  answer.without_effect = {push.items.at(1).id};
  ASSERT_TRUE(desk->finish_push(answer, desk.now()));
  EXPECT_EQ(desk.status(ids[0]), Status::success);
  EXPECT_EQ(desk.status(ids[1]), Status::pending);
  EXPECT_FALSE(desk.entry(ids[1]).sent_at);
}

}  // namespace
}  // namespace slipway::store
