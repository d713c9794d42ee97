// By which id a request is found again, and that each is counted, also one that nobody answers.
#include "cloud/observer.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/random.h"
#include "http/recorded.h"

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

TEST_F(ObserverTest, ARequestThatNobodyAnswersIsCountedAsAnError) {
  EXPECT_EQ(ask("lost", [](http::Request, const http::Reply&) {}).status, 0u);
  EXPECT_NE(log.str().find(R"("id":"lost","method":"GET","route":"/v1/changes","status":500)"),
            std::string::npos)
      << log.str();
}

}  // namespace
}  // namespace slipway::cloud::test
