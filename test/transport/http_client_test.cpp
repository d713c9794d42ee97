// What a client may ask beyond the protocol's own GET and POST, and what it learns of an answer.
#include "transport/http_client.h"

#include <gtest/gtest.h>

#include "transport/peer.h"
#include "transport/task_queue.h"

namespace slipway::test {
namespace {

class Client : public testing::Test {
 protected:
  HttpResult ask(HttpRequest request) {
    HttpClient client(direct(), queue_.post());
    std::optional<HttpResult> result;
    client.send(std::move(request), [&](HttpResult answer) { result = std::move(answer); });
    queue_.run_until([&] { return result.has_value(); });
    return std::move(*result);
  }

  TaskQueue queue_;
};

TEST_F(Client, SendsAPatchWithItsBodyAndADeleteWithout) {
  Peer peer({{json_answer(200, "{}")}, {json_answer(200, "{}")}});
  ASSERT_TRUE(ask({"PATCH", peer.url("/row"), {}, R"({"name":"Nord"})"}));
  ASSERT_TRUE(ask({"DELETE", peer.url("/row"), {}}));
  const auto received = peer.received();
  EXPECT_EQ(received.at(0).method, "PATCH");
  EXPECT_EQ(received.at(0).body, R"({"name":"Nord"})");
  EXPECT_EQ(received.at(1).method, "DELETE");
  EXPECT_FALSE(received.at(1).headers.contains("content-type"));
}

TEST_F(Client, TellsTheAnswersHeadersWhateverTheirCase) {
  Peer peer({{json_answer(200, "{}", "eTag: \"12-ab\"\r\n")}});
  const auto answer = ask({"GET", peer.url(), {}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("ETag"), "\"12-ab\"");
  EXPECT_EQ(answer->header("Link"), "");
}

TEST_F(Client, LosesAnAnswerButNotTheRequest) {
  Peer peer({{"", Then::hold}});
  const std::string body(200'000, 'x');
  const auto answer = ask({"PATCH", peer.url(), {}, body, false, true});
  EXPECT_FALSE(answer);
  peer.wait_for_requests(1);
  EXPECT_EQ(peer.received().at(0).body, body);
}

}  // namespace
}  // namespace slipway::test
