// Writes without a copy at home are judged as a device's are, and repeated without a second effect;
// for every ledger.
#include "entities_contract.h"

#include "cloud/limits.h"
#include "cloud/routes.h"
#include "heard.h"
#include "http/recorded.h"
#include "model/canonical_json.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};

std::string status_of(const http::Response& response) {
  return std::string(object_of(response).at("values").at("status").as_string());
}

json::object conflict_of(const http::Response& response) {
  return object_of(response).at("conflict").as_object();
}

json::value parsed(const char* text) {
  return parse_json(text, "a value").value();
}

std::string values(const std::string& fields) {
  return "{\"values\":{" + fields + "}}";
}

}  // namespace

json::object object_of(const http::Response& response) {
  return parse_json_object(response.body, "the answer").value();
}

std::string said(const http::Response& response) {
  const std::string status = std::to_string(response.status);
  if (response.status < 400) return status;
  const std::string type(object_of(response).at("type").as_string());
  return status + " " + type.substr(type.rfind('/') + 1);
}

std::string header_of(const http::Response& response, std::string_view name) {
  return http::test::header(response, name);
}

http::Response EntitiesContract::ask(Ledger& node, const Call& call) {
  Identity identity(node, [] { return noon; });
  Pokes pokes(node, identity);
  Observer observer(
      random, [] { return Now{}; }, nullptr);
  Readiness readiness(node, [] { return Instant{}; });
  const http::Handler handler =
      routes(node, identity, pokes, readiness, observer, [] { return noon; });
  http::Request request = http::test::request(call.method, "");
  const std::size_t query = call.path.find('?');
  request.raw_path = call.root + call.path.substr(0, query);
  if (query != call.path.npos) {
    const std::string text = call.path.substr(query + 1);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('&', at), text.size());
      const std::string pair = text.substr(at, end - at);
      request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
      at = end + 1;
    }
  }
  request.headers = call.more;
  request.headers.emplace_back("authorization", "Bearer " + call.token);
  if (!call.key.empty()) request.headers.emplace_back("idempotency-key", "\"" + call.key + "\"");
  if (!call.if_match.empty()) request.headers.emplace_back("if-match", call.if_match);
  if (!call.body.empty() && call.more.empty())
    request.headers.emplace_back("content-type", "application/json; charset=utf-8");
  request.body = call.body;
  http::Response response = http::test::answer(handler, std::move(request));
  be_heard(call.method, call.root + call.path, response);
  return response;
}

http::Response EntitiesContract::ask(const Call& call) {
  return ask(*ledger, call);
}

http::Response EntitiesContract::create(const std::string& id, const std::string& status,
                                        const std::string& key) {
  return ask({.method = "POST",
              .path = "/Shipment",
              .key = key.empty() ? "create " + id : key,
              .body = "{\"entityId\":\"" + id + "\",\"values\":{\"id\":\"" + id +
                      "\",\"status\":\"" + status + "\",\"weight\":1}}"});
}

std::string EntitiesContract::etag(const std::string& id) {
  return header_of(ask({.path = "/Shipment/" + id}), "ETag");
}

TEST_P(EntitiesContract, ARowIsMadeReadChangedAndDeleted) {
  const auto made = create("s1", "new");
  EXPECT_EQ(said(made), "201") << made.body;
  EXPECT_EQ(header_of(made, "Location"), "/v1/entities/Shipment/s1");
  EXPECT_EQ(header_of(made, "ETag"), etag("s1"));
  const auto changed = ask({.method = "PATCH",
                            .path = "/Shipment/s1",
                            .key = "k1",
                            .if_match = etag("s1"),
                            .body = values("\"status\":\"sent\"")});
  EXPECT_EQ(said(changed), "200") << changed.body;
  EXPECT_EQ(status_of(changed), "sent");
  EXPECT_EQ(object_of(changed).at("values").at("weight"), 1);
  EXPECT_EQ(header_of(changed, "ETag"), etag("s1"));
  const auto deleted = ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = etag("s1")});
  EXPECT_EQ(said(deleted), "200") << deleted.body;
  EXPECT_EQ(object_of(deleted).at("deleted"), true);
  EXPECT_EQ(said(ask({.path = "/Shipment/s1"})), "410 row-deleted");
  EXPECT_EQ(said(ask({.path = "/Shipment/s2"})), "404 unknown-row");
}

TEST_P(EntitiesContract, ARepeatIsAnsweredFromTheFirstResult) {
  const std::string made = create("s1", "new").body;
  const std::string seen = etag("s1");
  const Call patch{.method = "PATCH",
                   .path = "/Shipment/s1",
                   .key = "k1",
                   .if_match = seen,
                   .body = values("\"status\":\"sent\"")};
  const std::string changed = ask(patch).body;
  const Call remove{.method = "DELETE", .path = "/Shipment/s1", .if_match = etag("s1")};
  const std::string deleted = ask(remove).body;
  const Version before = head();
  EXPECT_EQ(create("s1", "new").body, made);
  EXPECT_EQ(ask(patch).body, changed);
  EXPECT_EQ(ask(remove).body, deleted);
  EXPECT_EQ(head(), before) << "nothing is judged a second time";
  reopen();
  EXPECT_EQ(ask(patch).body, changed);
}

TEST_P(EntitiesContract, AKeyStandsForOneRequest) {
  ASSERT_EQ(said(create("s1", "new", "k1")), "201");
  EXPECT_EQ(said(create("s1", "other", "k1")), "422 key-reused");
  EXPECT_EQ(said(create("s2", "new", "k1")), "422 key-reused");
  const std::string seen = etag("s1");
  EXPECT_EQ(said(ask({.method = "PATCH",
                      .path = "/Shipment/s1",
                      .key = "k1",
                      .if_match = seen,
                      .body = values("\"status\":\"x\"")})),
            "422 key-reused");
  EXPECT_EQ(etag("s1"), seen);
  owner("acme", "Lagos");
  EXPECT_EQ(said(ask({.method = "POST",
                      .path = "/Shipment",
                      .key = "k1",
                      .body = R"({"entityId":"s3","values":{"id":"s3"}})",
                      .token = "acme/Lagos"})),
            "201")
      << "each device has its own keys";
}

TEST_P(EntitiesContract, AStaleETagIsToldWhatStandsAgainstEachOther) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string seen = etag("s1");
  const EntityKey key{"Shipment", "s1"};
  acme.device = "New York";
  owner("acme", "New York");
  push_one(new_york.update(key, {{"weight", 1}}, {{"weight", 7}}, head()));
  acme.device = "Hamburg";
  const Call stale{.method = "PATCH",
                   .path = "/Shipment/s1",
                   .key = "k1",
                   .if_match = seen,
                   .body = values("\"status\":\"sent\"")};
  const auto refused = ask(stale);
  ASSERT_EQ(said(refused), "412 precondition-failed") << refused.body;
  const json::object conflict = conflict_of(refused);
  EXPECT_EQ(conflict.at("reason"), "changed");
  EXPECT_EQ(conflict.at("fields"), parsed(R"(["weight"])"));
  EXPECT_EQ(conflict.at("base"), parsed(R"({"status":"new","weight":1})"));
  EXPECT_EQ(conflict.at("local"), parsed(R"({"status":"sent"})"));
  EXPECT_EQ(conflict.at("server"), parsed(R"({"status":"new","weight":7})"));
  EXPECT_EQ(conflict.at("who"), "New York");
  EXPECT_EQ(conflict.at("when"), json::value(to_text(noon)));
  EXPECT_EQ(header_of(refused, "ETag"), etag("s1"));
  EXPECT_EQ(ask(stale).body, refused.body) << "a repeat gets the same";
  const auto removal = ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = seen});
  EXPECT_EQ(said(removal), "412 precondition-failed");
  EXPECT_EQ(conflict_of(removal).at("server").at("weight"), 7);
  EXPECT_EQ(said(ask({.method = "PATCH",
                      .path = "/Shipment/s1",
                      .key = "k2",
                      .if_match = seen + ", " + etag("s1"),
                      .body = values("\"status\":\"sent\"")})),
            "200");
}

// Two that both read 1 and write 2 have counted twice. A desk's change that finds its own value is
// done; here that value may be somebody else's, and nobody would know.
TEST_P(EntitiesContract, AStaleETagIsRefusedAlsoWhereTheValuesAreTheSameByNow) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string seen = etag("s1");
  const auto patch = [&](const std::string& key, const std::string& tag, const std::string& text) {
    return ask({.method = "PATCH",
                .path = "/Shipment/s1",
                .key = key,
                .if_match = tag,
                .body = values(text)});
  };
  ASSERT_EQ(said(patch("one", seen, "\"weight\":2")), "200");
  const auto refused = patch("two", seen, "\"weight\":2");
  EXPECT_EQ(said(refused), "412 precondition-failed") << refused.body;
  EXPECT_EQ(conflict_of(refused).at("fields"), parsed(R"(["weight"])"));
  EXPECT_EQ(said(patch("three", seen, "\"weight\":2,\"status\":\"x\"")), "412 precondition-failed");
  EXPECT_EQ(said(patch("one", seen, "\"weight\":2")), "200") << "a repeat";
  EXPECT_EQ(said(patch("four", etag("s1"), "\"weight\":2")), "200") << "it is so already";
  ASSERT_EQ(said(patch("five", etag("s1"), "\"weight\":1")), "200");
  EXPECT_EQ(said(patch("six", seen, "\"weight\":3")), "412 precondition-failed") << "and back";
}

TEST_P(EntitiesContract, AnETagOfAnotherRowIsNoneOfThisOne) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  ASSERT_EQ(said(create("s2", "new")), "201");
  const auto patch = ask({.method = "PATCH",
                          .path = "/Shipment/s1",
                          .key = "k1",
                          .if_match = etag("s2"),
                          .body = values("\"status\":\"sent\"")});
  EXPECT_EQ(said(patch), "412 precondition-failed") << patch.body;
  EXPECT_EQ(header_of(patch, "ETag"), etag("s1"));
  EXPECT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = etag("s2")})),
            "412 precondition-failed");
  EXPECT_EQ(said(ask({.method = "POST",
                      .path = "/Shipment",
                      .key = "k2",
                      .if_match = etag("s2"),
                      .body = R"({"entityId":"s3","values":{"id":"s3"}})"})),
            "412 precondition-failed")
      << "there never was such a row";
}

TEST_P(EntitiesContract, WhatStandsInTheWayOfACreateOrADeleteIsTold) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const auto other = create("s1", "old", "k1");
  EXPECT_EQ(said(other), "409 conflict");
  EXPECT_EQ(conflict_of(other).at("reason"), "already-exists");
  EXPECT_EQ(conflict_of(other).at("server").at("status"), "new");
  EXPECT_EQ(said(create("s1", "new", "k2")), "200") << "it is there already, just so";
  push_one(hamburg.create(quote, {{"id", "q_1"}, {"shipmentId", "s1"}}),
           {{"Quote", {"shipmentId"}, "Shipment"}});
  const auto parent =
      ask({.method = "DELETE", .path = "/Shipment/s1", .key = "k3", .if_match = etag("s1")});
  EXPECT_EQ(said(parent), "409 conflict") << parent.body;
  EXPECT_EQ(conflict_of(parent).at("reason"), "has-children");
  const auto orphan = ask({.method = "POST",
                           .path = "/Quote",
                           .key = "k4",
                           .body = R"({"entityId":"q2","values":{"id":"q2","shipmentId":"s9"}})"});
  EXPECT_EQ(said(orphan), "409 conflict");
  EXPECT_EQ(conflict_of(orphan).at("reason"), "reference-missing");
}

TEST_P(EntitiesContract, ADeletedRowIsMadeAgainOnlyByThoseWhoKnowThatItWasDeleted) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string seen = etag("s1");
  ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = seen});
  const auto patch = ask({.method = "PATCH",
                          .path = "/Shipment/s1",
                          .key = "k1",
                          .if_match = seen,
                          .body = values("\"status\":\"sent\"")});
  EXPECT_EQ(said(patch), "412 precondition-failed");
  EXPECT_EQ(conflict_of(patch).at("reason"), "deleted");
  EXPECT_EQ(conflict_of(patch).at("lastValues").at("status"), "new");
  EXPECT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/s1", .key = "k", .if_match = seen})),
            "200")
      << "it is so already";
  EXPECT_EQ(said(create("s1", "anew", "k2")), "409 conflict");
  const std::string tombstone = etag("s1");
  ASSERT_EQ(said(create("s2", "new")), "201");
  for (const std::string& tag : {seen, etag("s2")}) {
    const auto unseen = ask({.method = "POST",
                             .path = "/Shipment",
                             .key = "with " + tag.substr(1, 18),
                             .if_match = tag,
                             .body = R"({"entityId":"s1","values":{"id":"s1","status":"anew"}})"});
    EXPECT_EQ(said(unseen), "412 precondition-failed") << tag << ": " << unseen.body;
  }
  const auto again = ask({.method = "POST",
                          .path = "/Shipment",
                          .key = "k3",
                          .if_match = tombstone,
                          .body = R"({"entityId":"s1","values":{"id":"s1","status":"anew"}})"});
  EXPECT_EQ(said(again), "201") << again.body;
  EXPECT_EQ(said(ask({.method = "PATCH",
                      .path = "/Shipment/s1",
                      .key = "k4",
                      .if_match = seen,
                      .body = values("\"status\":\"sent\"")})),
            "412 precondition-failed")
      << "another row under the same id";
}

TEST_P(EntitiesContract, ARowIsNotSentAgainToThoseWhoHaveIt) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string tag = etag("s1");
  const auto get = [&](const std::string& tags) {
    return ask({.path = "/Shipment/s1", .more = {{"if-none-match", tags}}});
  };
  for (const std::string& tags :
       std::vector<std::string>{tag, "W/" + tag, "*", "\"x\", , " + tag}) {
    const auto unchanged = get(tags);
    EXPECT_EQ(unchanged.status, 304u) << tags;
    EXPECT_EQ(header_of(unchanged, "ETag"), tag);
    EXPECT_EQ(unchanged.body, "");
  }
  for (const char* tags : {"\"x\"", "\"\"", "W/\"1-0123456789abcdef\"", "\"*\""})
    EXPECT_EQ(get(tags).status, 200u) << tags;
  for (const char* tags : {"x", "\"x", "*, \"x\"", ",", "", "\"x\" \"y\"", "w/\"x\""})
    EXPECT_EQ(said(get(tags)), "400 invalid-header") << tags;
}

TEST_P(EntitiesContract, WithoutAVersionNothingIsOverwritten) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  int keys = 0;
  const auto patch = [&](const std::string& if_match) {
    return said(ask({.method = "PATCH",
                     .path = "/Shipment/s1",
                     .key = "k" + std::to_string(++keys),
                     .if_match = if_match,
                     .body = values("\"status\":\"x\"")}));
  };
  EXPECT_EQ(patch(""), "428 precondition-required");
  EXPECT_EQ(patch("*"), "428 precondition-required");
  EXPECT_EQ(patch("W/" + etag("s1")), "412 precondition-failed") << "strong comparison";
  EXPECT_EQ(patch("\"7\""), "412 precondition-failed");
  EXPECT_EQ(patch("\"\""), "412 precondition-failed");
  EXPECT_EQ(patch("\"999-0123456789abcdef\""), "412 precondition-failed") << "of another history";
  EXPECT_EQ(patch("\"99999999999999999999-0123456789abcdef\""), "412 precondition-failed");
  EXPECT_EQ(patch("1-0123456789abcdef"), "400 invalid-header");
  EXPECT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/s1"})), "428 precondition-required");
  EXPECT_EQ(status_of(ask({.path = "/Shipment/s1"})), "new");
}

// A version that no commit made was not read here: what was seen is not known, what would be
// overwritten is told.
TEST_P(EntitiesContract, AVersionOfNoCommitIsRefusedAndNothingIsRecorded) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const json::value row = object_of(ask({.path = "/Shipment/s1"})).at("values");
  const Version before = head();
  const std::string other_salt = std::to_string(before.seq) + "-0000000000000000";
  for (const std::string& version :
       {std::string("999999-0000000000000000"), std::string("0-0000000000000000"), std::string("7"),
        other_salt, "0-" + ledger->history(acme.tenant, {"x", {}}).value().common.salt}) {
    for (const char* method : {"PATCH", "DELETE"}) {
      const bool patches = std::string_view(method) == "PATCH";
      const auto refused = ask({.method = method,
                                .path = "/Shipment/s1",
                                .key = "k1",
                                .if_match = "\"" + version + "\"",
                                .body = patches ? values("\"status\":\"x\"") : ""});
      EXPECT_EQ(said(refused), "412 precondition-failed");
      EXPECT_EQ(object_of(refused).at("title"), "If-Match names no version of this cloud")
          << version;
      EXPECT_EQ(header_of(refused, "ETag"), etag("s1")) << version;
      const json::object conflict = conflict_of(refused);
      EXPECT_EQ(conflict.at("reason"), "changed");
      EXPECT_EQ(conflict.at("base"), json::object());
      EXPECT_EQ(conflict.at("local"), patches ? parsed(R"({"status":"x"})") : json::object());
      EXPECT_EQ(conflict.at("server"), row);
      EXPECT_EQ(conflict.at("version"), to_json(before));
      EXPECT_TRUE(conflict.at("who").is_null());
    }
  }
  EXPECT_EQ(head(), before);
}

TEST_P(EntitiesContract, OfAVersionOfNoCommitWhatIsDeletedOrHiddenIsToldAsEver) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const auto remake = [&](const std::string& device) {
    return ask({.method = "POST",
                .path = "/Shipment",
                .key = "k1",
                .if_match = "\"7-0000000000000000\"",
                .body = R"({"entityId":"s1","values":{"id":"s1","status":"hidden"}})",
                .token = "acme/" + device});
  };
  owner("acme", "Kiel");
  const RowScope scope = scope_from_json(parsed(R"({"Shipment":{"status":["other"]}})")).value();
  ASSERT_TRUE(ledger->set_scope("acme", "Kiel", scope, noon));
  const auto hidden = remake("Kiel");
  EXPECT_EQ(said(hidden), "412 precondition-failed");
  EXPECT_EQ(object_of(hidden).if_contains("conflict"), nullptr);
  EXPECT_EQ(header_of(hidden, "ETag"), "");
  ASSERT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = etag("s1")})), "200");
  const auto deleted = remake("Hamburg");
  EXPECT_EQ(said(deleted), "412 precondition-failed");
  EXPECT_EQ(header_of(deleted, "ETag"), etag("s1"));
  EXPECT_EQ(conflict_of(deleted).at("reason"), "deleted");
  EXPECT_TRUE(conflict_of(deleted).at("server").is_null());
  EXPECT_EQ(conflict_of(deleted).at("lastValues").at("status"), "new");
}

TEST_P(EntitiesContract, WrongUseIsRefusedInWordsAndRecordsNothing) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const Version before = head();
  const std::string tag = etag("s1");
  const auto post = [&](const std::string& body, http::Headers more = {}) {
    return said(ask({.method = "POST",
                     .path = "/Shipment",
                     .key = "k",
                     .body = body,
                     .more = std::move(more)}));
  };
  const auto patch = [&](const std::string& body) {
    return said(ask(
        {.method = "PATCH", .path = "/Shipment/s1", .key = "k", .if_match = tag, .body = body}));
  };
  const std::string good = R"({"entityId":"s2","values":{"id":"s2"}})";
  const http::Headers json_type{{"content-type", "application/json"}};
  EXPECT_EQ(said(ask({.method = "POST", .path = "/Shipment", .body = good})),
            "400 idempotency-key-missing");
  for (const char* bad :
       {"\"", "\"\"", "a b", "\"a\" \"b\"", "\"a\\b\"", "\"a\\", "\"a\";q=1", "\xc3\xa9"})
    EXPECT_EQ(said(ask({.method = "POST",
                        .path = "/Shipment",
                        .body = good,
                        .more = {{"content-type", "application/json"}, {"idempotency-key", bad}}})),
              "400 invalid-idempotency-key")
        << bad;
  EXPECT_EQ(
      said(
          ask({.method = "POST", .path = "/Shipment", .key = std::string(256, 'k'), .body = good})),
      "400 invalid-idempotency-key");
  for (const char* type :
       {"text/plain", "application/xml", "application/jsonx", "application/merge-patch+json", ""})
    EXPECT_EQ(post(good, {{"content-type", type}}), "415 unsupported-media-type") << type;
  EXPECT_EQ(post("{", json_type), "400 invalid-json");
  EXPECT_EQ(post("[]"), "400 invalid-json");
  EXPECT_EQ(post(R"({"entityId":"s2","values":{"id":"s2"},"value":1})"), "422 unknown-member");
  EXPECT_EQ(post(R"({"values":{"id":"s2"}})"), "422 invalid-name");
  EXPECT_EQ(post(R"({"entityId":7,"values":{"id":7}})"), "422 invalid-name");
  EXPECT_EQ(post(R"({"entityId":"","values":{"id":""}})"), "422 invalid-name");
  const std::string huge(entity_name_bytes_max + 1, 'x');
  EXPECT_EQ(post("{\"entityId\":\"" + huge + "\",\"values\":{\"id\":\"" + huge + "\"}}"),
            "422 invalid-name");
  EXPECT_EQ(post(R"({"entityId":"s2","values":{"name":"x"}})"), "422 key-missing");
  EXPECT_EQ(post(R"({"entityId":"s2","values":{"id":"s2","n":9007199254740993}})"),
            "422 invalid-values");
  EXPECT_EQ(post(R"({"entityId":"s2","values":{"id":"s2","n":{"a":[18446744073709551615]}}})"),
            "422 invalid-values");
  EXPECT_EQ(
      post(R"({"entityId":"s2","values":{"id":"s2","n":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}})"),
      "422 invalid-values");
  EXPECT_EQ(said(ask({.method = "POST",
                      .path = "/Shipment",
                      .key = "k",
                      .body = good,
                      .more = {{"content-type", "application/json"}, {"if-none-match", tag}}})),
            "400 invalid-header");
  EXPECT_EQ(patch("{}"), "422 invalid-values");
  EXPECT_EQ(patch(R"({"values":{}})"), "422 invalid-values");
  EXPECT_EQ(patch(values("\"stauts\":\"x\"")), "422 unknown-field");
  EXPECT_EQ(patch(values("\"id\":\"s2\"")), "422 key-changed");
  EXPECT_EQ(patch(R"({"status":"x"})"), "422 unknown-member");
  EXPECT_EQ(said(ask({.method = "PATCH",
                      .path = "/Shipment/nothing",
                      .key = "k",
                      .if_match = tag,
                      .body = values("\"status\":\"x\"")})),
            "404 unknown-row");
  EXPECT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/nothing", .if_match = tag})),
            "404 unknown-row");
  EXPECT_EQ(said(ask({.path = "/Shipment/%FF"})), "422 invalid-name");
  EXPECT_EQ(said(ask({.path = "/" + huge + "/x"})), "422 invalid-name");
  EXPECT_EQ(said(ask({.path = "/shipment"})), "404 unknown-type");
  EXPECT_EQ(said(ask({.path = "/Shipment?limit=0"})), "400 invalid-query");
  EXPECT_EQ(head(), before);
}

TEST_P(EntitiesContract, HeadersMayBeWrittenInEveryWayThatTheirStandardsAllow) {
  const std::string body = R"({"entityId":"s1","values":{"id":"s1","status":"new"}})";
  const auto post = [&](http::Headers more) {
    return ask({.method = "POST", .path = "/Shipment", .body = body, .more = std::move(more)});
  };
  const auto made = post({{"content-type", " Application/JSON ;charset=utf-8"},
                          {"idempotency-key", " \t\"a \\\"b\\\\\"\t "},
                          {"if-none-match", "*"}});
  ASSERT_EQ(said(made), "201") << made.body;
  EXPECT_EQ(post({{"content-type", "application/json"}, {"idempotency-key", R"("a \"b\\")"}}).body,
            made.body)
      << "the same key";
  EXPECT_EQ(said(post({{"content-type", "application/json"}, {"idempotency-key", "a-word"}})),
            "200")
      << "it is there already, just so";
  EXPECT_EQ(said(post({{"content-type", "application/json"},
                       {"idempotency-key", "k1"},
                       {"idempotency-key", "k2"}})),
            "400 invalid-idempotency-key");
  EXPECT_EQ(said(post({{"content-type", "application/json"}, {"idempotency-key", "a\x7f"}})),
            "400 invalid-idempotency-key");
  EXPECT_EQ(said(post({{"content-type", "application/json"},
                       {"idempotency-key", "k1"},
                       {"if-none-match", "x"}})),
            "400 invalid-header");
  const std::string old = etag("s1");
  ASSERT_EQ(said(ask({.method = "PATCH",
                      .path = "/Shipment/s1",
                      .key = "k3",
                      .if_match = old,
                      .body = values("\"status\":\"sent\"")})),
            "200");
  const auto twice =
      ask({.method = "PATCH",
           .path = "/Shipment/s1",
           .key = "k4",
           .body = values("\"status\":\"done\""),
           .more = {
               {"content-type", "application/json"}, {"if-match", etag("s1")}, {"if-match", old}}});
  EXPECT_EQ(said(twice), "200") << "the newest of all that were seen " << twice.body;
  const auto text = ask({.method = "PATCH",
                         .path = "/Shipment/s1",
                         .key = "k5",
                         .if_match = etag("s1"),
                         .body = "x",
                         .more = {{"content-type", "text/plain"}}});
  EXPECT_EQ(said(text), "415 unsupported-media-type");
  EXPECT_EQ(header_of(text, "Accept-Patch"), "application/json");
}

TEST_P(EntitiesContract, ValuesAndKeysThatNobodyCouldKeepAreRefused) {
  const Version before = head();
  int keys = 0;
  const auto post = [&](const std::string& id, const std::string& values) {
    return said(ask({.method = "POST",
                     .path = "/Stop",
                     .key = "k" + std::to_string(++keys),
                     .body = "{\"entityId\":" + id + ",\"values\":" + values + "}"}));
  };
  EXPECT_EQ(post(R"("s1")", "7"), "422 invalid-values");
  EXPECT_EQ(post(R"("s1")", R"({"id":"s1","n":-9007199254740993})"), "422 invalid-values");
  EXPECT_EQ(post(R"("s1")", R"({"id":"s1","n":{"a":{"b":[9007199254740993]}}})"),
            "422 invalid-values");
  for (const char* number :
       {"18446744073709551616", "-9223372036854775809", "12345678901234567890123"})
    EXPECT_EQ(post(R"("s1")", R"({"id":"s1","t":"1\"","n":[)" + std::string(number) + "]}"),
              "422 invalid-values")
        << number;
  for (const char* id : {R"("[")", R"("[]")", R"("[\"s1\",2]")", R"("[\"s1\"]x")"})
    EXPECT_EQ(post(id, R"({"ship":"s1","n":3})"), "422 key-missing") << id;
  const std::string huge(entity_name_bytes_max + 1, 'x');
  for (const char* method : {"POST", "PATCH", "DELETE"})
    EXPECT_EQ(said(ask({.method = method,
                        .path = "/" + huge + (std::string_view(method) == "POST" ? "" : "/x"),
                        .key = "k"})),
              "422 invalid-name")
        << method;
  EXPECT_EQ(said(ask({.method = "PATCH", .path = "/Stop/s1", .body = values("\"n\":1")})),
            "400 idempotency-key-missing");
  EXPECT_EQ(
      said(ask({.method = "DELETE", .path = "/Stop/s1", .more = {{"idempotency-key", "\""}}})),
      "400 invalid-idempotency-key");
  EXPECT_EQ(head(), before);
  EXPECT_EQ(post(R"("s-1_2.3~4")", R"({"id":"s-1_2.3~4","n":{"a":{"b":[9007199254740991]}}})"),
            "201");
  EXPECT_EQ(said(ask({.path = "/Stop/s-1_2.3~4"})), "200");
  EXPECT_EQ(post(R"("s2")",
                 R"({"id":"s2","t":"18446744073709551616","n":[100000000000000000000,1.5e300]})"),
            "201")
      << "these are kept as they are";
}

// A device's table may keep its key where the cloud does not look for it.
TEST_P(EntitiesContract, ARowThatNeverHeldItsKeyCanStillBeChanged) {
  push_one(hamburg.create({"Other", "x"}, {{"name", "a"}}));
  EXPECT_EQ(said(ask({.method = "PATCH",
                      .path = "/Other/x",
                      .key = "k1",
                      .if_match = header_of(ask({.path = "/Other/x"}), "ETag"),
                      .body = values("\"name\":\"b\"")})),
            "200");
}

TEST_P(EntitiesContract, AnIdMayBeAnyText) {
  for (const std::string& id : std::vector<std::string>{"a/b", "a b", "%2F", "ü", "?", "#", "..",
                                                        "\t", std::string("\0x", 2)}) {
    const std::string quoted = json_text(json::value(id));
    const auto made =
        ask({.method = "POST",
             .path = "/Shipment",
             .key = "k" + std::to_string(std::hash<std::string>()(id)),
             .body = "{\"entityId\":" + quoted + ",\"values\":{\"id\":" + quoted + "}}"});
    ASSERT_EQ(said(made), "201") << quoted << made.body;
    const std::string path = header_of(made, "Location").substr(std::string("/v1/entities").size());
    const auto read = ask({.path = path});
    EXPECT_EQ(said(read), "200") << path;
    EXPECT_EQ(object_of(read).at("entityId"), json::value(id));
  }
  const auto composite = ask({.method = "POST",
                              .path = "/Stop",
                              .key = "k",
                              .body = R"({"entityId":"[\"s1\",2]","values":{"ship":"s1","n":2}})"});
  EXPECT_EQ(said(composite), "201") << composite.body;
  EXPECT_EQ(said(ask({.path = "/Stop/%5B%22s1%22%2C2%5D"})), "200");
}

TEST_P(EntitiesContract, AListComesPageByPageInTheOrderOfIds) {
  EXPECT_EQ(said(ask({.path = "/Shipment"})), "404 unknown-type");
  for (const char* id : {"c", "a", "e", "b", "d"}) ASSERT_EQ(said(create(id, "new")), "201");
  ask({.method = "DELETE", .path = "/Shipment/b", .if_match = etag("b")});
  push_one(hamburg.create({"Other", "x"}, {{"id", "x"}}));
  std::string ids, next;
  int pages = 0;
  do {
    const auto page = ask({.path = "/Shipment?limit=2" + next});
    ASSERT_EQ(said(page), "200");
    const json::object object = object_of(page);
    for (const json::value& row : object.at("rows").as_array())
      ids += std::string(row.at("entityId").as_string());
    next =
        object.at("next").is_null() ? "" : "&after=" + std::string(object.at("next").as_string());
    EXPECT_EQ(header_of(page, "Link").empty(), next.empty());
    ++pages;
  } while (!next.empty() && pages < 9);
  EXPECT_EQ(ids, "acde");
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(object_of(ask({.path = ""})).at("types"), parsed(R"(["Other","Shipment"])"));
  ask({.method = "DELETE",
       .path = "/Other/x",
       .if_match = header_of(ask({.path = "/Other/x"}), "ETag")});
  EXPECT_EQ(object_of(ask({.path = "/Other"})).at("rows"), parsed("[]")) << "there was one";
}

TEST_P(EntitiesContract, AScopeHoldsHere) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  ASSERT_EQ(said(create("s2", "sent")), "201");
  push_one(hamburg.create({"Other", "x"}, {{"id", "x"}}));
  owner("acme", "Kiel");
  const auto scope =
      scope_from_json(parse_json(R"({"Shipment":{"status":["new"]}})", "a scope").value()).value();
  ASSERT_TRUE(ledger->set_scope("acme", "Kiel", scope, noon));
  const auto as_kiel = [&](Call call) {
    call.token = "acme/Kiel";
    return ask(call);
  };
  EXPECT_EQ(said(as_kiel({.path = "/Shipment/s1"})), "200");
  EXPECT_EQ(said(as_kiel({.path = "/Shipment/s2"})), "404 unknown-row");
  EXPECT_EQ(object_of(as_kiel({.path = "/Shipment"})).at("rows").as_array().size(), 1u);
  EXPECT_EQ(object_of(as_kiel({.path = ""})).at("types"), parsed(R"(["Shipment"])"));
  EXPECT_EQ(said(as_kiel({.path = "/Other"})), "404 unknown-type");
  EXPECT_EQ(said(as_kiel({.method = "DELETE", .path = "/Shipment/s2", .if_match = etag("s2")})),
            "404 unknown-row");
  EXPECT_EQ(said(as_kiel({.method = "POST",
                          .path = "/Shipment",
                          .key = "k1",
                          .body = R"({"entityId":"s3","values":{"id":"s3","status":"sent"}})"})),
            "403 outside-scope");
  EXPECT_EQ(said(ask({.path = "/Shipment/s3"})), "404 unknown-row");
  const auto handed_over = as_kiel({.method = "PATCH",
                                    .path = "/Shipment/s1",
                                    .key = "k2",
                                    .if_match = etag("s1"),
                                    .body = values("\"status\":\"sent\"")});
  EXPECT_EQ(said(handed_over), "200") << handed_over.body;
  EXPECT_EQ(object_of(handed_over).at("deleted"), true) << "it has left what Kiel may see";
  EXPECT_EQ(object_of(handed_over).if_contains("values"), nullptr);
  EXPECT_EQ(status_of(ask({.path = "/Shipment/s1"})), "sent");
}

// What others may not see is not told by a place, either; who is given one can only give it back.
TEST_P(EntitiesContract, APlaceInAListNamesNoRowOutsideOfTheScope) {
  const RowScope scope = scope_from_json(parsed(R"({"Shipment":{"status":["new"]}})")).value();
  for (const char* device : {"Kiel", "Lagos"}) {
    owner("acme", device);
    ASSERT_TRUE(ledger->set_scope("acme", device, scope, noon));
  }
  for (int i = 1; i <= 6; ++i)
    ASSERT_EQ(said(create("s" + std::to_string(i), i == 4 ? "new" : "hidden")), "201");
  ASSERT_EQ(said(create("~s0", "new")), "201");
  const auto list = [&](const char* device, const std::string& after) {
    return ask(
        {.path = "/Shipment?limit=2&after=" + after, .token = "acme/" + std::string(device)});
  };
  std::string all, after;
  std::vector<std::string> places;
  for (int pages = 0;; ++pages) {
    ASSERT_LT(pages, 6);
    const auto page = list("Kiel", after);
    ASSERT_EQ(said(page), "200") << page.body;
    const json::object told = object_of(page);
    for (const json::value& row : told.at("rows").as_array())
      all += std::string(row.at("entityId").as_string()) + " ";
    if (told.at("next").is_null()) break;
    after = told.at("next").as_string();
    EXPECT_TRUE(after.starts_with("~")) << after;
    EXPECT_NE(header_of(page, "Link").find("&after=" + after + ">"), std::string::npos);
    places.push_back(after);
  }
  EXPECT_EQ(all, "s4 ~s0 ");
  ASSERT_EQ(places.size(), 3u);
  EXPECT_NE(object_of(list("Kiel", "")).at("next"), json::value(places[0]))
      << "nor does it show that two are one";
  EXPECT_EQ(places[0].size(), places[1].size());
  // To others, beside other types and with a letter changed it is no place: a list that ended there
  // would look whole.
  std::string changed = places[0];
  changed[9] = changed[9] == 'a' ? 'b' : 'a';
  EXPECT_EQ(said(list("Kiel", changed)), "400 invalid-place");
  EXPECT_EQ(said(list("Lagos", places[0])), "400 invalid-place");
  EXPECT_EQ(said(ask({.path = "/Shipment?after=" + places[0]})), "400 invalid-place");
  EXPECT_EQ(said(ask({.path = "/Quote?after=" + places[0], .token = "acme/Kiel"})),
            "400 invalid-place");
  // Whoever holds everything is told ids as ever, and an id may begin as a place does.
  EXPECT_EQ(object_of(ask({.path = "/Shipment?limit=2"})).at("next"), "s2");
  EXPECT_EQ(object_of(ask({.path = "/Shipment?after=~s"})).at("rows").as_array().size(), 1u);
}

// A database may keep less than an address can say.
TEST_P(EntitiesContract, WhatIsNoTextInAnAddressIsAnsweredAlikeByEveryLedger) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string nul(1, '\0');
  for (const std::string& odd : std::vector<std::string>{"\xff", "s\xc3", nul, "s" + nul}) {
    const auto listed = ask({.path = "/Shipment?after=" + odd});
    EXPECT_EQ(said(listed), "200") << listed.body;
  }
  for (const char* odd : {"%ff", "s%c3", "%00", "s%00"}) {
    const auto receipt = ask({.path = odd, .root = "/v1/requests/"});
    EXPECT_EQ(said(receipt), "404 unknown-request") << receipt.body;
  }
  for (const char* odd : {"/%ff", "/Shipment/%ff"})
    EXPECT_EQ(said(ask({.path = odd})), "422 invalid-name") << odd;
  EXPECT_EQ(said(ask({.path = "/Shipment/%00"})), "404 unknown-row");
  EXPECT_EQ(said(ask({.path = "/%00"})), "404 unknown-type");
}

TEST_P(EntitiesContract, DevicesHearOfIt) {
  const Version before = head();
  ASSERT_EQ(said(create("s1", "new")), "201");
  const Page page = pull(before, 10, "New York").page;
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].values->at("status"), "new");
  EXPECT_TRUE(page.receipts.empty());
  EXPECT_EQ(pull(before).page.receipts.size(), 1u) << "of the token's own device";
}

TEST_P(EntitiesContract, WhoAsksHereIsHeardOfAndKeepsNoCopy) {
  owner("acme", "Reader");
  owner("acme", "Never came");
  ASSERT_EQ(said(create("s1", "new")), "201");
  ASSERT_EQ(said(create("s2", "new")), "201");
  ASSERT_EQ(said(ask({.path = "/Shipment", .token = "acme/Reader"})), "200");
  acme.device = "New York";
  owner("acme", "New York");
  push_one(new_york.create(quote, {{"id", "q_1"}}));
  pull(head(), 10, "New York");
  while (ledger->note_devices(noon).value()) {
  }
  const LedgerState state = ledger->state().value();
  for (const DeviceRow& device : state.devices) {
    EXPECT_EQ(device.seen.has_value(), device.name != "Never came") << device.name;
    EXPECT_EQ(device.keeps_a_copy(), device.name == "Never came" || device.name == "New York")
        << device.name;
  }
}

TEST_P(EntitiesContract, AForgottenResultIsNotMadeAgain) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  pull(head());  // the receipts have reached the device
  purge();
  EXPECT_EQ(said(create("s1", "new")), "409 key-expired");
}

TEST_P(EntitiesContract, ARepeatAfterTheHorizonIsToldTheRowAsItIsByThen) {
  ASSERT_EQ(said(create("s1", "new")), "201");
  const std::string seen = etag("s1");
  const Call patch{.method = "PATCH",
                   .path = "/Shipment/s1",
                   .key = "k1",
                   .if_match = seen,
                   .body = values("\"status\":\"sent\"")};
  ASSERT_EQ(said(ask(patch)), "200");
  ASSERT_EQ(said(ask({.method = "DELETE", .path = "/Shipment/s1", .if_match = etag("s1")})), "200");
  push_one(hamburg.create(other_shipment, {{"id", "shp_2"}}));
  while (ledger->compact(std::nullopt, {.commits = 0, .days = {}}, noon).value().more) {
  }
  const auto again = ask(patch);
  EXPECT_EQ(said(again), "200") << again.body;
  EXPECT_EQ(object_of(again).at("deleted"), true) << "what is known of it today";
  const auto made = create("s1", "new");
  EXPECT_EQ(said(made), "200") << "that it was made then is not known any more";
  EXPECT_EQ(header_of(made, "Location"), "");
}

}  // namespace slipway::cloud::test
