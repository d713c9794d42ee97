// The hosted API over real loopback HTTP.
#include "cloud/routes.h"

#include <gtest/gtest.h>

#include <future>
#include <list>
#include <sstream>
#include <thread>

#include "base/random.h"
#include "cloud/limits.h"
#include "cloud/sqlite_ledger.h"
#include "cloud/tokens.h"
#include "desk.h"
#include "folder.h"
#include "http/loop.h"
#include "http/server.h"
#include "http_client.h"
#include "model/canonical_json.h"

namespace slipway::cloud::test {
namespace {

constexpr WallTime noon{1'795'000'000'000};

class Routes : public testing::Test {
 protected:
  Routes() : ledger_(open_sqlite_ledger(folder_.file(), random_).value()) {
    for (const char* device : {"Hamburg", "New York"}) {
      EXPECT_TRUE(ledger_->create_token("acme", device,
                                        token_hash(std::string("token of ") + device), noon));
    }
    EXPECT_TRUE(ledger_->revoke_tokens("acme", "New York", noon));
    http::ServerLimits limits;
    limits.body_bytes_max = push_bytes_max;
    server_ = std::make_unique<http::Server>(
        loop_,
        observer_.observed(routes(*ledger_, identity_, pokes_, readiness_, observer_,
                                  [] { return noon; },
                                  {.device_requests = 10, .device_streams = 2})),
        limits);
    EXPECT_TRUE(server_->listen("127.0.0.1:0"));
    url_ = server_->url();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Routes() override {
    loop_.stop();
    thread_.join();
    server_.reset();
  }

  HttpAnswer get(const std::string& target, const std::string& token = "token of Hamburg") {
    return ask(url_, "GET", target, token);
  }
  HttpAnswer post(const std::string& body, const std::string& target = "/v1/push",
                  const std::string& token = "token of Hamburg") {
    return ask(url_, "POST", target, token, body);
  }
  static std::string problem_of(const HttpAnswer& answer) {
    const std::string type(answer.object().at("type").as_string());
    return std::to_string(answer.status) + " " + type.substr(type.rfind('/') + 1);
  }
  void on_loop(const std::function<void()>& task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  void hold(const char* scope) {
    const json::value value = parse_json(scope, "a scope").value();
    on_loop([&] {
      EXPECT_TRUE(ledger_->set_scope("acme", "Hamburg", scope_from_json(value).value(), noon));
    });
  }
  static std::string in_query(const std::string& text) {
    std::ostringstream encoded;
    for (const char c : text) encoded << '%' << std::hex << std::uppercase << int(c);
    return encoded.str();
  }
  Version origin() {
    return capabilities_from_json(get("/v1/capabilities").object()).value().origin;
  }
  std::string request_text(const std::vector<Item>& items) {
    PushRequest request{"ex-1", "desk", origin(), {}, {}};
    for (const Item& item : items) request.items.push_back(to_push_item(item));
    return json_text(to_json(request));
  }

  Version another_commits(const std::string& id) {
    PushRequest request{"", "desk", origin(), {}, {}};
    request.items.push_back(to_push_item(new_york_.create({"Shipment", id}, {{"id", id}})));
    Version head;
    on_loop([&] {
      head = ledger_->push(1, "New York", request, noon).value().head;
      pokes_.committed(1);
    });
    return head;
  }

  Desk hamburg_{"inc-hamburg"}, new_york_{"inc-new-york"};

  std::string url_;

 private:
  Folder folder_;
  Random random_{3};
  std::unique_ptr<Ledger> ledger_;
  Identity identity_{*ledger_, [] { return noon; }};
  Pokes pokes_{*ledger_, identity_};
  http::Loop loop_;

 protected:
  Readiness readiness_{*ledger_, [this] { return loop_.now(); }};
  std::ostringstream log_;
  Observer observer_{random_, [this] { return Now{loop_.now(), noon}; }, &log_};

 private:
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

TEST_F(Routes, HealthIsOpen) {
  const HttpAnswer answer = get("/healthz", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"ok"})");
}

TEST_F(Routes, RequestsAreCountedTimedAndLogged) {
  const Item item = hamburg_.create(shipment, {{"status", "new"}});
  ASSERT_EQ(post(request_text({item})).status, 200);
  EXPECT_EQ(get("/v1/entities/Secret%20type/secret-id").status, 404);
  EXPECT_EQ(get("/v1/capabilities", "wrong").status, 401);
  EXPECT_EQ(ask(url_, "MAKEUP", "/made/up").status, 404);
  const HttpAnswer answer = get("/metrics", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.head.find("text/plain; version=0.0.4"), std::string::npos);
  EXPECT_NE(answer.head.find("X-Request-Id: "), std::string::npos);
  for (const char* line :
       {R"(slipway_requests_total{method="POST",route="/v1/push",status="200"} 1)",
        R"(slipway_requests_total{method="GET",route="/v1/entities/{type}/{id}",status="404"} 1)",
        R"(slipway_requests_total{method="other",route="other",status="404"} 1)",
        R"(slipway_request_seconds_count{route="/v1/push"} 1)",
        R"(slipway_request_seconds_bucket{route="/v1/push",le="+Inf"} 1)",
        R"(slipway_verdicts_total{verdict="applied"} 1)", R"(slipway_tenant_head{tenant="1"} 1)",
        R"(slipway_tenant_behind_commits{tenant="1"} 1)"})
    EXPECT_NE(answer.body.find(std::string(line) + "\n"), std::string::npos) << line << answer.body;
  std::string log;
  on_loop([&] { log = log_.str(); });
  EXPECT_NE(log.find(R"("route":"/v1/push","status":200)"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("tenant":"acme","device":"Hamburg")"), std::string::npos);
  EXPECT_EQ(log.find("ecret"), std::string::npos) << "no contents";
  const std::size_t refused = log.find("\"status\":401");
  EXPECT_EQ(log.substr(refused, log.find('\n', refused) - refused).find("device"),
            std::string::npos);
}

TEST_F(Routes, ADeviceThatAsksForTooMuchIsToldHowLongToWait) {
  HttpAnswer answer;
  for (int i = 0; i < 300 && answer.status != 429; ++i) answer = get("/v1/capabilities");
  EXPECT_EQ(problem_of(answer), "429 too-many-requests");
  EXPECT_NE(answer.head.find("Retry-After: 1\r\n"), std::string::npos) << answer.head;
  EXPECT_EQ(get("/healthz", "").status, 200);
  EXPECT_EQ(get("/v1/capabilities", "wrong").status, 401);
  EXPECT_NE(get("/metrics", "").body.find("slipway_limited_total{limit=\"device-requests\"} "),
            std::string::npos);
}

TEST_F(Routes, ADeviceHasSoManyStreams) {
  const std::string target = "/v1/changes/stream?cursor=" + to_text(origin());
  std::list<OpenAnswer> streams;
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(
        streams.emplace_back(url_, target, "token of Hamburg").read_until("poke").find("poke"),
        std::string::npos);
  }
  EXPECT_EQ(problem_of(get(target)), "429 too-many-requests");
  streams.pop_front();
  HttpAnswer ended;  // the server hears of it soon
  for (int i = 0; i < 100 && ended.status != 200; ++i) {
    OpenAnswer again(url_, target, "token of Hamburg");
    if (again.read_until("\r\n\r\n").starts_with("HTTP/1.1 200")) ended.status = 200;
  }
  EXPECT_EQ(ended.status, 200);
}

TEST_F(Routes, ANodeThatIsAboutToEndSaysSoAndStillAnswers) {
  EXPECT_EQ(get("/readyz", "").body, R"({"status":"ready"})");
  on_loop([this] { readiness_.drain(); });
  EXPECT_EQ(problem_of(get("/readyz", "")), "503 draining");
  EXPECT_EQ(get("/healthz", "").status, 200);
  EXPECT_EQ(get("/v1/capabilities").status, 200);
}

TEST_F(Routes, EverythingElseNeedsAValidToken) {
  for (const char* target : {"/v1/changes", "/v1/changes/stream", "/v1/snapshot", "/v1/requests/x",
                             "/v1/capabilities"}) {
    EXPECT_EQ(problem_of(get(target, "")), "401 unauthorized") << target;
    EXPECT_EQ(problem_of(get(target, "wrong")), "401 unauthorized") << target;
    EXPECT_EQ(problem_of(get(target, "token of New York")), "401 unauthorized") << "revoked";
  }
  const HttpAnswer answer = post("{}", "/v1/push", "");
  EXPECT_EQ(problem_of(answer), "401 unauthorized");
  EXPECT_NE(answer.head.find("WWW-Authenticate: Bearer"), std::string::npos);
}

TEST_F(Routes, CapabilitiesNameTheCloudTheTenantAndTheDevice) {
  const auto capabilities = capabilities_from_json(get("/v1/capabilities").object());
  ASSERT_TRUE(capabilities);
  EXPECT_EQ(capabilities->tenant, "acme");
  EXPECT_EQ(capabilities->device, "Hamburg");
  EXPECT_EQ(capabilities->push_entries_max, push_entries_max);
}

TEST_F(Routes, APushIsJudgedAndReadBack) {
  const Item item = hamburg_.create(shipment, {{"status", "new"}});
  const HttpAnswer pushed = post(request_text({item}));
  ASSERT_EQ(pushed.status, 200) << pushed.body;
  const auto answer = push_answer_from_json(pushed.object());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->exchange, "ex-1");
  EXPECT_EQ(answer->verdicts.at(0).verdict, Verdict::applied);
  ASSERT_TRUE(answer->page);

  const auto receipt = receipt_from_json(json::value(get("/v1/requests/" + item.id).object()));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(*receipt, answer->verdicts.at(0));

  const auto changes = pull_answer_from_json(get("/v1/changes?limit=10&exchange=ex%202").object());
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->exchange, "ex 2");
  EXPECT_EQ(changes->head, answer->head);
  ASSERT_EQ(changes->page.rows.size(), 1u);
  EXPECT_EQ(changes->page.rows[0].values->at("status"), "new");

  const auto nothing =
      pull_answer_from_json(get("/v1/changes?cursor=" + to_text(answer->head)).object());
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->page.rows.empty());
  EXPECT_EQ(nothing->exchange, "");
}

TEST_F(Routes, TheStreamTellsOfTheHeadAndThenOfEachCommit) {
  OpenAnswer stream(url_, "/v1/changes/stream?cursor=" + to_text(origin()), "token of Hamburg");
  EXPECT_NE(stream.read_until("id: " + to_text(origin()) + "\n").find("event: poke"),
            std::string::npos);
  EXPECT_NE(stream.read_until("\n\n").find("text/event-stream"), std::string::npos);
  for (int i = 0; i < 2; ++i) {
    const Item item = hamburg_.create({"Shipment", std::to_string(i)}, {{"id", i}});
    const auto answer = push_answer_from_json(post(request_text({item})).object());
    const std::string id = "id: " + to_text(answer->head) + "\n";
    EXPECT_NE(stream.read_until(id).find(id), std::string::npos);
  }
}

TEST_F(Routes, WhoWasToldTheRowsByTheStreamIsNotBehind) {
  const auto has = [&](const std::string& figure) {
    const std::string text = get("/metrics", "").body;
    return text.find("\nslipway_tenant_" + figure + "\n") != text.npos;
  };
  ASSERT_EQ(get("/v1/changes").status, 200);
  OpenAnswer stream(url_, "/v1/changes/stream?cursor=" + to_text(origin()), "token of Hamburg");
  for (const char* id : {"a", "b"}) stream.read_until("id: " + to_text(another_commits(id)) + "\n");
  EXPECT_TRUE(has("head{tenant=\"1\"} 2"));
  EXPECT_TRUE(has("behind_commits{tenant=\"1\"} 0"));
}

TEST_F(Routes, AFullPullGoesOnFromPageToPage) {
  std::vector<Item> items;
  for (int i = 0; i < 5; ++i)
    items.push_back(hamburg_.create({"Shipment", std::to_string(i)}, {{"id", i}}));
  ASSERT_EQ(post(request_text(items)).status, 200);
  const auto first =
      snapshot_page_from_json(get("/v1/snapshot?limit=3&type=Shipment&exchange=ex%201").object());
  ASSERT_TRUE(first && first->next);
  EXPECT_EQ(first->exchange, "ex 1");
  EXPECT_EQ(first->rows.size(), 3u);
  EXPECT_EQ(first->rows[0].values->at("id"), 0);
  const std::string after = "%7B%22entityType%22:%22Shipment%22,%22entityId%22:%222%22%7D";
  const auto last = snapshot_page_from_json(
      get("/v1/snapshot?since=0&at=" + to_text(first->at) + "&after=" + after).object());
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_FALSE(last->next);
  EXPECT_EQ(last->after, first->next);
  EXPECT_EQ(last->rows.size(), 2u);
  EXPECT_EQ(last->receipts.size(), 5u);
  EXPECT_EQ(problem_of(get("/v1/snapshot?at=" + to_text(origin()) + "&after=7")),
            "400 invalid-query");
  EXPECT_EQ(problem_of(get("/v1/snapshot?after=" + after)), "400 invalid-query")
      << "of which commit";
  EXPECT_EQ(problem_of(get("/v1/snapshot?limit=0")), "400 invalid-query");
  EXPECT_EQ(problem_of(get("/v1/snapshot?at=7-0123456789abcdef")), "409 history-changed");
}

TEST_F(Routes, AFullPullOfADeviceWithAScopeNamesNoOtherRows) {
  std::vector<Item> items;
  for (int i = 0; i < 6; ++i)
    items.push_back(hamburg_.create({"Shipment", std::to_string(i)}, {{"id", i}}));
  ASSERT_EQ(post(request_text(items)).status, 200);
  hold(R"({"Shipment":{"id":[2]}})");
  std::string query, rows;
  std::vector<std::string> places;
  for (;;) {
    const HttpAnswer answer = get("/v1/snapshot?limit=2" + query);
    const auto page = snapshot_page_from_json(answer.object());
    ASSERT_TRUE(page) << answer.body;
    for (const PageRow& row : page->rows) rows += row.entity.id + " ";
    if (!places.empty()) {
      EXPECT_EQ(page->after->walked, places.back()) << "as it was asked";
    }
    if (!page->next) break;
    EXPECT_EQ(page->next->row->id, rows.empty() ? std::string(1, '\0') : "2");
    places.push_back(page->next->walked.value());
    EXPECT_TRUE(places.back().starts_with("~"));
    query = "&at=" + to_text(page->at) + "&after=" + in_query(json_text(to_json(*page->next)));
    ASSERT_LT(places.size(), 5u);
  }
  EXPECT_EQ(rows, "2 ");
  EXPECT_EQ(places.size(), 2u);
  // What does not open is as good as none.
  const std::size_t at = query.find(in_query("~"));
  query.replace(at + 3, 6, in_query("AA"));
  const auto page = snapshot_page_from_json(get("/v1/snapshot?limit=2" + query).object());
  EXPECT_TRUE(page && page->rows.empty() && !page->next);
}

TEST_F(Routes, AStreamFromAnotherHistoryOrWithABadCursorIsRefused) {
  EXPECT_EQ(problem_of(get("/v1/changes/stream?cursor=7-0123456789abcdef")), "409 history-changed");
  EXPECT_EQ(problem_of(get("/v1/changes/stream?cursor=7")), "400 invalid-query");
}

TEST_F(Routes, AReceiptThatIsNotThereIsAProblem) {
  EXPECT_EQ(problem_of(get("/v1/requests/nothing")), "404 unknown-request");
}

TEST_F(Routes, AnotherHistoryIsAProblemOfItsOwn) {
  EXPECT_EQ(problem_of(get("/v1/changes?cursor=7-0123456789abcdef")), "409 history-changed");
  PushRequest request{"ex", "desk", {7, "0123456789abcdef"}, {}, {}};
  EXPECT_EQ(problem_of(post(json_text(to_json(request)))), "409 history-changed");
}

TEST_F(Routes, ADeviceIsToldWhatIsStillCommon) {
  const auto answer = push_answer_from_json(
      post(request_text({hamburg_.create(shipment, {{"status", "new"}})})).object());
  const HistoryRequest question{"ex", {{7, "0123456789abcdef"}, answer->head}};
  const auto found =
      history_answer_from_json(post(json_text(to_json(question)), "/v1/history").object());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->exchange, "ex");
  EXPECT_EQ(found->common, answer->head);
  EXPECT_EQ(post("[]", "/v1/history").status, 400);
  EXPECT_EQ(problem_of(post("{}", "/v1/history")), "422 invalid-message");
  EXPECT_EQ(problem_of(post(R"({"exchange":"x","versions":[7]})", "/v1/history")),
            "422 invalid-version");
}

TEST_F(Routes, WhatCannotBeUnderstoodIsRefused) {
  EXPECT_EQ(post("{\"exchange\"").status, 400);
  EXPECT_EQ(post("[]").status, 400);
  EXPECT_EQ(problem_of(post("{}")), "422 invalid-message");
  EXPECT_EQ(problem_of(get("/v1/changes?cursor=12")), "400 invalid-query");
  EXPECT_EQ(problem_of(get("/v1/changes?limit=0")), "400 invalid-query");
  for (const char* bad : {"ten", "", "00", "-1", "-99999999999999999999", "1.5", "+1"})
    EXPECT_EQ(problem_of(get("/v1/changes?limit=" + std::string(bad))), "400 invalid-query") << bad;
  EXPECT_NE(get("/v1/changes?limit=0").body.find("from 1 to 5000"), std::string::npos);
  for (const char* large : {"5001", "9223372036854775807", "99999999999999999999"})
    for (const char* path : {"/v1/changes", "/v1/snapshot", "/v1/entities/Shipment"})
      EXPECT_NE(get(std::string(path) + "?limit=" + large).status, 400) << path << " " << large;
  EXPECT_EQ(problem_of(get("/v1/changes?limit=1x")), "400 invalid-query");
  for (const char* query : {"limit=0", "limit=x", "cursor=12", "since=-1", "since=x", "at=12"})
    EXPECT_EQ(problem_of(get(std::string("/v1/snapshot?") + query)), "400 invalid-query") << query;
  EXPECT_EQ(get("/v1/nothing").status, 404);
  EXPECT_EQ(get("/v1/push").status, 405);
}

TEST_F(Routes, AnAlteredItemIsRefused) {
  Item item = hamburg_.create(shipment, {{"status", "new"}});
  item.write->payload["status"] = "altered";
  EXPECT_EQ(problem_of(post(request_text({item}))), "422 id-mismatch");
  EXPECT_EQ(get("/v1/requests/" + item.id).status, 404);
}

TEST_F(Routes, TooManyEntriesAreRefused) {
  std::vector<Item> items;
  for (int i = 0; i <= push_entries_max; ++i) {
    items.push_back(hamburg_.create({"Shipment", std::to_string(i)}, {{"id", i}}));
  }
  EXPECT_EQ(problem_of(post(request_text(items))), "413 too-many-entries");
  items.pop_back();
  EXPECT_EQ(post(request_text(items)).status, 200);
}

TEST(Tokens, AreLongDifferentAndKnownByTheirHash) {
  const std::string token = new_token();
  EXPECT_EQ(token.size(), 47u);
  EXPECT_EQ(
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      token.npos);
  EXPECT_TRUE(token.starts_with("slw_"));
  EXPECT_NE(token, new_token());
  EXPECT_EQ(token_hash(token), token_hash(token));
  EXPECT_NE(token_hash(token), token_hash(token + " "));
}

}  // namespace
}  // namespace slipway::cloud::test
