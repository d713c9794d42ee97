// Target `webhook`: what is posted, and how its answers become verdicts and a page.
#include <gtest/gtest.h>

#include "model/canonical_json.h"
#include "model/given_ids.h"
#include "transport/peer.h"
#include "transport/task_queue.h"
#include "transport/webhook_page.h"
#include "transport/webhook_transport.h"

namespace slipway::test {
namespace {

const Version cursor{7, std::string(16, 'a')};

Body shipment(Op op, const std::string& id = "shp_1") {
  Body body;
  body.entity = {"Shipment", id};
  body.action = "DO";
  body.op = op;
  if (op != Op::remove) body.payload = {{"status", "booked"}, {"weight", 3}};
  body.base = {{"status", "draft"}, {"weight", 2}};
  body.incarnation = "inc";
  body.number = 1;
  body.lane_position = 1;
  body.nonce = std::string(32, 'a');
  return body;
}

PushItem write(const std::string& id, const Body& body) {
  return {id, to_json(body), "", 0, 0, false, {}};
}
PushItem voided(const std::string& id, bool sent) {
  return {id, std::nullopt, "inc", 1, 0, sent, {}};
}
PushRequest batch(std::vector<PushItem> items) {
  return {"x1", "dev", cursor, {}, std::move(items)};
}

auto verdict(Op op, int status, const std::string& type = "text/plain",
             const std::string& body = "") {
  return webhook_verdict("id-1", shipment(op), {status, type, "", "", body}, "https://h.example");
}

TEST(WebhookVerdict, AnySuccessIsApplied) {
  for (int status : {200, 201, 202, 204}) {
    for (Op op : {Op::create, Op::update, Op::remove}) {
      const auto receipt = verdict(op, status, "text/html", "<p>thanks</p>");
      ASSERT_TRUE(receipt.has_value());
      EXPECT_EQ(receipt->verdict, Verdict::applied);
      EXPECT_EQ(receipt->id, "id-1");
    }
  }
}

TEST(WebhookVerdict, AVersionConflictHoldsBaseLocalAndServer) {
  for (int status : {409, 412}) {
    const auto receipt = verdict(Op::update, status, "application/json", R"({"status":"lost"})");
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->verdict, Verdict::conflict);
    EXPECT_EQ(receipt->reason, "changed");
    EXPECT_TRUE(same_value(*receipt->conflict, {{"reason", "changed"},
                                                {"fields", {"status", "weight"}},
                                                {"base", {{"status", "draft"}, {"weight", 2}}},
                                                {"local", {{"status", "booked"}, {"weight", 3}}},
                                                {"server", {{"status", "lost"}}},
                                                {"version", nullptr},
                                                {"who", nullptr},
                                                {"when", nullptr}}))
        << serialize(json::value(*receipt->conflict));
  }
}

TEST(WebhookVerdict, TheServersStateIsTheMemberThatSaysSoElseTheAnswerButNeverAProblem) {
  const auto server = [](const std::string& type, const std::string& body) {
    const auto receipt = verdict(Op::update, 409, type, body);
    return receipt ? serialize(receipt->conflict->at("server")) : "no receipt";
  };
  EXPECT_EQ(server("application/json", R"({"server":{"a":1},"b":2})"), R"({"a":1})");
  EXPECT_EQ(server("application/problem+json", R"({"title":"x","current":{"a":2}})"), R"({"a":2})");
  EXPECT_EQ(server("application/json", R"({"server":5})"), R"({"server":5})");
  EXPECT_EQ(server("application/problem+json", R"({"title":"x"})"), "null");
  EXPECT_EQ(server("application/json", "[1]"), "null");
  EXPECT_EQ(server("text/plain", "changed"), "null");
}

TEST(WebhookVerdict, AMissingRowIsAConflictForAnUpdateAndTheWishForADelete) {
  for (int status : {404, 410}) {
    const auto updated = verdict(Op::update, status);
    ASSERT_TRUE(updated.has_value());
    EXPECT_EQ(updated->verdict, Verdict::conflict);
    EXPECT_EQ(updated->reason, "deleted");
    EXPECT_TRUE(updated->conflict->at("server").is_null());
    ASSERT_TRUE(verdict(Op::remove, status).has_value());
    EXPECT_EQ(verdict(Op::remove, status)->verdict, Verdict::applied);
    ASSERT_FALSE(verdict(Op::create, status).has_value());
    EXPECT_EQ(verdict(Op::create, status).error().means, FailureClass::invalid);
  }
}

TEST(WebhookVerdict, EverythingElseIsAFailure) {
  using enum FailureClass;
  const std::pair<int, FailureClass> table[] = {
      {302, unreachable}, {400, invalid},   {401, signed_out},   {403, forbidden},
      {408, busy},        {413, too_large}, {415, invalid},      {422, invalid},
      {425, busy},        {429, busy},      {500, server_error}, {502, busy},
      {503, busy},        {504, busy},      {418, invalid},      {407, unreachable}};
  for (const auto& [status, means] : table) {
    const auto receipt = verdict(Op::update, status);
    ASSERT_FALSE(receipt.has_value()) << status;
    EXPECT_EQ(to_text(receipt.error().means), to_text(means)) << status;
    EXPECT_EQ(receipt.error().status, status);
  }
}

TEST(WebhookVerdict, AProxysPageSaysNothingAboutAnEntry) {
  for (int status : {400, 403, 404, 409, 410, 422}) {
    const auto receipt =
        verdict(Op::update, status, "text/html; charset=utf-8", "<h1>Blocked</h1>");
    ASSERT_FALSE(receipt.has_value()) << status;
    EXPECT_EQ(receipt.error().means, FailureClass::unreachable) << status;
  }
}

TEST(WebhookVerdict, OfTheProblemTypesOnlyThoseCountThatMeanSomethingWithoutALog) {
  const auto means = [](const std::string& slug) {
    const auto receipt =
        verdict(Op::update, 409, "application/problem+json", R"({"type":"/p/)" + slug + "\"}");
    return receipt ? to_text(receipt->verdict) : to_text(receipt.error().means);
  };
  EXPECT_EQ(means("request-in-progress"), "in-progress");
  EXPECT_EQ(means("key-reused"), "key-reused");
  EXPECT_EQ(means("history-changed"), "conflict");
}

TEST(WebhookIds, ACreateBringsWhatIsDeclaredOfItsAnswer) {
  const AssignedFields assigned{{"Shipment", {"id", "number"}}};
  const auto of = [&](Op op, const std::string& type, const std::string& body) {
    return webhook_verdict("id-1", shipment(op), {201, type, "", "", body}, "peer", assigned)
        ->assigned;
  };
  const json::object both{{"id", 17}, {"number", "N1"}};
  EXPECT_EQ(of(Op::create, "application/json", R"({"id":17,"number":"N1","other":1})"), both);
  EXPECT_EQ(of(Op::create, "application/json", R"({"row":{"id":17,"number":"N1"},"id":3})"), both);
  EXPECT_EQ(of(Op::create, "application/json", R"({"number":null})"), std::nullopt);
  EXPECT_EQ(of(Op::create, "application/json", "[17]"), std::nullopt);
  EXPECT_EQ(of(Op::create, "text/plain", "thanks"), std::nullopt);
  EXPECT_EQ(of(Op::update, "application/json", R"({"id":17})"), std::nullopt);
}

TEST(WebhookIds, ABodyNamesRowsAsTheTargetDoes) {
  Body body = shipment(Op::update, "-5");
  body.payload = {{"customerId", "c1"}, {"note", "c1"}, {"agentId", "c1"}};
  body.base = {{"id", -5}, {"customerId", nullptr}};
  PushItem item = write("id-1", body);
  item.key_field = "id";
  const std::vector<Reference> references{{"Shipment", {"customerId"}, "Customer"},
                                          {"Shipment", {"agentId"}, "Agent"},
                                          {"Quote", {"note"}, "Customer"}};
  const Body out = with_given_ids(body, item, references,
                                  {{{"Customer", "c1"}, 17}, {{"Shipment", "-5"}, "S9"}});
  EXPECT_EQ(out.entity.id, "S9");
  EXPECT_EQ(out.payload, (json::object{{"customerId", 17}, {"note", "c1"}, {"agentId", "c1"}}));
  EXPECT_EQ(out.base, (json::object{{"id", "S9"}, {"customerId", nullptr}}));
}

TEST(WebhookPage, MovesTheCursorByOneAndSettlesWhatWasAnswered) {
  const PushRequest request =
      batch({voided("v1", false), voided("v2", true), write("a", shipment(Op::create)),
             write("b", shipment(Op::remove)), write("c", shipment(Op::update, "shp_2")),
             write("d", shipment(Op::update, "shp_3"))});
  Receipt conflict{"c", Verdict::conflict, 0, "changed", "", json::object{}};
  const PushAnswer answer = webhook_answer(request, {webhook_void(request.items[0], "https://h"),
                                                     webhook_void(request.items[1], "https://h"),
                                                     {"a", Verdict::applied, 0, "", "", {}},
                                                     {"b", Verdict::applied, 0, "", "", {}},
                                                     conflict});
  EXPECT_EQ(answer.exchange, "x1");
  ASSERT_TRUE(answer.page.has_value());
  EXPECT_EQ(answer.page->from, cursor);
  EXPECT_EQ(answer.page->to.seq, cursor.seq + 1);
  EXPECT_TRUE(is_salt(answer.page->to.salt));
  EXPECT_EQ(answer.head, answer.page->to);
  EXPECT_EQ(answer.verdicts, answer.page->receipts);
  ASSERT_EQ(answer.verdicts.size(), 5u);
  for (const Receipt& receipt : answer.verdicts) EXPECT_EQ(receipt.seq, answer.page->to.seq);
  EXPECT_EQ(answer.verdicts[0].verdict, Verdict::voided);
  EXPECT_EQ(answer.verdicts[1].verdict, Verdict::rejected);
  EXPECT_EQ(answer.verdicts[1].reason, "outcome-unknown");
  EXPECT_FALSE(answer.verdicts[1].message.empty());
  ASSERT_EQ(answer.page->rows.size(), 1u);  // of applied entries only, each row once
  EXPECT_EQ(answer.page->rows[0].entity, (EntityKey{"Shipment", "shp_1"}));
  EXPECT_EQ(answer.page->rows[0].version, answer.page->to);
  EXPECT_TRUE(answer.page->rows[0].deleted);
  EXPECT_FALSE(answer.page->rows[0].values.has_value());
  // What a cloud could have said: its own decoder takes it.
  EXPECT_TRUE(push_answer_from_json(to_json(answer)).has_value());
}

TEST(WebhookPage, WithoutReceiptsStaysWhereItIs) {
  const PushAnswer answer = webhook_answer(batch({}), {});
  EXPECT_EQ(answer.page->from, cursor);
  EXPECT_EQ(answer.page->to, cursor);
  EXPECT_EQ(answer.head, cursor);
}

TEST(WebhookPage, AnAddressIsACloudOfItsOwn) {
  EXPECT_EQ(salt_of(""), "cbf29ce484222325");  // the published FNV-1a values
  EXPECT_EQ(salt_of("a"), "af63dc4c8601ec8c");
  const auto one = webhook_capabilities("https://h.example/1");
  EXPECT_EQ(one.origin, webhook_capabilities("https://h.example/1").origin);
  EXPECT_NE(one.origin, webhook_capabilities("https://h.example/2").origin);
  EXPECT_EQ(one.origin.seq, 0);
  EXPECT_TRUE(capabilities_from_json(to_json(one)).has_value());
}

class Webhook : public testing::Test {
 protected:
  std::expected<PushAnswer, Failure> push(Peer& peer, PushRequest request) {
    WebhookTransport transport({peer.url("/hook?key=1"), "", "", direct()}, queue_.post());
    std::optional<std::expected<PushAnswer, Failure>> result;
    transport.push(std::move(request), [&](auto answered) { result = std::move(answered); });
    queue_.run_until([&] { return result.has_value(); });
    return *result;
  }

  TaskQueue queue_;
};

TEST_F(Webhook, PostsTheEntryUnderItsKey) {
  Peer peer({{answer(204, "", "")}});
  Body body = shipment(Op::update);
  body.group_id = "grp";
  body.group_size = 2;
  const auto result = push(peer, batch({write("id-1", body)}));
  ASSERT_TRUE(result.has_value()) << result.error().message;
  const Received got = peer.received().at(0);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/hook?key=1");
  EXPECT_EQ(got.headers.at("idempotency-key"), "id-1");
  EXPECT_EQ(got.headers.at("content-type"), "application/json");
  EXPECT_FALSE(got.headers.contains("authorization"));
  const auto posted = parse_json(got.body, "it");
  ASSERT_TRUE(posted.has_value());
  EXPECT_TRUE(same_value(*posted, {{"clientRequestId", "id-1"},
                                   {"entityType", "Shipment"},
                                   {"entityId", "shp_1"},
                                   {"action", "DO"},
                                   {"op", "update"},
                                   {"payload", {{"status", "booked"}, {"weight", 3}}},
                                   {"base", {{"status", "draft"}, {"weight", 2}}},
                                   {"incarnation", "inc"},
                                   {"number", 1},
                                   {"groupId", "grp"},
                                   {"groupSize", 2}}))
      << got.body;
}

TEST_F(Webhook, PostsALargeEntryPlainBecauseNobodySaysThatTheReceiverUndoesGzip) {
  Peer peer({{answer(204, "", "")}});
  Body body = shipment(Op::update);
  body.payload["notes"] = std::string(5000, 'x');
  ASSERT_TRUE(push(peer, batch({write("id-1", body)})).has_value());
  const Received got = peer.received().at(0);
  EXPECT_FALSE(got.headers.contains("content-encoding"));
  EXPECT_TRUE(parse_json(got.body, "it").has_value());
}

TEST_F(Webhook, PostsAGroupInOrderAndStopsAtTheFirstFailure) {
  Peer peer({{answer(200, "text/plain", "ok")}, {answer(422, "text/plain", "no")}});
  const auto result =
      push(peer, batch({write("a", shipment(Op::create)), write("b", shipment(Op::update)),
                        write("c", shipment(Op::update))}));
  ASSERT_TRUE(result.has_value()) << result.error().message;
  ASSERT_EQ(result->verdicts.size(), 1u);
  EXPECT_EQ(result->verdicts[0].id, "a");
  const auto received = peer.received();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0].headers.at("idempotency-key"), "a");
  EXPECT_EQ(received[1].headers.at("idempotency-key"), "b");
}

TEST_F(Webhook, ARowOfAGroupIsNamedByTheIdThatItsMateWasJustGiven) {
  Peer peer({{answer(201, "application/json", R"({"id":17})")}, {answer(204, "", "")}});
  Body customer = shipment(Op::create, "c1"), child = shipment(Op::create, "s1");
  customer.entity.type = "Customer";
  child.payload = {{"customerId", "c1"}};
  PushRequest request = batch({write("id-1", customer), write("id-2", child)});
  request.references = {{"Shipment", {"customerId"}, "Customer"}};
  for (PushItem& item : request.items) item.key_field = "id";
  WebhookTransport transport({peer.url("/hook"), "", "", direct(), {{"Customer", {"id"}}}},
                             queue_.post());
  std::optional<std::expected<PushAnswer, Failure>> result;
  transport.push(std::move(request), [&](auto answered) { result = std::move(answered); });
  queue_.run_until([&] { return result.has_value(); });
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->verdicts[0].assigned, (json::object{{"id", 17}}));
  const auto posted = parse_json_object(peer.received().at(1).body, "what was posted");
  EXPECT_EQ(posted->at("payload").at("customerId"), 17);
  EXPECT_EQ(posted->at("entityId"), "s1");
}

TEST_F(Webhook, StopsBehindAConflictWhichIsAnswered) {
  Peer peer({{answer(409, "text/plain", "")}, {answer(200, "text/plain", "")}});
  const auto result =
      push(peer, batch({write("a", shipment(Op::update)), write("b", shipment(Op::update))}));
  ASSERT_TRUE(result.has_value()) << result.error().message;
  ASSERT_EQ(result->verdicts.size(), 1u);
  EXPECT_EQ(result->verdicts[0].verdict, Verdict::conflict);
  EXPECT_EQ(peer.received().size(), 1u);
}

TEST_F(Webhook, AFailureOfTheFirstItemIsTheAnswer) {
  Peer refuses({{answer(422, "application/json", R"({"title":"No weight"})")}});
  auto result = push(refuses, batch({write("a", shipment(Op::create))}));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().means, FailureClass::invalid);
  EXPECT_EQ(result.error().message, "No weight");
  Peer breaks({{"HTTP/1.1 2", Then::close}, {"", Then::close}});
  result = push(breaks, batch({write("a", shipment(Op::create))}));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
  EXPECT_EQ(result.error().message.find("key=1"), std::string::npos) << result.error().message;
}

TEST_F(Webhook, VoidsAreAnsweredWithoutAskingAnybody) {
  Peer peer({});
  const auto result = push(peer, batch({voided("v", false)}));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->verdicts.at(0).verdict, Verdict::voided);
  EXPECT_EQ(peer.accepted(), 0u);
}

TEST_F(Webhook, AProbeAsksTheHealthAddressIfThereIsOne) {
  const auto probe = [&](const std::string& health) {
    WebhookTransport transport({"http://hook.invalid/x", health, "", direct()}, queue_.post());
    std::optional<std::expected<Capabilities, Failure>> result;
    transport.probe([&](auto answered) { result = std::move(answered); });
    EXPECT_FALSE(result.has_value());
    queue_.run_until([&] { return result.has_value(); });
    return *result;
  };
  EXPECT_TRUE(probe("").has_value());
  Peer peer({{answer(200, "text/plain", "up")},
             {answer(503, "text/plain", "", "Retry-After: 9\r\n")},
             {answer(404, "text/plain", "")}});
  EXPECT_TRUE(probe(peer.url("/healthz")).has_value());
  const auto busy = probe(peer.url("/healthz"));
  ASSERT_FALSE(busy.has_value());
  EXPECT_EQ(busy.error().means, FailureClass::busy);
  EXPECT_EQ(busy.error().retry_after, Duration(9000));
  const auto wrong = probe(peer.url("/healthz"));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().means, FailureClass::unreachable);
}

}  // namespace
}  // namespace slipway::test
