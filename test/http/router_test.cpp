#include "http/router.h"

#include <gtest/gtest.h>

#include <memory>

#include "recorded.h"

namespace slipway::http {
namespace {

Handler says(std::string name) {
  return [name](const Request& request, const Reply& reply) {
    std::string text = name;
    for (const auto& [key, value] : request.params) text += " " + key + "=" + value;
    reply(json(200, text));
  };
}

Handler routes() {
  auto router = std::make_shared<Router>();
  router->add("GET", "/", says("root"))
      .add("GET", "/queue", says("list"))
      .add("GET", "/queue/{id}", says("one"))
      .add("DELETE", "/queue/{id}", says("discard"))
      .add("GET", "/queue/stuck", says("stuck"))
      .add("POST", "/queue/{id}/retry", says("retry"))
      .add("GET", "/{any}/stuck", says("any"))
      .add("GET", "/panel/{rest...}", says("panel"));
  return [router](Request request, Reply reply) {
    router->route(std::move(request), std::move(reply));
  };
}

std::string asked(const std::string& method, const std::string& path) {
  return test::answer(routes(), test::request(method, path)).body;
}

std::string asked_raw(const std::string& path) {
  Request request = test::request("GET", path);
  request.raw_path = path;
  return test::answer(routes(), std::move(request)).body;
}

TEST(Router, FindsTheHandlerOfAMethodAndPath) {
  EXPECT_EQ(asked("GET", "/"), "root");
  EXPECT_EQ(asked("GET", "/queue"), "list");
  EXPECT_EQ(asked("GET", "/queue/12"), "one id=12");
  EXPECT_EQ(asked("DELETE", "/queue/12"), "discard id=12");
  EXPECT_EQ(asked("POST", "/queue/12/retry"), "retry id=12");
}

TEST(Router, PrefersALiteralToAParameterFromLeftToRight) {
  EXPECT_EQ(asked("GET", "/queue/stuck"), "stuck");
  EXPECT_EQ(asked("GET", "/other/stuck"), "any any=other");
  EXPECT_EQ(asked("DELETE", "/queue/stuck"), "discard id=stuck");
}

TEST(Router, GivesTheRestOfThePathWhole) {
  EXPECT_EQ(asked("GET", "/panel/"), "panel rest=");
  EXPECT_EQ(asked("GET", "/panel/a/b.js"), "panel rest=a/b.js");
}

TEST(Router, DecodesAPartAfterSplitting) {
  EXPECT_EQ(asked_raw("/queue/a%2Fb"), "one id=a/b");
  EXPECT_EQ(asked_raw("/%71ueue/12"), "one id=12");
}

TEST(Router, AnswersHeadAsGet) {
  EXPECT_EQ(asked("HEAD", "/queue/12"), "one id=12");
}

TEST(Router, DoesNotKnowOtherPaths) {
  for (const char* path : {"/nothing/here", "/queue/", "/queue/12/retry/x", "/panel", "//"}) {
    const Response response = test::answer(routes(), test::request("GET", path));
    EXPECT_EQ(response.status, 404u) << path;
    EXPECT_NE(response.body.find("unknown-path"), std::string::npos) << path;
  }
}

TEST(Router, NamesTheMethodsThatAPathHas) {
  const Response response = test::answer(routes(), test::request("PUT", "/queue/12"));
  EXPECT_EQ(response.status, 405u);
  EXPECT_EQ(test::header(response, "Allow"), "DELETE, GET, HEAD");
}

TEST(RouterDeathTest, RefusesARouteThatCouldNeverBeReached) {
  Router router;
  router.add("GET", "/a/{id}", says("x"));
  EXPECT_DEATH(router.add("GET", "/a/{name}", says("y")), "CHECK");
  EXPECT_DEATH(router.add("GET", "/b/{rest...}/c", says("y")), "CHECK");
}

}  // namespace
}  // namespace slipway::http
