#include "http/guard.h"

#include <gtest/gtest.h>

#include "recorded.h"

namespace slipway::http {
namespace {

constexpr auto page = "http://127.0.0.1:8080";

Handler guard() {
  return guarded({.hosts = {"127.0.0.1:8080", "localhost:8080"},
                  .origins = {page, "app://desk"},
                  .open_paths = {"/health", "/assets/*"},
                  .token = "secret"},
                 [](const Request&, const Reply& reply) { reply(json(200, "in")); });
}

Response asked(const std::string& method, const std::string& path, Headers headers,
               const std::string& raw_path = "") {
  Request request = test::request(method, path, std::move(headers));
  request.raw_path = raw_path;
  return test::answer(guard(), std::move(request));
}

const std::pair<std::string, std::string> host = {"host", "127.0.0.1:8080"};
const std::pair<std::string, std::string> token = {"authorization", "Bearer secret"};

TEST(Guard, LetsTheOwnerIn) {
  EXPECT_EQ(asked("GET", "/x", {host, token}).body, "in");
  EXPECT_EQ(asked("GET", "/x", {{"host", "LOCALHOST:8080"}, token}).body, "in");
  EXPECT_EQ(asked("GET", "/x", {host, {"authorization", "bearer secret"}}).body, "in");
}

TEST(Guard, KeepsOutARebornName) {
  for (const char* foreign : {"evil.example", "127.0.0.1:8080.evil.example", "127.0.0.1", ""}) {
    const Response response = asked("GET", "/health", {{"host", foreign}, token});
    EXPECT_EQ(response.status, 421u) << foreign;
    EXPECT_NE(response.body.find("foreign-host"), std::string::npos);
  }
  EXPECT_EQ(asked("GET", "/x", {token}).status, 421u);
}

TEST(Guard, KeepsOutForeignPagesEvenWithTheToken) {
  for (const char* foreign : {"https://evil.example", "null", "http://127.0.0.1:8081"}) {
    const Response response = asked("POST", "/x", {host, token, {"origin", foreign}});
    EXPECT_EQ(response.status, 403u) << foreign;
    EXPECT_NE(response.body.find("foreign-origin"), std::string::npos);
    EXPECT_EQ(test::header(response, "Access-Control-Allow-Origin"), "");
  }
}

TEST(Guard, LetsAnAllowedPageReadTheAnswerAndTheError) {
  const Response good = asked("GET", "/x", {host, token, {"origin", page}});
  EXPECT_EQ(good.body, "in");
  EXPECT_EQ(test::header(good, "Access-Control-Allow-Origin"), page);
  EXPECT_EQ(test::header(good, "Vary"), "Origin");
  const Response refused = asked("GET", "/x", {host, {"origin", page}});
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(test::header(refused, "Access-Control-Allow-Origin"), page);
}

TEST(Guard, LetsAnAllowedPageReadAnEventStream) {
  auto recorder = std::make_shared<test::Recorder>();
  guarded({.hosts = {}, .origins = {page}, .open_paths = {}, .token = ""},
          [](const Request&, const Reply& reply) { reply.stream(); })(
      test::request("GET", "/events", {{"origin", page}}), Reply(recorder));
  ASSERT_TRUE(recorder->stream_headers);
  EXPECT_EQ(recorder->stream_headers->front().second, page);
}

TEST(Guard, AnswersThePreflightOfAnAllowedPageWithoutAToken) {
  const Response response =
      asked("OPTIONS", "/x",
            {host,
             {"origin", page},
             {"access-control-request-method", "PUT"},
             {"access-control-request-headers", "authorization,content-type"}});
  EXPECT_EQ(response.status, 204u);
  EXPECT_EQ(test::header(response, "Access-Control-Allow-Origin"), page);
  EXPECT_EQ(test::header(response, "Access-Control-Allow-Headers"), "authorization,content-type");
  EXPECT_NE(test::header(response, "Access-Control-Allow-Methods").find("PUT"), std::string::npos);
}

TEST(Guard, AsksForTheToken) {
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "secret",
                            "Basic secret", "Bearer SECRET"}) {
    const Response response = asked("GET", "/x", {host, {"authorization", wrong}});
    EXPECT_EQ(response.status, 401u) << wrong;
    EXPECT_EQ(test::header(response, "WWW-Authenticate"), "Bearer");
  }
}

TEST(Guard, LeavesOpenPathsOpen) {
  EXPECT_EQ(asked("GET", "/health", {host}).body, "in");
  EXPECT_EQ(asked("GET", "/assets/app.js", {host}).body, "in");
  EXPECT_EQ(asked("GET", "/health/x", {host}).status, 401u);
  EXPECT_EQ(asked("GET", "/assetsx", {host}).status, 401u);
}

TEST(Guard, DoesNotTakeAHiddenSeparatorForAnOpenPath) {
  EXPECT_EQ(asked("GET", "/assets/x", {host}, "/assets%2Fx").status, 401u);
  EXPECT_EQ(asked("GET", "/assets/../x", {host}, "/assets/../x").status, 401u);
}

TEST(EqualInConstantTime, IsEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace slipway::http
