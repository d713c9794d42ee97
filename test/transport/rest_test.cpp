// Target `rest`: what is sent for an entry, and what becomes of each answer.
#include <gtest/gtest.h>

#include "model/canonical_json.h"
#include "transport/peer.h"
#include "transport/rest_transport.h"
#include "transport/task_queue.h"

namespace slipway::test {
namespace {

const Version cursor{7, std::string(16, 'a')};

Body customer(Op op, json::object payload = {{"city", "Emden"}},
              json::object base = {{"city", "Kiel"}}) {
  Body body;
  body.entity = {"Customer", "c1"};
  body.action = "DO";
  body.op = op;
  body.payload = std::move(payload);
  body.base = std::move(base);
  body.incarnation = "inc";
  body.number = 1;
  body.lane_position = 1;
  body.nonce = std::string(32, 'a');
  return body;
}

RestEntity declared() {
  RestEntity entity;
  entity.create = {.method = "POST", .path = "/customers"};
  entity.get = {.method = "GET", .path = "/customers/{id}"};
  entity.update = {.method = "PATCH", .path = "/customers/{id}"};
  entity.remove = {.method = "DELETE", .path = "/customers/{id}"};
  entity.id = "id";
  entity.assigned = {"id"};
  return entity;
}

RestEntity with_lookup() {
  RestEntity entity = declared();
  entity.create.add = {{"ref", "{id}"}};
  entity.lookup = {.method = "GET", .path = "/customers?ref={id}"};
  return entity;
}

class Rest : public testing::Test {
 protected:
  Rest() { api_.entities["Customer"] = declared(); }

  PushItem item(const Body& body, const std::string& id = "id-1") {
    PushItem made{id, to_json(body), "", 0, 0, false, {}};
    made.key_field = "id";
    if (body.op != Op::create) made.given = {{{"Customer", "c1"}, 17}};
    return made;
  }

  std::expected<PushAnswer, Failure> push(Peer& peer, std::vector<PushItem> items) {
    api_.url = peer.url("/v2");
    RestTransport transport({api_, "", direct()}, queue_.post());
    std::optional<std::expected<PushAnswer, Failure>> result;
    PushRequest request{"x1", "dev", cursor, {}, std::move(items)};
    request.rules = rules_;
    transport.push(std::move(request), [&](auto answered) { result = std::move(answered); });
    queue_.run_until([&] { return result.has_value(); });
    return *result;
  }

  std::expected<PullAnswer, Failure> pull(RestTransport& transport, const Version& at) {
    std::optional<std::expected<PullAnswer, Failure>> result;
    transport.pull({"x2", at, 100}, [&](auto answered) { result = std::move(answered); });
    queue_.run_until([&] { return result.has_value(); });
    return *result;
  }

  static std::vector<std::string> asked(Peer& peer) {
    std::vector<std::string> lines;
    for (const Received& got : peer.received()) lines.push_back(got.method + " " + got.target);
    return lines;
  }

  RestEntity& entity() { return api_.entities.at("Customer"); }

  RestApi api_;
  MergeRules rules_;
  TaskQueue queue_;
};

using Texts = std::vector<std::string>;
const std::string row = R"({"id":17,"city":"Kiel","name":"n"})";
const std::string changed_row = R"({"id":17,"city":"Emden","name":"n"})";

TEST_F(Rest, ACreateLeavesOutWhatTheApiGivesAndTakesItFromTheAnswer) {
  Peer peer({{json_answer(201, changed_row)}});
  const auto result =
      push(peer, {item(customer(Op::create, {{"id", "c1"}, {"city", "Emden"}}, {}))});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(asked(peer), Texts{"POST /v2/customers"});
  EXPECT_EQ(peer.received()[0].body, R"({"city":"Emden"})");
  const Receipt& receipt = result->verdicts.at(0);
  EXPECT_EQ(receipt.verdict, Verdict::applied);
  EXPECT_EQ(receipt.assigned, (json::object{{"id", 17}}));
  ASSERT_EQ(result->page->rows.size(), 1u);
  EXPECT_EQ(result->page->rows[0].entity, (EntityKey{"Customer", "17"}));
  EXPECT_EQ(result->page->rows[0].values->at("name"), "n");
  EXPECT_TRUE(result->page->in_words_of_target);
  EXPECT_EQ(result->page->to.seq, cursor.seq + 1);
}

TEST_F(Rest, TheIdMayStandInLocationAndTheRowIsThenRead) {
  Peer peer({{json_answer(201, "{}", "Location: /v2/customers/a%2F7\r\n")},
             {json_answer(200, R"({"id":"a/7","city":"Emden"})")}});
  const auto result = push(peer, {item(customer(Op::create, {{"city", "Emden"}}, {}))});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(asked(peer), (Texts{"POST /v2/customers", "GET /v2/customers/a%2F7"}));
  EXPECT_EQ(result->verdicts.at(0).assigned, (json::object{{"id", "a/7"}}));
}

// An id is text: what is none could be kept nowhere.
TEST_F(Rest, AnIdInLocationThatIsNoTextIsNone) {
  Peer peer({{json_answer(201, "{}", "Location: /v2/customers/%ff\r\n")}});
  const auto result = push(peer, {item(customer(Op::create, {{"city", "Emden"}}, {}))});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->verdicts.at(0).reason, "outcome-unknown");
  EXPECT_FALSE(result->verdicts.at(0).assigned);
}

TEST_F(Rest, FieldsAndPlacesAreTranslatedBothWays) {
  entity().fields = {{"city", "address.town"}};
  entity().row = "data";
  entity().update = {
      .method = "PATCH", .path = "/customers/{id}", .body = json::object{{"data", "{row}"}}};
  Peer peer({{json_answer(200, R"({"data":{"id":17,"address":{"town":"Kiel"}}})")},
             {json_answer(200, R"({"data":{"id":17,"address":{"town":"Emden"}}})")}});
  const auto result = push(peer, {item(customer(Op::update))});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(peer.received()[1].body, R"({"data":{"address":{"town":"Emden"}}})");
  EXPECT_EQ(result->page->rows.at(0).values->at("city"), "Emden");
}

TEST_F(Rest, APutSendsTheWholeRowWithWhatOthersChanged) {
  entity().update.method = "PUT";
  Peer peer({{json_answer(200, row)}, {json_answer(200, changed_row)}});
  ASSERT_TRUE(push(peer, {item(customer(Op::update))}));
  EXPECT_EQ(asked(peer), (Texts{"GET /v2/customers/17", "PUT /v2/customers/17"}));
  EXPECT_TRUE(
      same_value(*parse_json(peer.received()[1].body, "it"), *parse_json(changed_row, "it")));
}

TEST_F(Rest, AChangeOfSomebodyElseIsAConflictAndNothingIsWritten) {
  Peer peer({{json_answer(200, R"({"id":17,"city":"Bremen"})")}});
  const auto result = push(peer, {item(customer(Op::update))});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::conflict);
  EXPECT_EQ(result->verdicts.at(0).reason, "changed");
  EXPECT_EQ(result->verdicts.at(0).conflict->at("server").at("city"), "Bremen");
  EXPECT_TRUE(result->page->rows.empty());
  EXPECT_EQ(peer.received().size(), 1u);
}

TEST_F(Rest, IfMatchClosesTheGapAndAForeignChangeInItIsJudgedAnew) {
  entity().etag = true;
  Peer peer({{json_answer(200, row, "ETag: \"1\"\r\n")},
             {json_answer(412, "{}")},
             {json_answer(200, R"({"id":17,"city":"Kiel","name":"new"})", "ETag: \"2\"\r\n")},
             {json_answer(200, changed_row)}});
  const auto result = push(peer, {item(customer(Op::update))});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::applied);
  const auto got = peer.received();
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[1].headers.at("if-match"), "\"1\"");
  EXPECT_EQ(got[3].headers.at("if-match"), "\"2\"");

  Peer faster({{json_answer(200, row, "ETag: \"1\"\r\n")},
               {json_answer(412, "{}")},
               {json_answer(200, R"({"id":17,"city":"Bremen"})", "ETag: \"2\"\r\n")}});
  const auto lost = push(faster, {item(customer(Op::update))});
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->verdicts.at(0).verdict, Verdict::conflict);
  EXPECT_EQ(lost->verdicts.at(0).conflict->at("server").at("city"), "Bremen");
}

TEST_F(Rest, AVersionFieldGoesBackAndAMismatchIsAConflictWithItsReason) {
  entity().version = "rev";
  entity().update.add = {{"rev", "{version}"}};
  const std::string answer = R"({"id":17,"city":"Kiel","rev":5})";
  Peer peer({{json_answer(200, answer)},
             {problem_answer(409, "/p/locked", "Locked by accounting")},
             {json_answer(200, answer)}});
  const auto result = push(peer, {item(customer(Op::update))});
  ASSERT_TRUE(result);
  EXPECT_EQ(peer.received()[1].body, R"({"city":"Emden","rev":5})");
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::conflict);
  EXPECT_NE(result->verdicts.at(0).message.find("Locked by accounting"), std::string::npos);
}

TEST_F(Rest, AnUpdateWhoseAnswerWasLostIsSeenByTheRow) {
  Peer peer({{json_answer(200, changed_row)}});
  PushItem again = item(customer(Op::update));
  again.sent = true;
  const auto result = push(peer, {again});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::applied);
  EXPECT_EQ(peer.received().size(), 1u);
}

// Two desks that count alike mark their rows alike, too.
TEST_F(Rest, AMarkThatMayBeAnothersIsHeldAgainstTheValues) {
  entity() = with_lookup();
  PushItem sent = item(customer(Op::create, {{"city", "Emden"}}, {}));
  sent.sent = true;
  Peer same({{json_answer(200, R"([{"id":17,"city":"Emden","ref":"c1"}])")}});
  EXPECT_EQ(push(same, {sent})->verdicts.at(0).verdict, Verdict::applied);
  Peer other({{json_answer(200, R"([{"id":17,"city":"Kiel","ref":"c1"}])")}});
  EXPECT_EQ(push(other, {sent})->verdicts.at(0).reason, "outcome-unknown");
  // The id of the write is in no other row.
  entity().create.add = {{"ref", "{clientRequestId}"}};
  Peer changed({{json_answer(200, R"([{"id":17,"city":"Kiel","ref":"id-1"}])")}});
  EXPECT_EQ(push(changed, {sent})->verdicts.at(0).verdict, Verdict::applied);
}

TEST_F(Rest, ACreateThatIsConfirmedWithAnIdIsDoneThoughItCannotBeReadYet) {
  Peer peer({{json_answer(201, R"({"id":101})")}, {json_answer(404, "{}")}});
  const auto result = push(peer, {item(customer(Op::create, {{"city", "Emden"}}, {}))});
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::applied);
  EXPECT_EQ(result->verdicts.at(0).assigned, (json::object{{"id", 101}}));
}

// Some APIs answer null, or nothing, for a row that is not there; some refuse the question.
TEST_F(Rest, APutIsSentWhereTheApiSaysInItsWayThatThereIsNoRow) {
  entity().create = {.method = "PUT", .path = "/customers/{id}"};
  entity().assigned = {};
  entity().row = "data";
  for (const auto& [status, body] :
       {std::pair{200, R"({"data":null})"}, {204, ""}, {400, "{}"}, {403, "{}"}, {404, "{}"}}) {
    Peer peer({{json_answer(status, body)},
               {json_answer(201, R"({"data":{"id":"c1","city":"Emden"}})")}});
    const auto result = push(peer, {item(customer(Op::create, {{"city", "Emden"}}, {}))});
    ASSERT_TRUE(result) << status << result.error().message;
    EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::applied) << status;
    EXPECT_EQ(asked(peer).back(), "PUT /v2/customers/c1") << status;
  }
}

TEST_F(Rest, ANullBesideAnErrorIsNoSignThatTheRowIsGone) {
  entity().row = "data";
  Peer peer({{json_answer(200, R"({"data":null,"errors":["timeout"]})")}});
  const auto result = push(peer, {item(customer(Op::remove, {}, {{"city", "Kiel"}}))});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
  Peer gone({{json_answer(200, R"({"data":null})")}});
  EXPECT_EQ(
      push(gone, {item(customer(Op::remove, {}, {{"city", "Kiel"}}))})->verdicts.at(0).verdict,
      Verdict::applied);
}

// An API that looks at preconditions before it looks at keys.
TEST_F(Rest, APutThatIsRefusedSinceItWasDoneBeforeIsSeenByTheRow) {
  api_.idempotent = true;
  entity().create = {.method = "PUT", .path = "/customers/{id}"};
  entity().assigned = {};
  PushItem sent = item(customer(Op::create, {{"city", "Emden"}}, {}));
  sent.sent = true;
  Peer done({{json_answer(412, "{}")}, {json_answer(200, R"({"id":"c1","city":"Emden"})")}});
  EXPECT_EQ(push(done, {sent})->verdicts.at(0).verdict, Verdict::applied);
  Peer others({{json_answer(412, "{}")}, {json_answer(200, R"({"id":"c1","city":"Kiel"})")}});
  EXPECT_EQ(push(others, {sent})->verdicts.at(0).verdict, Verdict::conflict);
  Peer at_work({{json_answer(409, "{}")}, {json_answer(404, "{}")}});
  EXPECT_EQ(push(at_work, {sent})->verdicts.at(0).reason, "outcome-unknown");
}

// A row without the field may be how the API tells null, or a field that it takes and never tells.
TEST_F(Rest, AFieldIsEmptiedThatTheApiDoesNotTell) {
  const Body empties = customer(Op::update, {{"city", nullptr}}, {{"city", "Kiel"}});
  Peer peer({{json_answer(200, R"({"id":17,"name":"n"})")},
             {json_answer(200, R"({"id":17,"name":"n"})")},
             {json_answer(200, R"({"id":17,"name":"n"})")}});
  ASSERT_TRUE(push(peer, {item(empties)}));
  ASSERT_GE(peer.received().size(), 2u);
  EXPECT_EQ(peer.received()[1].method, "PATCH");
  EXPECT_EQ(peer.received()[1].body, R"({"city":null})");
  Peer null({{json_answer(200, R"({"id":17,"city":null,"name":"n"})")}});
  ASSERT_TRUE(push(null, {item(empties)}));
  EXPECT_EQ(asked(null), Texts{"GET /v2/customers/17"});
}

TEST_F(Rest, RulesMergeAndSaySo) {
  rules_["Customer"].fields = {{"pieces", Rule::sum}};
  const Body body = customer(Op::update, {{"pieces", 8}}, {{"pieces", 5}});
  Peer peer({{json_answer(200, R"({"id":17,"pieces":6})")},
             {json_answer(200, R"({"id":17,"pieces":9})")}});
  const auto result = push(peer, {item(body)});
  ASSERT_TRUE(result);
  EXPECT_EQ(peer.received()[1].body, R"({"pieces":9})");
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::merged);
  EXPECT_EQ(result->verdicts.at(0).merge->at("fields").at("pieces").at("value"), 9);
  EXPECT_EQ(result->page->rows.at(0).values->at("pieces"), 9);

  // Sent before: the difference may be in the sum already, whatever that is by now.
  PushItem again = item(body);
  again.sent = true;
  for (const char* pieces : {"9", "8", "5"}) {
    Peer doubtful({{json_answer(200, R"({"id":17,"pieces":)" + std::string(pieces) + "}")}});
    const auto asked_for = push(doubtful, {again});
    ASSERT_TRUE(asked_for);
    EXPECT_EQ(asked_for->verdicts.at(0).reason, "outcome-unknown") << pieces;
    EXPECT_EQ(doubtful.received().size(), 1u);
  }
  // An API that knows its keys is sent the same again, where the row is as it was.
  api_.idempotent = true;
  Peer knows({{json_answer(200, R"({"id":17,"pieces":5})")},
              {json_answer(200, R"({"id":17,"pieces":8})")}});
  EXPECT_EQ(push(knows, {again})->verdicts.at(0).verdict, Verdict::applied);
}

TEST_F(Rest, ARowThatIsGoneIsAConflictForAnUpdateAndTheWishForADelete) {
  for (const int status : {404, 410}) {
    Peer updates({{json_answer(status, "{}")}});
    const auto updated = push(updates, {item(customer(Op::update))});
    ASSERT_TRUE(updated);
    EXPECT_EQ(updated->verdicts.at(0).reason, "deleted");
    Peer deletes({{json_answer(status, "{}")}});
    const auto deleted = push(deletes, {item(customer(Op::remove, {}))});
    ASSERT_TRUE(deleted);
    EXPECT_EQ(deleted->verdicts.at(0).verdict, Verdict::applied);
    EXPECT_TRUE(deleted->page->rows.at(0).deleted);
  }
}

TEST_F(Rest, ADeleteReadsFirstAndSparesARowThatChanged) {
  Peer peer({{json_answer(200, row)}, {answer(204, "", "")}});
  ASSERT_TRUE(push(peer, {item(customer(Op::remove, {}))}));
  EXPECT_EQ(asked(peer), (Texts{"GET /v2/customers/17", "DELETE /v2/customers/17"}));
  Peer changed({{json_answer(200, R"({"id":17,"city":"Bremen"})")}});
  const auto result = push(changed, {item(customer(Op::remove, {}))});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::conflict);
}

// ---- doubt ----

TEST_F(Rest, AFailureSaysWhetherItCanHaveHadAnEffect) {
  const std::tuple<int, FailureClass, bool> table[] = {
      {400, FailureClass::invalid, true},       {401, FailureClass::signed_out, true},
      {403, FailureClass::forbidden, true},     {422, FailureClass::invalid, true},
      {429, FailureClass::busy, true},          {503, FailureClass::busy, true},
      {500, FailureClass::server_error, false}, {502, FailureClass::busy, false},
      {504, FailureClass::busy, false}};
  for (const auto& [status, means, without_effect] : table) {
    Peer peer({{json_answer(status, "{}")}});
    const auto result = push(peer, {item(customer(Op::create, {{"city", "x"}}, {}))});
    ASSERT_FALSE(result) << status;
    EXPECT_EQ(result.error().means, means) << status;
    EXPECT_EQ(result.error().without_effect, without_effect) << status;
    EXPECT_EQ(result.error().in_doubt, without_effect ? "" : "id-1") << status;
  }
  Peer breaks({{"HTTP/1.1 2", Then::close}});
  const auto broken = push(breaks, {item(customer(Op::create, {{"city", "x"}}, {}))});
  ASSERT_FALSE(broken);
  EXPECT_FALSE(broken.error().without_effect);
  Peer portal({{answer(200, "text/html", "<h1>Sign in</h1>")}});
  const auto page = push(portal, {item(customer(Op::create, {{"city", "x"}}, {}))});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().means, FailureClass::unreachable);
  EXPECT_FALSE(page.error().without_effect);
}

TEST_F(Rest, ARefusedConnectionHadNoEffect) {
  std::string url;
  {
    Peer gone({});
    url = gone.url();
  }
  api_.url = url;
  RestTransport transport({api_, "", direct()}, queue_.post());
  std::optional<std::expected<PushAnswer, Failure>> result;
  transport.push({"x1", "dev", cursor, {}, {item(customer(Op::create, {{"city", "x"}}, {}))}},
                 [&](auto answered) { result = std::move(answered); });
  queue_.run_until([&] { return result.has_value(); });
  ASSERT_FALSE(*result);
  EXPECT_TRUE(result->error().without_effect);
}

TEST_F(Rest, ADeadKeptConnectionIsNoReasonToSendACreateTwice) {
  // curl would send again by itself when a connection that it kept turns out dead.
  entity().get = {};
  Peer peer({{json_answer(201, R"({"id":1,"city":"x"})")}, {"", Then::close}, {"", Then::close}});
  api_.url = peer.url("/v2");
  RestTransport transport({api_, "", direct()}, queue_.post());
  for (const char* id : {"id-1", "id-2"}) {
    std::optional<std::expected<PushAnswer, Failure>> result;
    transport.push({"x1", "dev", cursor, {}, {item(customer(Op::create, {{"city", "x"}}, {}), id)}},
                   [&](auto answered) { result = std::move(answered); });
    queue_.run_until([&] { return result.has_value(); });
    EXPECT_EQ(result->has_value(), std::string(id) == "id-1");
  }
  EXPECT_EQ(peer.received().size(), 2u);
}

TEST_F(Rest, AStatusMayBeDeclaredToMeanSomethingElse) {
  api_.statuses = {{502, RestStatus::busy},
                   {423, RestStatus::busy},
                   {400, RestStatus::unknown},
                   {404, RestStatus::done}};
  const auto failure = [&](int status) {
    Peer peer({{json_answer(status, "{}")}});
    return push(peer, {item(customer(Op::create, {{"city", "x"}}, {}))}).error();
  };
  EXPECT_TRUE(failure(502).without_effect);
  EXPECT_EQ(failure(423).means, FailureClass::busy);
  EXPECT_FALSE(failure(400).without_effect);
}

TEST_F(Rest, InDoubtACreateIsLookedUpAndOnlySentIfItIsNotThere) {
  entity() = with_lookup();
  PushItem again = item(customer(Op::create, {{"city", "x"}}, {}));
  again.sent = true;
  Peer there({{json_answer(200, R"([{"id":3,"city":"y"},{"id":4,"city":"x","ref":"c1"}])")}});
  const auto found = push(there, {again});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(asked(there), Texts{"GET /v2/customers?ref=c1"});
  EXPECT_EQ(found->verdicts.at(0).assigned, (json::object{{"id", 4}}));

  Peer absent({{json_answer(200, "[]")}, {json_answer(201, R"({"id":4,"city":"x","ref":"c1"})")}});
  ASSERT_TRUE(push(absent, {again}));
  EXPECT_EQ(asked(absent), (Texts{"GET /v2/customers?ref=c1", "POST /v2/customers"}));

  // A server that does not know the parameter gives its first rows, one that does not show the mark
  // may give ours: neither says that it is not there.
  for (const char* rows : {R"([{"id":3,"city":"x"}])", R"([{"id":3,"city":"x","ref":"c2"}])"}) {
    Peer strangers({{json_answer(200, rows)}});
    EXPECT_EQ(push(strangers, {again})->verdicts.at(0).reason, "outcome-unknown") << rows;
    EXPECT_EQ(strangers.received().size(), 1u);
  }
  entity().deleted = "deletedAt";
  Peer tombstone({{json_answer(200, R"([{"id":4,"ref":"c1","deletedAt":"2026-11-22"}])")}});
  EXPECT_EQ(push(tombstone, {again})->verdicts.at(0).reason, "outcome-unknown");
  entity().deleted = "";
  entity().create.add = {{"meta", {{"ref", "{id}"}}}};
  Peer more({{json_answer(200, R"([{"id":4,"meta":{"ref":"c1","at":"now"}}])")}});
  EXPECT_EQ(push(more, {again})->verdicts.at(0).verdict, Verdict::applied);
  entity() = with_lookup();

  Peer two({{json_answer(200, R"([{"id":3,"ref":"c1"},{"id":4,"ref":"c1"}])")}});
  const auto both = push(two, {again});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->verdicts.at(0).reason, "outcome-unknown");

  Peer broken({{answer(200, "text/html", "<p>")}});
  const auto unknown = push(broken, {again});
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(unknown.error().without_effect);
}

TEST_F(Rest, ARetryOfWhatMayHaveHappenedIsLookedUpToo) {
  entity() = with_lookup();
  entity().create.add = {{"ref", "{clientRequestId}"}};
  entity().lookup.path = "/customers?ref={clientRequestId}";
  PushItem retry = item(customer(Op::create, {{"city", "x"}}, {}), "id-2");
  retry.replaces = {{"id-1", true}};
  Peer peer({{json_answer(200, R"([{"id":4,"city":"x","ref":"id-1"}])")}});
  const auto result = push(peer, {retry});
  ASSERT_TRUE(result);
  EXPECT_EQ(asked(peer), Texts{"GET /v2/customers?ref=id-1"});
  EXPECT_EQ(result->verdicts.at(0).id, "id-2");
}

TEST_F(Rest, InDoubtWithoutALookupAPersonIsAsked) {
  PushItem again = item(customer(Op::create, {{"city", "x"}}, {}));
  again.sent = true;
  Peer peer({});
  const auto result = push(peer, {again});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::rejected);
  EXPECT_EQ(result->verdicts.at(0).reason, "outcome-unknown");
  EXPECT_TRUE(peer.received().empty());

  Peer silent({{json_answer(201, "{}")}});
  const auto nameless = push(silent, {item(customer(Op::create, {{"city", "x"}}, {}))});
  ASSERT_TRUE(nameless);
  EXPECT_EQ(nameless->verdicts.at(0).reason, "outcome-unknown");
}

TEST_F(Rest, AnIdempotentApiIsSentTheSameKeyAgain) {
  api_.idempotent = true;
  api_.idempotency_header = "X-Request-Id";
  PushItem again = item(customer(Op::create, {{"city", "x"}}, {}));
  again.sent = true;
  Peer peer({{json_answer(201, R"({"id":4,"city":"x"})")}});
  ASSERT_TRUE(push(peer, {again}));
  EXPECT_EQ(peer.received()[0].headers.at("x-request-id"), "id-1");
}

// An API that knows a key repeats what it answered then, or refuses another request under it. What
// is sent of an update depends on the row that was read.
TEST_F(Rest, AnUpdateThatStandsOnAnotherRowHasAnotherKeyAndARepeatTheSame) {
  api_.idempotent = true;
  entity().etag = true;
  const std::string read = json_answer(200, row, "ETag: \"1\"\r\n");
  const std::string now =
      json_answer(200, R"({"id":17,"city":"Kiel","name":"new"})", "ETag: \"2\"\r\n");
  const auto keys = [&](std::vector<Play> plays, bool sent) {
    Peer peer(std::move(plays));
    PushItem update = item(customer(Op::update));
    update.sent = sent;
    const auto result = push(peer, {update});
    EXPECT_TRUE(result && result->verdicts.at(0).verdict == Verdict::applied);
    Texts sent_keys;
    for (const Received& got : peer.received())
      if (got.method != "GET") sent_keys.push_back(got.headers.at("idempotency-key"));
    return sent_keys;
  };
  const std::string done = json_answer(200, changed_row);
  const Texts both = keys({{read}, {json_answer(412, "{}")}, {now}, {done}}, false);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_NE(both[0], both[1]);
  // The process ended before the second answer came.
  EXPECT_EQ(keys({{now}, {done}}, true), Texts{both[1]});
  EXPECT_EQ(keys({{read}, {done}}, true), Texts{both[0]});

  // PUT sends the whole row, merged with what others wrote.
  entity().etag = false;
  entity().update.method = "PUT";
  const Texts merged = keys({{read}, {json_answer(409, "{}")}, {now}, {done}}, false);
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_NE(merged[0], merged[1]);
}

// A server forgets its keys sooner or later; what was made stays.
TEST_F(Rest, ALookupGoesBeforeAKey) {
  api_.idempotent = true;
  entity() = with_lookup();
  PushItem again = item(customer(Op::create, {{"city", "x"}}, {}));
  again.sent = true;
  Peer peer({{json_answer(200, R"([{"id":4,"city":"x","ref":"c1"}])")}});
  EXPECT_EQ(push(peer, {again})->verdicts.at(0).assigned, (json::object{{"id", 4}}));
  EXPECT_EQ(asked(peer), Texts{"GET /v2/customers?ref=c1"});
}

TEST_F(Rest, ALookupThatFindsNothingIsNoReasonToSendTwice) {
  entity() = with_lookup();
  for (const auto& nothing : {json_answer(404, "{}"), json_answer(200, "[]")}) {
    Peer peer({{json_answer(201, "{}")}, {nothing}});
    const auto result = push(peer, {item(customer(Op::create, {{"city", "x"}}, {}))});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->verdicts.at(0).reason, "outcome-unknown");
    EXPECT_EQ(asked(peer), (Texts{"POST /v2/customers", "GET /v2/customers?ref=c1"}));
  }
}

class Duplicates : public Rest {
 protected:
  Duplicates() {
    api_.idempotent = true;
    api_.errors = {"code", "error", {{"159", RestStatus::duplicate}, {"101", RestStatus::gone}}};
  }
  const std::string refused = json_answer(400, R"({"code":159,"error":"Duplicate request"})");
};

TEST_F(Duplicates, ACreateIsLookedUpAndNeverSentAgain) {
  const PushItem create = item(customer(Op::create, {{"city", "x"}}, {}));
  entity() = with_lookup();
  Peer there({{refused}, {json_answer(200, R"([{"id":4,"city":"x","ref":"c1"}])")}});
  EXPECT_EQ(push(there, {create})->verdicts.at(0).assigned, (json::object{{"id", 4}}));

  for (const auto& nothing : {json_answer(404, "{}"), json_answer(200, "[]")}) {
    Peer absent({{refused}, {nothing}});
    const auto unseen = push(absent, {create});
    ASSERT_TRUE(unseen);
    EXPECT_EQ(unseen->verdicts.at(0).reason, "outcome-unknown");
    EXPECT_EQ(asked(absent), (Texts{"POST /v2/customers", "GET /v2/customers?ref=c1"}));
  }

  Peer silent({{refused}, {json_answer(503, "{}")}});
  const auto later = push(silent, {create});
  ASSERT_FALSE(later);
  EXPECT_FALSE(later.error().without_effect);  // so it is looked up next time

  entity() = declared();
  Peer blind({{refused}});
  const auto unknown = push(blind, {create});
  EXPECT_EQ(unknown->verdicts.at(0).reason, "outcome-unknown");
}

TEST_F(Duplicates, AnIdMadeHereIsRead) {
  entity().assigned = {};
  entity().create = {.method = "PUT", .path = "/customers/{id}"};
  const PushItem create = item(customer(Op::create, {{"id", "c1"}, {"city", "x"}}, {}));
  const std::string none = json_answer(404, "{}");
  Peer there({{none}, {refused}, {json_answer(200, R"({"id":"c1","city":"x"})")}});
  EXPECT_EQ(push(there, {create})->verdicts.at(0).verdict, Verdict::applied);
  Peer absent({{none}, {refused}, {none}});
  EXPECT_EQ(push(absent, {create})->verdicts.at(0).reason, "outcome-unknown");
  EXPECT_EQ(absent.received().size(), 3u);
}

TEST_F(Duplicates, OfAnUpdateOrADeleteTheRowTells) {
  Peer done({{json_answer(200, row)}, {refused}, {json_answer(200, changed_row)}});
  EXPECT_EQ(push(done, {item(customer(Op::update))})->verdicts.at(0).verdict, Verdict::applied);
  Peer open({{json_answer(200, row)}, {refused}, {json_answer(200, row)}});
  EXPECT_EQ(push(open, {item(customer(Op::update))})->verdicts.at(0).reason, "outcome-unknown");
  EXPECT_EQ(open.received().size(), 3u);
  Peer gone({{json_answer(200, row)}, {refused}, {json_answer(404, R"({"code":101})")}});
  EXPECT_EQ(push(gone, {item(customer(Op::remove, {}))})->verdicts.at(0).verdict, Verdict::applied);
}

TEST_F(Rest, AnErrorCodeGoesBeforeItsStatusAndItsTextIsTold) {
  api_.errors = {"error.code", "error.text", {{"full", RestStatus::busy}, {"7", RestStatus::gone}}};
  api_.statuses = {{400, RestStatus::forbidden}};
  const auto failure = [&](const std::string& answer) {
    Peer peer({{answer}});
    return push(peer, {item(customer(Op::create, {{"city", "x"}}, {}))}).error();
  };
  const Failure full =
      failure(json_answer(400, R"({"error":{"code":"full","text":"come\nback"}})"));
  EXPECT_EQ(full.means, FailureClass::busy);
  EXPECT_NE(full.message.find("It says: come back"), std::string::npos) << full.message;
  for (const char* other : {R"({"error":{"code":"else"}})", R"({"error":7})", R"({"error":null})",
                            R"([])", "no json", R"({"error":{"code":{},"text":[]}})"})
    EXPECT_EQ(failure(json_answer(400, other)).means, FailureClass::forbidden) << other;
  // A row that was made may have a field of that name.
  Peer made({{json_answer(201, R"({"id":4,"city":"x","error":{"code":"full"}})")}});
  EXPECT_TRUE(push(made, {item(customer(Op::create, {{"city", "x"}}, {}))}));
}

TEST_F(Rest, APartialPutSendsOnlyWhatWasWritten) {
  entity().update.method = "PUT";
  entity().update.partial = true;
  Peer peer({{json_answer(200, row)}, {json_answer(200, changed_row)}});
  ASSERT_TRUE(push(peer, {item(customer(Op::update))}));
  EXPECT_EQ(peer.received()[1].body, R"({"city":"Emden"})");
}

TEST_F(Rest, AQueryIsJsonThatNoValueGetsOutOf) {
  entity() = with_lookup();
  entity().lookup = {.method = "GET",
                     .path = "/customers?n=1",
                     .query = {{"where", {{"ref", "{id}"}}}, {"first", "{clientRequestId}"}}};
  Body body = customer(Op::create, {{"city", "x"}}, {});
  body.entity.id = R"(a"},"b":&)";
  PushItem again = item(body);
  again.sent = true;
  Peer peer({{json_answer(200, R"([{"id":4,"ref":"a\"},\"b\":&"}])")}});
  const auto found = push(peer, {again});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->verdicts.at(0).assigned, (json::object{{"id", 4}}));
  EXPECT_EQ(asked(peer),
            Texts{"GET /v2/customers?n=1&where=%7B%22ref%22%3A%22a%5C%22%7D%2C%5C%22b%5C%22%3A%26"
                  "%22%7D&first=id-1"});
}

TEST_F(Rest, AnIdMadeHereIsItsOwnLookup) {
  entity().assigned = {};
  entity().create = {.method = "PUT", .path = "/customers/{id}"};
  PushItem again = item(customer(Op::create, {{"id", "c1"}, {"city", "x"}}, {}));
  again.sent = true;
  Peer there({{json_answer(200, R"({"id":"c1","city":"x"})")}});
  EXPECT_EQ(push(there, {again})->verdicts.at(0).verdict, Verdict::applied);
  Peer other({{json_answer(200, R"({"id":"c1","city":"y"})")}});
  EXPECT_EQ(push(other, {again})->verdicts.at(0).reason, "already-exists");
  Peer absent({{json_answer(404, "{}")}, {json_answer(201, R"({"id":"c1","city":"x"})")}});
  ASSERT_TRUE(push(absent, {again}));
  EXPECT_EQ(asked(absent), (Texts{"GET /v2/customers/c1", "PUT /v2/customers/c1"}));
}

TEST_F(Rest, APutMakesNoRowOverOneThatIsThere) {
  entity().assigned = {};
  entity().create = {.method = "PUT", .path = "/customers/{id}"};
  const PushItem create = item(customer(Op::create, {{"id", "c1"}, {"city", "x"}}, {}));
  Peer theirs({{json_answer(200, R"({"id":"c1","city":"theirs"})")}});
  const auto refused = push(theirs, {create});
  EXPECT_EQ(refused->verdicts.at(0).reason, "already-exists");
  EXPECT_EQ(refused->verdicts.at(0).conflict->at("server").at("city"), "theirs");
  EXPECT_TRUE(refused->verdicts.at(0).message.starts_with("Customer c1 exists already at "));
  EXPECT_EQ(theirs.received().size(), 1u);
  Peer absent({{json_answer(404, "{}")}, {json_answer(201, R"({"id":"c1","city":"x"})")}});
  EXPECT_EQ(push(absent, {create})->verdicts.at(0).verdict, Verdict::applied);
  EXPECT_EQ(absent.received().at(1).headers.at("if-none-match"), "*");
}

TEST_F(Rest, ARepeatThatIsRefusedWhileTheFirstIsStillAtWorkIsNoConflict) {
  api_.idempotent = true;
  PushItem again = item(customer(Op::create, {{"city", "x"}}, {}));
  again.sent = true;
  Peer busy({{json_answer(409, R"({"title":"in flight"})")}});
  EXPECT_EQ(push(busy, {again})->verdicts.at(0).reason, "outcome-unknown");
  Peer shown({{json_answer(409, R"({"id":17,"city":"y"})")}});
  EXPECT_EQ(push(shown, {again})->verdicts.at(0).reason, "already-exists");
}

TEST_F(Rest, WhatIsNotThereAfterItWasWrittenIsNotShownAsIfItWere) {
  Peer deleted({{json_answer(200, row)}, {answer(204, "", "")}, {json_answer(404, "{}")}});
  const auto update = push(deleted, {item(customer(Op::update))});
  EXPECT_EQ(update->verdicts.at(0).verdict, Verdict::applied);
  EXPECT_TRUE(update->page->rows.at(0).deleted);
  entity().assigned = {};
  Peer never({{json_answer(200, R"({"success":false})")}, {json_answer(404, "{}")}});
  const auto create = push(never, {item(customer(Op::create, {{"id", "c1"}}, {}))});
  EXPECT_EQ(create->verdicts.at(0).reason, "outcome-unknown");
}

// The app dropped the table meanwhile: the store cannot say what is the key, and what refers to
// what.
TEST_F(Rest, InDoubtWhatBelongsToNoTableAnyMoreIsLookedForAndNotSentAgain) {
  const auto in_doubt = [&](const Body& body) {
    PushItem again = item(body);
    again.sent = true;
    again.key_field = "";
    return again;
  };
  const PushItem create = in_doubt(customer(Op::create, {{"city", "x"}}, {}));
  const auto verdict = [&](Peer& peer, const PushItem& again) {
    const auto result = push(peer, {again});
    EXPECT_TRUE(result) << result.error().message;
    const Receipt& receipt = result->verdicts.at(0);
    return receipt.reason.empty() ? std::string(to_text(receipt.verdict)) : receipt.reason;
  };
  for (const bool idempotent : {false, true}) {
    api_.idempotent = idempotent;
    // Its id here is none of the API's: what is read under it is another row, or none.
    Peer unasked({{json_answer(404, "{}")}, {json_answer(201, R"({"id":4,"city":"x"})")}});
    EXPECT_EQ(verdict(unasked, create), "outcome-unknown");
    EXPECT_TRUE(unasked.received().empty());

    entity() = with_lookup();
    Peer there({{json_answer(200, R"([{"id":4,"city":"x","ref":"c1"}])")}});
    EXPECT_EQ(verdict(there, create), "applied");
    Peer absent({{json_answer(200, "[]")}, {json_answer(201, R"({"id":4,"city":"x"})")}});
    EXPECT_EQ(verdict(absent, create), "outcome-unknown");
    EXPECT_EQ(asked(absent), Texts{"GET /v2/customers?ref=c1"});

    entity() = declared();
    Peer done({{json_answer(200, changed_row)}});
    EXPECT_EQ(verdict(done, in_doubt(customer(Op::update))), "applied");
    Peer open({{json_answer(200, row)}, {json_answer(200, changed_row)}});
    EXPECT_EQ(verdict(open, in_doubt(customer(Op::update))), "outcome-unknown");
    EXPECT_EQ(asked(open), Texts{"GET /v2/customers/17"});
  }
  // An API that gives nothing has the id that was made here.
  entity().assigned = {};
  Peer same({{json_answer(200, R"({"id":"c1","city":"x"})")}});
  EXPECT_EQ(verdict(same, create), "applied");
  EXPECT_EQ(asked(same), Texts{"GET /v2/customers/c1"});
}

TEST_F(Rest, OfAGroupThatStopsOnlyTheOneInHandIsInDoubt) {
  const Body first = customer(Op::create, {{"city", "x"}}, {});
  Peer peer({{json_answer(201, R"({"id":4,"city":"x"})")}, {json_answer(502, "{}")}});
  const auto result = push(peer, {item(first, "a"), item(first, "b"), item(first, "c")});
  ASSERT_TRUE(result);
  ASSERT_EQ(result->verdicts.size(), 1u);
  EXPECT_EQ(result->without_effect, Texts{"c"});
  Peer at_once({{json_answer(502, "{}")}});
  const auto failed = push(at_once, {item(first, "a"), item(first, "b")});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().in_doubt, "a");
}

TEST_F(Rest, WhatIsNotDeclaredIsRefusedWithTheSectionToWrite) {
  entity().remove = {};
  Peer peer({});
  const auto result = push(peer, {item(customer(Op::remove, {}))});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().means, FailureClass::invalid);
  EXPECT_NE(result.error().message.find("[entities.Customer.rest]"), std::string::npos);
}

// ---- lists ----

class Lists : public Rest {
 protected:
  // A list that is declared so, read from a peer that answers so: the ids, or why there are none.
  Texts ids(std::vector<std::string> answers, const std::string& path) {
    std::vector<Play> in_order;
    for (std::string& text : answers) in_order.push_back({std::move(text)});
    Peer peer(std::move(in_order));
    api_.url = peer.url();
    if (!path.empty()) entity().list.request = {.method = "GET", .path = path};
    RestTransport transport({api_, "", direct()}, queue_.post());
    const auto answer = pull(transport, cursor);
    asked_ = asked(peer);
    if (!answer) return {answer.error().message};
    Texts ids;
    for (const PageRow& each : answer->page.rows) ids.push_back(each.entity.id);
    return ids;
  }
  static std::string page(std::initializer_list<int> ids, const std::string& headers = "") {
    json::array rows;
    for (const int id : ids) rows.push_back(json::object{{"id", id}});
    return json_answer(200, serialize(json::value(rows)), headers);
  }
  Texts asked_;
};

TEST_F(Lists, AreReadPageByPageInEachWayThatIsDeclared) {
  entity().list.page_rows = 2;
  EXPECT_EQ(ids({page({1, 2}), page({3}), page({})}, "/c?page={page}&n={limit}"),
            (Texts{"1", "2", "3"}));
  EXPECT_EQ(asked_, (Texts{"GET /c?page=1&n=2", "GET /c?page=2&n=2", "GET /c?page=3&n=2"}));

  EXPECT_EQ(ids({page({1, 2}), page({})}, "/c?from={offset}"), (Texts{"1", "2"}));
  EXPECT_EQ(asked_, (Texts{"GET /c?from=0", "GET /c?from=2"}));

  entity().list.next = "link";
  EXPECT_EQ(
      ids({page({1, 2}, "Link: </c?p=0>; rel=\"prev\", </c?p=2>; rel=\"next\"\r\n"), page({3})},
          "/c"),
      (Texts{"1", "2", "3"}));
  EXPECT_EQ(asked_, (Texts{"GET /c", "GET /c?p=2"}));

  entity().list.next = "paging.next";
  entity().list.rows = "data";
  EXPECT_EQ(ids({json_answer(200, R"({"data":[{"id":1}],"paging":{"next":"/c?p=b"}})"),
                 json_answer(200, R"({"data":[{"id":2}],"paging":{"next":null}})")},
                "/c"),
            (Texts{"1", "2"}));
}

// An API gives fewer rows than it is asked for: that is no end.
TEST_F(Lists, GoOnBehindAShortPage) {
  const Texts all{"1", "2", "3"};
  EXPECT_EQ(ids({page({1, 2}), page({3}), page({})}, "/c?page={page}"), all);
  EXPECT_EQ(ids({page({1, 2}), page({3}), page({})}, "/c?from={offset}&n={limit}"), all);
  EXPECT_EQ(asked_, (Texts{"GET /c?from=0&n=100", "GET /c?from=2&n=100", "GET /c?from=3&n=100"}));
  entity().list.first_after = 0;
  EXPECT_EQ(ids({page({1, 2}), page({3}), page({})}, "/c?after={after}"), all);
  EXPECT_EQ(asked_, (Texts{"GET /c?after=0", "GET /c?after=2", "GET /c?after=3"}));
  // Also where a page is shorter than the one before it.
  EXPECT_EQ(ids({page({1, 2}), page({3}), page({4, 5}), page({})}, "/c?from={offset}"),
            (Texts{"1", "2", "3", "4", "5"}));
}

// It may count its pages by what was asked for, and give fewer: row 3 is on no page then.
TEST_F(Lists, AreAskedForAsManyRowsAsTheApiGives) {
  EXPECT_EQ(ids({page({1, 2}), page({4, 5}), page({1, 2}), page({3, 4}), page({5}), page({})},
                "/c?page={page}&n={limit}"),
            (Texts{"1", "2", "3", "4", "5"}));
  EXPECT_EQ(asked_, (Texts{"GET /c?page=1&n=100", "GET /c?page=2&n=100", "GET /c?page=1&n=2",
                           "GET /c?page=2&n=2", "GET /c?page=3&n=2", "GET /c?page=4&n=2"}));
}

TEST_F(Lists, FollowALinkToTheNextPageThatNobodyDeclared) {
  EXPECT_EQ(ids({page({1}, "Link: </c?p=2>; rel=\"next\"\r\n"), page({2})}, "/c"),
            (Texts{"1", "2"}));
}

TEST_F(Lists, FollowALinkInEachWayInWhichItMayBeWritten) {
  for (const char* link :
       {"Link: </c?p=1>; rel=\"self\"\r\nLink: </c?p=2>; rel=\"next\"\r\n",
        "link: </c?p=2>; rel=\"next last\"\r\n", "Link: </c?p=2>; REL=\"Next\"\r\n",
        "Link: </c?p=2>;title=\"a, <b>; rel=c\" ; rel = next\r\n",
        "Link: </c?p=2>; title=\"a \\\" b\"; rel=next\r\n",
        "Link: </c?p=2>; title=it's; rel=next\r\n",
        "Link: </c?p=1,2>; rel=prev,</c?p=2>;rel='next'\r\n"}) {
    EXPECT_EQ(ids({page({1}, link), page({2})}, "/c"), (Texts{"1", "2"})) << link;
    EXPECT_EQ(asked_, (Texts{"GET /c", "GET /c?p=2"})) << link;
  }
  for (const char* link : {"Link: </c?p=2>; rel=\"prev\"\r\n", "Link: </c?p=2>; rev=next\r\n",
                           "Link: </c?p=2>; title=\"rel=next\"\r\n", "Link: </c?p=2\r\n"})
    EXPECT_EQ(ids({page({1}, link), page({2})}, "/c"), Texts{"1"}) << link;
}

TEST_F(Lists, AreNotTakenForWholeWhereNothingSaysSo) {
  const auto why = [&](std::vector<std::string> answers, const std::string& path) {
    const Texts told = ids(std::move(answers), path);
    return told.size() == 1 ? told.front() : "no error";
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != text.npos ? "" : "“" + part + "” is not in: " + text;
  };
  // It knows no pages, or repeats its last one.
  EXPECT_EQ(has(why({page({1, 2}), page({1, 2})}, "/c?page={page}"), "the same page"), "");
  EXPECT_EQ(has(why({page({1, 2}), page({1, 2})}, "/c?from={offset}"), "the same page"), "");
  // It refuses the page behind its last one.
  EXPECT_EQ(has(why({page({1, 2}), json_answer(404, "{}")}, "/c?page={page}"), "“next”"), "");
  EXPECT_EQ(has(why({json_answer(206, R"([{"id":1}])")}, "/c"), "a part of it (206)"), "");
  // Rows without an id would look deleted.
  EXPECT_EQ(has(why({json_answer(200, R"([{"id":1},{"key":2}])")}, "/c"), "without an id"), "");
  entity().list.next = "next";
  entity().list.rows = "data";
  for (const char* next : {"2", "{}", "true", "\"b\""})
    EXPECT_EQ(has(why({json_answer(200, R"({"data":[{"id":1}],"next":)" + std::string(next) + "}")},
                      "/c"),
                  "next page"),
              "")
        << next;
}

// Some APIs call each page a part.
TEST_F(Lists, OfPartsAreReadWhereItIsSaidHowTheyGoOn) {
  const auto part = [](int id, std::string_view link = "") {
    return json_answer(206, "[{\"id\":" + std::to_string(id) + "}]", link);
  };
  EXPECT_EQ(ids({part(1, "Link: </c?p=2>; rel=\"next\"\r\n"), page({2})}, "/c"), (Texts{"1", "2"}));
  EXPECT_EQ(ids({part(1), part(2), page({})}, "/c?page={page}"), (Texts{"1", "2"}));
}

TEST_F(Lists, MayGoOnBehindTheLastRow) {
  entity().list.page_rows = 2;
  entity().list.request = {
      .method = "GET", .path = "/c", .query = {{"where", {{"id", {{"$gt", "{after}"}}}}}}};
  const std::string one = json_answer(200, R"([{"id":"a"},{"id":"b"}])");
  EXPECT_EQ(ids({one, json_answer(200, R"([{"id":"c"}])"), page({})}, "").size(), 3u);
  EXPECT_EQ(asked_, (Texts{"GET /c?where=%7B%22id%22%3A%7B%22%24gt%22%3A%22%22%7D%7D",
                           "GET /c?where=%7B%22id%22%3A%7B%22%24gt%22%3A%22b%22%7D%7D",
                           "GET /c?where=%7B%22id%22%3A%7B%22%24gt%22%3A%22c%22%7D%7D"}));

  // An API that does not know the parameter answers the same page for ever.
  const Texts endless = ids({one, one}, "");
  ASSERT_EQ(endless.size(), 1u);
  EXPECT_NE(endless[0].find("end with the same row"), std::string::npos);
}

TEST_F(Rest, TheTokenDoesNotFollowANextPageToAnotherHost) {
  entity().list.request = {.method = "GET", .path = "/c"};
  entity().list.next = "next";
  entity().list.rows = "data";
  Peer peer({{json_answer(200, R"({"data":[],"next":"http://elsewhere.example/c"})")}});
  api_.url = peer.url();
  RestTransport transport({api_, "", direct()}, queue_.post());
  const auto result = pull(transport, cursor);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
}

TEST_F(Rest, AfterTheFirstListOnlyChangesAreAskedFor) {
  entity().list.request = {.method = "GET", .path = "/c"};
  entity().changes.request = {.method = "GET", .path = "/c?after={since}"};
  entity().changes.since = "at";
  Peer peer({{json_answer(200, R"([{"id":1,"at":"2026-01-01T00:00:00+00:00"}])")},
             {json_answer(200, R"([{"id":2,"at":"2026-01-02T00:00:00+00:00"}])")}});
  api_.url = peer.url();
  RestTransport transport({api_, "", direct()}, queue_.post());
  const auto first = pull(transport, cursor);
  ASSERT_TRUE(first);
  const auto second = pull(transport, first->page.to);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->page.rows.size(), 1u);
  EXPECT_EQ(second->page.rows[0].entity.id, "2");
  EXPECT_EQ(asked(peer), (Texts{"GET /c", "GET /c?after=2026-01-01T00%3A00%3A00%2B00%3A00"}));
}

TEST_F(Rest, AListThatIsNoneSaysWhatToCorrectAndParksNothing) {
  entity().list.request = {.method = "GET", .path = "/c"};
  for (const char* body : {R"({"data":[]})", R"([1,2])", "no json"}) {
    Peer peer({{json_answer(200, body)}});
    api_.url = peer.url();
    RestTransport transport({api_, "", direct()}, queue_.post());
    const auto result = pull(transport, cursor);
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().means, FailureClass::unreachable);
    EXPECT_NE(result.error().message.find("[entities.Customer.rest.list]"), std::string::npos);
  }
}

TEST_F(Rest, WithoutListsThereIsNothingToPull) {
  api_.url = "http://127.0.0.1:1";
  RestTransport transport({api_, "", direct()}, queue_.post());
  const auto result = pull(transport, cursor);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->head, cursor);
}

}  // namespace
}  // namespace slipway::test
