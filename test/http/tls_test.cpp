// A server that speaks TLS: all that holds without it holds with it, and what strangers do to a
// handshake ends by itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "http/server.h"
#include "tls_client.h"

namespace slipway::http {
namespace {

using test::Client;
using test::get;
using test::made_pair;
using test::post;
using test::Running;
using test::TlsClient;

void echo(const Request& request, const Reply& reply) {
  reply(json(200, request.method + " " + request.path + " " + std::to_string(request.body.size())));
}

std::unique_ptr<Running> secure(Handler handler, ServerLimits limits = {}) {
  return std::make_unique<Running>(std::move(handler), limits, "127.0.0.1:0",
                                   certificate_of(made_pair()));
}

std::uint64_t strangers(Running& server) {
  return server.on_loop([&] { return server.server->strangers(); });
}

TEST(Tls, AnswersManyRequestsOnOneConnection) {
  const auto server = secure(echo);
  EXPECT_TRUE(server->url().starts_with("https://127.0.0.1:"));
  for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server->url(), newest);
    ASSERT_TRUE(client.greet());
    for (int i = 0; i < 3; ++i) {
      client.send(post("/a", "body"));
      EXPECT_NE(client.read_until("POST /a 4").find("200 OK"), std::string::npos);
    }
  }
}

TEST(Tls, AnswersRequestsThatComeInOneRecord) {
  const auto server = secure(echo);
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  std::string all;
  for (int i = 0; i < 100; ++i) all += get("/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 100; ++i) client.read_until("GET /" + std::to_string(i) + " 0");
}

TEST(Tls, TakesAndGivesMuch) {
  const std::string much(3 * 1024 * 1024, 'm');
  const auto server = secure([&](const Request& request, const Reply& reply) {
    EXPECT_EQ(request.body, much);
    reply(json(200, request.body));
  });
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(post("/", much));
  client.read_until("\r\n\r\n");
  client.read_until(much);
}

TEST(Tls, RefusesHeadersThatAreTooLarge) {
  const auto server = secure(echo);
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(get("/", "X: " + std::string(100'000, 'x') + "\r\n"));
  EXPECT_NE(client.read_all().find("431"), std::string::npos);
  EXPECT_TRUE(client.ends_well());
}

TEST(Tls, OldVersionsAndOtherProtocolsAreRefused) {
  const auto server = secure(echo);
  for (const int newest : {TLS1_VERSION, TLS1_1_VERSION}) {
    TlsClient client(server->url(), newest);
    EXPECT_FALSE(client.greet());
  }
  TlsClient other(server->url());
  SSL_set_alpn_protos(other.ssl(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
  EXPECT_FALSE(other.greet());
  TlsClient weak(server->url(), TLS1_2_VERSION);
  SSL_set_cipher_list(weak.ssl(), "AES128-SHA");  // no forward secrecy
  EXPECT_FALSE(weak.greet());
  TlsClient both(server->url());
  SSL_set_alpn_protos(both.ssl(), reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  EXPECT_TRUE(both.greet());
  EXPECT_EQ(strangers(*server), 4u);
}

TEST(Tls, WhoSpeaksPlainHttpIsToldSoInPlainHttp) {
  const auto server = secure(echo);
  const auto answer = server->ask(get("/"));
  EXPECT_EQ(answer.status, 400u);
  EXPECT_NE(answer.body.find("tls-needed"), std::string::npos);
  EXPECT_NE(answer.body.find("https://"), std::string::npos);
}

TEST(Tls, OnAPortWithoutItIsRefused) {
  Running server(echo);
  TlsClient client(server.url());
  EXPECT_FALSE(client.greet());
  EXPECT_EQ(strangers(server), 1u);
}

TEST(Tls, GarbageIsLoggedOnceAMinute) {
  const auto server = secure(echo);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 50; ++i) {
    Client client(server->url());
    client.send(i % 2 ? std::string("\x16\x03\x01\x02\x00zzzzzzzzzzzz", 17)
                      : std::string("\0\1\2", 3));
    client.finish_sending();
    try {
      client.read_until("never");
    } catch (const std::runtime_error&) {  // closed, or reset
    }
  }
  const auto seen = strangers(*server);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(seen, 50u);
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
}

TEST(Tls, AHandshakeThatHangsIsEnded) {
  const auto server = secure(echo, {.handshake_timeout = std::chrono::milliseconds(100)});
  Client silent(server->url());
  Client half(server->url());
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(silent.closed_by_server());
  EXPECT_TRUE(half.closed_by_server());
  EXPECT_EQ(strangers(*server), 2u);
}

TEST(Tls, TheHandshakesTimeIsOverWhenItIsDone) {
  const auto server = secure(echo, {.handshake_timeout = std::chrono::milliseconds(1500)});
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  Client silent(server->url());  // begun later, so that its end comes after the other's time
  EXPECT_TRUE(silent.closed_by_server());
  client.send(get("/"));
  client.read_until("GET / 0");
}

TEST(Tls, AnEventStreamIsHeardAndEndsWhole) {
  std::shared_ptr<EventStream> stream;
  const auto server = secure([&](const Request&, Reply reply) { stream = reply.stream(); },
                             {.heartbeat_interval = std::chrono::milliseconds(20)});
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(get("/events"));
  client.read_until("\r\n\r\n");
  client.read_until(":\n\n");
  server->on_loop([&] {
    stream->send("poke", "{}", "7");
    return 0;
  });
  client.read_until("event: poke\nid: 7\ndata: {}\n\n");
  server->on_loop([&] {
    stream->close();
    return 0;
  });
  client.read_all();
  EXPECT_TRUE(client.ends_well());
}

TEST(Tls, WhoDoesNotReadItsStreamIsCutOff) {
  std::shared_ptr<EventStream> stream;
  const auto server = secure([&](const Request&, Reply reply) { stream = reply.stream(); });
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(get("/events"));
  client.read_until("\r\n\r\n");
  const std::string event(512 * 1024, 'e');
  bool open = true;
  for (int i = 0; open && i < 200; ++i) {
    open = server->on_loop([&] {
      stream->send("poke", event, "");
      return stream->open();
    });
  }
  EXPECT_FALSE(open);
  client.read_all();
  EXPECT_FALSE(client.ends_well());
}

TEST(Tls, ARequestThatIsCutInItsBodyIsNotHandled) {
  int handled = 0;
  const auto server = secure([&](const Request& request, const Reply& reply) {
    ++handled;
    echo(request, reply);
  });
  {
    TlsClient client(server->url());
    ASSERT_TRUE(client.greet());
    client.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf");
    client.raw().finish_sending();  // without close_notify
    client.read_all();
    EXPECT_FALSE(client.ends_well());
  }
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(get("/"));
  client.end_sending();  // with it: what came before is answered
  client.read_until("GET / 0");
  client.read_all();
  EXPECT_EQ(server->on_loop([&] { return handled; }), 1);
}

TEST(Tls, ANewCertificateIsShownToNewConnectionsAndOldOnesGoOn) {
  const auto server = secure(echo);
  TlsClient old(server->url());
  ASSERT_TRUE(old.greet());
  const std::string first = old.serial();
  server->on_loop([&] {
    server->server->secure(certificate_of(made_pair()));
    return 0;
  });
  TlsClient fresh(server->url());
  ASSERT_TRUE(fresh.greet());
  EXPECT_NE(fresh.serial(), first);
  for (TlsClient* client : {&old, &fresh}) {
    client->send(get("/"));
    client->read_until("GET / 0");
  }
}

TEST(Tls, OneTooManyIsToldSo) {
  const auto server = secure(echo, {.connections_max = 1});
  TlsClient first(server->url());
  ASSERT_TRUE(first.greet());
  TlsClient second(server->url());
  ASSERT_TRUE(second.greet());
  EXPECT_NE(second.read_all().find("too-many-connections"), std::string::npos);
}

TEST(Tls, AServerThatClosesEndsIdleConnectionsWhole) {
  const auto server = secure(echo);
  TlsClient client(server->url());
  ASSERT_TRUE(client.greet());
  client.send(get("/"));
  client.read_until("GET / 0");
  server->on_loop([&] {
    server->server->close();
    return 0;
  });
  client.read_all();
  EXPECT_TRUE(client.ends_well());
}

}  // namespace
}  // namespace slipway::http
