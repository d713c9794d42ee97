// Retry, force and resolve: what the successors of a parked entry hold, on what they stand, and
// what is refused. The cloud is played: it answers with the conflicts that it would record.
#include "device.h"
#include "model/canonical_json.h"

namespace slipway::store {
namespace {

class Resolve : public testing::Test {
 protected:
  explicit Resolve(SyncRules rules = {}) : desk(app_schema, 1, std::move(rules)) {}
  void SetUp() override { desk.meet(); }
  void TearDown() override { EXPECT_TRUE(desk.query("PRAGMA foreign_key_check").empty()); }

  // A row that the cloud has made, as of the next commit.
  void cloud_has(const std::string& id, std::string_view values) {
    ASSERT_TRUE(desk.absorb(desk.page({row("Parent", id, values)})));
  }
  static constexpr std::string_view first = R"({"id":"p1","name":"old","code":"C","amount":1})";
  static constexpr std::string_view moved = R"({"id":"p1","name":"theirs","code":"C","amount":9})";

  EntryId write_both(std::string_view name, int amount) {
    return desk.write(Device::mutation(
        "Parent", "p1", "UPDATE_PARENT",
        R"({"name":")" + std::string(name) + R"(","amount":)" + std::to_string(amount) + "}"));
  }

  struct Conflict {
    std::string reason = "changed";
    std::string server = "null", last = {};  // JSON
    std::optional<Version> version = {};
    json::object more = {};
  };
  Receipt receipt_of(const PushItem& item, const Conflict& conflict) {
    Receipt receipt{item.id, Verdict::conflict, 0, conflict.reason, {}, std::nullopt};
    receipt.conflict = conflict.more;
    (*receipt.conflict)["reason"] = conflict.reason;
    (*receipt.conflict)["server"] = *parse_json(conflict.server, "a test's text");
    (*receipt.conflict)["version"] = to_json(conflict.version);
    if (!conflict.last.empty()) (*receipt.conflict)["lastValues"] = object(conflict.last);
    return receipt;
  }
  // Pushes; the items in their order get these conflicts, in a page that also brings `rows`.
  void park(const std::vector<Conflict>& conflicts, std::vector<PageRow> rows = {}) {
    const auto request = desk.push();
    ASSERT_TRUE(request);
    ASSERT_EQ(request->items.size(), conflicts.size());
    std::vector<Receipt> receipts;
    for (std::size_t i = 0; i < conflicts.size(); ++i)
      receipts.push_back(receipt_of(request->items[i], conflicts[i]));
    const Page page = desk.page(std::move(rows), receipts);
    desk.finish(page.receipts, page);
  }
  // An update of name and amount, in conflict over `moved`.
  EntryId parked_update() {
    cloud_has("p1", first);
    const EntryId id = write_both("mine", 5);
    const Version next = desk.version(desk.cursor().seq + 1);
    park({{.server = R"({"name":"theirs","amount":9})", .version = next}},
         {row("Parent", "p1", moved)});
    EXPECT_EQ(desk.status(id), Status::conflict);
    return id;
  }
  // The same, of a row that was deleted.
  EntryId parked_on_a_tombstone() {
    cloud_has("p1", first);
    const EntryId id =
        desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"mine"})"));
    const Version next = desk.version(desk.cursor().seq + 1);
    park({{.reason = "deleted", .last = std::string(moved), .version = next}},
         {deleted_row("Parent", "p1", moved)});
    EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
    return id;
  }
  Entry successor(const Result<Decided>& decided) {
    EXPECT_TRUE(decided) << decided.error().type << ": " << decided.error().message;
    if (!decided || decided->appended.size() != 1) {
      ADD_FAILURE() << "not one successor";
      return {};
    }
    return decided->appended.front();
  }
  Result<Decided> resolve(EntryId id, Choices choices, std::optional<Version> seen = {}) {
    return desk.decide(wish::Resolve{id, std::move(choices), seen, false});
  }
  Device desk;
};

std::string text(const json::object& object) {
  return canonical_json(object);
}

TEST_F(Resolve, ARetryKeepsWhatStandsAgainstAndBasesTheRestOnWhatWasSeen) {
  cloud_has("p1", first);
  const Version before = desk.cursor();
  const EntryId id = write_both("mine", 5);
  // The name was changed to something else; the amount to what is wished here.
  const Version seen = desk.version(before.seq + 1);
  park({{.server = R"({"name":"theirs","amount":5})", .version = seen}},
       {row("Parent", "p1", R"({"id":"p1","name":"theirs","code":"C","amount":5})")});
  const Entry again = successor(desk.retry(id));
  EXPECT_EQ(text(again.body.payload), R"({"amount":5,"name":"mine"})");
  EXPECT_EQ(text(again.body.base), R"({"amount":5,"name":"old"})");
  EXPECT_EQ(base_version_of(again.body, "name"), before);
  EXPECT_EQ(base_version_of(again.body, "amount"), seen);
  EXPECT_EQ(base_version_of(again.body, "*"), before);
}

TEST_F(Resolve, AForceStandsOnWhatWasSeenWithEveryField) {
  const EntryId id = parked_update();
  const Entry mine = successor(desk.force(id));
  EXPECT_EQ(text(mine.body.payload), R"({"amount":5,"name":"mine"})");
  EXPECT_EQ(text(mine.body.base), R"({"amount":9,"name":"theirs"})");
  EXPECT_EQ(mine.body.base_versions.size(), 1u);
  EXPECT_EQ(base_version_of(mine.body, "name"), desk.cursor());
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "mine");
}

TEST_F(Resolve, ADecisionNamesTheStateThatWasSeen) {
  const EntryId id = parked_update();
  const Version shown = desk.cursor();
  cloud_has("p1", R"({"id":"p1","name":"newer","code":"C","amount":9})");
  const Version now = desk.cursor();
  for (const Wish& wish : std::vector<Wish>{
           wish::Retry{id, desk.version(1)}, wish::Force{id, desk.version(1)},
           wish::Resolve{id, {{"name", Side::local}}, Version{shown.seq, std::string(16, 'f')}}}) {
    EXPECT_EQ(desk.decide(wish).error().type, "moved-on");
  }
  EXPECT_EQ(desk.status(id), Status::conflict);
  const auto on_shown = desk.preview(wish::Force{id, shown});
  EXPECT_EQ(base_version_of(on_shown->appended.front().body, "name"), shown);
  EXPECT_EQ(text(on_shown->appended.front().body.base), R"({"amount":9,"name":"theirs"})");
  const Entry on_now = successor(desk.decide(wish::Force{id, now}));
  EXPECT_EQ(base_version_of(on_now.body, "name"), now);
  EXPECT_EQ(text(on_now.body.base), R"({"amount":9,"name":"newer"})");
}

TEST_F(Resolve, ASecondDecisionIsRefusedAndNamesTheFirst) {
  const EntryId id = parked_update();
  const Entry first_decision = successor(desk.force(id));
  for (const Wish& wish : std::vector<Wish>{wish::Retry{id}, wish::Force{id}, wish::Discard{id},
                                            wish::Resolve{id, {{"name", Side::local}}}}) {
    const auto second = desk.decide(wish);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().type, "already-resolved");
    EXPECT_EQ(second.error().entries, std::vector{first_decision.id});
  }
  desk.settle_all();
  EXPECT_EQ(resolve(first_decision.id, {{"name", Side::local}}).error().type, "already-closed");
}

TEST_F(Resolve, FieldByFieldWithOwnValues) {
  const EntryId id = parked_update();
  const Entry entry =
      successor(resolve(id, {{"name", json::value("both")}, {"amount", Side::server}}));
  EXPECT_EQ(text(entry.body.payload), R"({"name":"both"})");
  EXPECT_EQ(text(entry.body.base), R"({"name":"theirs"})");
  EXPECT_EQ(entry.body.lane_position, desk.entry(id).body.lane_position);
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"both", "9"}}));
}

TEST_F(Resolve, AFieldMayGoBackToWhatItWas) {
  const EntryId id = parked_update();
  const Entry entry = successor(resolve(id, {{"name", Side::base}, {"amount", Side::local}}));
  EXPECT_EQ(text(entry.body.payload), R"({"amount":5,"name":"old"})");
  EXPECT_EQ(text(entry.body.base), R"({"amount":9,"name":"theirs"})");
}

TEST_F(Resolve, WhatStandsAgainstMustBeDecidedAndNothingElseMayBe) {
  const EntryId id = parked_update();
  const auto refused = [&](Choices choices) {
    const auto decided = resolve(id, std::move(choices));
    return decided ? std::string("accepted") : decided.error().type + " " + decided.error().field;
  };
  EXPECT_EQ(refused({}), "missing-field fields");
  EXPECT_EQ(refused({{"name", Side::local}}), "undecided-field fields.amount");
  EXPECT_EQ(refused({{"colour", Side::local}}), "unknown-field take.colour");
  EXPECT_EQ(refused({{"code", json::value("D")}}), "untouched-field fields.code");
  EXPECT_EQ(refused({{"id", json::value("p2")}}), "untouched-field fields.id");
  EXPECT_EQ(refused({{"name", Side::local}, {"amount", json::value("many")}}),
            "wrong-type fields.amount");
  EXPECT_EQ(refused({{"name", json::value(nullptr)}, {"amount", Side::local}}),
            "null-not-allowed fields.name");
  EXPECT_EQ(desk.status(id), Status::conflict);
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncQueue"), "1");
}

TEST_F(Resolve, TheCloudsValueForEveryFieldIsADiscard) {
  const EntryId id = parked_update();
  const auto decided = resolve(id, {{"name", Side::server}, {"amount", Side::server}});
  ASSERT_TRUE(decided);
  EXPECT_TRUE(decided->appended.empty());
  EXPECT_EQ(desk.status(id), Status::discarded);
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"theirs", "9"}}));
  EXPECT_FALSE(desk.push());
}

TEST_F(Resolve, ForcingAfterADeleteMakesTheRowAgainAndMarksWhatIsCarried) {
  const EntryId id = parked_on_a_tombstone();
  const Entry entry = successor(desk.force(id));
  EXPECT_EQ(entry.body.op, Op::create);
  EXPECT_EQ(entry.body.action, "CREATE_PARENT");
  EXPECT_EQ(text(entry.body.payload), R"({"amount":9,"code":"C","id":"p1","name":"mine"})");
  EXPECT_EQ(text(entry.body.base), text(object(moved)));
  EXPECT_EQ(base_version_of(entry.body, "*"), desk.cursor());
  EXPECT_TRUE(is_carried(entry.body, "amount"));
  EXPECT_FALSE(is_carried(entry.body, "name"));
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"mine", "9"}}));
}

// A row from before Slipway, which the cloud once had under the same id, and deleted.
TEST_F(Resolve, WhatTheLastValuesReplaceOfARowFromBeforeIsListed) {
  desk.run("INSERT INTO Parent (id, name, code, amount) VALUES ('p1', 'old', 'mine', 1)");
  const EntryId id =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"edited"})"));
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.reason = "deleted", .last = std::string(moved), .version = next}});
  const Entry again = successor(desk.force(id));
  ASSERT_TRUE(desk.push());
  PageRow own = row("Parent", "p1", moved);
  own.values.reset();
  desk.finish({}, desk.page({own}, {receipt(again, Verdict::applied)}));
  EXPECT_EQ(desk.query("SELECT name, code FROM Parent"), (std::vector<TextRow>{{"edited", "C"}}));
  const auto lost = desk->lost_rows(10).value();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].row.values.at("code"), "mine");
}

TEST_F(Resolve, ARetryAfterADeleteAsksTheSameAgain) {
  const EntryId id = parked_on_a_tombstone();
  const Entry entry = successor(desk.retry(id));
  EXPECT_EQ(entry.body.op, Op::update);
  EXPECT_EQ(text(entry.body.base_versions), text(desk.entry(id).body.base_versions));
}

TEST_F(Resolve, ADeletedRowWhoseLastValuesAreUnknownCannotBeMadeAgain) {
  cloud_has("p1", first);
  const EntryId id = desk.update_parent("p1", "mine");
  park({{.reason = "deleted"}});
  EXPECT_EQ(desk.force(id).error().type, "last-values-unknown");
  EXPECT_EQ(desk.status(id), Status::conflict);
}

TEST_F(Resolve, ARowThatIsMadeAgainTwiceWritesOverALiveRowOnlyWhatIsItsOwn) {
  const EntryId id = parked_on_a_tombstone();
  successor(desk.force(id));
  // Meanwhile another desk made it again.
  const std::string theirs = R"({"id":"p1","name":"third","code":"X","amount":3})";
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.reason = "already-exists", .server = theirs, .version = next}},
       {row("Parent", "p1", theirs)});
  const EntryId parked = std::atoll(desk.one("SELECT max(id) FROM SyncQueue").c_str());
  const Entry entry = successor(desk.force(parked));
  EXPECT_EQ(entry.body.op, Op::update);
  EXPECT_EQ(text(entry.body.payload), R"({"name":"mine"})");
  EXPECT_EQ(resolve(entry.id, {{"name", Side::local}}).error().type, "not-in-conflict");
}

TEST_F(Resolve, ADeleteIsForcedOnWhatWasSeenAndHasNoFields) {
  cloud_has("p1", first);
  const EntryId id = desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT"));
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = std::string(moved), .version = next}}, {row("Parent", "p1", moved)});
  EXPECT_EQ(resolve(id, {{"name", Side::local}}).error().type, "not-resolvable");
  const auto again = desk.preview(wish::Retry{id});
  EXPECT_EQ(text(again->appended.front().body.base), text(object(first)));
  EXPECT_EQ(base_version_of(again->appended.front().body, "code"), next);
  const Entry entry = successor(desk.force(id));
  EXPECT_EQ(entry.body.op, Op::remove);
  EXPECT_EQ(text(entry.body.base), text(object(moved)));
}

TEST_F(Resolve, TakingAnExistingRowInPlaceOfOnesOwnKeepsWhatStandsOnIt) {
  const EntryId id = desk.create_parent("p1", "mine");
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.reason = "already-exists", .server = std::string(moved), .version = next}},
       {row("Parent", "p1", moved)});
  const EntryId child = desk.create_child("c1", "p1");
  const auto decided =
      resolve(id, {{"name", Side::server}, {"code", Side::server}, {"amount", Side::server}});
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->closed.size(), 1u);
  EXPECT_EQ(desk.status(child), Status::pending);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "theirs");
}

TEST_F(Resolve, AGroupIsForcedWholeEachOnItsOwnConflict) {
  cloud_has("p1", first);
  cloud_has("p2", R"({"id":"p2","name":"two","code":"D","amount":2})");
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"mine"})"),
                  Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":5})"),
                  Device::mutation("Parent", "p2", "UPDATE_PARENT", R"({"name":"also"})")});
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = R"({"name":"theirs"})", .version = next},
        {.reason = "group", .server = R"({"amount":9})", .version = next},
        {.reason = "group", .server = R"({"name":"two"})", .version = desk.version(2)}},
       {row("Parent", "p1", moved)});
  const auto forced = desk.force(group[2]);
  ASSERT_TRUE(forced) << forced.error().message;
  ASSERT_EQ(forced->appended.size(), 3u);
  EXPECT_EQ(forced->closed.size(), 3u);
  const auto& [one, two, three] =
      std::tie(forced->appended[0], forced->appended[1], forced->appended[2]);
  EXPECT_EQ(text(one.body.base), R"({"name":"theirs"})");
  EXPECT_EQ(text(two.body.base), R"({"amount":9})");
  EXPECT_EQ(text(three.body.base), R"({"name":"two"})");
  EXPECT_EQ(one.body.group_id, three.body.group_id);
  EXPECT_EQ(one.body.group_size, 3);
  EXPECT_EQ(desk.settle_all().settled.size(), 3u);
}

TEST_F(Resolve, ALaterEntryOfAForcedGroupStandsOnTheEarlierOnes) {
  cloud_has("p1", first);
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "DELETE_PARENT"),
                  Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"anew"})"),
                  Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":5})")});
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = std::string(moved), .version = next},
        {.reason = "group", .server = std::string(moved), .version = next},
        {.reason = "group", .server = R"({"amount":9})", .version = next}},
       {row("Parent", "p1", moved)});
  const auto forced = desk.force(group[0]);
  ASSERT_TRUE(forced) << forced.error().message;
  ASSERT_EQ(forced->appended.size(), 3u);
  EXPECT_EQ(forced->appended[0].body.op, Op::remove);
  EXPECT_EQ(forced->appended[1].body.op, Op::create);
  EXPECT_EQ(text(forced->appended[2].body.base), R"({"amount":7})");
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"anew", "5"}}));
}

TEST_F(Resolve, AResolvedEntryOfAGroupTakesItsMatesAlong) {
  cloud_has("p1", first);
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"mine"})"),
                  Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"p1"})")});
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = R"({"name":"theirs"})", .version = next}, {.reason = "group"}},
       {row("Parent", "p1", moved)});
  const auto both = desk.preview(wish::Resolve{group[0], {{"name", json::value("both")}}});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->appended.size(), 2u);
  EXPECT_EQ(both->appended[1].body.group_size, 2);
  // The cloud's value for all of it: the others go on without it.
  const auto theirs = resolve(group[0], {{"name", Side::server}});
  ASSERT_TRUE(theirs);
  ASSERT_EQ(theirs->appended.size(), 1u);
  EXPECT_EQ(theirs->appended[0].body.op, Op::create);
  EXPECT_FALSE(theirs->appended[0].body.group_id);
  EXPECT_EQ(desk.status(group[0]), Status::discarded);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "theirs");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Child"), "1");
}

// What a mate writes is no news from the cloud: the later one still stands on what it found.
TEST_F(Resolve, AMateOnWhatTheEarlierOneWroteHasNotSeenTheCloudsValue) {
  cloud_has("p2", R"({"id":"p2","name":"two","code":"D","amount":2})");
  const auto group =
      desk.write({Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"name":"mine"})"),
                  Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"name":"better"})"),
                  Device::mutation("Parent", "p2", "UPDATE_PARENT", R"({"name":"also"})")});
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = std::string(moved), .version = next},
        {.reason = "group", .server = std::string(moved), .version = next},
        {.reason = "group", .server = R"({"name":"two"})", .version = desk.version(2)}},
       {row("Parent", "p1", moved)});
  const auto retried = desk.decide(wish::Retry{group[2]});
  ASSERT_TRUE(retried) << retried.error().message;
  ASSERT_EQ(retried->appended.size(), 3u);
  const Body& later = retried->appended[1].body;
  EXPECT_EQ(text(later.base), R"({"name":"mine"})");
  EXPECT_EQ(base_version_of(later, "name"), std::nullopt);
}

TEST_F(Resolve, WhatCannotBeForcedSaysWhatToDo) {
  cloud_has("p1", first);
  const EntryId id = desk.create_child("c1", "p1");
  park({{.reason = "reference-missing",
         .more = {{"because", {{"entityType", "Parent"}, {"entityId", "p1"}}}}}},
       {deleted_row("Parent", "p1", moved)});
  const auto forced = desk.force(id);
  ASSERT_FALSE(forced);
  EXPECT_EQ(forced.error().type, "cannot-be-forced");
  EXPECT_NE(forced.error().message.find("Parent p1"), std::string::npos);
  EXPECT_NE(forced.error().hint.find("Create Parent p1 again"), std::string::npos);
  // The reference can be resolved to another row.
  cloud_has("p2", R"({"id":"p2","name":"two","code":"D","amount":2})");
  const Entry entry = successor(resolve(id, {{"parentId", json::value("p2")}}));
  EXPECT_EQ(entry.body.payload.at("parentId"), "p2");
  EXPECT_EQ(resolve(entry.id, {{"title", Side::server}}).error().type, "not-in-conflict");
}

TEST_F(Resolve, WhatARowOutsideOfItsScopeKeepsFromBeingForcedNamesNone) {
  cloud_has("p1", first);
  const EntryId id = desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT"));
  park({{.reason = "has-children", .server = std::string(first)}});
  const auto forced = desk.force(id);
  ASSERT_FALSE(forced);
  EXPECT_EQ(forced.error().type, "cannot-be-forced");
  EXPECT_NE(forced.error().message.find("a row that this desk does not hold"), std::string::npos);
}

TEST_F(Resolve, AReferenceToARowThatIsNotHereIsRefused) {
  cloud_has("p1", first);
  const EntryId id = desk.create_child("c1", "p1");
  park({{.reason = "reference-missing"}});
  const auto refused = resolve(id, {{"parentId", json::value("nobody")}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "reference-missing");
  EXPECT_EQ(refused.error().field, "fields.parentId");
  EXPECT_EQ(resolve(id, {{"parentId", Side::server}}).error().type, "nothing-to-take");
}

TEST_F(Resolve, AValueThatTheDatabaseRefusesIsRefused) {
  cloud_has("p1", first);
  cloud_has("p2", R"({"id":"p2","name":"two","code":"D","amount":2})");
  const EntryId id =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"code":"E"})"));
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.server = R"({"code":"F"})", .version = next}},
       {row("Parent", "p1", R"({"id":"p1","name":"old","code":"F","amount":1})")});
  const auto refused = resolve(id, {{"code", json::value("D")}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "constraint");
  EXPECT_EQ(desk.status(id), Status::conflict);
  EXPECT_EQ(desk.one("SELECT code FROM Parent WHERE id = 'p1'"), "E");
}

TEST_F(Resolve, AResolutionThatWouldNeedSomethingLaterIsRefusedAndNamesIt) {
  cloud_has("p1", first);
  const EntryId id = desk.create_child("c1", "p1");
  park({{.reason = "reference-missing"}});
  const EntryId later = desk.create_parent("p9");
  const auto refused = resolve(id, {{"parentId", json::value("p9")}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "needs-later");
  EXPECT_EQ(refused.error().entries, std::vector{later});
  desk.settle_all();
  EXPECT_TRUE(resolve(id, {{"parentId", json::value("p9")}}));
}

TEST_F(Resolve, ARefusedEntryIsCorrectedAndKeepsItsBase) {
  cloud_has("p1", first);
  const EntryId id = write_both("mine", 5);
  ASSERT_TRUE(desk.push());
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "amount too small", 422, {}}, 1, desk.now()));
  ASSERT_EQ(desk.status(id), Status::error);
  const Entry entry = successor(resolve(id, {{"amount", json::value(50)}}));
  EXPECT_EQ(text(entry.body.payload), R"({"amount":50,"name":"mine"})");
  EXPECT_EQ(text(entry.body.base), text(desk.entry(id).body.base));
  EXPECT_EQ(text(entry.body.base_versions), text(desk.entry(id).body.base_versions));
}

// A later edit would hide from the app's table that nothing was taken.
TEST_F(Resolve, NothingIsTakenFromACloudOfWhoseRowNothingIsKnown) {
  cloud_has("p1", first);
  const EntryId id = desk.create_child("c1", "p1");
  ASSERT_TRUE(desk.push());
  desk.write(Device::mutation("Child", "c1", "UPDATE_CHILD", R"({"parentId":"p1","title":"t"})"));
  desk.finish({receipt(desk.entry(id), Verdict::rejected, "outside-scope")},
              desk.page({}, {receipt(desk.entry(id), Verdict::rejected, "outside-scope")}));
  ASSERT_EQ(desk.status(id), Status::error);
  const auto refused = resolve(id, {{"parentId", Side::server}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "nothing-to-take");
  EXPECT_EQ(refused.error().field, "take.parentId");
  EXPECT_NE(refused.error().message.find("not known"), std::string::npos);
  EXPECT_EQ(desk.status(id), Status::error);
  const Entry kept = successor(resolve(id, {{"parentId", Side::local}}));
  EXPECT_EQ(kept.body.payload.at("parentId"), "p1");
}

// A deleted row of which the cloud told a part only: what it did not tell is not null.
TEST_F(Resolve, NothingIsTakenFromLastValuesThatWereNotTold) {
  cloud_has("p1", first);
  const EntryId id = desk.write(Device::mutation("Parent", "p9", "CREATE_PARENT",
                                                 R"({"name":"mine","code":"Z","amount":5})"));
  park({{.reason = "deleted",
         .last = R"({"id":"p9","name":"n","amount":1})",
         .version = desk.version(1)}});
  const auto refused = resolve(id, {{"code", Side::server}, {"name", Side::local}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "nothing-to-take");
  EXPECT_EQ(refused.error().field, "take.code");
}

TEST_F(Resolve, APreviewShowsItAllAndChangesNothing) {
  const EntryId id = parked_update();
  const auto everything = [&] {
    std::string all;
    for (const char* sql : {"SELECT * FROM Parent", "SELECT * FROM SyncQueue",
                            "SELECT * FROM SyncShadow", "SELECT * FROM sync_meta"}) {
      for (const TextRow& row : desk.query(sql)) {
        for (const std::string& column : row) all += column + "|";
      }
    }
    return all;
  };
  const std::string before = everything();
  for (const Wish& wish : std::vector<Wish>{
           wish::Retry{id}, wish::Force{id}, wish::Discard{id},
           wish::Resolve{id, {{"name", json::value("both")}, {"amount", Side::server}}}}) {
    const auto preview = desk.preview(wish);
    ASSERT_TRUE(preview);
    EXPECT_EQ(everything(), before);
    const bool discards = std::holds_alternative<wish::Discard>(wish);
    EXPECT_EQ(preview->appended.size(), discards ? 0u : 1u);
    ASSERT_EQ(preview->closed.size(), 1u);
    EXPECT_EQ(preview->closed[0].status, Status::discarded);
    ASSERT_EQ(preview->rows.size(), 1u);
    if (discards) {
      EXPECT_EQ(preview->rows[0].values->at("name"), "theirs");
    }
  }
}

// A desk on which amounts add up and names are the cloud's; only codes are for a person.
class ResolveByRules : public Resolve {
 protected:
  ResolveByRules() : Resolve(rules()) {}
  static SyncRules rules() {
    SyncRules rules;
    rules.entities["Parent"].merge.fields = {{"amount", Rule::sum}, {"name", Rule::server}};
    return rules;
  }
  // 1 → 5 here and → 9 at the cloud; and all else, too.
  EntryId parked(std::string reason = "changed") {
    cloud_has("p1", first);
    const EntryId id = desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT",
                                                   R"({"name":"mine","code":"M","amount":5})"));
    const Version next = desk.version(desk.cursor().seq + 1);
    park({{.reason = std::move(reason),
           .server = R"({"name":"theirs","code":"T","amount":9})",
           .version = next}},
         {row("Parent", "p1", R"({"id":"p1","name":"theirs","code":"T","amount":9})")});
    return id;
  }
};

TEST_F(ResolveByRules, AForceCarriesTheDifferenceOfWhatAddsUp) {
  const Entry entry = successor(desk.force(parked()));
  EXPECT_EQ(text(entry.body.payload), R"({"amount":13,"code":"M","name":"mine"})");
  EXPECT_EQ(text(entry.body.base), R"({"amount":9,"code":"T","name":"theirs"})");
  EXPECT_EQ(desk.one("SELECT amount FROM Parent"), "13");
}

TEST_F(ResolveByRules, OnlyWhatNoRuleMergesMustBeDecided) {
  const EntryId id = parked();
  EXPECT_EQ(resolve(id, {{"name", Side::local}}).error().field, "fields.code");
  const Entry entry = successor(resolve(id, {{"code", json::value("B")}}));
  EXPECT_EQ(text(entry.body.payload), R"({"amount":13,"code":"B"})");
  EXPECT_EQ(text(entry.body.base), R"({"amount":9,"code":"T"})");
}

TEST_F(ResolveByRules, AGivenTotalIsATotal) {
  const Entry entry =
      successor(resolve(parked(), {{"code", Side::local}, {"amount", json::value(20)}}));
  EXPECT_EQ(entry.body.payload.at("amount"), 20);
  EXPECT_EQ(entry.body.base.at("amount"), 9);
}

TEST_F(ResolveByRules, ARetryKeepsTheDifferenceThatIsNotThereYet) {
  cloud_has("p1", first);
  const EntryId id = write_both("mine", 5);
  const Version next = desk.version(desk.cursor().seq + 1);
  // Another desk added four as well.
  park({{.server = R"({"name":"theirs","amount":5})", .version = next}},
       {row("Parent", "p1", R"({"id":"p1","name":"theirs","code":"C","amount":5})")});
  const Entry entry = successor(desk.retry(id));
  EXPECT_EQ(entry.body.base.at("amount"), 1);
  EXPECT_EQ(desk.one("SELECT amount FROM Parent"), "9");
}

// The row holds the difference already: keeping mine means the value.
TEST_F(ResolveByRules, WhatTookEffectBeforeIsNotAddedOnceMore) {
  const Entry entry = successor(desk.force(parked("superseded-applied")));
  EXPECT_EQ(entry.body.payload.at("amount"), 5);
  EXPECT_EQ(entry.body.base.at("amount"), 9);
}

// The cloud has never had the row, as after it was restored from a copy; what the desk knew last of
// it is of the past that is gone, in which this entry had taken effect.
TEST_F(ResolveByRules, WhatOnlyThisDeskRemembersMayHoldTheDifference) {
  cloud_has("p1", first);
  const EntryId id =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":5})"));
  park({{.reason = "deleted"}},
       {deleted_row("Parent", "p1", R"({"id":"p1","name":"old","code":"C","amount":5})")});
  const Entry entry = successor(desk.decide(wish::Force{id, desk.cursor()}));
  EXPECT_EQ(entry.body.op, Op::create);
  EXPECT_EQ(entry.body.payload.at("amount"), 5);
}

TEST_F(Resolve, WhatWasResolvedIsOneEffectWithEverythingBehindIt) {
  const EntryId id = parked_update();
  const EntryId behind = desk.update_parent("p1", "and more");
  EXPECT_FALSE(desk.push());
  const Entry entry =
      successor(resolve(id, {{"name", json::value("both")}, {"amount", Side::local}}));
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 2u);
  EXPECT_EQ(request->items[0].id, entry.client_request_id);
  EXPECT_EQ(request->items[0].write->at("supersedes"),
            json::value(desk.entry(id).client_request_id));
  EXPECT_EQ(request->items[1].id, desk.entry(behind).client_request_id);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "and more");
}

TEST_F(Resolve, TheSidesOfAConflictAreNamedAsItShowsThem) {
  EXPECT_EQ(side_from_text("local"), Side::local);
  EXPECT_EQ(side_from_text("server"), Side::server);
  EXPECT_EQ(side_from_text("base"), Side::base);
  for (const char* text : {"", "Local", "theirs"}) EXPECT_EQ(side_from_text(text), std::nullopt);
}

TEST_F(Resolve, OfARefusedEntryAFieldMayBeLeftOut) {
  cloud_has("p1", first);
  const EntryId id = write_both("mine", 5);
  ASSERT_TRUE(desk.push());
  ASSERT_TRUE(desk->fail_push({FailureClass::invalid, "no such name", 422, {}}, 1, desk.now()));
  const Entry entry = successor(resolve(id, {{"name", Side::server}}));
  EXPECT_EQ(text(entry.body.payload), R"({"amount":5})");
  EXPECT_EQ(text(entry.body.base), R"({"amount":1})");
  EXPECT_EQ(desk.query("SELECT name, amount FROM Parent"), (std::vector<TextRow>{{"old", "5"}}));
}

// The name may not be empty, and nobody knows what it was.
TEST_F(Resolve, ARowIsNotMadeAgainFromValuesThatAreNotWhole) {
  cloud_has("p1", first);
  const EntryId id =
      desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":5})"));
  const Version next = desk.version(desk.cursor().seq + 1);
  const char* const part = R"({"id":"p1","amount":9})";
  park({{.reason = "deleted", .last = part, .version = next}}, {deleted_row("Parent", "p1", part)});
  for (const auto& decided : {desk.force(id), resolve(id, {{"amount", Side::local}})}) {
    ASSERT_FALSE(decided);
    EXPECT_EQ(decided.error().type, "last-values-unknown");
    EXPECT_TRUE(decided.error().hint.starts_with("Nothing was changed. ")) << decided.error().hint;
  }
  EXPECT_EQ(desk.status(id), Status::conflict);
}

TEST_F(Resolve, WhatIsCarriedIsNobodysWishAndCannotBeChosen) {
  successor(desk.force(parked_on_a_tombstone()));
  const std::string theirs = R"({"id":"p1","name":"third","code":"X","amount":3})";
  const Version next = desk.version(desk.cursor().seq + 1);
  park({{.reason = "already-exists", .server = theirs, .version = next}},
       {row("Parent", "p1", theirs)});
  const EntryId parked = std::atoll(desk.one("SELECT max(id) FROM SyncQueue").c_str());
  for (const char* field : {"amount", "id"}) {
    const auto refused = resolve(parked, {{field, Side::local}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "untouched-field");
    EXPECT_EQ(refused.error().field, "take." + std::string(field));
  }
  const Entry entry = successor(resolve(parked, {{"name", Side::local}}));
  EXPECT_EQ(entry.body.op, Op::update);
  EXPECT_EQ(text(entry.body.payload), R"({"name":"mine"})");
  EXPECT_EQ(text(entry.body.base), R"({"name":"third"})");
}

// A webhook, say: it refuses, and tells nothing of what it has.
TEST_F(Resolve, WhereNothingWasToldADecisionStandsOnWhatItStoodOn) {
  cloud_has("p1", first);
  const EntryId gone = desk.write(Device::mutation("Parent", "p1", "DELETE_PARENT"));
  park({{.reason = "changed"}});
  const Entry entry = successor(desk.force(gone));
  EXPECT_EQ(entry.body.op, Op::remove);
  EXPECT_EQ(text(entry.body.base), text(desk.entry(gone).body.base));
  EXPECT_EQ(text(entry.body.base_versions), text(desk.entry(gone).body.base_versions));
}

// A desk on which the higher amount wins.
class ResolveByMax : public Resolve {
 protected:
  ResolveByMax() : Resolve(rules()) {}
  static SyncRules rules() {
    SyncRules rules;
    rules.entities["Parent"].merge.fields = {{"amount", Rule::max}};
    return rules;
  }
};

TEST_F(ResolveByMax, WhatTheRuleGivesToThisDeskIsWrittenAndElseTheCloudsStays) {
  for (const int mine : {50, 5}) {
    cloud_has("p1", first);
    const EntryId id = write_both("mine", mine);
    const Version next = desk.version(desk.cursor().seq + 1);
    park({{.server = R"({"name":"theirs","amount":9})", .version = next}},
         {row("Parent", "p1", moved)});
    const Entry entry = successor(resolve(id, {{"name", Side::local}}));
    EXPECT_EQ(text(entry.body.payload),
              mine == 50 ? R"({"amount":50,"name":"mine"})" : R"({"name":"mine"})");
    desk.settle_all();
  }
}

}  // namespace
}  // namespace slipway::store
