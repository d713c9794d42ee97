// Target `webhook`: one POST for each entry to one address, with the entry as JSON (its form:
// webhook_body() in webhook_page.h) and its clientRequestId as Idempotency-Key. The target should
// do a thing once per key: an entry whose answer was lost is posted again.
//
// Any 2xx settles the entry, whatever its body. The target has nothing to pull.
// One thread, the one of `post` (http_client.h).
#pragma once

#include <memory>
#include <string>

#include "transport/http_client.h"
#include "transport/webhook_page.h"
#include "worker/transport.h"

namespace slipway {

struct WebhookOptions {
  std::string url;              // see check_webhook_address()
  std::string health_url = {};  // asked with GET before the first entry; "": no request is made
  std::string token_file = {};  // sent as Authorization: Bearer; "": none is sent
  HttpOptions http = {};
  AssignedFields assigned = {};  // what the target gives new rows
};

class WebhookTransport final : public Transport {
 public:
  WebhookTransport(WebhookOptions options, Post post);

  void probe(Answered<Capabilities> answered) override;
  // A group comes as several items: they are posted in order, up to the first that fails. What was
  // answered before it is in the page; the rest has no verdict and is sent again.
  void push(PushRequest request, Answered<PushAnswer> answered) override;
  void pull(PullRequest request, Answered<PullAnswer> answered) override;
  // A target without a log has no past that could change; nobody asks.
  void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override { client_.cancel(); }
  TransportLimits limits() const override;

 private:
  struct Posting;
  void post_next(const std::shared_ptr<Posting>& posting);
  static void remember_id(Posting& posting, const Body& body, const Receipt& receipt);
  void stop_at(const std::shared_ptr<Posting>& posting, Failure failure);
  void send(HttpRequest request, std::function<void(HttpResult)> answered);

  const WebhookOptions options_;
  const std::string peer_;  // for messages: the address itself may be a secret
  HttpClient client_;
};

}  // namespace slipway
