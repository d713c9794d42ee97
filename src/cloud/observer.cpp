#include "cloud/observer.h"

#include <algorithm>
#include <exception>
#include <iostream>

#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

constexpr std::size_t id_bytes_max = 128;
constexpr const char* id_header = "x-request-id";
constexpr unsigned faults_begin = 500;  // statuses from here on are not the client's doing

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

// Which problem it was; and in words where the cloud itself met it, since no client tells of that.
void add_problem(json::object& line, const http::Response& response) {
  if (response.content_type != "application/problem+json") return;
  const auto problem = parse_json_object(response.body, "a problem");
  if (!problem) return;
  const std::string_view type = text_at(*problem, "type").value_or("");
  line["problem"] = type.substr(type.rfind('/') + 1);
  if (response.status >= faults_begin) line["message"] = text_at(*problem, "title").value_or("");
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
    if (told_) return;
    observer_.fault(seen_, "nobody answered");
    Sink::respond(http::our_fault());
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  void respond(http::Response response) override {
    tell(response);
    response.headers.emplace_back("X-Request-Id", seen_.id);
    reply_(std::move(response));
  }
  std::shared_ptr<http::EventStream> stream(http::Headers headers) override {
    tell({.status = 200});
    headers.emplace_back("X-Request-Id", seen_.id);
    return reply_.stream(std::move(headers));
  }
  bool waiting() const override { return reply_.waiting(); }

 private:
  void tell(const http::Response& response) {
    if (!std::exchange(told_, true)) observer_.answered(seen_, response);
  }

  Observer& observer_;
  const Seen seen_;
  const http::Reply reply_;
  bool told_ = false;
};

Observer::Seen Observer::seen(const http::Request& request) {
  const std::string_view given = request.header(id_header);
  return {is_sane(given) ? std::string(given) : random_.hex(8), known_method(request.method),
          route_of(request.raw_path), request.body.size(), now_().instant};
}

http::Handler Observer::observed(http::Handler inner) {
  return [this, inner = std::move(inner)](http::Request request, http::Reply reply) {
    Seen seen = this->seen(request);
    std::erase_if(request.headers, [](const auto& header) { return header.first == id_header; });
    request.headers.emplace_back(id_header, seen.id);
    auto sink = std::make_shared<Sink>(*this, std::move(seen), std::move(reply));
    inner(std::move(request), http::Reply(std::move(sink)));
  };
}

http::Handler Observer::guarded(http::Handler inner) {
  return [this, inner = std::move(inner)](http::Request request, http::Reply reply) {
    const Seen seen = this->seen(request);
    const http::Reply kept = reply;
    try {
      return inner(std::move(request), std::move(reply));
    } catch (const std::exception& error) {
      fault(seen, std::string("its handler threw: ") + error.what());
    } catch (...) {
      fault(seen, "its handler threw");
    }
    if (kept.waiting()) kept(http::our_fault());
  };
}

void Observer::answered(const Seen& seen, const http::Response& response) {
  const Now now = now_();
  const Duration took = now.instant - seen.began;
  metrics.answered(seen.method, seen.route, response.status, took);
  const auto owner = std::exchange(owner_, std::nullopt);
  if (!log_) return;
  json::object line{
      {"event", "request"},    {"at", to_text(now.wall)}, {"id", seen.id},
      {"method", seen.method}, {"route", seen.route},     {"status", response.status},
      {"ms", took.count()},    {"bytesIn", seen.bytes},   {"bytesOut", response.body.size()}};
  if (owner) {
    line["tenant"] = owner->tenant_name;
    line["device"] = owner->device;
  }
  add_problem(line, response);
  *log_ << json_text(line) + "\n" << std::flush;
}

void Observer::fault(const Seen& seen, const std::string& what) {
  if (!log_) {
    std::cerr << "slipway-cloud: internal error: request " + seen.id + " (" + seen.method + " " +
                     seen.route + "): " + what + "\n"
              << std::flush;
    return;
  }
  const json::object line{{"event", "fault"},    {"at", to_text(now_().wall)},
                          {"id", seen.id},       {"method", seen.method},
                          {"route", seen.route}, {"message", http::to_valid_utf8(what)}};
  *log_ << json_text(line) + "\n" << std::flush;
}

}  // namespace slipway::cloud
