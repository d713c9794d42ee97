#include "transport/rest_transport.h"

#include "transport/address.h"
#include "transport/cloud_token.h"
#include "transport/limits.h"
#include "transport/webhook_page.h"

namespace slipway {

RestTransport::RestTransport(RestOptions options, Post post)
    : RestTransport(options, curl_carrier(options.http), std::move(post)) {}

RestTransport::RestTransport(RestOptions options, const MakeCarrier& carrier, Post post)
    : options_(std::move(options)),
      peer_(origin_of(options_.api.url)),
      client_(carrier, std::move(post)) {}

TransportLimits RestTransport::limits() const {
  return {1, limits::transport_push_bytes_max};
}

void RestTransport::send(HttpRequest request, std::function<void(HttpResult)> answered) {
  send_signed(client_, options_.token_file, std::move(request), std::move(answered));
}

void RestTransport::probe(Answered<Capabilities> answered) {
  Capabilities target = webhook_capabilities(api_.url);
  if (api_.health.empty()) {
    client_.answer_locally([answered = std::move(answered), target] { answered(target); });
    return;
  }
  HttpRequest request{"GET", join_address(api_.url, api_.health), {}};
  for (const auto& [name, value] : api_.headers) request.headers.emplace_back(name, value);
  send(std::move(request), [this, answered = std::move(answered), target](HttpResult result) {
    if (!result) return answered(std::unexpected(std::move(result.error())));
    auto failure = rest_failure(api_, *result, peer_);
    if (!failure) return answered(target);
    // A wrong health address says nothing about any entry: the entries wait.
    const bool stops =
        failure->means == FailureClass::busy || failure->means == FailureClass::signed_out;
    if (!stops) failure->means = FailureClass::unreachable;
    answered(std::unexpected(std::move(*failure)));
  });
}

void RestTransport::snapshot(SnapshotRequest, Answered<SnapshotPage> answered) {
  client_.answer_locally([answered = std::move(answered), peer = peer_] {
    answered(std::unexpected(Failure{FailureClass::unreachable,
                                     peer + " has no commit to take whole.", 0, std::nullopt}));
  });
}

void RestTransport::compare_history(HistoryRequest, Answered<HistoryAnswer> answered) {
  client_.answer_locally([answered = std::move(answered), peer = peer_] {
    answered(std::unexpected(
        Failure{FailureClass::unreachable, peer + " keeps no log to compare.", 0, std::nullopt}));
  });
}

}  // namespace slipway
