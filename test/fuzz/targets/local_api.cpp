// Requests of the app and its panels, as the routes get them. The input is a JSON array of
// requests:
//   {"method": "POST", "target": "/sync/enqueue", "body": {…} or text, "headers": {"prefer": "…"}}
// Each is answered once, by JSON and never by a fault of ours, and the store's laws hold.
#include "local_api/local_api.h"

#include "desk.h"
#include "http/target.h"
#include "model/canonical_json.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

constexpr std::size_t requests_max = 12;
constexpr unsigned not_supported = 501;

// The far end as a dead line has it: nothing is ever answered.
class DeadLine : public Transport {
 public:
  void probe(Answered<Capabilities>) override {}
  void push(PushRequest, Answered<PushAnswer>) override {}
  void pull(PullRequest, Answered<PullAnswer>) override {}
  void snapshot(SnapshotRequest, Answered<SnapshotPage>) override {}
  void compare_history(HistoryRequest, Answered<HistoryAnswer>) override {}
  void cancel() override {}
  TransportLimits limits() const override { return {500, 1 << 20}; }
};

struct OpenStream : http::EventStream {
  void send(std::string_view, std::string_view data, std::string_view) override {
    demand(parse_json(data, "an event").has_value(), "an event is JSON");
  }
  bool open() const override { return is_open; }
  void close() override { is_open = false; }
  bool is_open = true;
};

struct Answers : http::Reply::Sink {
  void respond(http::Response given) override {
    demand(++times == 1, "a request is answered once");
    response = std::move(given);
  }
  std::shared_ptr<http::EventStream> stream(http::Headers) override {
    demand(++times == 1, "a request is answered once");
    return std::make_shared<OpenStream>();
  }
  bool waiting() const override { return times == 0; }

  int times = 0;
  std::optional<http::Response> response;
};

class Game {
 public:
  Game()
      : worker_(
            desk_.store(), line_, Random(2), [this] { return now(); },
            [](LogLevel, std::string_view, const json::object&) {}),
        api_(
            loop_, desk_.store(), worker_, [this] { return now(); },
            {{"slipway", "https://cloud.example"}, {}, std::nullopt},
            [](const local_api::Settings&) {}),
        handler_(api_.handler()) {
    desk_.meet_cloud();
    desk_.store().on_change([this](const store::Changes& changes) {
      worker_.on_store_change(changes);
      api_.note(changes);
    });
  }

  void ask(const json::object& asked) {
    auto request = request_from(asked);
    if (!request) return;
    const bool waits = !request->header("prefer").empty();
    auto answers = std::make_shared<Answers>();
    handler_(std::move(*request), http::Reply(answers));
    loop_.post([this] { loop_.stop(); });  // behind what the request has posted
    loop_.run();
    demand(answers->times == 1 || waits, "a request is answered");
    if (answers->response) check(*answers->response);
    desk_.check_laws();
  }

 private:
  Now now() { return {{Duration(++ticks_)}, {1764000000000 + ticks_}}; }

  static std::optional<http::Request> request_from(const json::object& asked) {
    const auto method = text_at(asked, "method"), target = text_at(asked, "target");
    const auto parsed = http::parse_target(target.value_or(""));
    if (!method || !parsed) return std::nullopt;
    http::Request request;
    request.method = *method;
    request.path = parsed->path;
    request.raw_path = parsed->raw_path;
    request.query = parsed->query;
    if (const json::value* body = find(asked, "body")) {
      request.body = body->is_string() ? std::string(body->get_string()) : json_text(*body);
    }
    if (const json::value* headers = find(asked, "headers"); headers && headers->is_object()) {
      for (const auto& header : headers->get_object()) {
        if (header.value().is_string())
          request.headers.emplace_back(header.key(), header.value().get_string());
      }
    }
    return request;
  }

  static void check(const http::Response& response) {
    const bool fault = response.status >= 500 && response.status != not_supported;
    demand(response.status >= 200 && !fault, "no fault of ours: " + response.body);
    const auto body = parse_json(response.body, "an answer");
    demand(body.has_value() || response.status == 204, "an answer is JSON");
    if (response.status < 400) return;
    demand(response.content_type == "application/problem+json", "a refusal is a problem");
    const json::object& problem = body->as_object();
    demand(text_at(problem, "type") && text_at(problem, "title") &&
               integer_at(problem, "status") == response.status,
           "a problem says type, title and status");
  }

  std::int64_t ticks_ = 0;
  Desk desk_;
  http::Loop loop_;
  DeadLine line_;
  Worker worker_;
  local_api::LocalApi api_;
  http::Handler handler_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto requests = parse_json(text_of(data, size), "the input");
  if (!requests || !requests->is_array()) return 0;
  Game game;
  std::size_t asked = 0;
  for (const json::value& request : requests->get_array()) {
    if (++asked > requests_max) break;
    if (request.is_object()) game.ask(request.get_object());
  }
  return 0;
}
