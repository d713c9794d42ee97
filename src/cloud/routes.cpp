#include "cloud/routes.h"

#include <charconv>
#include <memory>

#include "cloud/limits.h"
#include "cloud/tokens.h"
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

Response ok(const json::object& body) {
  return http::json(200, json_text(body));
}

class Api {
 public:
  Api(Ledger& ledger, std::function<WallTime()> wall_clock)
      : ledger_(ledger), wall_clock_(std::move(wall_clock)) {}

  Response push(const TokenOwner& owner, const Request& request) {
    const auto object = parse_json_object(request.body, "the request body");
    if (!object) return http::problem(bad_request, object.error());
    const auto push = push_request_from_json(*object);
    if (!push) return http::problem(push.error());
    const auto answer = ledger_.push(owner.tenant, owner.device, *push, wall_clock_());
    return answer ? ok(to_json(*answer)) : http::problem(answer.error());
  }

  Response changes(const TokenOwner& owner, const Request& request) {
    std::optional<Version> cursor;
    if (const auto text = request.query_value("cursor"); text && !text->empty()) {
      auto version = version_from_text(*text);
      if (!version)
        return bad_query("cursor", "a commit's seq and salt, as in 12-0123456789abcdef");
      cursor = std::move(*version);
    }
    std::int64_t limit = page_rows_default;
    if (const auto text = request.query_value("limit")) {
      const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
      if (error != std::errc{} || end != text->data() + text->size() || limit < 1) {
        return bad_query("limit", "1 or more");
      }
    }
    auto answer = ledger_.changes(owner.tenant, owner.device, cursor, limit);
    if (!answer) return http::problem(answer.error());
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

  Response receipt(const TokenOwner& owner, const Request& request) {
    const std::string& id = request.params.at("id");
    const auto receipt = ledger_.request(owner.tenant, id);
    if (!receipt) return http::problem(receipt.error());
    if (*receipt) return ok(to_json(**receipt));
    return http::problem({ErrorKind::not_found, "unknown-request", "No receipt is known for " + id,
                          "It was never judged here; sending it again is safe."});
  }

  Response capabilities(const TokenOwner& owner, const Request&) {
    const auto capabilities = ledger_.capabilities(owner);
    return capabilities ? ok(to_json(*capabilities)) : http::problem(capabilities.error());
  }

  Response health() {
    if (ledger_.healthy()) return ok({{"status", "ok"}});
    return http::problem({ErrorKind::busy, "unhealthy", "The database does not answer"});
  }

  using Route = Response (Api::*)(const TokenOwner&, const Request&);
  Response authenticated(Route route, const Request& request) {
    const std::string_view token = http::bearer_token(request);
    const auto owner = token.empty() ? Result<std::optional<TokenOwner>>(std::nullopt)
                                     : ledger_.find_token(token_hash(token));
    if (!owner) return http::problem(owner.error());
    if (*owner) return (this->*route)(**owner, request);
    return http::problem(
        {ErrorKind::unauthorized, "unauthorized",
         token.empty() ? "A bearer token is needed" : "The token is unknown or was revoked",
         "Ask for a new one: slipway-cloud token create."});
  }

 private:
  static Response bad_query(const std::string& name, const std::string& wanted) {
    return http::problem(
        bad_request,
        {ErrorKind::invalid, "invalid-query", "\"" + name + "\" must be " + wanted, {}, name});
  }

  Ledger& ledger_;
  std::function<WallTime()> wall_clock_;
};

}  // namespace

http::Handler routes(Ledger& ledger, std::function<WallTime()> wall_clock) {
  auto api = std::make_shared<Api>(ledger, std::move(wall_clock));
  auto router = std::make_shared<http::Router>();
  const auto add = [&](const char* method, const char* path, Api::Route route) {
    router->add(method, path, [api, route](Request request, Reply reply) {
      reply(api->authenticated(route, request));
    });
  };
  add("POST", "/v1/push", &Api::push);
  add("GET", "/v1/changes", &Api::changes);
  add("POST", "/v1/history", &Api::history);
  add("GET", "/v1/requests/{id}", &Api::receipt);
  add("GET", "/v1/capabilities", &Api::capabilities);
  router->add("GET", "/healthz", [api](Request, Reply reply) { reply(api->health()); });
  return [router](Request request, Reply reply) {
    router->route(std::move(request), std::move(reply));
  };
}

}  // namespace slipway::cloud
