#include "transport/webhook_transport.h"

#include "model/given_ids.h"
#include "transport/address.h"
#include "transport/cloud_token.h"
#include "transport/limits.h"
#include "transport/problem.h"
#include "transport/webhook_page.h"

namespace slipway {

// A push on its way: which item is next, what was answered so far.
struct WebhookTransport::Posting {
  PushRequest request;
  Answered<PushAnswer> answered;
  std::size_t next = 0;
  std::vector<Receipt> receipts = {};
  std::vector<GivenId> given = {};  // by answers of this push
};

WebhookTransport::WebhookTransport(WebhookOptions options, Post post)
    : options_(std::move(options)),
      peer_(origin_of(options_.url)),
      client_(options_.http, std::move(post)) {}

TransportLimits WebhookTransport::limits() const {
  return {1, limits::transport_push_bytes_max};
}

void WebhookTransport::send(HttpRequest request, std::function<void(HttpResult)> answered) {
  send_signed(client_, options_.token_file, std::move(request), std::move(answered));
}

void WebhookTransport::probe(Answered<Capabilities> answered) {
  Capabilities target = webhook_capabilities(options_.url);
  if (options_.health_url.empty()) {
    client_.answer_locally([answered = std::move(answered), target] { answered(target); });
    return;
  }
  send({"GET", options_.health_url, {}},
       [answered = std::move(answered), target, peer = peer_](HttpResult result) {
         if (!result) return answered(std::unexpected(std::move(result.error())));
         if (result->status >= 200 && result->status < 300) return answered(target);
         Failure failure = failure_of(*result, "", !is_html_type(result->content_type), peer);
         // A wrong health address says nothing about any entry: the entries wait.
         const bool stops =
             failure.means == FailureClass::busy || failure.means == FailureClass::signed_out;
         if (!stops) failure.means = FailureClass::unreachable;
         answered(std::unexpected(std::move(failure)));
       });
}

void WebhookTransport::push(PushRequest request, Answered<PushAnswer> answered) {
  post_next(std::make_shared<Posting>(Posting{std::move(request), std::move(answered)}));
}

void WebhookTransport::post_next(const std::shared_ptr<Posting>& posting) {
  const auto& items = posting->request.items;
  while (posting->next < items.size() && !items[posting->next].write) {
    posting->receipts.push_back(webhook_void(items[posting->next++], peer_));
  }
  if (posting->next == items.size()) {
    client_.answer_locally([posting] {
      posting->answered(webhook_answer(posting->request, std::move(posting->receipts)));
    });
    return;
  }
  const PushItem& item = items[posting->next];
  auto body = body_from_json(*item.write);
  if (!body) {
    return stop_at(posting, {FailureClass::invalid, body.error().message, 0, std::nullopt});
  }
  std::vector<GivenId> given = posting->given;
  given.insert(given.end(), item.given.begin(), item.given.end());
  HttpRequest request{
      "POST",
      options_.url,
      {{"Content-Type", "application/json"}, {"Idempotency-Key", item.id}},
      webhook_body(item.id, with_given_ids(*body, item, posting->request.references, given))};
  send(std::move(request),
       [this, posting, id = item.id, written = std::move(*body)](HttpResult result) {
         if (!result) return stop_at(posting, std::move(result.error()));
         auto receipt = webhook_verdict(id, written, *result, peer_, options_.assigned);
         if (!receipt) return stop_at(posting, std::move(receipt.error()));
         const bool applied = receipt->verdict == Verdict::applied;
         remember_id(*posting, written, *receipt);
         posting->receipts.push_back(std::move(*receipt));
         // Behind a conflict nothing of the batch may go on: it stood on this entry.
         posting->next = applied ? posting->next + 1 : posting->request.items.size();
         post_next(posting);
       });
}

// A later item of the push may name the row that was just made.
void WebhookTransport::remember_id(Posting& posting, const Body& body, const Receipt& receipt) {
  const std::string& key = posting.request.items[posting.next].key_field;
  const json::value* id = receipt.assigned ? find(*receipt.assigned, key) : nullptr;
  if (id) posting.given.push_back({body.entity, *id});
}

void WebhookTransport::stop_at(const std::shared_ptr<Posting>& posting, Failure failure) {
  client_.answer_locally([posting, failure = std::move(failure)] {
    if (posting->receipts.empty()) return posting->answered(std::unexpected(failure));
    posting->answered(webhook_answer(posting->request, std::move(posting->receipts)));
  });
}

void WebhookTransport::pull(PullRequest request, Answered<PullAnswer> answered) {
  client_.answer_locally([answered = std::move(answered), request = std::move(request),
                          target = webhook_capabilities(options_.url)] {
    answered(webhook_nothing_new(request, target));
  });
}

void WebhookTransport::snapshot(SnapshotRequest, Answered<SnapshotPage> answered) {
  client_.answer_locally([answered = std::move(answered), peer = peer_] {
    answered(std::unexpected(
        Failure{FailureClass::unreachable, peer + " has no rows to give.", 0, std::nullopt}));
  });
}

void WebhookTransport::compare_history(HistoryRequest, Answered<HistoryAnswer> answered) {
  client_.answer_locally([answered = std::move(answered), peer = peer_] {
    answered(std::unexpected(
        Failure{FailureClass::unreachable, peer + " keeps no log to compare.", 0, std::nullopt}));
  });
}

}  // namespace slipway
