#include "transport/slipway_transport.h"

#include "model/canonical_json.h"
#include "transport/address.h"
#include "transport/cloud_token.h"
#include "transport/limits.h"
#include "transport/problem.h"

namespace slipway {

namespace {

Failure not_a_cloud(int status, const std::string& peer) {
  return {FailureClass::unreachable,
          "the answer of " + peer + " is not Slipway's (a captive portal?)", status, std::nullopt};
}

// Each problem of a cloud has a type. JSON without one is a gateway's, and says nothing about us.
Failure cloud_failure(const HttpAnswer& answer, const std::string& peer) {
  const auto body = json_body(answer);
  const std::string slug = body ? problem_slug(*body) : "";
  Failure failure = failure_of(answer, slug, !slug.empty(), peer);
  // A cloud has each of the three routes: whoever does not is somebody else's API.
  if (failure.means == FailureClass::gone) return not_a_cloud(answer.status, peer);
  return failure;
}

Failure stream_failure(const HttpAnswer& answer, const std::string& peer) {
  if (answer.status != 200) return cloud_failure(answer, peer);
  return {FailureClass::unreachable, peer + " ended the stream of changes.", 0, std::nullopt};
}

template <class T>
std::expected<T, Failure> decoded(const HttpAnswer& answer,
                                  Result<T> (*decode)(const json::object&),
                                  const std::string& peer) {
  if (answer.status < 200 || answer.status > 299) {
    return std::unexpected(cloud_failure(answer, peer));
  }
  const auto body = json_body(answer);
  if (!body) return std::unexpected(not_a_cloud(answer.status, peer));
  Result<T> value = decode(*body);
  if (!value) return std::unexpected(not_a_cloud(answer.status, peer));
  return std::move(*value);
}

}  // namespace

SlipwayTransport::SlipwayTransport(CloudOptions options, Post post)
    : base_(std::move(options.url)),
      token_file_(std::move(options.token_file)),
      peer_(origin_of(base_)),
      client_(std::move(options.http), std::move(post)) {}

TransportLimits SlipwayTransport::limits() const {
  return {limits::cloud_push_entries_max, limits::transport_push_bytes_max};
}

std::expected<HttpRequest, Failure> SlipwayTransport::signed_request(
    HttpRequest request, const std::string& accepted) const {
  auto token = read_token(token_file_);
  if (!token) return std::unexpected(std::move(token.error()));
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  request.headers.emplace_back("Accept", accepted);
  return request;
}

template <class T>
void SlipwayTransport::ask(HttpRequest request, Result<T> (*decode)(const json::object&),
                           Answered<T> answered) {
  auto to_send = signed_request(std::move(request), "application/json, application/problem+json");
  if (!to_send) {
    client_.answer_locally([answered = std::move(answered), failure = std::move(to_send.error())] {
      answered(std::unexpected(failure));
    });
    return;
  }
  client_.send(std::move(*to_send),
               [answered = std::move(answered), decode, peer = peer_](HttpResult result) {
                 if (!result) return answered(std::unexpected(std::move(result.error())));
                 answered(decoded(*result, decode, peer));
               });
}

void SlipwayTransport::probe(Answered<Capabilities> answered) {
  ask<Capabilities>({"GET", join_address(base_, "/v1/capabilities"), {}}, &capabilities_from_json,
                    std::move(answered));
}

void SlipwayTransport::push(PushRequest request, Answered<PushAnswer> answered) {
  ask<PushAnswer>({"POST",
                   join_address(base_, "/v1/push"),
                   {{"Content-Type", "application/json"}},
                   serialize(to_json(request)),
                   true},  // however small: its checksum tells what was damaged on its way
                  &push_answer_from_json, std::move(answered));
}

void SlipwayTransport::pull(PullRequest request, Answered<PullAnswer> answered) {
  std::string query;
  if (request.cursor) query += "cursor=" + percent_encoded(to_text(*request.cursor)) + "&";
  query += "limit=" + std::to_string(request.limit);
  query += "&exchange=" + percent_encoded(request.exchange);
  ask<PullAnswer>({"GET", join_address(base_, "/v1/changes?" + query), {}}, &pull_answer_from_json,
                  std::move(answered));
}

void SlipwayTransport::snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) {
  std::string query = "limit=" + std::to_string(request.limit);
  query += "&exchange=" + percent_encoded(request.exchange);
  if (request.at) query += "&at=" + percent_encoded(to_text(*request.at));
  if (request.after) query += "&after=" + percent_encoded(serialize(to_json(*request.after)));
  if (request.cursor) query += "&cursor=" + percent_encoded(to_text(*request.cursor));
  if (request.since) query += "&since=" + std::to_string(*request.since);
  for (const std::string& type : request.types) query += "&type=" + percent_encoded(type);
  ask<SnapshotPage>({"GET", join_address(base_, "/v1/snapshot?" + query), {}},
                    &snapshot_page_from_json, std::move(answered));
}

void SlipwayTransport::compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) {
  ask<HistoryAnswer>({"POST",
                      join_address(base_, "/v1/history"),
                      {{"Content-Type", "application/json"}},
                      serialize(to_json(request))},
                     &history_answer_from_json, std::move(answered));
}

void SlipwayTransport::open_stream(const std::optional<Version>& cursor,
                                   std::function<void(Poke)> heard,
                                   std::function<void(Failure)> ended) {
  HttpRequest request{"GET", join_address(base_, "/v1/changes/stream"), {}};
  if (cursor) request.headers.emplace_back("Last-Event-ID", to_text(*cursor));
  close_stream();
  listener_ = std::make_shared<Listener>(
      Listener{EventParser(limits::stream_event_bytes_max), std::move(heard), std::move(ended)});
  client_.open_stream(
      signed_request(std::move(request), "text/event-stream, application/problem+json"),
      [this, listener = listener_](std::string_view bytes) { listen(*listener, bytes); },
      [listener = listener_, peer = peer_](HttpResult result) {
        listener->open = false;
        Failure failure = result ? stream_failure(*result, peer) : std::move(result.error());
        failure.return_within = listener->parser.retry();
        listener->ended(failure);
      });
}

void SlipwayTransport::close_stream() {
  if (listener_) listener_->open = false;
  listener_.reset();
  client_.close_stream();
}

// What is no poke of a cloud's ends the stream: what follows it cannot be trusted either.
void SlipwayTransport::listen(Listener& listener, std::string_view bytes) {
  for (const StreamedEvent& event : listener.parser.feed(bytes)) {
    if (event.name != "poke") continue;  // a newer cloud may say more
    const auto object = parse_json_object(event.data, "a poke");
    auto poke = object ? poke_from_json(*object) : Result<Poke>(std::unexpected(object.error()));
    if (!poke) return give_up(listener);
    listener.heard(std::move(*poke));
    if (!listener.open) return;  // closed by who heard
  }
  if (listener.parser.overflowed()) give_up(listener);
}

void SlipwayTransport::give_up(Listener& listener) {
  const auto ended = listener.ended;
  close_stream();
  ended(not_a_cloud(200, peer_));
}

}  // namespace slipway
