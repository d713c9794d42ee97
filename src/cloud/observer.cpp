#include "cloud/observer.h"

#include <algorithm>
#include <exception>
#include <iostream>

#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

constexpr std::size_t id_bytes_max = 128;
constexpr const char* id_header = "x-request-id";
constexpr const char* answer_id_header = "X-Request-Id";
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

// Adds which problem it was; says in what words it was told, if it was one.
std::optional<std::string> add_problem(json::object& line, const http::Response& response) {
  if (response.content_type != "application/problem+json") return std::nullopt;
  const auto problem = parse_json_object(response.body, "a problem");
  if (!problem) return std::nullopt;
  const std::string_view type = text_at(*problem, "type").value_or("");
  line["problem"] = type.substr(type.rfind('/') + 1);
  return std::string(text_at(*problem, "title").value_or(""));
}

// What a client is not told.
std::string with_cause(const std::string& words, const http::Response& response) {
  return response.cause.empty() ? words : words + ": " + http::to_valid_utf8(response.cause);
}

// What strangers may have written into the log.
std::string printable(std::string_view message) {
  std::string text(message.substr(0, refusal_message_bytes_max));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return message.size() > text.size() ? text + "..." : text;
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
    response.headers.emplace_back(answer_id_header, seen_.id);
    reply_(std::move(response));
  }
  std::shared_ptr<http::EventStream> stream(http::Headers headers) override {
    tell({.status = 200});
    headers.emplace_back(answer_id_header, seen_.id);
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

json::object Observer::line_of(const Seen& seen, const http::Response& response) const {
  const Now now = now_();
  return {{"event", "request"},
          {"at", to_text(now.wall)},
          {"id", seen.id},
          {"method", seen.method},
          {"route", seen.route},
          {"status", response.status},
          {"ms", (now.instant - seen.began).count()},
          {"bytesIn", seen.bytes},
          {"bytesOut", seen.method == "HEAD" ? 0 : response.body.size()}};  // its body stays here
}

void Observer::answered(const Seen& seen, const http::Response& response) {
  metrics.answered(seen.method, seen.route, response.status, now() - seen.began);
  const auto owner = std::exchange(owner_, std::nullopt);
  if (!log_) return tell_cause(seen, response);
  json::object line = line_of(seen, response);
  if (owner) {
    line["tenant"] = owner->tenant_name;
    line["device"] = owner->device;
  }
  const auto words = add_problem(line, response);
  // Where the cloud itself met it: no client tells of that.
  if (words && response.status >= faults_begin) line["message"] = with_cause(*words, response);
  write(line);
}

// Else nobody would hear of it.
void Observer::tell_cause(const Seen& seen, const http::Response& response) {
  if (response.cause.empty() || cause_lines_.wait_for(1, now()) > Duration(0)) return;
  cause_lines_.take(1, now());
  json::object problem;
  const std::string words = add_problem(problem, response).value_or("");
  std::cerr << "slipway-cloud: request " + seen.id + " (" + seen.method + " " + seen.route +
                   "): " + with_cause(words, response) + "\n"
            << std::flush;
}

http::Response Observer::refused(const http::Request& so_far, http::Response refusal) {
  const Seen seen = this->seen(so_far);
  metrics.answered(seen.method, seen.route, refusal.status, Duration(0));
  if (log_) log_refusal(seen, refusal);
  refusal.headers.emplace_back(answer_id_header, seen.id);
  return refusal;
}

void Observer::log_refusal(const Seen& seen, const http::Response& refusal) {
  if (refusal_lines_.wait_for(1, seen.began) > Duration(0)) {
    ++refusals_left_out_;
    return;
  }
  refusal_lines_.take(1, seen.began);
  json::object line = line_of(seen, refusal);
  line["message"] = printable(add_problem(line, refusal).value_or(""));
  if (const auto more = std::exchange(refusals_left_out_, 0)) line["leftOut"] = more;
  write(line);
}

void Observer::write(const json::object& line) {
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
  write(line);
}

}  // namespace slipway::cloud
