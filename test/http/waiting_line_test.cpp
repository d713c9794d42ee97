#include "http/waiting_line.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "client.h"
#include "recorded.h"

namespace slipway::http::test {
namespace {

class Line : public testing::Test {
 protected:
  std::shared_ptr<Recorder> arrive(const std::string& path, std::string body = {}) {
    auto recorder = std::make_shared<Recorder>();
    Request arriving = request("POST", path);
    arriving.body = std::move(body);
    line.handler()(std::move(arriving), Reply(recorder));
    return recorder;
  }
  static unsigned status(const std::shared_ptr<Recorder>& recorder) {
    return recorder->response ? recorder->response->status : 0;
  }
  void run_until_empty() {
    Loop::Alarm look(loop, [&] { stop_if_empty(look); });
    look.set(loop.now());
    loop.run();
  }
  void stop_if_empty(Loop::Alarm& look) {
    if (line.size() == 0) return loop.stop();
    look.set(loop.now() + std::chrono::milliseconds(1));
  }

  Loop loop;
  std::string served;
  Instant now{};
  WaitingLine line{loop,
                   {.requests_max = 3,
                    .bytes_max = 100,
                    .time_max = std::chrono::seconds(5),
                    .passes_by = {"/ready"}},
                   [this](const Request& to, const Reply& reply) {
                     served += to.path;
                     if (to.path == "/throws") throw std::runtime_error("a bug");
                     if (to.path == "/slow") now = now + std::chrono::seconds(6);
                     reply(no_content());
                   },
                   [this] { return now; }};
};

TEST_F(Line, TellsThoseWhomItTurnsAwayToComeOneAfterTheOther) {
  for (int i = 0; i < 3; ++i) arrive("/in");
  std::map<int, int> told;
  for (int i = 0; i < 1000; ++i)
    ++told[std::stoi(header(*arrive("/out")->response, "Retry-After"))];
  EXPECT_EQ(told.size(), 10u) << "a hundred a second, until it is known how fast it serves";
  for (const auto& [second, count] : told) EXPECT_EQ(count, 100) << second;
  now = now + std::chrono::seconds(5);
  EXPECT_EQ(header(*arrive("/out")->response, "Retry-After"), "6") << "the others are due before";
  for (int i = 0; i < 20'000; ++i) arrive("/out");
  const int late = std::stoi(header(*arrive("/out")->response, "Retry-After"));
  EXPECT_GT(late, 30);
  EXPECT_LE(late, 60);
}

TEST_F(Line, ServesInTheOrderOfArrivalAndTurnsAwayWhoWouldWaitTooLong) {
  const auto a = arrive("/a"), b = arrive("/b"), c = arrive("/c"), d = arrive("/d");
  EXPECT_EQ(status(a), 0u) << "it waits its turn";
  ASSERT_EQ(status(d), 503u);
  EXPECT_EQ(header(*d->response, "Retry-After"), "1");
  EXPECT_EQ(line.turned_away(), 1u);
  const auto ready = arrive("/ready");
  EXPECT_EQ(status(ready), 204u) << "this one passes by";
  run_until_empty();
  EXPECT_EQ(served, "/ready/a/b/c");
  EXPECT_EQ(status(c), 204u);
  const auto e = arrive("/e");
  run_until_empty();
  EXPECT_EQ(status(e), 204u) << "there is room again";
}

TEST_F(Line, BoundsTheBytesThatWaitButLetsAnyRequestInThatIsAlone) {
  const auto large = arrive("/a", std::string(200, 'x'));
  const auto next = arrive("/b", "y");
  EXPECT_EQ(status(next), 503u);
  run_until_empty();
  EXPECT_EQ(status(large), 204u);
  const auto first = arrive("/c", std::string(60, 'x')),
             second = arrive("/d", std::string(60, 'x'));
  EXPECT_EQ(status(second), 503u);
  run_until_empty();
  EXPECT_EQ(status(first), 204u);
}

TEST_F(Line, TurnsAwayWhoHasWaitedTooLongBehindASlowOne) {
  const auto slow = arrive("/slow"), late = arrive("/late");
  run_until_empty();
  EXPECT_EQ(served, "/slow");
  EXPECT_EQ(status(slow), 204u);
  EXPECT_EQ(status(late), 503u);
}

TEST_F(Line, PassesOverThoseWhoHaveGoneAndSurvivesAHandlerThatThrows) {
  const auto gone = arrive("/gone"), bug = arrive("/throws"), last = arrive("/c");
  gone->response = no_content();  // no longer waiting
  run_until_empty();
  EXPECT_EQ(served, "/throws/c");
  EXPECT_EQ(status(last), 204u);
}

TEST(WaitingLine, TellsWhoSendsNoMoreThatNothingWasDone) {
  std::unique_ptr<WaitingLine> line;
  std::unique_ptr<Client> half;
  std::string served;
  Running server(
      [&](const Request& request, const Reply& reply) { line->handler()(request, reply); });
  line = std::make_unique<WaitingLine>(
      server.loop,
      WaitingLimits{.requests_max = 9, .bytes_max = 100, .time_max = {}, .passes_by = {}},
      [&](const Request& request, const Reply& reply) {
        served += request.path;
        reply(no_content());
      },
      [] { return Instant{}; });
  // Eight are before it, so that its end is heard of before its turn comes.
  std::vector<std::unique_ptr<Client>> before;
  server.on_loop([&] {
    for (int i = 0; i < 8; ++i) {
      before.push_back(std::make_unique<Client>(server.url()));
      before.back()->send(get("/" + std::to_string(i)));
    }
    half = std::make_unique<Client>(server.url());
    half->send(get("/half")).finish_sending();
  });
  const auto answer = half->answer();
  EXPECT_EQ(answer.status, 503u) << answer.body;
  EXPECT_NE(answer.body.find("overloaded"), answer.body.npos);
  for (const auto& client : before) EXPECT_EQ(client->answer().status, 204u);
  EXPECT_EQ(served.find("half"), served.npos);
}

}  // namespace
}  // namespace slipway::http::test
