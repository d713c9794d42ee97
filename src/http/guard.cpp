#include "http/guard.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace slipway::http {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Adds the headers with which a browser lets a page of an allowed origin read the answer.
class CrossOriginSink : public Reply::Sink {
 public:
  CrossOriginSink(Reply inner, std::string_view origin) : inner_(std::move(inner)) {
    headers_ = {{"Access-Control-Allow-Origin", std::string(origin)},
                {"Access-Control-Expose-Headers", "ETag, Location, Retry-After"},
                {"Vary", "Origin"}};
  }

  void respond(Response response) override {
    response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
    inner_(std::move(response));
  }
  std::shared_ptr<EventStream> stream(Headers headers) override {
    headers.insert(headers.end(), headers_.begin(), headers_.end());
    return inner_.stream(std::move(headers));
  }
  bool waiting() const override { return inner_.waiting(); }

 private:
  Reply inner_;
  Headers headers_;
};

bool is_preflight(const Request& request) {
  return request.method == "OPTIONS" && !request.header("access-control-request-method").empty();
}

Response preflight_answer(const Request& request) {
  Response response = no_content();
  response.headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"},
                      {"Access-Control-Max-Age", "600"}};
  // The origin is one of ours: it may send whatever headers it asks for.
  const auto wanted = request.header("access-control-request-headers");
  if (!wanted.empty()) {
    response.headers.emplace_back("Access-Control-Allow-Headers", std::string(wanted));
  }
  if (request.header("access-control-request-private-network") == "true") {
    response.headers.emplace_back("Access-Control-Allow-Private-Network", "true");
  }
  return response;
}

// A path that hides a separator or climbs is never open: it might be routed as another one.
bool hides_something(const Request& request) {
  const std::string raw = lower_case(request.raw_path);
  return raw.find("%2f") != std::string::npos || raw.find("%5c") != std::string::npos ||
         request.path.find("/..") != std::string::npos;
}

bool is_open(const std::vector<std::string>& open_paths, const Request& request) {
  if (hides_something(request)) return false;
  return std::any_of(open_paths.begin(), open_paths.end(), [&](std::string_view open) {
    if (!open.ends_with("/*")) return request.path == open;
    return request.path.starts_with(open.substr(0, open.size() - 1));
  });
}

Response foreign_host(const GuardRules& rules, std::string_view host) {
  return problem(421, {ErrorKind::forbidden, "foreign-host",
                       "This server does not answer to the name \"" + std::string(host) + "\".",
                       "Nothing was done. Use http://" + rules.hosts.front() + "."});
}

Response foreign_origin(std::string_view origin) {
  return problem({ErrorKind::forbidden, "foreign-origin",
                  "Pages from " + std::string(origin) + " may not use this server.",
                  "Nothing was done. If the page is yours, add its origin to the allowed ones in "
                  "the configuration."});
}

Response unauthorized(bool token_sent) {
  return problem(
      {ErrorKind::unauthorized, "unauthorized",
       token_sent ? "The access token is not valid here." : "An access token is missing.",
       "Nothing was done. Send it as \"Authorization: Bearer <token>\"."});
}

}  // namespace

Handler guarded(GuardRules rules, Handler inner) {
  for (auto& host : rules.hosts) host = lower_case(host);
  for (auto& origin : rules.origins) origin = lower_case(origin);
  return [rules = std::move(rules), inner = std::move(inner)](Request request, Reply reply) {
    const auto host = request.header("host");
    if (!rules.hosts.empty() && !contains(rules.hosts, lower_case(host))) {
      return reply(foreign_host(rules, host));
    }
    const auto origin = request.header("origin");
    if (!origin.empty()) {
      if (!contains(rules.origins, lower_case(origin))) return reply(foreign_origin(origin));
      reply = Reply(std::make_shared<CrossOriginSink>(std::move(reply), origin));
      if (is_preflight(request)) return reply(preflight_answer(request));
    }
    if (!rules.token.empty() && !is_open(rules.open_paths, request)) {
      const auto token = bearer_token(request);
      if (!equal_in_constant_time(token, rules.token)) return reply(unauthorized(!token.empty()));
    }
    inner(std::move(request), std::move(reply));
  };
}

std::string_view bearer_token(const Request& request) {
  std::string_view value = request.header("authorization");
  if (value.size() < 7 || lower_case(value.substr(0, 7)) != "bearer ") return {};
  value.remove_prefix(7);
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace slipway::http
