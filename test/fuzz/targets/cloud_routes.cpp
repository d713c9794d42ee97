// What anybody sends, at the cloud's hosted API. The input is a JSON array of requests
// (requests.h), each with "as": a device that has a token ("Hamburg", "New York", which may see a
// part only), the claims of a JWT of the trusted issuer, or nothing. In targets and headers
// "@head",
// "@origin", "@etag" and "@next" stand for what earlier answers told; bodies are filled in as those
// of pushes (push_places.h).
//
// Each request is answered once, with a status and a body that the OpenAPI document has, and never
// by a fault of ours; what is read changes nothing, a write is one commit at most and its repeat
// none; pages together are the whole.
#include "cloud/routes.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cloud/sqlite_ledger.h"
#include "cloud/tokens.h"
#include "issuer.h"
#include "model/canonical_json.h"
#include "push_places.h"
#include "requests.h"

using namespace slipway;
using namespace slipway::fuzz;
using jwt::test::SigningKey;

namespace {

constexpr std::size_t requests_max = 8, pages_max = 200;

// "GET /v1/changes" → 200, 400 …, as protocol/cloud_api.openapi.json has them.
using Statuses = std::map<std::string, std::set<unsigned>>;
const Statuses& documented() {
  static const Statuses all = [] {
    std::stringstream text;
    text << std::ifstream(CLOUD_API).rdbuf();
    const auto document = parse_json_object(text.str(), "the OpenAPI document");
    Statuses statuses;
    for (const auto& [path, operations] :
         demand_value(document, "the document").at("paths").as_object()) {
      for (const auto& [name, operation] : operations.as_object()) {
        const json::value* responses =
            operation.is_object() ? find(operation.get_object(), "responses") : nullptr;
        if (!responses) continue;
        std::string method(name);
        std::ranges::transform(method, method.begin(), [](char c) { return char(c - 'a' + 'A'); });
        for (const auto& [status, response] : responses->as_object()) {
          if (status != "default")
            statuses[method + " " + std::string(path)].insert(unsigned(std::stoul(status)));
        }
      }
    }
    return statuses;
  }();
  return all;
}

std::string_view header_of(const http::Headers& headers, std::string_view name) {
  const auto is_named = [&](const auto& header) { return header.first == name; };
  demand(std::ranges::count_if(headers, is_named) <= 1, "a header is given once");
  const auto found = std::ranges::find_if(headers, is_named);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    constexpr const char* digits = "0123456789ABCDEF";
    (encoded += '%').append({digits[c >> 4], digits[c & 15]});
  }
  return encoded;
}

class Game {
 public:
  Game() {
    ledger_ = std::move(*cloud::open_sqlite_ledger(":memory:", random_));
    for (const char* device : {"Hamburg", "New York"}) {
      const std::string hash = cloud::token_hash(std::string("token of ") + device);
      demand(ledger_->create_token("acme", device, hash, now()).has_value(), "there are tokens");
    }
    RowScope scope;
    scope.types = {{"Parent", {{"name", {"a", "b"}}}}, {"Note", {}}};
    demand(ledger_->set_scope("acme", "New York", scope, now()).has_value(), "and a scope");
    static const SigningKey issuer = SigningKey::ec("ec");
    issuer_ = &issuer;
    ring_.reading_began({});
    ring_.reading_ended(jwt::test::key_set({issuer.as_public()}));
    const auto wall_clock = [] { return jwt::test::noon; };
    identity_ = std::make_unique<cloud::Identity>(*ledger_, wall_clock);
    identity_->trust(jwt::test::expected(), ring_);
    pokes_ = std::make_unique<cloud::Pokes>(*ledger_, *identity_);
    readiness_ = std::make_unique<cloud::Readiness>(*ledger_, [] { return Instant{}; });
    constexpr cloud::RateLimits none{0, 0, 0, 0, 0, 0};
    handler_ = observer_.observed(
        cloud::routes(*ledger_, *identity_, *pokes_, *readiness_, observer_, wall_clock, none));
    origin_ = demand_value(capabilities_from_json(body_of("/v1/capabilities")), "it is up").origin;
  }

  void ask(json::object asked) {
    fill_in(asked);
    const auto request = request_from(asked);
    if (!request) return;
    const std::int64_t before = head();
    const auto answers = answer(*request);
    const std::int64_t commits = head() - before;
    const json::value* as = find(asked, "as");
    // A JWT may bring another scope, which is a commit of its own.
    const std::int64_t of_scope = as && as->is_object();
    const bool reads = request->method == "GET" || request->method == "HEAD";
    demand(commits >= 0 && commits <= of_scope + !reads, "a write is one commit at most");
    if (!answers->response) return check_stream(*request, *answers);
    check(*request, *answers->response);
    const bool refused = answers->response->status >= 400;
    if (request->path == "/v1/push" && refused)
      demand(commits <= of_scope, "a push that is refused has not happened");
    if (request->path.starts_with("/v1/entities") && !reads)
      check_repeat(*request, *answers->response);
  }

  // The log without gaps, the counts true, and pages that are together the whole.
  void check_log() {
    pokes_->look();
    check_streams();
    const auto state = ledger_->state();
    for (const cloud::TenantRow& row : demand_value(state, "the state").tenants) {
      demand(row.commits == row.head, "commits have no gaps");
      demand(row.rows == row.counted, "rows are counted as they are");
    }
    for (const char* device : {"Hamburg", "New York"}) {
      device_ = device;
      check_snapshot();
      check_lists();
    }
    check_metrics();
  }

 private:
  static WallTime now() { return jwt::test::noon; }
  std::int64_t head() {
    const auto version = ledger_->head(1);
    head_ = demand_value(version, "the head");
    return head_.seq;
  }

  void fill_in(json::object& asked) {
    head();
    if (json::value* body = asked.if_contains("body"); body && !body->is_string())
      fill_in_push(*body, head_, origin_);
    if (json::value* target = asked.if_contains("target")) replace(*target);
    json::value& headers = asked["headers"];
    if (!headers.is_object()) headers = json::object();
    for (auto& header : headers.get_object()) replace(header.value());
    const json::value* as = find(asked, "as");
    if (!as || headers.get_object().contains("authorization")) return;
    if (as->is_string())
      headers.get_object()["authorization"] = "Bearer token of " + std::string(as->get_string());
    else if (as->is_object())
      headers.get_object()["authorization"] = "Bearer " + issuer_->sign(as->get_object());
  }

  void replace(json::value& value) const {
    if (auto* array = value.if_array()) {
      for (json::value& element : *array) replace(element);
    }
    if (!value.is_string()) return;
    std::string text(value.get_string());
    for (const auto& [name, by] :
         {std::pair<std::string_view, std::string>("@head", to_text(head_)),
          {"@origin", to_text(origin_)},
          {"@etag", etag_},
          {"@next", percent_encoded(next_)}}) {
      for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + by.size()))
        text.replace(at, name.size(), by);
    }
    value = text;
  }

  std::shared_ptr<Answers> answer(const http::Request& request) {
    auto answers = std::make_shared<Answers>();
    handler_(request, http::Reply(answers));
    demand(answers->times == 1, "a request is answered");
    const std::string line = std::exchange(log_, std::ostringstream()).str();
    demand(line.ends_with('\n') && line.find('\n') + 1 == line.size() &&
               parse_json(line.substr(0, line.size() - 1), "a line").has_value(),
           "a request is one line of JSON in the log");
    const http::Headers& headers =
        answers->response ? answers->response->headers : answers->headers_of_stream;
    check_headers(request, headers);
    if (answers->response) remember(*answers->response);
    if (answers->opened) streams_.push_back(answers->opened);
    return answers;
  }

  static void check_headers(const http::Request& request, const http::Headers& headers) {
    for (const auto& [name, value] : headers) {
      demand(std::ranges::none_of(value, [](unsigned char c) { return c < ' ' || c > '~'; }),
             "a header is printable ASCII");
    }
    const std::string_view id = header_of(headers, "X-Request-Id");
    const std::string_view given = request.header("x-request-id");
    const bool taken = given.size() <= 128 && given.find_first_of(" \t") == given.npos &&
                       std::ranges::none_of(given, [](char c) { return c < ' ' || c > '~'; });
    demand(!id.empty() && (given.empty() || !taken || id == given), "a request has its id");
  }

  void remember(const http::Response& response) {
    const std::string_view etag = header_of(response.headers, "ETag");
    if (!etag.empty()) etag_ = etag;
    const auto body = parse_json(response.body, "a body");
    const json::value* next =
        body && body->is_object() ? find(body->get_object(), "next") : nullptr;
    if (next && !next->is_null())
      next_ = next->is_string() ? std::string(next->get_string()) : json_text(*next);
  }

  void check_stream(const http::Request& request, const Answers& answers) {
    demand(request.path == "/v1/changes/stream" && answers.opened, "only the stream is a stream");
  }

  void check(const http::Request& request, const http::Response& response) {
    const unsigned status = response.status;
    demand(status < 500, "no fault of ours: " + response.body);
    const std::string route = cloud::route_of(request.raw_path);
    // A path may be written in other ways than its route; then nobody here knows which it is.
    const bool is_known = route != "other";
    const auto statuses =
        documented().find((request.method == "HEAD" ? "GET" : request.method) + " " + route);
    const bool is_documented = statuses != documented().end() && statuses->second.contains(status);
    const bool is_nowhere = response.body.find("/problems/unknown-path\"") != response.body.npos;
    demand(is_documented || !is_known || is_nowhere || status == 405,
           "a documented status, not " + std::to_string(status));
    demand((status == 405) == !header_of(response.headers, "Allow").empty(), "405 says what");
    demand((status == 401) == !header_of(response.headers, "WWW-Authenticate").empty(),
           "401 says how");
    if (status >= 400) check_problem(response);
    if (status == 304) demand(response.body.empty(), "nothing is said again");
    if (status >= 300 || !is_known || route == "/metrics") return;
    const auto body = parse_json_object(response.body, "an answer");
    check_body(request, demand_value(body, "an answer is a JSON object"), response);
  }

  // A device, or whoever asked, can read it.
  void check_body(const http::Request& request, const json::object& body,
                  const http::Response& response) {
    const std::string route = cloud::route_of(request.raw_path);
    if (route == "/v1/push") demand_value(push_answer_from_json(body), "a push's answer");
    if (route == "/v1/changes") demand_value(pull_answer_from_json(body), "changes");
    if (route == "/v1/snapshot") demand_value(snapshot_page_from_json(body), "a page");
    if (route == "/v1/capabilities") demand_value(capabilities_from_json(body), "capabilities");
    if (route == "/v1/requests/{id}") {
      const auto receipt = receipt_from_json(body);
      const std::string id = request.path.substr(std::string_view("/v1/requests/").size());
      demand(demand_value(receipt, "a receipt").id == id, "the receipt that was asked for");
    }
    if (route == "/v1/history") check_history(request, body);
    if (route == "/v1/entities/{type}/{id}" || response.status == 201)
      check_row(request, body, response);
  }

  // The answer narrows what the two have in common: it is what was offered, it is in the log, and
  // nothing newer that was offered is.
  void check_history(const http::Request& request, const json::object& body) {
    const auto answer = history_answer_from_json(body);
    const Version common = demand_value(answer, "a common past").common;
    const auto question = history_request_from_json(*parse_json_object(request.body, "a question"));
    const std::vector<Version>& offered = demand_value(question, "what was answered").versions;
    demand(common == origin_ || std::ranges::count(offered, common) > 0, "it was offered");
    demand(is_in_log(common), "it is in the log");
    for (const Version& version : offered)
      demand(version.seq <= common.seq || !is_in_log(version), "nothing newer is");
  }

  bool is_in_log(const Version& version) {
    const auto changes = ledger_->changes(1, "Hamburg", version, 1);
    if (!changes) demand(changes.error().type == "history-changed", changes.error().message);
    return changes.has_value();
  }

  void check_row(const http::Request& request, const json::object& body,
                 const http::Response& response) {
    const auto row = page_row_from_json(body);
    const std::string etag = "\"" + to_text(demand_value(row, "a row").version) + "\"";
    demand(header_of(response.headers, "ETag") == etag, "its ETag is its version");
    demand(row->values || row->deleted, "a row that is there has values");
    if (request.method == "GET") demand(!row->deleted, "a row that is gone is told as gone");
    const std::string location(header_of(response.headers, "Location"));
    demand((response.status == 201) == !location.empty(), "201 says where");
    if (location.empty() || row->deleted) return;
    const auto there = answer_to("GET", location, std::string(request.header("authorization")));
    demand(there.status == 200 && there.body == response.body, "it is where 201 says");
  }

  void check_repeat(const http::Request& request, const http::Response& first) {
    const std::int64_t before = head();
    const http::Response again = *answer(request)->response;
    demand(head() == before, "a repeat has no effect");
    demand(again.status == first.status && again.body == first.body,
           "a repeat gets the first answer: " + first.body + " then " + again.body);
  }

  // --- at the end, as one device has it

  http::Response answer_to(const std::string& method, const std::string& target,
                           const std::string& authorization) {
    const auto request = request_from(
        {{"method", method}, {"target", target}, {"headers", {{"authorization", authorization}}}});
    demand(request.has_value(), "what was told can be asked for: " + target);
    return *answer(*request)->response;
  }

  json::object body_of(const std::string& target) {
    const http::Response response = answer_to("GET", target, "Bearer token of " + device_);
    demand(response.status == 200, "it can be read: " + target + ": " + response.body);
    const auto body = parse_json_object(response.body, "an answer");
    return demand_value(body, "an answer");
  }

  SnapshotPage snapshot(const std::string& query) {
    const auto page = snapshot_page_from_json(body_of("/v1/snapshot?since=0&" + query));
    return demand_value(page, "a page");
  }

  void check_snapshot() {
    const SnapshotPage whole = snapshot("limit=4000");
    demand(!whole.next, "one page holds it all");
    std::vector<PageRow> rows;
    std::vector<Receipt> receipts;
    std::optional<SnapshotPlace> next;
    std::size_t pages = 0;
    do {
      const std::string place =
          next ? "&at=" + to_text(whole.at) + "&after=" + percent_encoded(json_text(to_json(*next)))
               : "";
      const SnapshotPage page = snapshot("limit=2" + place);
      demand(page.after == next && page.at == whole.at, "a page goes on where the last one ended");
      rows.insert(rows.end(), page.rows.begin(), page.rows.end());
      receipts.insert(receipts.end(), page.receipts.begin(), page.receipts.end());
      demand(++pages < pages_max, "a snapshot ends");
      next = page.next;
    } while (next);
    demand(receipts == whole.receipts, "pages together hold the same receipts");
    demand(rows.size() == whole.rows.size(), "pages together hold as many rows");
    for (std::size_t i = 0; i < rows.size(); ++i)
      demand(same_value(to_json(rows[i]), to_json(whole.rows[i])), "and the same ones");
  }

  void check_lists() {
    for (const json::value& type : body_of("/v1/entities").at("types").as_array()) {
      const std::string path = "/v1/entities/" + percent_encoded(type.as_string());
      const json::object whole = body_of(path + "?limit=1000");
      demand(whole.at("next").is_null(), "one page holds them all");
      json::array rows;
      std::string target = path + "?limit=2";
      for (std::size_t pages = 0; !target.empty(); ++pages) {
        demand(pages < pages_max, "a list ends");
        const http::Response page = answer_to("GET", target, "Bearer token of " + device_);
        demand(page.status == 200, "a list goes on: " + page.body);
        for (const json::value& row : parse_json(page.body, "rows")->at("rows").as_array())
          rows.push_back(row);
        const std::string_view link = header_of(page.headers, "Link");
        target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
      }
      demand(same_value(rows, whole.at("rows")), "pages together hold the same rows");
    }
  }

  void check_metrics() {
    std::istringstream text(answer_to("GET", "/metrics", "").body);
    for (std::string line; std::getline(text, line);)
      demand(line.starts_with("# ") || line.starts_with("slipway_"),
             "a metric is one line: " + line);
  }

  // What is streamed is for devices, and never goes back.
  void check_streams() {
    for (const auto& stream : streams_) {
      std::int64_t told = 0;
      for (const json::value& sent : stream->sent) {
        const auto poke = poke_from_json(sent.as_object());
        demand(demand_value(poke, "a poke").head.seq >= told, "heads go forward");
        told = poke->head.seq;
      }
    }
  }

  Random random_{1};
  std::unique_ptr<cloud::Ledger> ledger_;
  const SigningKey* issuer_ = nullptr;
  jwt::KeyRing ring_;
  std::unique_ptr<cloud::Identity> identity_;
  std::unique_ptr<cloud::Pokes> pokes_;
  std::unique_ptr<cloud::Readiness> readiness_;
  std::ostringstream log_;
  cloud::Observer observer_{random_, [] { return Now{{}, now()}; }, &log_};
  http::Handler handler_;
  Version origin_, head_;
  std::string device_ = "Hamburg", etag_, next_;
  std::vector<std::shared_ptr<OpenStream>> streams_;
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
  game.check_log();
  return 0;
}
