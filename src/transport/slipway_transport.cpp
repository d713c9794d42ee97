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

template <class T>
void SlipwayTransport::ask(HttpRequest request, Result<T> (*decode)(const json::object&),
                           Answered<T> answered) {
  auto token = read_token(token_file_);
  if (!token) {
    client_.answer_locally([answered = std::move(answered), failure = std::move(token.error())] {
      answered(std::unexpected(failure));
    });
    return;
  }
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  request.headers.emplace_back("Accept", "application/json, application/problem+json");
  client_.send(std::move(request),
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

void SlipwayTransport::compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) {
  ask<HistoryAnswer>({"POST",
                      join_address(base_, "/v1/history"),
                      {{"Content-Type", "application/json"}},
                      serialize(to_json(request))},
                     &history_answer_from_json, std::move(answered));
}

}  // namespace slipway
