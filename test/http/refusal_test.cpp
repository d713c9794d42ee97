// What a client sees of malformed, oversized and slow requests: a problem, then the end. None of
// them reaches the handler, and none of them harms the next client.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <random>
#include <vector>

#include "client.h"
#include "http/gzip.h"
#include "http/request_parser.h"

namespace slipway::http {
namespace {

using std::chrono::milliseconds;
using test::Answer;
using test::Client;
using test::get;
using test::post;
using test::Running;

class Refusal : public testing::Test {
 protected:
  explicit Refusal(ServerLimits limits = {.header_bytes_max = 8192, .body_bytes_max = 100'000})
      : server([this](const Request& request,
                      const Reply& reply) { ++handled, reply(json(200, request.body)); },
               limits) {}

  // Sends the bytes and expects a problem of this status and type, and the end.
  void refused(std::string_view bytes, unsigned status, const std::string& type) {
    Client client(server.url());
    const Answer answer = client.send(bytes).answer();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    boost::json::error_code error;
    const auto body = boost::json::parse(answer.body, error);
    ASSERT_FALSE(error) << answer.body;
    EXPECT_EQ(body.at("type").as_string(), "https://slipway.dev/problems/" + type);
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_EQ(handled, 0);
  }

  int handled = 0;
  Running server;
};

TEST_F(Refusal, OfWhatIsNotHttp) {
  for (const char* bytes :
       {"hello\r\n\r\n", "\x16\x03\x01\x02\x01", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / FTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : here\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\x01z\r\n\r\n",
        "G\xC3\xA9T / HTTP/1.1\r\nHost: here\r\n\r\n"}) {
    refused(bytes, 400, "malformed-request");
  }
}

TEST_F(Refusal, OfTargetsThatAreNone) {
  for (const char* target : {"nothing", "/%zz", "/%2", "/\xFF\xFE", "ftp://here/", "here:80"}) {
    refused(get(target), 400, "malformed-request");
  }
}

// A refusal's words are logged: what was sent may be a token in the wrong place.
TEST_F(Refusal, QuotesNothingOfWhatWasSent) {
  const std::string secret = "slw_0123456789abcdef";
  for (const std::string& bytes :
       {get("/v1/%zz?access_token=" + secret), get("http://user:" + secret + "@x/%zz"),
        get("Bearer" + secret), secret + " / HTTP/1.1\r\n\r\n", secret + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + secret + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: " + secret + "\r\n\r\n",
        get("/", "Transfer-Encoding: " + secret + "\r\n"),
        get("/", "Content-Encoding: " + secret + "\r\n"),
        get("/", "Content-Length: " + secret + "\r\n"), get("/", "Expect: " + secret + "\r\n")}) {
    Client client(server.url());
    const Answer answer = client.send(bytes).answer();
    EXPECT_GE(answer.status, 400u) << bytes;
    EXPECT_EQ(answer.body.find("0123456789abcdef"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(Refusal, OfBodiesWhoseEndIsAmbiguous) {
  const std::string head = "POST / HTTP/1.1\r\nHost: here\r\n";
  for (const char* headers :
       {"Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: -1\r\n",
        "Content-Length: 3x\r\n", "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n"}) {
    refused(head + headers + "\r\nabc", 400, "malformed-request");
  }
  refused(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "malformed-request");
}

TEST_F(Refusal, OfRequestsWithoutExactlyOneHost) {
  refused("GET / HTTP/1.1\r\n\r\n", 400, "malformed-request");
  refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "malformed-request");
}

TEST_F(Refusal, OfHeadersOverTheLimit) {
  refused(get("/", "X: " + std::string(20'000, 'x') + "\r\n"), 431, "headers-too-large");
  refused("GET / HTTP/1.1\r\nHost: here\r\nX: " + std::string(20'000, 'x'), 431,
          "headers-too-large");
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "X: y\r\n";
  refused(get("/", many), 431, "headers-too-large");
  refused(get("/" + std::string(20'000, 'x')), 414, "target-too-long");
}

TEST_F(Refusal, OfALargeBodyWithoutReadingIt) {
  refused("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10000000\r\n\r\n", 413,
          "body-too-large");
  refused(
      "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10000000\r\nExpect: 100-continue\r\n\r\n",
      413, "body-too-large");
}

TEST_F(Refusal, OfALargeBodyIsSeenByAClientThatFirstSendsItAll) {
  Client client(server.url());
  client.send(post("/", std::string(10'000'000, 'x')));
  EXPECT_EQ(client.answer().status, 413u);
  EXPECT_EQ(handled, 0);
}

TEST_F(Refusal, OfALargeBodyInChunks) {
  std::string bytes = "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) bytes += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  refused(bytes, 413, "body-too-large");
}

TEST_F(Refusal, OfABombAndOfBrokenGzip) {
  const std::string gzip = "Content-Encoding: gzip\r\n";
  const std::string bomb = gzip_compress(std::string(50'000'000, '0'));
  ASSERT_LT(bomb.size(), 100'000u);
  refused(post("/", bomb, gzip), 413, "body-too-large");
  refused(post("/", "not gzip", gzip), 400, "bad-gzip");
  refused(post("/", "x", "Content-Encoding: br\r\n"), 415, "unsupported-encoding");
}

TEST_F(Refusal, OfUnknownExpectations) {
  refused(post("/", "x", "Expect: miracles\r\n"), 417, "unsupported-expectation");
}

TEST_F(Refusal, LeavesTheServerAndEarlierAnswersAlone) {
  Client client(server.url());
  client.send(post("/", "first") + "garbage\r\n\r\n");
  EXPECT_EQ(client.answer().body, "first");
  EXPECT_EQ(client.answer().status, 400u);
  EXPECT_EQ(server.ask(post("/", "fine")).body, "fine");
}

// What was read of each refused request, as whoever looks on is told.
class SeenRefusal : public Refusal {
 protected:
  explicit SeenRefusal(ServerLimits limits = {.header_bytes_max = 8192, .body_bytes_max = 100'000})
      : Refusal(limits) {
    server.on_loop([this] {
      server.server->refuse_by([this](const Request& so_far, Response refusal) {
        seen.push_back(so_far);
        statuses.push_back(refusal.status);
        refusal.headers.emplace_back("X-Seen", std::to_string(seen.size()));
        return refusal;
      });
      return true;
    });
  }
  Answer ask(std::string_view bytes) {
    Client client(server.url());
    return client.send(bytes).answer();
  }

  std::vector<Request> seen;
  std::vector<unsigned> statuses;
};

TEST_F(SeenRefusal, IsToldOnceWithWhatWasRead) {
  EXPECT_EQ(ask("\x16\x03\x01\x02\x01").headers.at("x-seen"), "1");
  EXPECT_EQ(ask("hello\r\n\r\n").headers.at("x-seen"), "2");
  EXPECT_EQ(ask(get("/a?b", "X: " + std::string(20'000, 'x') + "\r\n")).headers.at("x-seen"), "3");
  EXPECT_EQ(ask(post("/c", std::string(100'001, 'x'), "X-Id: 7\r\n")).headers.at("x-seen"), "4");
  ask(post("/d", "x", "Content-Encoding: br\r\n"));
  EXPECT_EQ(server.ask(post("/", "fine")).headers.count("x-seen"), 0u);
  EXPECT_EQ(statuses, (std::vector<unsigned>{400, 400, 431, 413, 415}));
  EXPECT_EQ(seen[0].method, "");
  EXPECT_EQ(seen[1].method, "");
  EXPECT_EQ(seen[2].method, "GET");
  EXPECT_EQ(seen[2].raw_path, "/a");
  EXPECT_EQ(seen[3].method, "POST");
  EXPECT_EQ(seen[3].raw_path, "/c");
  EXPECT_EQ(seen[3].header("x-id"), "7");
  EXPECT_EQ(seen[4].header("content-encoding"), "br");
}

TEST_F(SeenRefusal, OfAHeadHasNoBody) {
  Client client(server.url());
  client.send("HEAD / HTTP/1.1\r\nHost: here\r\nExpect: miracles\r\n\r\n");
  EXPECT_EQ(client.answer(true).status, 417u);
  EXPECT_TRUE(client.closed_by_server());
}

class SeenSlowRefusal : public SeenRefusal {
 protected:
  SeenSlowRefusal()
      : SeenRefusal({.idle_timeout = milliseconds(150), .request_timeout = milliseconds(100)}) {}
};

TEST_F(SeenSlowRefusal, KnowsWhatCameInTime) {
  EXPECT_EQ(ask("POST /slow HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nab").status, 408u);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].raw_path, "/slow");
  EXPECT_EQ(seen[0].body, "ab");
}

class SlowRefusal : public Refusal {
 protected:
  SlowRefusal()
      : Refusal({.idle_timeout = milliseconds(150), .request_timeout = milliseconds(100)}) {}
};

TEST_F(SlowRefusal, OfHalfARequest) {
  refused("GET / HTTP/1.1\r\nHost", 408, "request-timeout");
  refused("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nab", 408, "request-timeout");
}

TEST_F(SlowRefusal, OfIdleConnectionsIsSilent) {
  Client silent(server.url());
  EXPECT_TRUE(silent.closed_by_server());
  Client after_one(server.url());
  EXPECT_EQ(after_one.send(get("/")).answer().status, 200u);
  EXPECT_TRUE(after_one.closed_by_server());
}

// Empty lines before a request are passed over (RFC 9112, 2.2); they are no sign of life.
TEST(EmptyLines, HoldNoConnection) {
  const Running server([](const Request&, const Reply& reply) { reply(no_content()); },
                       {.idle_timeout = milliseconds(500)});
  Client client(server.url());
  const auto begin = std::chrono::steady_clock::now();
  bool open = true;
  while (open && std::chrono::steady_clock::now() < begin + std::chrono::seconds(60)) {
    open = !client.send("\r\n").ends_within(milliseconds(20));
  }
  EXPECT_FALSE(open);
}

TEST(ConnectionCap, RefusesTheNewestAndTakesItWhenThereIsRoomAgain) {
  Running server([](const Request&, const Reply& reply) { reply(no_content()); },
                 {.connections_max = 2});
  auto first = std::make_unique<Client>(server.url());
  Client second(server.url());
  EXPECT_EQ(first->send(get("/")).answer().status, 204u);
  EXPECT_EQ(second.send(get("/")).answer().status, 204u);
  std::vector<std::string> asked;
  server.on_loop([&] {
    server.server->refuse_by([&](const Request& so_far, Response refusal) {
      asked.push_back(so_far.method);
      return refusal;
    });
    return true;
  });
  Client third(server.url());
  const Answer refused = third.send(get("/")).answer();
  EXPECT_EQ(asked, std::vector<std::string>{""}) << "nothing is read of whoever is one too many";
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_TRUE(third.closed_by_server());
  third.disconnect();
  first.reset();
  unsigned status = 503;
  while (status == 503) status = server.ask(get("/")).status;
  EXPECT_EQ(status, 204u);
}

// Every mutation of a valid request is taken, refused or waited for; none does harm.
TEST(RequestParser, SurvivesMutatedRequests) {
  const std::string seeds[] = {
      post("/a?b=c", "0123456789", "Expect: 100-continue\r\n"),
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: "
      "x\r\n\r\n",
      post("/z", gzip_compress("plain text"), "Content-Encoding: gzip\r\n")};
  std::mt19937 random(7);  // NOLINT: one sequence for every run
  int outcomes[3] = {};
  for (int round = 0; round < 30'000; ++round) {
    std::string bytes = seeds[round % 3];
    for (unsigned edits = random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % bytes.size();
      if (random() % 3 == 0)
        bytes.erase(at, 1 + random() % 4);
      else if (random() % 2 == 0)
        bytes.insert(at, 1, "\r\n0;: %f"[random() % 8]);
      else
        bytes[at] = static_cast<char>(random());
    }
    RequestParser parser(1000, 1000);
    std::string held;
    for (std::size_t sent = 0; sent < bytes.size() && !parser.done() && !parser.refusal();) {
      const std::size_t piece = 1 + random() % bytes.size();
      held += bytes.substr(sent, piece);
      sent += piece;
      held.erase(0, parser.feed(held));
    }
    ++outcomes[parser.refusal() ? 0 : parser.done() ? 1 : 2];
  }
  for (const int count : outcomes) EXPECT_GT(count, 1000);
}

}  // namespace
}  // namespace slipway::http
