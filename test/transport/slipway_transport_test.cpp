// The native protocol: what is asked, and what each kind of answer means.
#include "transport/slipway_transport.h"

#include <gtest/gtest.h>

#include "transport/peer.h"
#include "transport/task_queue.h"

namespace slipway::test {
namespace {

const std::string capabilities =
    R"({"cloudId":"0123456789abcdef","protocol":1,"tenant":"acme","device":"desk",)"
    R"("limits":{"pushEntriesMax":500,"pushBytesMax":1048576,"pageRowsMax":1000},"newer":true})";

std::expected<Capabilities, Failure> probe(const std::string& url, HttpOptions http = direct(),
                                           const std::string& token = "secret-token") {
  TaskQueue queue;
  TokenFile file(token);
  SlipwayTransport transport({url, file.path(), std::move(http)}, queue.post());
  std::optional<std::expected<Capabilities, Failure>> result;
  transport.probe([&](auto answered) { result = std::move(answered); });
  queue.run_until([&] { return result.has_value(); });
  return *result;
}

Failure failed_probe(Play play, HttpOptions http = direct()) {
  Peer peer({play, play});  // curl may try a connection anew
  auto result = probe(peer.url(), std::move(http));
  EXPECT_FALSE(result.has_value());
  return result ? Failure{} : result.error();
}

TEST(SlipwayTransport, AProbeAsksForTheCapabilities) {
  Peer peer({{json_answer(200, capabilities)}});
  const auto result = probe(peer.url("/company/"));
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->origin, (Version{0, "0123456789abcdef"}));
  EXPECT_EQ(result->tenant, "acme");
  const Received asked = peer.received().at(0);
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/company/v1/capabilities");
  EXPECT_EQ(asked.headers.at("authorization"), "Bearer secret-token");
  EXPECT_EQ(asked.headers.at("user-agent"), "slipway/0.1.0");
  EXPECT_NE(asked.headers.at("accept-encoding").find("gzip"), std::string::npos);
}

class Exchanges : public testing::Test {
 protected:
  TaskQueue queue_;
  TokenFile token_{"t"};
};

TEST_F(Exchanges, APullNamesCursorLimitAndExchange) {
  Peer peer({{json_answer(409, "{}")}, {json_answer(409, "{}")}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  int answers = 0;
  transport.pull({"x 1&", Version{12, std::string(16, 'a')}, 50}, [&](const auto&) { ++answers; });
  queue_.run_until([&] { return answers == 1; });
  transport.pull({"x2", std::nullopt, 50}, [&](const auto&) { ++answers; });
  queue_.run_until([&] { return answers == 2; });
  EXPECT_EQ(peer.received().at(0).target,
            "/v1/changes?cursor=12-aaaaaaaaaaaaaaaa&limit=50&exchange=x%201%26");
  EXPECT_EQ(peer.received().at(1).target, "/v1/changes?limit=50&exchange=x2");
}

TEST_F(Exchanges, AQuestionForACommonPastIsPosted) {
  Peer peer({{json_answer(200, R"({"exchange":"x1","common":{"seq":2,"salt":"aaaaaaaaaaaaaaaa"},)"
                               R"("head":{"seq":5,"salt":"bbbbbbbbbbbbbbbb"}})")}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  std::optional<HistoryAnswer> answer;
  transport.compare_history({"x1", {{2, std::string(16, 'a')}, {4, std::string(16, 'c')}}},
                            [&](auto result) { answer = result.value(); });
  queue_.run_until([&] { return answer.has_value(); });
  EXPECT_EQ(answer->common, (Version{2, std::string(16, 'a')}));
  const Received got = peer.received().at(0);
  EXPECT_EQ(got.method + " " + got.target, "POST /v1/history");
  const auto body = parse_json_object(got.body, "it");
  ASSERT_TRUE(body);
  EXPECT_EQ(history_request_from_json(*body)->versions.size(), 2u);
}

TEST_F(Exchanges, AFullPullNamesCommitPlaceCursorAndTypes) {
  const std::string page =
      R"({"exchange":"x1","at":{"seq":7,"salt":"bbbbbbbbbbbbbbbb"},"head":{"seq":9,"salt":"cccccccccccccccc"},)"
      R"("after":null,"next":{"entityType":"A","entityId":"a b"},"rows":[],"receipts":[],"passed":0,"total":3})";
  Peer peer({{json_answer(200, page)},
             {json_answer(409, "{}")},
             {problem_answer(409, "horizon-passed", "Too long ago.")}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  SnapshotRequest request{"x1", {}, {}, {"A", "B&C"}, Version{3, std::string(16, 'a')}, {}, 50};
  std::optional<std::expected<SnapshotPage, Failure>> answer;
  const auto ask = [&] {
    answer.reset();
    transport.snapshot(request, [&](auto result) { answer = std::move(result); });
    queue_.run_until([&] { return answer.has_value(); });
  };
  ask();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->at.seq, 7);
  request.at = (*answer)->at;
  request.after = (*answer)->next;
  request.since = 3;
  ask();
  EXPECT_EQ(peer.received().at(0).target,
            "/v1/snapshot?limit=50&exchange=x1&cursor=3-aaaaaaaaaaaaaaaa&type=A&type=B%26C");
  EXPECT_EQ(
      peer.received().at(1).target,
      "/v1/snapshot?limit=50&exchange=x1&at=7-bbbbbbbbbbbbbbbb&after=%7B%22entityType%22%3A%22A%22"
      "%2C%22entityId%22%3A%22a%20b%22%7D&cursor=3-aaaaaaaaaaaaaaaa&since=3&type=A&type=B%26C");
  ask();
  EXPECT_EQ(answer->error().means, FailureClass::horizon_passed);
}

PushRequest large_push() {
  PushRequest request{"x1", "dev", {1, std::string(16, 'a')}, {}, {}};
  for (int i = 0; i < 50; ++i) {
    request.items.push_back(
        {"id-" + std::to_string(i), json::object{{"a", "some text"}}, "", 0, 0, false, {}});
  }
  return request;
}

std::string pushed_body(TaskQueue& queue, const TokenFile& token, PushRequest request,
                        HttpOptions http) {
  Peer peer({{json_answer(500, "{}")}});
  SlipwayTransport transport({peer.url(), token.path(), std::move(http)}, queue.post());
  bool done = false;
  transport.push(std::move(request), [&](const auto&) { done = true; });
  queue.run_until([&] { return done; });
  const Received got = peer.received().at(0);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/v1/push");
  EXPECT_EQ(got.headers.at("content-type"), "application/json");
  EXPECT_EQ(got.headers.at("content-encoding"), "gzip");
  EXPECT_FALSE(got.headers.contains("expect"));
  return gunzipped(got.body);
}

TEST_F(Exchanges, ALargePushIsCompressedAndArrivesWhole) {
  const auto body = parse_json_object(pushed_body(queue_, token_, large_push(), direct()), "it");
  ASSERT_TRUE(body.has_value());
  const auto request = push_request_from_json(*body);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->items.size(), 50u);
}

TEST_F(Exchanges, ASmallPushIsCompressedAsWellForTheSakeOfItsChecksum) {
  PushRequest small{"x1", "dev", {1, std::string(16, 'a')}, {}, {}};
  EXPECT_TRUE(parse_json_object(pushed_body(queue_, token_, small, direct()), "it"));
}

TEST(SlipwayTransport, ACompressedAnswerIsRead) {
  Peer peer({{json_answer(200, gzipped(capabilities), "Content-Encoding: gzip\r\n")}});
  const auto result = probe(peer.url());
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->tenant, "acme");
}

TEST(SlipwayTransport, AnAnswerCutAfterAnyByteIsUnreachable) {
  const std::string whole = json_answer(200, capabilities);
  for (std::size_t k = 0; k < whole.size(); k += k < 120 ? 7 : 61) {
    EXPECT_EQ(failed_probe({whole.substr(0, k), Then::close}).means, FailureClass::unreachable)
        << k;
  }
}

TEST(SlipwayTransport, ACompressedAnswerThatIsDamagedIsUnreachable) {
  std::string packed = gzipped(capabilities);
  packed[packed.size() / 2] = char(packed[packed.size() / 2] ^ 0x55);
  EXPECT_EQ(failed_probe({json_answer(200, packed, "Content-Encoding: gzip\r\n")}).means,
            FailureClass::unreachable);
}

TEST(SlipwayTransport, AnAnswerOverTheBoundIsNotRead) {
  HttpOptions http = direct();
  http.answer_bytes_max = 10'000;
  const std::string bomb = gzipped(std::string(3'000'000, ' '));
  ASSERT_LT(bomb.size(), http.answer_bytes_max);
  const Failure failure =
      failed_probe({json_answer(200, bomb, "Content-Encoding: gzip\r\n")}, http);
  EXPECT_EQ(failure.means, FailureClass::unreachable);
  EXPECT_NE(failure.message.find("larger than 10000 bytes"), std::string::npos) << failure.message;
}

struct Case {
  const char* what;
  std::string bytes;
  FailureClass means;
  const char* says;  // a part of the message
  std::optional<int> wait_s = std::nullopt;
};

TEST(SlipwayTransport, EachKindOfAnswerMeansWhatTheTableSays) {
  using enum FailureClass;
  const std::string dates =
      "Date: Sun, 22 Nov 2099 10:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2099 10:01:30 GMT\r\n";
  const Case cases[] = {
      {"garbage", "SSH-2.0-OpenSSH\r\n", unreachable, "does not answer as a web server"},
      {"a portal's page", answer(200, "text/html", "<html>Welcome</html>"), unreachable,
       "captive portal?"},
      {"a portal that says JSON", json_answer(200, "<html>"), unreachable, "is not Slipway's"},
      {"somebody else's JSON", json_answer(200, R"({"hello":"world"})"), unreachable,
       "is not Slipway's"},
      {"a cloud's JSON with another type", answer(200, "text/html", capabilities), unreachable,
       "is not Slipway's"},
      {"a redirect", answer(302, "text/html", "", "Location: http://portal.example/\r\n"),
       unreachable, "captive portal?"},
      {"a redirect in JSON", json_answer(307, "{}", "Location: /v1/capabilities\r\n"), unreachable,
       "sends requests elsewhere"},
      {"a proxy's 403", answer(403, "text/html", "<h1>Blocked</h1>"), unreachable,
       "is not the service"},
      {"a proxy's 407", json_answer(407, "{}"), unreachable, "The proxy asks"},
      {"somebody else's 404", json_answer(404, R"({"error":"no route"})"), unreachable,
       "is not the service"},
      {"somebody else's problem", problem_answer(404, "no-route", "No such page"), unreachable,
       "is not Slipway's"},
      {"signed out", problem_answer(401, "unauthorized", "The token is unknown"), signed_out,
       "The token is unknown"},
      {"a portal's 401", answer(401, "text/html", "<h1>Sign in</h1>"), unreachable,
       "is not the service"},
      {"a portal's 426", answer(426, "text/html", "<h1>Upgrade</h1>"), unreachable,
       "is not the service"},
      {"a gateway's 401", json_answer(401, R"({"message":"Unauthorized"})"), unreachable,
       "is not the service"},
      {"a gateway's 403", json_answer(403, R"({"message":"Forbidden"})"), unreachable,
       "is not the service"},
      {"a push answer under a garbled status",
       json_answer(422, R"({"exchange":"x1","verdicts":[]})"), unreachable, "is not the service"},
      {"a request damaged on its way", problem_answer(400, "bad-gzip", "Not gzip"), server_error,
       "Not gzip"},
      {"forbidden", problem_answer(403, "forbidden", "Not for you"), forbidden, "Not for you"},
      {"history", problem_answer(409, "history-changed", "Another past"), history_changed,
       "Another past"},
      {"in progress", problem_answer(409, "request-in-progress", "Wait"), in_progress, "Wait"},
      {"invalid", problem_answer(422, "invalid-message", "Half a message"), invalid, "Half"},
      {"too large", problem_answer(413, "body-too-large", "Too much"), too_large, "Too much"},
      {"an error", problem_answer(500, "internal", "It broke"), server_error, "It broke"},
      {"an error without words", json_answer(500, "{}"), server_error, "failed (500)"},
      {"a gateway", answer(502, "text/html", "<h1>Bad Gateway</h1>"), busy, "asks to wait (502)"},
      {"seconds", problem_answer(429, "too-many", "Slow down", "Retry-After: 17\r\n"), busy,
       "Slow down", 17},
      {"a date", problem_answer(503, "busy", "Later", dates), busy, "Later", 90},
      {"a day", problem_answer(503, "busy", "Later", "Retry-After: 86400\r\n"), busy, "Later",
       3600},
      {"upgrade", problem_answer(426, "upgrade-needed", "Too old"), upgrade_needed, "Too old"},
  };
  for (const Case& c : cases) {
    const Failure failure = failed_probe({c.bytes, Then::close});
    EXPECT_EQ(to_text(failure.means), to_text(c.means)) << c.what << ": " << failure.message;
    EXPECT_NE(failure.message.find(c.says), std::string::npos) << c.what << ": " << failure.message;
    const auto wait =
        c.wait_s ? std::optional<Duration>(std::chrono::seconds(*c.wait_s)) : std::nullopt;
    EXPECT_EQ(failure.retry_after, wait) << c.what;
  }
}

TEST(SlipwayTransport, ARefusedConnectionIsUnreachable) {
  std::string url;
  {
    Peer gone({});
    url = gone.url();
  }
  const auto result = probe(url);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
  EXPECT_NE(result.error().message.find("No connection to " + url), std::string::npos)
      << result.error().message;
}

TEST(SlipwayTransport, ANameThatDoesNotExistIsUnreachable) {
  const auto result = probe("http://no-such-host.invalid");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
  EXPECT_NE(result.error().message.find("http://no-such-host.invalid"), std::string::npos)
      << result.error().message;
}

TEST(SlipwayTransport, APlainServerBehindHttpsIsUnreachable) {
  Peer peer({{answer(400, "text/plain", "speak up"), Then::close}});
  // It sees a TLS greeting, which has no end of headers, and stays silent.
  HttpOptions http = direct();
  http.connect_time_max = Duration(300);
  const auto result = probe("https" + peer.url().substr(4), http);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().means, FailureClass::unreachable);
}

TEST(SlipwayTransport, APeerThatTricklesIsGivenUpAfterTheRequestsTime) {
  HttpOptions http = direct();
  http.request_time_max = Duration(300);
  const Failure failure =
      failed_probe({json_answer(200, capabilities), Then::keep, Duration(20)}, http);
  EXPECT_EQ(failure.means, FailureClass::unreachable);
  EXPECT_NE(failure.message.find("did not answer in time"), std::string::npos) << failure.message;
}

TEST(SlipwayTransport, APeerThatFallsSilentIsGivenUpBeforeTheRequestsTime) {
  HttpOptions http = direct();
  http.silence_max = std::chrono::seconds(1);
  const auto before = std::chrono::steady_clock::now();
  const Failure failure =
      failed_probe({json_answer(200, capabilities).substr(0, 30), Then::hold}, http);
  EXPECT_EQ(failure.means, FailureClass::unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - before, http.request_time_max / 2);
}

TEST(SlipwayTransport, AProxyOfTheSettingsIsUsed) {
  Peer proxy({{json_answer(200, capabilities)}});
  HttpOptions http;
  http.proxy = proxy.url();
  const auto result = probe("http://cloud.invalid/base", http);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(proxy.received().at(0).target, "http://cloud.invalid/base/v1/capabilities");
}

const Version third{3, std::string(16, 'c')};

std::string stream_head(std::string_view more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" +
         std::string(more);
}

std::string poke_event(const Version& head) {
  return "event: poke\nid: " + to_text(head) +
         "\ndata: {\"head\":{\"seq\":" + std::to_string(head.seq) + ",\"salt\":\"" + head.salt +
         "\"},\"page\":null}\n\n";
}

class Streams : public Exchanges {
 protected:
  void open(Transport& transport, const std::optional<Version>& cursor = third) {
    transport.open_stream(
        cursor, [this](Poke poke) { heads_.push_back(poke.head.seq); },
        [this](Failure failure) { failures_.push_back(std::move(failure)); });
  }

  std::vector<std::int64_t> heads_;
  std::vector<Failure> failures_;
};

TEST_F(Streams, PokesAreHeardAsTheyComeUntilTheStreamEnds) {
  Peer peer({{stream_head(":\n\n" + poke_event(third) + "event: other\ndata: 1\n\n" +
                          poke_event({4, std::string(16, 'd')})),
              Then::close, Duration(1)}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  EXPECT_TRUE(transport.has_stream());
  open(transport);
  EXPECT_TRUE(heads_.empty());
  queue_.run_until([&] { return !failures_.empty(); });
  EXPECT_EQ(heads_, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(failures_.at(0).means, FailureClass::unreachable);
  const Received asked = peer.received().at(0);
  EXPECT_EQ(asked.target, "/v1/changes/stream");
  EXPECT_EQ(asked.headers.at("last-event-id"), "3-cccccccccccccccc");
  EXPECT_EQ(asked.headers.at("authorization"), "Bearer t");
  EXPECT_FALSE(asked.headers.contains("accept-encoding"));
}

TEST_F(Streams, TheEndTellsWithinHowLongToComeBack) {
  Peer peer({{stream_head("retry: 30000\n\n" + poke_event(third)), Then::close},
             {stream_head(poke_event(third)), Then::close}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  for (std::size_t i = 0; i < 2; ++i) {
    open(transport);
    queue_.run_until([&] { return failures_.size() > i; });
  }
  EXPECT_EQ(failures_[0].return_within, Duration(30000));
  EXPECT_EQ(failures_[1].return_within, std::nullopt);
}

TEST_F(Streams, ExchangesGoOnBesideItAndCancelLeavesItAlone) {
  Peer peer({{stream_head(poke_event(third)), Then::hold},
             {"", Then::hold},
             {json_answer(200, capabilities)}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  open(transport);
  queue_.run_until([&] { return !heads_.empty(); });
  bool probed = false;
  transport.probe([&](const auto&) { ADD_FAILURE() << "it was cancelled"; });
  peer.wait_for_requests(2);
  transport.cancel();
  transport.probe([&](const auto& result) { probed = result.has_value(); });
  queue_.run_until([&] { return probed; });
  EXPECT_TRUE(failures_.empty());
  transport.close_stream();
  queue_.run_what_is_left();
  EXPECT_TRUE(failures_.empty()) << "nothing is heard of a stream that was closed";
}

TEST_F(Streams, ARefusalIsClassifiedLikeAnyOther) {
  Peer peer({{problem_answer(401, "unauthorized", "No.")},
             {problem_answer(409, "history-changed", "Another past.")},
             {problem_answer(503, "busy", "Later.", "Retry-After: 7\r\n")},
             {problem_answer(404, "unknown-path", "Older.")}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  for (std::size_t i = 0; i < 4; ++i) {
    open(transport, i == 0 ? std::nullopt : std::optional(third));
    queue_.run_until([&] { return failures_.size() > i; });
  }
  EXPECT_EQ(failures_[0].means, FailureClass::signed_out);
  EXPECT_EQ(failures_[1].means, FailureClass::history_changed);
  EXPECT_EQ(failures_[2].means, FailureClass::busy);
  EXPECT_EQ(failures_[2].retry_after, Duration(7000));
  EXPECT_EQ(failures_[3].means, FailureClass::unreachable);
  EXPECT_FALSE(peer.received().at(0).headers.contains("last-event-id"));
  EXPECT_TRUE(heads_.empty());
}

TEST_F(Streams, GarbageEndsTheStream) {
  const std::string garbage[] = {"event: poke\ndata: {}\n\n", "event: poke\ndata: {\n\n",
                                 "data: " + std::string(limits::stream_event_bytes_max, 'x')};
  for (const std::string& bytes : garbage) {
    Peer peer({{stream_head(poke_event(third) + bytes + poke_event(third)), Then::hold}});
    SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
    heads_.clear();
    failures_.clear();
    open(transport);
    queue_.run_until([&] { return !failures_.empty(); });
    queue_.run_what_is_left();
    EXPECT_EQ(heads_.size(), 1u);
    EXPECT_EQ(failures_.size(), 1u);
    EXPECT_EQ(failures_.at(0).means, FailureClass::unreachable);
  }
}

TEST_F(Streams, ASilentStreamAndAMissingTokenEndIt) {
  Peer peer({{stream_head(poke_event(third)), Then::hold}});
  HttpOptions options = direct();
  options.stream_silence_max = std::chrono::seconds(1);
  SlipwayTransport transport({peer.url(), token_.path(), options}, queue_.post());
  open(transport);
  queue_.run_until([&] { return !failures_.empty(); });
  EXPECT_EQ(heads_.size(), 1u);
  unlink(token_.path().c_str());
  open(transport);
  EXPECT_EQ(failures_.size(), 1u);
  transport.cancel();
  queue_.run_until([&] { return failures_.size() > 1; });
  EXPECT_EQ(failures_.at(1).means, FailureClass::signed_out);
}

TEST_F(Streams, WhoHearsMayCloseIt) {
  Peer peer({{stream_head(poke_event(third) + poke_event(third)), Then::close}});
  SlipwayTransport transport({peer.url(), token_.path(), direct()}, queue_.post());
  transport.open_stream(
      third,
      [&](const Poke&) {
        heads_.push_back(3);
        transport.close_stream();
      },
      [](const Failure&) { ADD_FAILURE() << "it was closed"; });
  queue_.run_until([&] { return !heads_.empty(); });
  queue_.run_what_is_left();
  EXPECT_EQ(heads_.size(), 1u);
}

}  // namespace
}  // namespace slipway::test
