// Undo: what took effect is undone by an inverse write that stands on what it left; what was
// discarded is written again; a decision that was not sent is taken back. And the person's word on
// what nobody else can know.
#include "device.h"
#include "model/canonical_json.h"

namespace slipway::store {
namespace {

class Undo : public testing::Test {
 protected:
  void SetUp() override { desk.meet(); }
  void TearDown() override { EXPECT_TRUE(desk.query("PRAGMA foreign_key_check").empty()); }

  std::vector<Entry> undo(EntryId id) {
    const auto decided = desk.decide(wish::Undo{id});
    EXPECT_TRUE(decided) << decided.error().type << ": " << decided.error().message;
    return decided.value_or(Decided{}).appended;
  }
  std::string refusal(EntryId id) {
    const auto decided = desk.decide(wish::Undo{id});
    return decided ? "undone" : decided.error().type;
  }
  // Parks the only item that is pushed next: the row was changed at the cloud.
  void park(const char* server) {
    const auto request = desk.push();
    ASSERT_TRUE(request);
    Receipt receipt{request->items.back().id, Verdict::conflict, 0, "changed", {}, std::nullopt};
    const Version next = desk.version(desk.cursor().seq + 1);
    json::object touched = object(server);
    receipt.conflict =
        json::object{{"reason", "changed"}, {"server", touched}, {"version", to_json(next)}};
    json::object whole = object(R"({"id":"p1","name":"p","code":null,"amount":7})");
    for (const auto& member : touched) whole[member.key()] = member.value();
    PageRow now{{"Parent", "p1"}, {}, false, whole};
    const Page page = desk.page({now}, {receipt});
    desk.finish(page.receipts, page);
  }
  Device desk;
};

std::string text(const json::object& object) {
  return canonical_json(object);
}

// Theirs had been settled before: to undo one's own brings theirs back, not what was before both.
TEST_F(Undo, WhatWasMergedIsUndoneToWhatOthersHadWritten) {
  SyncRules rules;
  rules.entities["Parent"].merge.fields = {{"amount", Rule::max}, {"name", Rule::client}};
  desk.set_rules(rules);
  desk.open();
  desk.create_parent("p1", "first");  // the amount is 7
  desk.settle_all();
  const EntryId id = desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT",
                                                 R"({"amount":15,"name":"mine","code":"c"})"));
  desk.push();
  Receipt merged = receipt(desk.entry(id), Verdict::merged);
  merged.merge = object(R"({"fields":{
      "amount":{"rule":"max","base":7,"local":15,"server":13,"value":15},
      "name":{"rule":"client","base":"first","local":"mine","server":"theirs","value":"mine"}}})");
  const Page page = desk.page(
      {row("Parent", "p1", R"({"id":"p1","name":"mine","code":"c","amount":15})")}, {merged});
  desk.finish(page.receipts, page);
  ASSERT_EQ(desk.status(id), Status::success);
  const auto inverse = undo(id);
  ASSERT_EQ(inverse.size(), 1u);
  EXPECT_EQ(text(inverse[0].body.payload), R"({"amount":13,"code":null,"name":"theirs"})");
  EXPECT_EQ(text(inverse[0].body.base), R"({"amount":15,"code":"c","name":"mine"})");
  EXPECT_EQ(desk.one("SELECT amount || name FROM Parent"), "13theirs");
}

// A max that lost, say.
TEST_F(Undo, WhatTheMergeLeftAsOthersHadItIsNotUndone) {
  desk.create_parent("p1", "first");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "mine");
  desk.push();
  Receipt merged = receipt(desk.entry(id), Verdict::merged);
  merged.merge = object(
      R"({"fields":{"name":{"rule":"server","base":"first","local":"mine","server":"theirs","value":"theirs"}}})");
  const Page page = desk.page(
      {row("Parent", "p1", R"({"id":"p1","name":"theirs","code":null,"amount":7})")}, {merged});
  desk.finish(page.receipts, page);
  EXPECT_EQ(refusal(id), "nothing-to-undo");
}

TEST_F(Undo, AnUpdateIsUndoneByTheValuesBeforeOnWhatItLeft) {
  desk.create_parent("p1", "first");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "second");
  const auto seen = desk.entry(id).body.base_versions;
  desk.settle_all();
  // Another desk writes the name, too: the undo has not seen it.
  ASSERT_TRUE(desk.absorb(
      desk.page({row("Parent", "p1", R"({"id":"p1","name":"third","code":null,"amount":7})")})));
  const auto inverse = undo(id);
  ASSERT_EQ(inverse.size(), 1u);
  EXPECT_EQ(text(inverse[0].body.payload), R"({"name":"first"})");
  EXPECT_EQ(text(inverse[0].body.base), R"({"name":"second"})");
  EXPECT_EQ(text(inverse[0].body.base_versions), text(seen));
  EXPECT_EQ(inverse[0].body.lane_position, inverse[0].id);
  EXPECT_FALSE(inverse[0].body.supersedes);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "first");
}

TEST_F(Undo, ACreateIsUndoneByADeleteAndADeleteByACreateWithTheValuesOfThen) {
  const EntryId made = desk.create_parent("p1", "first");
  desk.settle_all();
  const auto gone = undo(made);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].body.op, Op::remove);
  EXPECT_EQ(text(gone[0].body.base), text(desk.entry(made).body.payload));
  EXPECT_EQ(base_version_of(gone[0].body, "name"), std::nullopt);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
  desk.settle_all();
  const auto back = undo(gone[0].id);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].body.op, Op::create);
  EXPECT_EQ(text(back[0].body.payload), text(desk.entry(made).body.payload));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "first");
  desk.settle_all();
  EXPECT_EQ(desk.one("SELECT group_concat(DISTINCT state) FROM SyncShadow"), "SAME");
}

TEST_F(Undo, AGroupIsUndoneByTheInverseGroupInReverseOrder) {
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"x"})"),
                  Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"p1"})"),
                  Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"title":"t"})")});
  desk.settle_all();
  const auto inverse = undo(group[0]);
  ASSERT_EQ(inverse.size(), 3u);
  EXPECT_EQ(inverse[0].body.op, Op::update);
  EXPECT_EQ(inverse[1].body.entity, (EntityKey{"Child", "c1"}));
  EXPECT_EQ(inverse[1].body.op, Op::remove);
  EXPECT_EQ(inverse[2].body.entity, (EntityKey{"Parent", "p1"}));
  EXPECT_EQ(inverse[0].body.group_id, inverse[2].body.group_id);
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent") + desk.one("SELECT count(*) FROM Child"), "00");
  // And back again, in the first order.
  desk.settle_all();
  const auto again = undo(inverse[1].id);
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again[0].body.entity, (EntityKey{"Parent", "p1"}));
  EXPECT_EQ(desk.query("SELECT id, title FROM Child"), (std::vector<TextRow>{{"c1", "t"}}));
}

TEST_F(Undo, OnesOwnLaterWritesStandInTheWayAndAreNamed) {
  const EntryId made = desk.create_parent("p1", "first");
  desk.settle_all();
  const EntryId name = desk.update_parent("p1", "second");
  const EntryId amount =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":1})"));
  desk.settle_all();
  const auto refused = desk.decide(wish::Undo{made});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "written-since");
  EXPECT_EQ(refused.error().entries, std::vector{name});
  EXPECT_EQ(undo(name).size(), 1u);  // the later entry wrote another field
  EXPECT_EQ(refusal(name), "written-since");
  EXPECT_EQ(undo(amount).size(), 1u);
}

TEST_F(Undo, WhatHasComeToReferToARowKeepsItsCreateFromBeingUndone) {
  const EntryId made = desk.create_parent("p1");
  desk.settle_all();
  desk.create_child("c1", "p1");
  EXPECT_EQ(refusal(made), "has-children");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "1");
}

TEST_F(Undo, WhatIsNotSettledIsDiscardedInstead) {
  const EntryId id = desk.create_parent("p1");
  EXPECT_EQ(refusal(id), "not-settled");
  EXPECT_EQ(refusal(99), "unknown-entry");
  desk.push();
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(refusal(id), "being-discarded");
}

TEST_F(Undo, AnUpdateThatChangedNothingHasNothingToUndo) {
  desk.create_parent("p1", "same");
  const EntryId id = desk.update_parent("p1", "same");
  desk.settle_all();
  EXPECT_EQ(refusal(id), "nothing-to-undo");
}

TEST_F(Undo, WhatWasDiscardedIsWrittenAgainOnItsOldBase) {
  desk.create_parent("p1", "p");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "mine");
  park(R"({"name":"theirs"})");
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "theirs");
  const auto again = undo(id);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(text(again[0].body.payload), R"({"name":"mine"})");
  EXPECT_EQ(text(again[0].body.base), R"({"name":"p"})");
  EXPECT_EQ(text(again[0].body.base_versions), text(desk.entry(id).body.base_versions));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "mine");
}

TEST_F(Undo, ADiscardedCreateComesBackWithItsRow) {
  const EntryId id = desk.create_parent("p1", "back");
  ASSERT_TRUE(desk.discard(id));
  EXPECT_EQ(undo(id).size(), 1u);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "back");
  EXPECT_EQ(desk.settle_all().settled.size(), 2u);  // the void, and the new entry
}

TEST_F(Undo, ADecisionThatWasNotSentIsTakenBack) {
  desk.create_parent("p1", "p");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "mine");
  park(R"({"name":"theirs"})");
  const auto decided = desk.decide(wish::Resolve{id, {{"name", json::value("both")}}});
  ASSERT_TRUE(decided);
  const EntryId decision = decided->appended.front().id;
  EXPECT_EQ(refusal(id), "already-resolved");
  const auto question = undo(decision);
  ASSERT_EQ(question.size(), 1u);
  EXPECT_EQ(desk.status(decision), Status::discarded);
  EXPECT_EQ(question[0].body.supersedes, desk.entry(decision).client_request_id);
  EXPECT_EQ(question[0].root_id, desk.entry(id).root_id);
  EXPECT_EQ(text(question[0].body.payload), text(desk.entry(id).body.payload));
  EXPECT_EQ(text(question[0].body.base), text(desk.entry(id).body.base));
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "mine");
  // Sent, it can only be undone when the cloud has answered.
  desk.push();
  EXPECT_EQ(refusal(question[0].id), "not-settled");
}

TEST_F(Undo, ATakenBackDecisionBringsTheMatesBackThatWereLeftOut) {
  desk.create_parent("p1", "p");
  desk.create_parent("p2", "q");
  desk.settle_all();
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"mine"})"),
                  Device::mutation("Parent", "p2", "UPDATE_PARENT", R"({"name":"also"})")});
  const auto request = desk.push();
  std::vector<Receipt> receipts;
  for (const PushItem& item : request->items) {
    receipts.push_back({item.id, Verdict::conflict, 0, "group", {}, json::object()});
    receipts.back().conflict = json::object{{"reason", "group"},
                                            {"server", {{"name", "theirs"}}},
                                            {"version", to_json(desk.version(5))}};
  }
  const Page page = desk.page({}, receipts);
  desk.finish(page.receipts, page);
  const auto decided = desk.decide(wish::Resolve{group[0], {{"name", Side::server}}});
  ASSERT_TRUE(decided) << decided.error().message;
  ASSERT_EQ(decided->appended.size(), 1u);
  const auto question = undo(decided->appended[0].id);
  ASSERT_EQ(question.size(), 2u);
  EXPECT_EQ(text(question[0].body.payload), R"({"name":"mine"})");
  EXPECT_EQ(question[0].body.group_id, question[1].body.group_id);
  EXPECT_EQ(question[1].body.group_size, 2);
  EXPECT_EQ(desk.query("SELECT name FROM Parent ORDER BY id"),
            (std::vector<TextRow>{{"mine"}, {"also"}}));
}

TEST_F(Undo, ASettledResolutionIsUndoneToWhatTheCloudHad) {
  desk.create_parent("p1", "p");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "mine");
  park(R"({"name":"theirs"})");
  const auto forced = desk.force(id);
  ASSERT_TRUE(forced);
  desk.settle_all();
  const auto inverse = undo(forced->appended[0].id);
  ASSERT_EQ(inverse.size(), 1u);
  EXPECT_EQ(text(inverse[0].body.payload), R"({"name":"theirs"})");
}

TEST_F(Undo, ADiscardThatCameTooLateIsUndoneByItsInverse) {
  const EntryId id = desk.create_parent("p1");
  desk.push();
  ASSERT_TRUE(desk.discard(id));
  const Page page = desk.page({row("Parent", "p1", R"({"id":"p1","name":"p","amount":7})")},
                              {receipt(desk.entry(id), Verdict::applied)});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.status(id), Status::success);
  const auto inverse = undo(id);
  ASSERT_EQ(inverse.size(), 1u);
  EXPECT_EQ(inverse[0].body.op, Op::remove);
}

TEST_F(Undo, WhatNeedsAPersonIsDecidedAndWhatIsOnItsWayIsWaitedFor) {
  desk.create_parent("p1", "p");
  desk.settle_all();
  const EntryId id = desk.update_parent("p1", "mine");
  park(R"({"name":"theirs"})");
  const auto hint = [&](EntryId entry) {
    const auto refused = desk.decide(wish::Undo{entry});
    EXPECT_EQ(refused.error().type, "not-settled");
    return refused.error().hint;
  };
  EXPECT_EQ(hint(id), "Nothing was changed. It needs you: decide about it.");
  const EntryId decision = desk.force(id)->appended.front().id;
  desk.push();
  EXPECT_EQ(hint(decision),
            "Nothing was changed. It is on its way. Wait for the cloud's answer, then undo it.");
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "mine");
}

// What the cloud tells of a merge is its own affair: a part that makes no sense is left out.
TEST_F(Undo, AMergeThatIsToldInPartIsUndoneByWhatIsKnown) {
  for (const char* merge :
       {R"({"fields":{"amount":7,"name":{"rule":"client"},"gone":{"server":1,"value":2}}})",
        R"({"fields":[]})", R"({"fields":7})", R"({})", R"({"else":1})"}) {
    Device other;
    other.meet();
    other.create_parent("p1", "first");
    other.settle_all();
    const EntryId id = other.update_parent("p1", "mine");
    other.push();
    Receipt merged = receipt(other.entry(id), Verdict::merged);
    merged.merge = object(merge);
    const Page page = other.page(
        {row("Parent", "p1", R"({"id":"p1","name":"mine","code":null,"amount":7})")}, {merged});
    other.finish(page.receipts, page);
    const auto undone = other.decide(wish::Undo{id});
    ASSERT_TRUE(undone) << merge << undone.error().message;
    EXPECT_EQ(text(undone->appended.front().body.payload), R"({"name":"first"})") << merge;
  }
}

TEST_F(Undo, WhatTheTablesHoldNoLongerIsNotSaidAgain) {
  desk.create_parent("p1", "first");
  desk.settle_all();
  const EntryId both = desk.write(
      Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"second","amount":9})"));
  const EntryId guard =
      desk.write(Device::mutation("Guard", "g1", "CREATE_GUARD", R"({"parentId":"p1"})"));
  desk.settle_all();
  desk.run("ALTER TABLE Parent DROP COLUMN amount; DROP TABLE Guard");
  const auto inverse = undo(both);
  ASSERT_EQ(inverse.size(), 1u);
  EXPECT_EQ(text(inverse[0].body.payload), R"({"name":"first"})");
  EXPECT_EQ(refusal(guard), "unknown-type");
}

TEST_F(Undo, ARowThatRefersToItselfIsNoChildOfItsOwn) {
  Device tree(
      R"sql(CREATE TABLE "Node" ("id" TEXT NOT NULL PRIMARY KEY, "up" TEXT REFERENCES "Node" ("id")))sql");
  tree.meet();
  const EntryId root = tree.write(Device::mutation("Node", "n1", "CREATE_NODE", R"({"up":null})"));
  tree.write(Device::mutation("Node", "n2", "CREATE_NODE", R"({"up":null})"));
  tree.settle_all();
  tree.run("UPDATE Node SET up = 'n1' WHERE id = 'n1'");  // by the app itself
  const auto undone = tree.decide(wish::Undo{root});
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(tree.one("SELECT group_concat(id) FROM Node"), "n2");
}

TEST_F(Undo, WhatIsBeingDiscardedAfterItWasSentIsWaitedFor) {
  const EntryId id = desk.create_parent("p1");
  desk.push();
  ASSERT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
  ASSERT_TRUE(desk.discard(id));
  ASSERT_EQ(desk.entry(id).void_state, "owed");
  EXPECT_EQ(refusal(id), "being-discarded");
}

class Outcome : public Undo {
 protected:
  // Sent without an answer, discarded, and the target cannot say what became of it.
  EntryId unknown() {
    desk.create_parent("p1", "p");
    desk.settle_all();
    const EntryId id = desk.update_parent("p1", "perhaps");
    desk.push();
    EXPECT_TRUE(desk.discard(id));
    EXPECT_TRUE(desk->fail_push({FailureClass::unreachable, "x", 0, {}}, 1, desk.now()));
    desk.push();
    const Page page =
        desk.page({}, {receipt(desk.entry(id), Verdict::rejected, "outcome-unknown")});
    desk.finish(page.receipts, page);
    EXPECT_EQ(desk.status(id), Status::error);
    EXPECT_EQ(desk.one("SELECT name FROM Parent"), "perhaps");
    return id;
  }
};

TEST_F(Outcome, ItHappenedSettlesTheEntryAndItsValuesStay) {
  const EntryId id = unknown();
  const EntryId behind =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":1})"));
  EXPECT_FALSE(desk.push());
  const auto said = desk.decide(wish::Outcome{id, true});
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->closed.front().status, Status::success);
  EXPECT_EQ(desk.entry(behind).status, Status::pending);
  desk.settle_all();
  EXPECT_EQ(desk.status(behind), Status::success);
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"),
            (std::vector<TextRow>{{"perhaps", "1"}}));
  EXPECT_EQ(desk.one("SELECT state FROM SyncShadow"), "SAME");
  EXPECT_EQ(desk.decide(wish::Outcome{id, true}).error().type, "outcome-known");
}

TEST_F(Outcome, ItDidNotHappenRollsTheRowBack) {
  const EntryId id = unknown();
  ASSERT_TRUE(desk.decide(wish::Outcome{id, false}));
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "p");
  EXPECT_FALSE(desk.push());
}

TEST_F(Outcome, OnlyWhatIsUnknownNeedsAWord) {
  const EntryId id = desk.create_parent("p1");
  EXPECT_EQ(desk.decide(wish::Outcome{id, true}).error().type, "outcome-known");
  EXPECT_EQ(desk.decide(wish::Outcome{99, true}).error().type, "unknown-entry");
}

}  // namespace
}  // namespace slipway::store
