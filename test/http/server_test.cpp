// What a client sees of well-formed requests: keep-alive, pipelining, bodies, HEAD, gzip.
#include "http/server.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "client.h"
#include "http/gzip.h"

namespace slipway::http {
namespace {

using test::Client;
using test::get;
using test::post;
using test::Running;

void echo(const Request& request, const Reply& reply) {
  std::string text = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) text += " " + name + "=" + value;
  reply(json(200, text + " " + request.body));
}

TEST(Server, AnswersOneRequestAfterAnotherOnOneConnection) {
  Running server(echo);
  Client client(server.url());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send(get("/" + std::to_string(i))).answer();
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.body, "GET /" + std::to_string(i) + " ");
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    EXPECT_EQ(answer.headers.count("connection"), 0u);
  }
}

// A loop that has much to do between two looks at its sockets lets in all who wait, not one.
TEST(Server, AcceptsAllWhoWaitAtOnce) {
  constexpr int clients_max = 40;
  int answered = 0, turns = 0;
  std::function<void()> turn;
  Running server([&](const Request&, const Reply& reply) {
    ++answered;
    reply(no_content());
  });
  turn = [&] {
    ++turns;
    if (answered < clients_max) server.loop.post(turn);
  };
  std::vector<std::unique_ptr<Client>> clients;
  server.on_loop([&] {
    for (int i = 0; i < clients_max; ++i) {
      clients.push_back(std::make_unique<Client>(server.url()));
      clients.back()->send(get("/"));
    }
    server.loop.post(turn);
  });
  for (const auto& client : clients) EXPECT_EQ(client->answer().status, 204u);
  EXPECT_LT(server.on_loop([&] { return turns; }), clients_max / 2);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  Running server(echo);
  Client client(server.url());
  std::string all;
  for (int i = 0; i < 2000; ++i) all += post("/" + std::to_string(i), std::string(50, 'b'));
  std::thread writer([&] { client.send(all); });
  for (int i = 0; i < 2000; ++i) {
    EXPECT_EQ(client.answer().body, "POST /" + std::to_string(i) + " " + std::string(50, 'b'));
  }
  writer.join();
}

TEST(Server, KeepsTheOrderOfAnswersThatComeLater) {
  std::vector<Reply> replies;
  Running server([&](const Request& request, Reply reply) {
    if (request.path == "/later") return replies.push_back(std::move(reply));
    if (request.path == "/free") {
      for (const auto& waiting : replies) waiting(json(200, "later"));
      replies.clear();
    }
    reply(json(200, request.path));
  });
  Client client(server.url());
  client.send(get("/later") + get("/now"));
  // The second request waits its turn; another connection does not.
  for (bool arrived = false; !arrived;) arrived = server.on_loop([&] { return !replies.empty(); });
  EXPECT_EQ(server.ask(get("/free")).body, "/free");
  EXPECT_EQ(client.answer().body, "later");
  EXPECT_EQ(client.answer().body, "/now");
}

TEST(Server, TakesARequestInSmallPieces) {
  Running server(echo);
  Client client(server.url());
  for (const char c : post("/slow", "body")) client.send({&c, 1});
  EXPECT_EQ(client.answer().body, "POST /slow body");
  client.send("\r\n\r\n" + get("/next"));  // empty lines between requests mean nothing
  EXPECT_EQ(client.answer().body, "GET /next ");
}

TEST(Server, TakesChunkedBodiesAndIgnoresTrailers) {
  std::string trailer = "unset";
  Running server([&](const Request& request, const Reply& reply) {
    trailer = request.header("authorization");
    echo(request, reply);
  });
  const auto answer = server.ask(
      "POST /c HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nAuthorization: x\r\n\r\n");
  EXPECT_EQ(answer.body, "POST /c abcde");
  EXPECT_EQ(trailer, "");
}

TEST(Server, DecodesTheTarget) {
  Running server(echo);
  EXPECT_EQ(server.ask(get("/a%20b?x=1%262&y=a+b&z")).body, "GET /a b x=1&2 y=a b z= ");
  EXPECT_EQ(server.ask(get("http://here/full?q=1")).body, "GET /full q=1 ");
  EXPECT_EQ(server.ask(get("http://here")).body, "GET / ");
}

TEST(Server, GivesHeaderNamesInLowerCaseAndKeepsBytes) {
  Running server([](const Request& request, const Reply& reply) {
    reply(json(200, std::string(request.header("x-name"))));
  });
  EXPECT_EQ(server.ask(get("/", "X-NAME: Zo\xEB\r\n")).body, "Zo\xEB");
}

TEST(Server, AnswersHeadWithoutABody) {
  Running server(echo);
  Client client(server.url());
  client.send("HEAD /x HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.answer(true).headers.at("content-length"), "8");
  EXPECT_EQ(client.send(get("/y")).answer().body, "GET /y ");
}

TEST(Server, SendsNoBodyAndNoLengthWith204) {
  Running server([](const Request&, const Reply& reply) { reply(no_content()); });
  const auto answer = server.ask(get("/"));
  EXPECT_EQ(answer.status, 204u);
  EXPECT_EQ(answer.headers.count("content-length"), 0u);
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  Running server(echo);
  Client client(server.url());
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_EQ(client.answer().headers.at("connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
  Client old(server.url());
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.answer().status, 200u);
  EXPECT_TRUE(old.closed_by_server());
}

TEST(Server, AnswersAClientThatHasShutItsHalf) {
  Running server(echo);
  Client client(server.url());
  client.send(get("/1") + get("/2") + "GET /half").finish_sending();
  EXPECT_EQ(client.answer().body, "GET /1 ");
  EXPECT_EQ(client.answer().body, "GET /2 ");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Server, CompressesLargeAnswersForThoseWhoTakeIt) {
  const std::string large(100'000, 'x');
  Running server([&](const Request& request, const Reply& reply) {
    if (request.path == "/image") return reply({.content_type = "image/png", .body = large});
    reply(json(200, request.path == "/small" ? "small" : large));
  });
  const auto packed = server.ask(get("/large", "Accept-Encoding: br, gzip\r\n"));
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.headers.at("vary"), "Accept-Encoding");
  EXPECT_LT(packed.body.size(), 2000u);
  EXPECT_EQ(gzip_decompress(packed.body, large.size()).value(), large);
  EXPECT_EQ(server.ask(get("/large")).body, large);
  EXPECT_EQ(server.ask(get("/large", "Accept-Encoding: gzip;q=0, *\r\n")).body, large);
  EXPECT_EQ(server.ask(get("/small", "Accept-Encoding: gzip\r\n")).body, "small");
  EXPECT_EQ(server.ask(get("/image", "Accept-Encoding: gzip\r\n")).body, large);
}

TEST(Server, CompressesSmallAnswersWhereTheirChecksumIsWanted) {
  ServerLimits limits;
  limits.gzip_bytes_min = 0;
  Running server([](const Request&, const Reply& reply) { reply(json(200, "small")); }, limits);
  const auto packed = server.ask(get("/", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(gzip_decompress(packed.body, 100).value(), "small");
  EXPECT_EQ(server.ask(get("/")).body, "small");
}

TEST(Server, TakesCompressedBodies) {
  Running server(echo);
  EXPECT_EQ(server.ask(post("/z", gzip_compress("plain"), "Content-Encoding: gzip\r\n")).body,
            "POST /z plain");
}

TEST(Server, SendsAnswersLargerThanTheSocketTakes) {
  const std::string large(30'000'000, 'x');
  Running server([&](const Request&, const Reply& reply) { reply(json(200, large)); });
  Client client(server.url());
  client.send(get("/") + get("/"));
  EXPECT_EQ(client.answer().body, large);
  EXPECT_EQ(client.answer().body, large);
}

TEST(Server, InvitesABodyThatWaitsForIt) {
  Running server(echo);
  Client client(server.url());
  client.send("PUT /x HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.send("body").answer().body, "PUT /x body");
}

TEST(Server, DoesNotLetAHandlerWriteAHeaderOfAnothersChoice) {
  Running server([](const Request&, const Reply& reply) {
    reply({.body = "x", .headers = {{"X-Echo", "a\r\nSet-Cookie: b"}, {"Content-Length", "99"}}});
  });
  const auto answer = server.ask(get("/"));
  EXPECT_EQ(answer.headers.at("x-echo"), "a  Set-Cookie: b");
  EXPECT_EQ(answer.headers.count("set-cookie"), 0u);
  EXPECT_EQ(answer.body, "x");
}

}  // namespace
}  // namespace slipway::http
