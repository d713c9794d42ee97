// What every Transport promises, for all that speak HTTP: exactly one answer for each exchange,
// on the posting thread, never from within the call; none after cancel() or the end.
#include <gtest/gtest.h>

#include "transport/peer.h"
#include "transport/rest_transport.h"
#include "transport/slipway_transport.h"
#include "transport/task_queue.h"
#include "transport/webhook_transport.h"

namespace slipway::test {
namespace {

PushRequest one_write(const std::string& exchange) {
  Body body;
  body.entity = {"Shipment", "shp_1"};
  body.action = "BOOK";
  body.payload = {{"status", "booked"}};
  body.base = {{"status", "draft"}};
  body.incarnation = "inc";
  body.number = 1;
  body.lane_position = 1;
  body.nonce = std::string(32, 'a');
  PushRequest request{exchange, "dev", {4, std::string(16, 'b')}, {}, {}};
  request.items.push_back(
      {"11111111-1111-5111-8111-111111111111", to_json(body), "", 0, 0, false, {}});
  return request;
}

const std::string push_answered =
    R"({"exchange":"x1","head":{"seq":5,"salt":"cccccccccccccccc"},"verdicts":[],"page":null})";

class TransportContract : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Transport> transport(const std::string& url, HttpOptions http = direct()) {
    if (GetParam() == "slipway") {
      return std::make_unique<SlipwayTransport>(CloudOptions{url, token_.path(), http},
                                                queue_.post());
    }
    if (GetParam() == "rest") {
      RestOptions options{.api = {.url = url}, .token_file = token_.path(), .http = http};
      RestEntity& entity = options.api.entities["Shipment"];
      entity.id = "id";
      entity.get = {.method = "GET", .path = "/shipments/{id}"};
      entity.update = {.method = "PATCH", .path = "/shipments/{id}"};
      return std::make_unique<RestTransport>(std::move(options), queue_.post());
    }
    return std::make_unique<WebhookTransport>(WebhookOptions{url, "", token_.path(), http},
                                              queue_.post());
  }

  Answered<PushAnswer> counted() {
    return [this, thread = std::this_thread::get_id()](std::expected<PushAnswer, Failure> result) {
      EXPECT_EQ(std::this_thread::get_id(), thread);
      ++answers_;
      failed_ = !result;
      if (!result) failure_ = result.error();
    };
  }

  TaskQueue queue_;
  TokenFile token_{"secret-token\n"};
  int answers_ = 0;
  bool failed_ = false;
  Failure failure_;
};

INSTANTIATE_TEST_SUITE_P(All, TransportContract, testing::Values("slipway", "webhook", "rest"),
                         [](const auto& which) { return which.param; });

TEST_P(TransportContract, AnAnswerComesOnceAndNeverFromWithinTheCall) {
  Peer peer({{json_answer(200, push_answered)}});
  auto t = transport(peer.url());
  t->push(one_write("x1"), counted());
  EXPECT_EQ(answers_, 0);
  queue_.run_until([&] { return answers_ > 0; });
  t.reset();
  queue_.run_what_is_left();
  EXPECT_EQ(answers_, 1);
  EXPECT_FALSE(failed_) << failure_.message;
}

TEST_P(TransportContract, AMissingTokenFileIsAnsweredOnceAndNeverFromWithinTheCall) {
  Peer peer({});
  unlink(token_.path().c_str());
  auto t = transport(peer.url());
  t->push(one_write("x1"), counted());
  EXPECT_EQ(answers_, 0);
  queue_.run_until([&] { return answers_ > 0; });
  t.reset();
  queue_.run_what_is_left();
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(failure_.means, FailureClass::signed_out);
  EXPECT_NE(failure_.message.find(token_.path()), std::string::npos) << failure_.message;
  EXPECT_TRUE(peer.received().empty());
}

TEST_P(TransportContract, AProbeAndAPullAreAnsweredOnceToo) {
  const std::string nothing_new =
      R"({"from":{"seq":4,"salt":"bbbbbbbbbbbbbbbb"},"to":{"seq":4,"salt":"bbbbbbbbbbbbbbbb"},)"
      R"("rows":[],"receipts":[],"exchange":"x2","head":{"seq":4,"salt":"bbbbbbbbbbbbbbbb"}})";
  Peer peer(
      {{json_answer(200, R"({"cloudId":"bbbbbbbbbbbbbbbb","protocol":1,"tenant":"t","device":"d",)"
                         R"("limits":{"pushEntriesMax":5,"pushBytesMax":6,"pageRowsMax":7}})")},
       {json_answer(200, nothing_new)}});
  auto t = transport(peer.url());
  int probes = 0, pulls = 0;
  t->probe([&](const auto& result) {
    ++probes;
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(result->origin.seq, 0);
    EXPECT_EQ(result->protocol, protocol_number);
    EXPECT_GE(result->push_entries_max, 1);
  });
  EXPECT_EQ(probes, 0);
  queue_.run_until([&] { return probes > 0; });
  t->pull({"x2", Version{4, std::string(16, 'b')}, 10}, [&](const auto& result) {
    ++pulls;
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(result->exchange, "x2");
    EXPECT_EQ(result->page.from, result->page.to);
    EXPECT_EQ(result->head, result->page.to);
  });
  EXPECT_EQ(pulls, 0);
  queue_.run_until([&] { return pulls > 0; });
  t.reset();
  queue_.run_what_is_left();
  EXPECT_EQ(probes, 1);
  EXPECT_EQ(pulls, 1);
}

TEST_P(TransportContract, ACancelledExchangeIsNotAnswered) {
  Peer peer({{"", Then::hold}, {json_answer(200, push_answered)}});
  auto t = transport(peer.url());
  bool cancelled_was_answered = false;
  t->push(one_write("x0"), [&](const auto&) { cancelled_was_answered = true; });
  peer.wait_for_requests(1);
  t->cancel();
  t->push(one_write("x1"), counted());  // and the next one is
  queue_.run_until([&] { return answers_ > 0; });
  t.reset();
  queue_.run_what_is_left();
  EXPECT_FALSE(cancelled_was_answered);
  EXPECT_EQ(answers_, 1);
  EXPECT_FALSE(failed_) << failure_.message;
}

TEST_P(TransportContract, AnAnswerThatIsPostedAlreadyIsForgottenByCancel) {
  Peer peer({{json_answer(200, push_answered)}});
  auto t = transport(peer.url());
  t->push(one_write("x1"), counted());
  queue_.wait_for_task();
  t->cancel();
  queue_.run_what_is_left();
  EXPECT_EQ(answers_, 0);
}

TEST_P(TransportContract, NothingIsAnsweredAfterTheEndWhichDoesNotWaitForThePeer) {
  Peer peer({{"", Then::hold}});
  auto t = transport(peer.url());
  t->push(one_write("x1"), counted());
  peer.wait_for_requests(1);
  const auto before = std::chrono::steady_clock::now();
  t.reset();
  // It would hold for ever, and be given up after silence_max.
  EXPECT_LT(std::chrono::steady_clock::now() - before, HttpOptions{}.silence_max / 2);
  queue_.run_what_is_left();
  EXPECT_EQ(answers_, 0);
}

TEST_P(TransportContract, TheTransportMayBeDestroyedByItsAnswer) {
  Peer peer({{json_answer(500, "{}")}});
  auto t = transport(peer.url());
  t->push(one_write("x1"), [&](const auto&) {
    ++answers_;
    t.reset();
  });
  queue_.run_until([&] { return answers_ > 0; });
  queue_.run_what_is_left();
  EXPECT_EQ(answers_, 1);
}

TEST_P(TransportContract, AChangedTokenFileIsUsedAtOnce) {
  Peer peer({{problem_answer(401, "unauthorized", "The token was revoked")},
             {json_answer(200, push_answered)}});
  auto t = transport(peer.url());
  t->push(one_write("x1"), counted());
  queue_.run_until([&] { return answers_ == 1; });
  EXPECT_EQ(failure_.means, FailureClass::signed_out);
  EXPECT_EQ(failure_.message, "The token was revoked");
  token_.write("  newer-token \n");
  t->push(one_write("x1"), counted());
  queue_.run_until([&] { return answers_ == 2; });
  EXPECT_FALSE(failed_) << failure_.message;
  EXPECT_EQ(peer.received().at(0).headers.at("authorization"), "Bearer secret-token");
  EXPECT_EQ(peer.received().at(1).headers.at("authorization"), "Bearer newer-token");
}

TEST_P(TransportContract, OneConnectionServesManyExchanges) {
  constexpr int exchanges = 5;
  Peer peer(std::vector<Play>(exchanges, {json_answer(200, push_answered)}));
  auto t = transport(peer.url());
  for (int i = 1; i <= exchanges; ++i) {
    t->push(one_write("x1"), counted());
    queue_.run_until([&] { return answers_ == i; });
    EXPECT_FALSE(failed_) << failure_.message;
  }
  EXPECT_EQ(peer.received().size(), std::size_t(exchanges));
  EXPECT_EQ(peer.accepted(), 1u);
}

TEST_P(TransportContract, AConnectionThatThePeerClosedMeanwhileIsReplacedSilently) {
  Peer peer({{json_answer(200, push_answered), Then::close}, {json_answer(200, push_answered)}});
  auto t = transport(peer.url());
  for (int i = 1; i <= 2; ++i) {
    t->push(one_write("x1"), counted());
    queue_.run_until([&] { return answers_ == i; });
    EXPECT_FALSE(failed_) << failure_.message;
  }
  EXPECT_EQ(peer.accepted(), 2u);
}

TEST_P(TransportContract, NoFailureTextQuotesTheToken) {
  for (const Play& play : {Play{"garbage\r\n\r\n", Then::close}, Play{"", Then::close},
                           Play{answer(401, "text/plain", "no")}, Play{json_answer(500, "{}")}}) {
    Peer peer({play, play});
    auto t = transport(peer.url("/hooks"));
    const int before = answers_;
    t->push(one_write("x1"), counted());
    queue_.run_until([&] { return answers_ > before; });
    EXPECT_TRUE(failed_);
    EXPECT_FALSE(failure_.message.empty());
    EXPECT_EQ(failure_.message.find("secret"), std::string::npos) << failure_.message;
  }
}

}  // namespace
}  // namespace slipway::test
