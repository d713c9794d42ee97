// The handler's side: answers that come late, never, twice or by exception; clients that leave;
// event streams; the end of the server.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

#include "client.h"

namespace slipway::http {
namespace {

using std::chrono::milliseconds;
using test::Answer;
using test::Client;
using test::get;
using test::Running;

// Waits, at most a minute, until `condition` holds on the loop.
bool comes_true(Running& server, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    if (server.on_loop(condition)) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(Exchange, GivesA500WhenTheHandlerThrows) {
  Running server([](const Request& request, const Reply& reply) {
    if (request.path == "/throw") throw std::runtime_error("a bug");
    if (request.path == "/throw-anything") throw 1;
    reply(no_content());
  });
  Client client(server.url());
  testing::internal::CaptureStderr();
  const Answer answer = client.send(get("/throw")).answer();
  EXPECT_EQ(client.send(get("/throw-anything")).answer().status, 500u);
  EXPECT_EQ(client.send(get("/fine")).answer().status, 204u);  // the process goes on
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(answer.status, 500u);
  EXPECT_NE(answer.body.find("internal-error"), std::string::npos);
  EXPECT_EQ(answer.body.find("a bug"), std::string::npos);
  EXPECT_NE(log.find("GET /throw threw: a bug"), std::string::npos) << log;
}

TEST(Exchange, GivesA500WhenEveryReplyIsDropped) {
  std::optional<Reply> kept;
  Running server([&](const Request& request, const Reply& reply) {
    if (request.path == "/keep") kept = reply;
  });
  testing::internal::CaptureStderr();
  EXPECT_EQ(server.ask(get("/drop")).status, 500u);
  Client client(server.url());
  client.send(get("/keep"));
  ASSERT_TRUE(comes_true(server, [&] { return kept.has_value(); }));
  server.on_loop([&] { kept.reset(); });
  EXPECT_EQ(client.answer().status, 500u);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("nobody answered GET /drop"), std::string::npos) << log;
}

TEST(Exchange, CountsOnlyTheFirstAnswer) {
  Running server([](const Request&, const Reply& reply) {
    reply(json(200, "first"));
    reply(json(200, "second"));
  });
  testing::internal::CaptureStderr();
  Client client(server.url());
  client.send(get("/") + get("/"));
  EXPECT_EQ(client.answer().body, "first");
  EXPECT_EQ(client.answer().body, "first");
  testing::internal::GetCapturedStderr();
}

TEST(Exchange, NoticesAClientThatLeavesBeforeTheAnswer) {
  std::optional<Reply> kept;
  Running server([&](const Request&, const Reply& reply) { kept = reply; });
  Client client(server.url());
  client.send(get("/"));
  ASSERT_TRUE(comes_true(server, [&] { return kept.has_value(); }));
  EXPECT_TRUE(server.on_loop([&] { return kept->waiting(); }));
  client.disconnect();
  EXPECT_TRUE(comes_true(server, [&] { return !kept->waiting(); }));
  server.on_loop([&] {
    (*kept)(json(200, "too late"));  // does no harm
    kept.reset();
  });
}

TEST(Exchange, OutlivesItsServer) {
  std::optional<Reply> reply_kept;
  std::shared_ptr<EventStream> stream_kept;
  Running server([&](const Request& request, const Reply& reply) {
    if (request.path == "/stream")
      stream_kept = reply.stream();
    else
      reply_kept = reply;
  });
  Client first(server.url());
  Client second(server.url());
  first.send(get("/reply"));
  second.send(get("/stream"));
  ASSERT_TRUE(comes_true(server, [&] { return reply_kept && stream_kept; }));
  server.on_loop([&] {
    server.server.reset();
    EXPECT_FALSE(reply_kept->waiting());
    EXPECT_FALSE(stream_kept->open());
    (*reply_kept)(no_content());
    stream_kept->send("x", "y");
    reply_kept.reset();
    stream_kept.reset();
  });
  EXPECT_TRUE(first.closed_by_server());
}

struct Streams {
  Handler handler() {
    return [this](const Request& request, const Reply& reply) {
      if (request.path == "/events")
        stream = reply.stream({{"X-More", "yes"}});
      else
        reply(json(200, "other"));
    };
  }
  std::shared_ptr<EventStream> stream;
};

TEST(EventStream, DeliversEventsAsTheyAreSent) {
  Streams streams;
  Running server(streams.handler());
  Client client(server.url());
  const Answer head = client.send(get("/events", "Accept-Encoding: gzip\r\n")).answer();
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(head.headers.at("cache-control"), "no-store");
  EXPECT_EQ(head.headers.at("x-more"), "yes");
  EXPECT_EQ(head.headers.count("content-encoding"), 0u);
  server.on_loop([&] { streams.stream->send("change", "{\"a\":1}", "7"); });
  EXPECT_EQ(client.read_until("\n\n"), "event: change\nid: 7\ndata: {\"a\":1}\n\n");
  server.on_loop([&] { streams.stream->send("", "one\r\ntwo\nthree\rfour", "a\nb"); });
  EXPECT_EQ(client.read_until("\n\n"), "id: ab\ndata: one\ndata: two\ndata: three\ndata: four\n\n");
  EXPECT_EQ(server.ask(get("/other")).body, "other");  // meanwhile
  server.on_loop([&] { streams.stream.reset(); });
}

TEST(EventStream, EndsWhenItIsClosedOrDropped) {
  for (const bool by_close : {true, false}) {
    Streams streams;
    Running server(streams.handler());
    Client client(server.url());
    client.send(get("/events")).answer();
    EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
    server.on_loop([&] {
      streams.stream->send("last", "x");
      if (by_close) streams.stream->close();
      EXPECT_EQ(streams.stream->open(), !by_close);
      streams.stream.reset();
    });
    EXPECT_EQ(client.read_until("\n\n"), "event: last\ndata: x\n\n");
    EXPECT_TRUE(client.closed_by_server());
  }
}

TEST(EventStream, NoticesAClientThatLeaves) {
  Streams streams;
  Running server(streams.handler());
  Client client(server.url());
  client.send(get("/events")).answer();
  EXPECT_TRUE(server.on_loop([&] { return streams.stream->open(); }));
  client.disconnect();
  EXPECT_TRUE(comes_true(server, [&] { return !streams.stream->open(); }));
  server.on_loop([&] { streams.stream.reset(); });
}

TEST(EventStream, CutsOffAClientThatDoesNotRead) {
  Streams streams;
  Running server(streams.handler());
  Client client(server.url());
  client.send(get("/events")).answer();
  const std::string piece(100'000, 'x');
  int sent = 0;
  EXPECT_TRUE(comes_true(server, [&] {
    streams.stream->send("", piece);
    ++sent;
    return !streams.stream->open();
  }));
  EXPECT_GT(sent, 10);  // at least the megabyte that may wait
  EXPECT_LT(sent, 200);
  server.on_loop([&] { streams.stream.reset(); });
}

TEST(EventStream, BeatsWhenThereIsNothingToSay) {
  Streams streams;
  Running server(streams.handler(), {.heartbeat_interval = milliseconds(20)});
  Client client(server.url());
  client.send(get("/events")).answer();
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
  EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
  server.on_loop([&] { streams.stream.reset(); });
}

TEST(EventStream, BeginsAndBeatsWithWhatItIsGiven) {
  Streams streams;
  Running server(streams.handler(), {.heartbeat_interval = milliseconds(20)});
  int beats = 0;
  server.on_loop([&] {
    server.server->heartbeat_with([&] { return "retry: " + std::to_string(++beats) + "\n\n"; });
  });
  Client client(server.url());
  client.send(get("/events")).answer();
  EXPECT_EQ(client.read_until("\n\n"), "retry: 1\n\n");
  EXPECT_EQ(client.read_until("\n\n"), "retry: 2\n\n");
  server.on_loop([&] { streams.stream.reset(); });
}

TEST(EventStream, OfAHeadRequestIsOverAtOnce) {
  Streams streams;
  Running server(streams.handler());
  Client client(server.url());
  client.send("HEAD /events HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.answer(true).headers.at("content-type"), "text/event-stream");
  EXPECT_TRUE(client.closed_by_server());
  server.on_loop([&] {
    EXPECT_FALSE(streams.stream->open());
    streams.stream.reset();
  });
}

TEST(Close, FinishesAnswersInProgressAndThenSaysSo) {
  std::optional<Reply> kept;
  std::shared_ptr<EventStream> stream;
  bool closed = false;
  Running server([&](const Request& request, const Reply& reply) {
    if (request.path == "/events")
      stream = reply.stream();
    else if (request.path == "/slow")
      kept = reply;
    else
      reply(no_content());
  });
  Client idle(server.url());
  Client slow(server.url());
  Client events(server.url());
  EXPECT_EQ(idle.send(get("/")).answer().status, 204u);
  slow.send(get("/slow") + get("/never"));
  events.send(get("/events")).answer();
  EXPECT_EQ(events.read_until("\n\n"), ":\n\n");
  ASSERT_TRUE(comes_true(server, [&] { return kept.has_value(); }));

  server.on_loop([&] { server.server->close([&] { closed = true; }); });
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(events.closed_by_server());
  EXPECT_THROW(Client(server.url()), std::runtime_error);
  EXPECT_FALSE(server.on_loop([&] { return closed; }));

  server.on_loop([&] { (*kept)(json(200, "done")); });
  const Answer answer = slow.answer();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(slow.closed_by_server());
  slow.disconnect();
  events.disconnect();
  EXPECT_TRUE(comes_true(server, [&] { return closed; }));
  server.on_loop([&] {
    kept.reset();
    stream.reset();
  });
}

TEST(Close, OfAnUnusedServerSaysSoAtOnce) {
  Running server([](const Request&, const Reply& reply) { reply(no_content()); });
  bool closed = false;
  server.on_loop([&] { server.server->close([&] { closed = true; }); });
  EXPECT_TRUE(comes_true(server, [&] { return closed; }));
}

}  // namespace
}  // namespace slipway::http
