// Requests of the app and its panels, as the routes get them. The input is a JSON array of
// requests (requests.h). Each is answered once, by JSON and never by a fault of ours, and the
// store's laws hold.
#include "local_api/local_api.h"

#include "desk.h"
#include "requests.h"

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

  static void check(const http::Response& response) {
    const bool fault = response.status >= 500 && response.status != not_supported;
    demand(response.status >= 200 && !fault, "no fault of ours: " + response.body);
    const auto body = parse_json(response.body, "an answer");
    demand(body.has_value() || response.status == 204, "an answer is JSON");
    if (response.status >= 400) check_problem(response);
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
