#include "cloud/routes.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "cloud/entity_routes.h"
#include "cloud/limits.h"
#include "cloud/sealed_place.h"
#include "http/guard.h"
#include "http/router.h"
#include "model/canonical_json.h"
#include "model/wire.h"

namespace slipway::cloud {

namespace {

using http::Reply;
using http::Request;
using http::Response;

constexpr unsigned bad_request = 400;
constexpr unsigned too_many_requests = 429;  // RFC 6585
constexpr const char* a_commit = "a commit's seq and salt, as in 12-0123456789abcdef";

// Without a cursor nobody knows where the device stands when it is first told.
class StreamListener : public Listener {
 public:
  StreamListener(std::shared_ptr<http::EventStream> stream, const TokenOwner& owner,
                 Observer& observer, bool has_cursor)
      : stream_(std::move(stream)),
        tenant_(owner.tenant),
        device_(owner.device),
        observer_(observer),
        is_at_told_(has_cursor) {}

  void tell(const Version& head, std::string_view poke, bool with_rows) override {
    stream_->send("poke", poke, to_text(head));
    const bool arrives = std::exchange(is_at_told_, true) && with_rows;
    observer_.metrics.told(tenant_, device_, head.seq, arrives, observer_.now());
  }
  bool gone() const override { return !stream_->open(); }

 private:
  const std::shared_ptr<http::EventStream> stream_;
  const TenantId tenant_;
  const std::string device_;
  Observer& observer_;
  bool is_at_told_;
};

Response ok(const json::object& body) {
  return http::json(200, json_text(body));
}

// Which failure of the database it is, by its word only.
Response unhealthy(const Error& said, const Error& failure) {
  Response response = http::problem(said);
  auto body = parse_json_object(response.body, "a problem").value();
  body["reason"] = failure.type;
  response.body = json_text(body);
  return response;
}

class Api {
 public:
  Api(Ledger& ledger, Identity& identity, Pokes& pokes, Readiness& readiness, Observer& observer,
      std::function<WallTime()> wall_clock, const RateLimits& limits)
      : ledger_(ledger),
        identity_(identity),
        pokes_(pokes),
        readiness_(readiness),
        observer_(observer),
        wall_clock_(std::move(wall_clock)),
        rates_(limits),
        places_(ledger),
        entities_(ledger, places_, pokes, observer, wall_clock_) {}

  // The pusher is answered first; the others hear of it in the same turn of the loop.
  void push(const TokenOwner& owner, const Request& request, const Reply& reply) {
    const auto object = parse_json_object(request.body, "the request body");
    if (!object) return reply(http::problem(bad_request, object.error()));
    const auto push = push_request_from_json(*object);
    if (!push) return reply(http::problem(push.error()));
    if (const auto much = rates_.take_entries(owner, push->items.size(), observer_.now()))
      return reply(refuse(*much));
    const auto answer = ledger_.push(owner.tenant, owner.device, *push, wall_clock_());
    if (!answer) return reply(http::problem(answer.error()));
    for (const Receipt& verdict : answer->verdicts) observer_.metrics.judged(verdict.verdict);
    note_cursor(owner, push->cursor, answer->head);
    reply(ok(to_json(*answer)));
    pokes_.committed(owner.tenant);
  }

  void stream(const TokenOwner& owner, const Request& request, const Reply& reply) {
    std::string_view place = request.header("last-event-id");
    if (place.empty()) place = request.query_value("cursor").value_or("");
    const auto cursor = cursor_from(place);
    if (!cursor) return reply(bad_cursor());
    const Pokes::Open open = pokes_.open_for(owner);
    if (const auto much = rates_.may_stream(open.of_device, open.of_tenant))
      return reply(refuse(*much));
    const auto added = pokes_.add(owner, *cursor, [&] {
      return std::make_unique<StreamListener>(reply.stream(), owner, observer_,
                                              cursor->has_value());
    });
    if (!added) reply(http::problem(added.error()));
  }

  Response changes(const TokenOwner& owner, const Request& request) {
    const auto cursor = cursor_from(request.query_value("cursor").value_or(""));
    if (!cursor) return bad_cursor();
    const auto limit = limit_from(request, page_rows_default, page_rows_max);
    if (!limit) return bad_limit(page_rows_max);
    auto answer = ledger_.changes(owner.tenant, owner.device, *cursor, *limit);
    if (!answer) return http::problem(answer.error());
    note_cursor(owner, answer->page.from, answer->head);
    answer->exchange = http::to_valid_utf8(request.query_value("exchange").value_or(""));
    return ok(to_json(*answer));
  }

  Response history(const TokenOwner& owner, const Request& request) {
    const auto object = parse_json_object(request.body, "the request body");
    if (!object) return http::problem(bad_request, object.error());
    const auto question = history_request_from_json(*object);
    if (!question) return http::problem(question.error());
    const auto answer = ledger_.history(owner.tenant, *question);
    return answer ? ok(to_json(*answer)) : http::problem(answer.error());
  }

  Response snapshot(const TokenOwner& owner, const Request& request) {
    SnapshotRequest asked;
    const auto at = cursor_from(request.query_value("at").value_or(""));
    if (!at) return bad_query("at", a_commit);
    asked.at = *at;
    if (const auto text = request.query_value("after"); text && !text->empty()) {
      const auto value = parse_json(*text, "the place");
      auto place = value ? snapshot_place_from_json(*value)
                         : Result<SnapshotPlace>(std::unexpected(value.error()));
      if (!place || !asked.at)
        return bad_query("after", "the next of an earlier page, with its at");
      asked.after = std::move(*place);
    }
    const auto limit = limit_from(request, snapshot_rows_max, snapshot_rows_max);
    if (!limit) return bad_limit(snapshot_rows_max);
    asked.limit = *limit;
    const auto cursor = cursor_from(request.query_value("cursor").value_or(""));
    if (!cursor) return bad_cursor();
    asked.cursor = *cursor;
    if (request.query_value("since")) {
      const auto since = number_from(*request.query_value("since"));
      if (!since || *since < 0) return bad_query("since", "the seq of a commit");
      asked.since = *since;
    }
    for (const auto& [name, value] : request.query) {
      if (name == "type") asked.types.push_back(http::to_valid_utf8(value));
    }
    asked.exchange = http::to_valid_utf8(request.query_value("exchange").value_or(""));
    return snapshot_page(owner, asked);
  }

  Response receipt(const TokenOwner& owner, const Request& request) {
    const std::string id = http::to_valid_utf8(request.params.at("id"));
    const auto receipt = ledger_.request(owner.tenant, owner.device, id);
    if (!receipt) return http::problem(receipt.error());
    if (*receipt) return ok(to_json(**receipt));
    return http::problem({ErrorKind::not_found, "unknown-request", "No receipt is known for " + id,
                          "It was never judged here, or by a device of whose writes this token is "
                          "told nothing; sending it again is safe."});
  }

  Response capabilities(const TokenOwner& owner, const Request&) {
    const auto capabilities = ledger_.capabilities(owner);
    return capabilities ? ok(to_json(*capabilities)) : http::problem(capabilities.error());
  }

  Response types(const TokenOwner& owner, const Request&) {
    return entities_for(owner).types(owner);
  }
  Response list(const TokenOwner& owner, const Request& request) {
    const auto limit = limit_from(request, entity_rows_default, entity_rows_max);
    return limit ? entities_for(owner).list(owner, request, *limit) : bad_limit(entity_rows_max);
  }
  Response read(const TokenOwner& owner, const Request& request) {
    return entities_for(owner).read(owner, request);
  }
  Response create(const TokenOwner& owner, const Request& request) {
    return write_by(&Entities::create, owner, request);
  }
  Response patch(const TokenOwner& owner, const Request& request) {
    return write_by(&Entities::patch, owner, request);
  }
  Response remove(const TokenOwner& owner, const Request& request) {
    return write_by(&Entities::remove, owner, request);
  }

  Response health() {
    const auto& health = readiness_.health();
    if (health) return ok({{"status", "ok"}});
    return unhealthy({ErrorKind::busy, "unhealthy", "The database does not answer"},
                     health.error());
  }

  Response ready() {
    const auto ready = readiness_.check();
    if (ready) return ok({{"status", "ready"}});
    if (readiness_.draining()) return http::problem(ready.error());
    return unhealthy(ready.error(), readiness_.health().error());
  }

  Response metrics() {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = observer_.metrics.text(observer_.now())};
  }

  using Route = void (Api::*)(const TokenOwner&, const Request&, const Reply&);
  void authenticated(Route route, const Request& request, const Reply& reply) {
    const auto owner = admitted(request);
    if (!owner) return reply(owner.error());
    (this->*route)(*owner, request, reply);
  }

  using Answer = Response (Api::*)(const TokenOwner&, const Request&);
  void authenticated(Answer answer, const Request& request, const Reply& reply) {
    const auto owner = admitted(request);
    reply(owner ? (this->*answer)(*owner, request) : owner.error());
  }

 private:
  std::expected<TokenOwner, Response> admitted(const Request& request) {
    auto owner = identity_.owner_of(http::bearer_token(request));
    if (!owner) return std::unexpected(http::problem(owner.error()));
    observer_.recognised(*owner);
    if (const auto much = rates_.take_request(*owner, observer_.now()))
      return std::unexpected(refuse(*much));
    return std::move(*owner);
  }

  Response refuse(const TooMuch& much) {
    observer_.metrics.limited(much.limit);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(much.wait);
    const std::string after = std::to_string(seconds.count());
    Response response =
        http::problem(too_many_requests,
                      {ErrorKind::busy, "too-many-requests",
                       "More was asked for than may be at a time (" + std::string(much.limit) + ")",
                       "Nothing was done. Try again in " + after + " s."});
    response.headers.emplace_back("Retry-After", after);
    return response;
  }

  // A `walked` that does not open, for it is of another pull, is as good as none.
  Response snapshot_page(const TokenOwner& owner, const SnapshotRequest& asked) {
    SnapshotRequest opened = asked;
    if (asked.after && asked.after->walked) {
      auto walked = places_.open(owner, in_state(*asked.at), *asked.after->walked);
      if (!walked) return http::problem(walked.error());
      opened.after->walked = std::move(*walked);
    }
    auto page = ledger_.snapshot(owner.tenant, owner.device, opened, wall_clock_());
    if (!page) return http::problem(page.error());
    if (page->next && page->next->walked) {
      auto sealed = places_.seal(owner, in_state(page->at), *page->next->walked);
      if (!sealed) return http::problem(sealed.error());
      page->next->walked = std::move(*sealed);
    }
    return http::json(200, snapshot_text(*page, asked));
  }
  static std::string in_state(const Version& at) { return "the state as of " + to_text(at); }

  // Who keeps no copy is heard of, too.
  // A push of one entry, and counted as one.
  Response write_by(Response (Entities::*write)(const TokenOwner&, const Request&),
                    const TokenOwner& owner, const Request& request) {
    if (const auto much = rates_.take_entries(owner, 1, observer_.now())) return refuse(*much);
    return (entities_for(owner).*write)(owner, request);
  }

  Entities& entities_for(const TokenOwner& owner) {
    ledger_.heard_of(owner.tenant, owner.device);
    return entities_;
  }

  void note_cursor(const TokenOwner& owner, const Version& cursor, const Version& head) {
    observer_.metrics.asked(owner.tenant, owner.device, cursor.seq, head.seq, observer_.now());
  }

  // "" is before all commits.
  static Result<std::optional<Version>> cursor_from(std::string_view text) {
    if (text.empty()) return std::nullopt;
    auto version = version_from_text(text);
    if (!version) return std::unexpected(std::move(version.error()));
    return std::move(*version);
  }
  static Response bad_cursor() { return bad_query("cursor", a_commit); }

  static std::optional<std::int64_t> number_from(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
  }

  // What is over the most counts as that, also where no integer of ours holds it.
  static std::optional<std::int64_t> limit_from(const Request& request, std::int64_t otherwise,
                                                std::int64_t most) {
    const auto text = request.query_value("limit");
    if (!text) return otherwise;
    const bool is_number =
        !text->empty() && text->find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number || text->find_first_not_of('0') == std::string_view::npos) return std::nullopt;
    return std::min(number_from(*text).value_or(most), most);
  }
  static Response bad_limit(std::int64_t most) {
    return bad_query("limit", "a whole number from 1 to " + std::to_string(most) +
                                  ", and what is over that counts as that");
  }

  static Response bad_query(const std::string& name, const std::string& wanted) {
    return http::problem(
        bad_request,
        {ErrorKind::invalid, "invalid-query", "\"" + name + "\" must be " + wanted, {}, name});
  }

  Ledger& ledger_;
  Identity& identity_;
  Pokes& pokes_;
  Readiness& readiness_;
  Observer& observer_;
  std::function<WallTime()> wall_clock_;
  Rates rates_;
  SealedPlaces places_;
  Entities entities_;
};

}  // namespace

http::Handler routes(Ledger& ledger, Identity& identity, Pokes& pokes, Readiness& readiness,
                     Observer& observer, std::function<WallTime()> wall_clock,
                     const RateLimits& limits) {
  auto api = std::make_shared<Api>(ledger, identity, pokes, readiness, observer,
                                   std::move(wall_clock), limits);
  auto router = std::make_shared<http::Router>();
  const auto add = [&](const char* method, const char* path, auto route) {
    router->add(method, path, [api, route](Request request, Reply reply) {
      api->authenticated(route, request, reply);
    });
  };
  add("POST", "/v1/push", &Api::push);
  add("GET", "/v1/changes/stream", &Api::stream);
  add("GET", "/v1/snapshot", &Api::snapshot);
  add("GET", "/v1/changes", &Api::changes);
  add("POST", "/v1/history", &Api::history);
  add("GET", "/v1/requests/{id}", &Api::receipt);
  add("GET", "/v1/capabilities", &Api::capabilities);
  add("GET", "/v1/entities", &Api::types);
  add("GET", "/v1/entities/{type}", &Api::list);
  add("POST", "/v1/entities/{type}", &Api::create);
  add("GET", "/v1/entities/{type}/{id}", &Api::read);
  add("PATCH", "/v1/entities/{type}/{id}", &Api::patch);
  add("DELETE", "/v1/entities/{type}/{id}", &Api::remove);
  router->add("GET", "/healthz", [api](Request, Reply reply) { reply(api->health()); });
  router->add("GET", "/readyz", [api](Request, Reply reply) { reply(api->ready()); });
  router->add("GET", "/metrics", [api](Request, Reply reply) { reply(api->metrics()); });
  return [router](Request request, Reply reply) {
    router->route(std::move(request), std::move(reply));
  };
}

}  // namespace slipway::cloud
