#include "cloud/observer.h"

#include <algorithm>
#include <ostream>

#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

constexpr std::size_t id_bytes_max = 128;

bool is_sane(std::string_view id) {
  return !id.empty() && id.size() <= id_bytes_max &&
         std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string known_method(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "POST", "PATCH", "DELETE"}) {
    if (method == known) return std::string(known);
  }
  return "other";
}

}  // namespace

std::string route_of(std::string_view raw_path) {
  for (const std::string_view route :
       {"/v1/push", "/v1/changes", "/v1/changes/stream", "/v1/snapshot", "/v1/history",
        "/v1/capabilities", "/v1/entities", "/healthz", "/readyz", "/metrics"}) {
    if (raw_path == route) return std::string(route);
  }
  if (raw_path.starts_with("/v1/requests/")) return "/v1/requests/{id}";
  constexpr std::string_view entities = "/v1/entities/";
  if (!raw_path.starts_with(entities)) return "other";
  const bool has_id = raw_path.substr(entities.size()).find('/') != raw_path.npos;
  return has_id ? "/v1/entities/{type}/{id}" : "/v1/entities/{type}";
}

// Stands between the handler and the server's end of a request.
class Observer::Sink : public http::Reply::Sink {
 public:
  Sink(Observer& observer, Seen seen, http::Reply reply)
      : observer_(observer), seen_(std::move(seen)), reply_(std::move(reply)) {}
  ~Sink() override {
    if (!told_) observer_.answered(seen_, 500, 0);  // nobody answered: the server does
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void respond(http::Response response) override {
    tell(response.status, response.body.size());
    response.headers.emplace_back("X-Request-Id", seen_.id);
    reply_(std::move(response));
  }
  std::shared_ptr<http::EventStream> stream(http::Headers headers) override {
    tell(200, 0);
    headers.emplace_back("X-Request-Id", seen_.id);
    return reply_.stream(std::move(headers));
  }
  bool waiting() const override { return reply_.waiting(); }

 private:
  void tell(unsigned status, std::size_t bytes) {
    if (!std::exchange(told_, true)) observer_.answered(seen_, status, bytes);
  }

  Observer& observer_;
  const Seen seen_;
  const http::Reply reply_;
  bool told_ = false;
};

Observer::Seen Observer::seen(const http::Request& request) {
  const std::string_view given = request.header("x-request-id");
  return {is_sane(given) ? std::string(given) : random_.hex(8), known_method(request.method),
          route_of(request.raw_path), request.body.size(), now_().instant};
}

http::Handler Observer::observed(http::Handler inner) {
  return [this, inner = std::move(inner)](http::Request request, http::Reply reply) {
    auto sink = std::make_shared<Sink>(*this, seen(request), std::move(reply));
    inner(std::move(request), http::Reply(std::move(sink)));
  };
}

void Observer::answered(const Seen& seen, unsigned status, std::size_t bytes) {
  const Now now = now_();
  const Duration took = now.instant - seen.began;
  metrics.answered(seen.method, seen.route, status, took);
  const auto owner = std::exchange(owner_, std::nullopt);
  if (!log_) return;
  json::object line{{"event", "request"},    {"at", to_text(now.wall)}, {"id", seen.id},
                    {"method", seen.method}, {"route", seen.route},     {"status", status},
                    {"ms", took.count()},    {"bytesIn", seen.bytes},   {"bytesOut", bytes}};
  if (owner) {
    line["tenant"] = owner->tenant_name;
    line["device"] = owner->device;
  }
  *log_ << json_text(line) + "\n" << std::flush;
}

}  // namespace slipway::cloud
