// What a hosted API answers, at the target `rest`. The input is a JSON array of steps, the first of
// which may declare what the API is like:
//   {"api": ["lookup", "given", "etag", …]}     (see declare())
//   {"write": [mutation, …], "group": true}     {"push": [answer, …]}     {"pull": [answer, …]}
//   {"restart": 1}     {"discard": id}     {"retry": id}     {"happened": id}
// An answer is {"status": 201, "type": "…", "headers": {…}, "body": JSON or text}, or "lost",
// "refused"; where there are no more, nobody answers. In bodies "@id0" stands for the id of the
// first row that was written.
//
// Whatever an API answers, each exchange ends with one answer that the store can take, no verdict
// is of something that was not sent, nothing whose outcome is not known is sent again unseen, the
// laws hold, and nobody but the API is asked.
#include <algorithm>
#include <deque>
#include <set>

#include "desk.h"
#include "model/canonical_json.h"
#include "transport/rest_transport.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

constexpr std::size_t steps_max = 10, requests_max = 400, answers_max = 40;
const std::string api_url = "https://api.example/v2";

// One thread that runs what was posted, and a network whose answers are known beforehand.
struct Loop {
  std::deque<std::function<void()>> tasks;
  void run() {
    for (std::size_t ran = 0; !tasks.empty(); ++ran) {
      demand(ran < 10 * requests_max, "an exchange comes to an end");
      const auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }
};

struct Script {
  std::deque<json::value> answers;
  std::vector<HttpRequest> asked;
  std::vector<bool> told;  // of each: a 2xx came
};

class Player final : public HttpCarrier {
 public:
  Player(Script& script, Finished finished) : script_(script), finished_(std::move(finished)) {}
  void start(std::uint64_t id, HttpRequest request, bool) override {
    demand(script_.asked.size() < requests_max, "an exchange asks a bounded number of times");
    HttpResult result = next();
    script_.asked.push_back(std::move(request));
    script_.told.push_back(result && result->status >= 200 && result->status < 300);
    finished_(id, std::move(result));
  }
  void abort_exchanges() override {}
  void abort_stream() override {}

 private:
  HttpResult next() {
    Failure lost{FailureClass::unreachable, "Nobody answered.", 0, std::nullopt};
    if (script_.answers.empty()) return std::unexpected(lost);
    json::value told = std::move(script_.answers.front());
    script_.answers.pop_front();
    if (told == json::value("refused")) lost.without_effect = true;
    const json::object* object = told.if_object();
    if (!object) return std::unexpected(lost);
    HttpAnswer answer;
    const json::value* status = find(*object, "status");
    answer.status = status && status->is_int64() ? int(status->get_int64() % 1000) : 200;
    if (answer.status < 0) answer.status = -answer.status;
    answer.content_type = text_at(*object, "type").value_or("application/json");
    const json::value* headers = find(*object, "headers");
    for (const auto& [name, value] :
         headers && headers->is_object() ? headers->get_object() : json::object()) {
      if (value.is_string()) answer.headers.emplace_back(name, one_line(value.get_string()));
    }
    answer.retry_after = answer.header("Retry-After");
    answer.date = answer.header("Date");
    if (const json::value* body = find(*object, "body")) {
      const bool is_raw = body->is_string();
      answer.body = is_raw ? std::string(body->get_string()) : serialize(*body);
    }
    return answer;
  }

  // As curl gives one: up to the end of the line.
  static std::string one_line(std::string_view text) {
    return std::string(text.substr(0, text.find_first_of(std::string_view("\r\n\0", 3))));
  }

  Script& script_;
  const Finished finished_;
};

void check_text(const std::string& text) {
  demand(is_valid_utf8(text), "what people are told is valid UTF-8");
  demand(std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; }),
         "what people are told is one line");
}

void check_failure(const Failure& failure) {
  demand(!failure.message.empty(), "a failure says something");
  check_text(failure.message);
  demand(!to_text(failure.means).empty(), "a failure has a class");
}

class Game {
 public:
  void declare(const json::value& words);
  void play(const json::object& step);

 private:
  store::Store& store() { return desk_->store(); }
  void begin() {
    if (desk_) return;
    desk_ = std::make_unique<Desk>();
    restart();
  }

  void restart() {
    transport_ = std::make_unique<RestTransport>(
        RestOptions{.api = api_},
        [this](HttpCarrier::Finished finished, HttpCarrier::Heard) {
          return std::make_unique<Player>(script_, std::move(finished));
        },
        [this](std::function<void()> task) { loop_.tasks.push_back(std::move(task)); });
    std::optional<Capabilities> target;
    transport_->probe([&](auto answered) { target = demand_answer(answered); });
    loop_.run();
    demand(target && store().meet_cloud(*target, desk_->now()).has_value(), "the API is met");
  }

  template <class T>
  static T demand_answer(const std::expected<T, Failure>& answered) {
    demand(answered.has_value(), "the API need not be asked");
    return *answered;
  }

  void take_answers(const json::value& value) {
    script_ = {};
    if (!value.is_array()) return;
    for (json::value answer : value.get_array()) {
      if (script_.answers.size() == answers_max) break;
      fill_in(answer);
      script_.answers.push_back(std::move(answer));
    }
  }

  void fill_in(json::value& value) {
    if (auto* array = value.if_array()) {
      for (json::value& element : *array) fill_in(element);
    } else if (auto* object = value.if_object()) {
      for (auto& member : *object) fill_in(member.value());
    } else if (value.is_string() && value.get_string().starts_with("@id")) {
      const auto at = std::size_t(value.get_string().back() - '0');
      if (at < written_.size()) value = written_[at];
    }
  }

  void write(const json::value& value, bool as_group);
  void push();
  void pull();
  void check_requests() const;
  void check_doubt(const PushItem& item, const std::expected<PushAnswer, Failure>& answered);
  void check_answer(const PushRequest& request, const PushAnswer& answer) const;
  void decide(std::string_view what, EntryId id);

  RestApi api_;
  Loop loop_;
  Script script_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<RestTransport> transport_;
  std::vector<std::string> written_;
  std::set<std::string> in_doubt_;  // creates that may have been made there, by clientRequestId
};

// The types of desk.h, as an API may be declared to have them.
void Game::declare(const json::value& words) {
  if (desk_) return;  // too late
  std::set<std::string, std::less<>> is;
  if (words.is_array())
    for (const json::value& word : words.get_array())
      if (word.is_string()) is.insert(std::string(word.get_string()));
  api_ = {};
  api_.url = api_url;
  api_.idempotent = is.contains("idempotent");
  if (is.contains("codes")) {
    api_.errors = {"code", "error", {{"101", RestStatus::gone}, {"155", RestStatus::busy}}};
    if (api_.idempotent) api_.errors.means["159"] = RestStatus::duplicate;
    api_.statuses = {{423, RestStatus::busy}, {202, RestStatus::unknown}};
  }
  for (const std::string type : {"Parent", "Child", "Note"}) {
    RestEntity& entity = api_.entities[type];
    const std::string path = "/" + type;
    entity.create = {.method = "POST", .path = path};
    entity.get = {.method = "GET", .path = path + "/{id}"};
    entity.update = {.method = is.contains("put") ? "PUT" : "PATCH", .path = path + "/{id}"};
    entity.remove = {.method = "DELETE", .path = path + "/{id}"};
    entity.id = is.contains("named") ? "meta.key" : "id";
    if (is.contains("given")) entity.assigned = {"id"};
    if (is.contains("lookup")) {
      entity.create.add = {{"ref", "{id}"}};
      entity.lookup = {.method = "GET", .path = path + "?ref={id}"};
    }
    if (is.contains("named")) {
      entity.row = "data";
      entity.fields = {{"name", "meta.name"}, {"title", "meta.title"}};
    }
    entity.etag = is.contains("etag");
    if (is.contains("version")) {
      entity.version = "rev";
      entity.update.add = {{"rev", "{version}"}};
    }
    if (is.contains("deleted")) entity.deleted = "deletedAt";
    entity.list.request = {.method = "GET", .path = path};
    if (is.contains("after"))
      entity.list.request.path += "?after={after}&limit={limit}";
    else if (is.contains("offset"))
      entity.list.request.path += "?offset={offset}";
    else if (is.contains("page"))
      entity.list.request.path += "?page={page}&limit={limit}";
    else if (is.contains("link"))
      entity.list.next = "link";
    else if (is.contains("next"))
      entity.list.next = "paging.next";
    if (is.contains("rows")) entity.list.rows = "data.items";
    if (is.contains("changes")) {
      entity.changes = entity.list;
      entity.changes.request.query = {{"since", "{since}"}};
      entity.changes.since = "at";
    }
  }
}

void Game::play(const json::object& step) {
  for (const auto& member : step) {
    const json::value& value = member.value();
    if (member.key() == "api") declare(value);
    begin();
    if (member.key() == "write") write(value, find(step, "group") != nullptr);
    if (member.key() == "push") take_answers(value), push();
    if (member.key() == "pull") take_answers(value), pull();
    if (member.key() == "restart") {
      demand(store().reopen(desk_->now()).has_value(), "the file can be opened again");
      restart();
    }
    if (value.is_int64()) decide(member.key(), value.get_int64());
  }
  if (desk_) desk_->check_laws();
}

void Game::write(const json::value& value, bool as_group) {
  if (!value.is_array() || value.get_array().empty()) return;
  std::vector<store::WriteRequest> requests;
  for (const json::value& element : value.get_array()) {
    auto mutation = store::mutation_from_json(element);
    if (!mutation) continue;
    written_.push_back(mutation->entity_id.value_or(""));
    if (requests.empty() || !as_group) requests.push_back({{}, as_group, std::nullopt});
    requests.back().mutations.push_back(std::move(*mutation));
  }
  if (requests.empty()) return;
  for (const auto& written : store().write(requests, desk_->now())) {
    if (!written) demand_no_fault(written.error(), "writing");
  }
}

// As the worker has it.
void Game::push() {
  const auto request = store().begin_push("exchange", {1, 500, 1 << 20}, {}, desk_->now());
  if (!demand_value(request, "a push can begin")) return;
  const PushRequest sent = **request;
  std::optional<std::expected<PushAnswer, Failure>> result;
  transport_->push(sent, [&](auto answered) {
    demand(!result, "a push is answered once");
    result = std::move(answered);
  });
  demand(!result, "and not from within the call");
  loop_.run();
  demand(result.has_value(), "a push is answered");
  check_requests();
  if (sent.items.size() == 1 && sent.items[0].write) check_doubt(sent.items[0], *result);
  if (!*result) {
    check_failure(result->error());
    demand_value(store().fail_push(result->error(), 3, desk_->now()), "a failure can be recorded");
    return;
  }
  check_answer(sent, **result);
  const auto outcome = store().finish_push(**result, desk_->now());
  demand(demand_value(outcome, "an answer can be absorbed").page_absorbed, "and it is");
}

void Game::check_requests() const {
  for (const HttpRequest& asked : script_.asked) {
    demand(asked.url.starts_with(api_url + "/"), "nobody but the API is asked");
    demand(std::ranges::all_of(asked.url, [](unsigned char c) { return c > ' ' && c < 0x7f; }),
           "an address is printable ASCII");
    for (const auto& [name, value] : asked.headers)
      demand(std::ranges::none_of(value, [](unsigned char c) { return c == '\r' || c == '\n'; }),
             "a header is one line");
    demand(asked.body.empty() || parse_json(asked.body, "a body").has_value(), "a body is JSON");
  }
}

// A create that may have been made is sent again only after a look, or to who knows its key.
void Game::check_doubt(const PushItem& item, const std::expected<PushAnswer, Failure>& answered) {
  bool looked = false;
  for (std::size_t i = 0; i < script_.asked.size(); ++i) {
    const bool made = script_.asked[i].method == "POST";
    demand(!made || looked || api_.idempotent || !in_doubt_.contains(item.id),
           "what may have been made is not made again unseen");
    looked = looked || script_.asked[i].method == "GET";
    if (made && !script_.told[i]) in_doubt_.insert(item.id);
  }
  const bool nothing_came = answered ? std::ranges::count(answered->without_effect, item.id) > 0
                                     : answered.error().without_effect;
  if (nothing_came) in_doubt_.erase(item.id);
}

void Game::check_answer(const PushRequest& request, const PushAnswer& answer) const {
  demand(answer.page.has_value() && answer.page->in_words_of_target, "an answer brings a page");
  std::set<std::string> judged;
  for (const Receipt& verdict : answer.verdicts) {
    demand(std::ranges::count(request.items, verdict.id, &PushItem::id) == 1,
           "a verdict is of what was sent");
    demand(judged.insert(verdict.id).second, "and there is one of each");
    demand(is_final(verdict.verdict), "a verdict is final");
    if (!verdict.message.empty()) check_text(verdict.message);
    demand_value(receipt_from_json(to_json(verdict)), "a receipt reads back");
    demand_reads_back(to_json(verdict), serialize(to_json(verdict)), "a receipt");
  }
  for (const std::string& id : answer.without_effect) {
    demand(std::ranges::count(request.items, id, &PushItem::id) == 1 && !judged.contains(id),
           "without effect is what was to be sent and has no verdict");
  }
  for (const PageRow& row : answer.page->rows)
    demand(!row.entity.id.empty() && is_valid_utf8(row.entity.id), "a row has an id");
  demand(answer.page->to.seq == request.cursor.seq + (answer.verdicts.empty() ? 0 : 1),
         "a page with verdicts is one commit");
}

void Game::pull() {
  const auto request = store().pull_request("exchange", 100);
  demand_value(request, "a pull can begin");
  std::optional<std::expected<PullAnswer, Failure>> result;
  transport_->pull(*request, [&](auto answered) {
    demand(!result, "a pull is answered once");
    result = std::move(answered);
  });
  loop_.run();
  demand(result.has_value(), "a pull is answered");
  check_requests();
  for (const HttpRequest& asked : script_.asked) demand(asked.method == "GET", "a pull only asks");
  if (!*result) return check_failure(result->error());
  const auto settled = store().absorb_page(**result, desk_->now());
  demand(demand_value(settled, "a page can always be applied").page_absorbed, "and it is");
  if ((*result)->page.to == (*result)->page.from)
    demand((*result)->page.rows.empty(), "what has no news has no rows");
}

void Game::decide(std::string_view what, EntryId id) {
  namespace wish = store::wish;
  std::optional<store::Wish> wanted;
  if (what == "discard") wanted = wish::Discard{id, true};
  if (what == "retry") wanted = wish::Retry{id};
  if (what == "happened") wanted = wish::Outcome{id, true};
  if (!wanted) return;
  const auto decided = store().decide(*wanted, store::DecideMode::carry_out, desk_->now());
  if (!decided) demand_no_fault(decided.error(), what);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto steps = parse_json(text_of(data, size), "the input");
  if (!steps || !steps->is_array()) return 0;
  Game game;
  game.declare(json::array());
  std::size_t played = 0;
  for (const json::value& step : steps->get_array()) {
    if (++played > steps_max) break;
    if (step.is_object()) game.play(step.get_object());
  }
  return 0;
}
