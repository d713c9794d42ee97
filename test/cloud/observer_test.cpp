// By which id a request is found again, and that each is counted, also one that nobody answers.
#include "cloud/observer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "base/random.h"
#include "http/recorded.h"
#include "model/canonical_json.h"

namespace slipway::cloud::test {
namespace {

class ObserverTest : public testing::Test {
 protected:
  http::Response ask(const std::string& id, const http::Handler& handler) {
    http::Request request = http::test::request("GET", "/v1/changes");
    request.raw_path = "/v1/changes";
    if (!id.empty()) request.headers.emplace_back("x-request-id", id);
    return http::test::answer(observer.observed(handler), std::move(request));
  }
  std::string id_of(const std::string& given) {
    const http::Handler fine = [](http::Request, const http::Reply& reply) {
      reply({.status = 200});
    };
    return http::test::header(ask(given, fine), "X-Request-Id");
  }

  std::vector<json::object> lines() const {
    std::vector<json::object> all;
    std::istringstream text(log.str());
    for (std::string line; std::getline(text, line);)
      all.push_back(parse_json_object(line, "a line").value());
    return all;
  }

  Random random{3};
  std::ostringstream log;
  Observer observer{random, [] { return Now{}; }, &log};
};

TEST_F(ObserverTest, ARequestKeepsTheIdThatItCameWith) {
  const std::string longest(128, 'x');
  for (const std::string& id : {std::string("a-1"), std::string("!~"), longest}) {
    EXPECT_EQ(id_of(id), id);
    EXPECT_NE(log.str().find("\"id\":\"" + id + "\""), std::string::npos) << log.str();
  }
}

TEST_F(ObserverTest, OneThatNoLogShouldHoldIsReplaced) {
  for (const std::string& id :
       {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\x7f"),
        std::string("a\nb"), std::string("\xc3\xa9")}) {
    const std::string given = id_of(id);
    EXPECT_EQ(given.size(), 16u) << id;
    EXPECT_NE(given, id);
  }
  EXPECT_NE(id_of(""), id_of(""));
}

TEST_F(ObserverTest, TheBodyOfAHeadRequestsAnswerIsNotSentAndNotCounted) {
  const http::Handler rows = [](http::Request, const http::Reply& reply) {
    reply({.status = 200, .body = "twelve bytes"});
  };
  for (const char* method : {"GET", "HEAD"})
    http::test::answer(observer.observed(rows), http::test::request(method, "/v1/changes"));
  EXPECT_EQ(lines().at(0).at("bytesOut"), 12);
  EXPECT_EQ(lines().at(1).at("bytesOut"), 0);
}

TEST_F(ObserverTest, ARequestThatNobodyAnswersIsCountedAsAnError) {
  const http::Response answer = ask("lost", [](http::Request, const http::Reply&) {});
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(http::test::header(answer, "X-Request-Id"), "lost");
  const std::vector<json::object> told = lines();
  ASSERT_EQ(told.size(), 2u) << log.str();
  EXPECT_EQ(told[0].at("event"), "fault");
  EXPECT_EQ(told[0].at("message"), "nobody answered");
  EXPECT_EQ(told[1].at("event"), "request");
  EXPECT_EQ(told[1].at("status"), 500);
  EXPECT_EQ(told[1].at("problem"), "internal-error");
  for (const json::object& line : told) EXPECT_EQ(line.at("id"), "lost");
}

// Also one that is answered later than it came: from a line, say.
TEST_F(ObserverTest, WhatAHandlerThrowsIsToldWithTheRequestsId) {
  const auto throws = observer.guarded(
      [](http::Request, http::Reply) { throw std::runtime_error("a bug of ours"); });
  std::function<void()> later;
  const http::Handler waits = [&](http::Request request, http::Reply reply) {
    later = [&, request, reply] { throws(request, reply); };
  };
  http::Request request = http::test::request("GET", "/v1/changes");
  request.raw_path = "/v1/changes";
  auto recorder = std::make_shared<http::test::Recorder>();
  observer.observed(waits)(std::move(request), http::Reply(recorder));
  std::exchange(later, nullptr)();
  ASSERT_TRUE(recorder->response);
  EXPECT_EQ(recorder->response->status, 500u);
  const std::vector<json::object> told = lines();
  ASSERT_EQ(told.size(), 2u) << log.str();
  EXPECT_EQ(told[0].at("message"), "its handler threw: a bug of ours");
  EXPECT_EQ(told[1].at("event"), "request");
  for (const json::object& line : told)
    EXPECT_EQ(text_at(line, "id"), http::test::header(*recorder->response, "X-Request-Id"));
}

TEST_F(ObserverTest, TheLineNamesTheProblemAndTellsWhatTheCloudItselfMet) {
  const auto answered = [&](const Error& error) {
    log.str("");
    ask("a", [&](http::Request, const http::Reply& reply) { reply(http::problem(error)); });
    return lines().at(0);
  };
  const json::object refused =
      answered({ErrorKind::invalid, "invalid-value", "“secret” is no number", "Send one"});
  EXPECT_EQ(refused.at("problem"), "invalid-value");
  EXPECT_FALSE(refused.contains("message")) << "what a client sent is not written down";
  Error full{ErrorKind::storage, "disk-full", "PostgreSQL's disk is full", "Free some"};
  EXPECT_EQ(answered(full).at("message"), "PostgreSQL's disk is full");
  full.cause = "on db.example.org";
  EXPECT_EQ(http::problem(full).body.find("example"), std::string::npos);
  const json::object failed = answered(full);
  EXPECT_EQ(failed.at("problem"), "disk-full");
  EXPECT_EQ(failed.at("message"), "PostgreSQL's disk is full: on db.example.org");
  log.str("");
  id_of("");
  EXPECT_FALSE(lines().at(0).contains("problem"));
}

// What the server refuses before a handler sees it is found as everything else is.
TEST_F(ObserverTest, ARefusalOfTheServersHasItsIdAndALine) {
  http::Request so_far = http::test::request("POST", "/v1/push", {{"x-request-id", "a-1"}});
  so_far.raw_path = "/v1/push";
  so_far.body = "half";
  const Error large{ErrorKind::too_large, "body-too-large", "The body is too large.", "Send less"};
  EXPECT_EQ(http::test::header(observer.refused(so_far, http::problem(large)), "X-Request-Id"),
            "a-1");
  const http::Response second = observer.refused(
      {}, http::problem(400, {ErrorKind::invalid, "malformed-request", "No.", ""}));
  const std::vector<json::object> told = lines();
  ASSERT_EQ(told.size(), 2u) << log.str();
  EXPECT_EQ(
      json_text(told[0]),
      R"({"event":"request","at":")" + to_text(Now{}.wall) +
          R"(","id":"a-1","method":"POST","route":"/v1/push","status":413,"ms":0,"bytesIn":4,)" +
          R"("bytesOut":)" + std::to_string(http::problem(large).body.size()) +
          R"(,"problem":"body-too-large","message":"The body is too large."})");
  EXPECT_EQ(text_at(told[1], "id"), http::test::header(second, "X-Request-Id"));
  EXPECT_EQ(told[1].at("method"), "other");
  EXPECT_EQ(told[1].at("route"), "other");
  const std::string figures = observer.metrics.text({});
  for (const char* line :
       {"slipway_requests_total{method=\"POST\",route=\"/v1/push\",status=\"413\"} 1",
        "slipway_requests_total{method=\"other\",route=\"other\",status=\"400\"} 1"})
    EXPECT_NE(figures.find(line), std::string::npos) << figures;
}

TEST_F(ObserverTest, ARefusalWritesNoForeignBytesAndNotManyOfThem) {
  const std::string sent = "\x1b[2J\n\xc2\x9b\xff" + std::string(5'000, 'x');
  observer.refused({.method = sent, .raw_path = sent, .headers = {{"x-request-id", sent}}},
                   http::problem(400, {ErrorKind::invalid, "malformed-request", sent, sent}));
  const std::vector<json::object> told = lines();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_LT(log.str().size(), 500u);
  EXPECT_TRUE(std::ranges::all_of(log.str().substr(0, log.str().size() - 1), [](char c) {
    return c >= ' ' && c <= '~';
  })) << log.str();
  EXPECT_TRUE(text_at(told[0], "message")->starts_with("?[2J???"));
}

TEST_F(ObserverTest, AFloodOfRefusalsWritesFewLinesAndSaysHowManyItLeftOut) {
  Now now;
  Observer flooded{random, [&] { return now; }, &log};
  const http::Response refusal =
      http::problem(400, {ErrorKind::invalid, "malformed-request", "No.", ""});
  for (int i = 0; i < 1'000; ++i) flooded.refused({}, refusal);
  EXPECT_EQ(lines().size(), std::size_t(refusal_lines_burst));
  log.str("");
  now.instant = now.instant + std::chrono::seconds(1);
  for (int i = 0; i < 1'000; ++i) flooded.refused({}, refusal);
  const std::vector<json::object> later = lines();
  ASSERT_EQ(later.size(), std::size_t(refusal_lines_per_second));
  EXPECT_EQ(later[0].at("leftOut"), 1'000 - refusal_lines_burst);
  EXPECT_FALSE(later[1].contains("leftOut"));
  const std::string all =
      "slipway_requests_total{method=\"other\",route=\"other\",status=\"400\"} 2000";
  EXPECT_NE(flooded.metrics.text({}).find(all), std::string::npos);
}

TEST_F(ObserverTest, WithoutALogAFaultIsALineOfText) {
  Observer silent{random, [] { return Now{}; }, nullptr};
  http::Request request = http::test::request("GET", "/v1/changes", {{"x-request-id", "lost"}});
  request.raw_path = "/v1/changes";
  testing::internal::CaptureStderr();
  http::test::answer(silent.observed([](http::Request, const http::Reply&) {}), std::move(request));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "slipway-cloud: internal error: request lost (GET /v1/changes): nobody answered\n");
}

TEST_F(ObserverTest, WithoutALogWhatAClientIsNotToldIsALineOfText) {
  Observer silent{random, [] { return Now{}; }, nullptr};
  const Error error{.kind = ErrorKind::storage,
                    .type = "database-denied",
                    .message = "PostgreSQL does not let this user in",
                    .cause = "no such role on db.example.org"};
  const http::Handler denied = silent.observed(
      [&](http::Request, const http::Reply& reply) { reply(http::problem(error)); });
  testing::internal::CaptureStderr();
  for (int i = 0; i < 2 * refusal_lines_burst; ++i) {
    http::Request request = http::test::request("GET", "", {{"x-request-id", "a"}});
    request.raw_path = "/v1/changes";
    http::test::answer(denied, std::move(request));
  }
  const std::string line =
      "slipway-cloud: request a (GET /v1/changes): PostgreSQL does not let this user in: no such "
      "role on db.example.org\n";
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(told.starts_with(line)) << told;
  EXPECT_EQ(told.size(), refusal_lines_burst * line.size());
}

}  // namespace
}  // namespace slipway::cloud::test
