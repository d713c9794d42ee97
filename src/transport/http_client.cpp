#include "transport/http_client.h"

#include <map>

#include "transport/curl_thread.h"

namespace slipway {

// Who waits for which answer. An answer whose asker has gone finds nobody.
struct HttpClient::Waiting {
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, std::function<void(HttpResult)>> by_id;

  std::uint64_t add(std::function<void(HttpResult)> answered) {
    by_id.emplace(++last_id, std::move(answered));
    return last_id;
  }

  void deliver(std::uint64_t id, HttpResult result) {
    auto asker = by_id.extract(id);
    if (!asker.empty()) asker.mapped()(std::move(result));  // may send again or destroy the client
  }
};

HttpClient::HttpClient(HttpOptions options, Post post)
    : waiting_(std::make_shared<Waiting>()), post_(std::move(post)) {
  auto finished = [to = post_, waiting = std::weak_ptr(waiting_)](std::uint64_t id,
                                                                  HttpResult result) {
    // std::function wants a copyable task, and an answer may be 64 MiB.
    auto shared = std::make_shared<HttpResult>(std::move(result));
    to([waiting, id, shared] {
      if (const auto alive = waiting.lock()) alive->deliver(id, std::move(*shared));
    });
  };
  thread_ = std::make_unique<CurlThread>(std::move(options), std::move(finished));
}

HttpClient::~HttpClient() = default;

void HttpClient::send(HttpRequest request, std::function<void(HttpResult)> answered) {
  thread_->start(waiting_->add(std::move(answered)), std::move(request));
}

void HttpClient::answer_locally(std::function<void()> answered) {
  const std::uint64_t id =
      waiting_->add([answered = std::move(answered)](HttpResult) { answered(); });
  post_([waiting = std::weak_ptr(waiting_), id] {
    if (const auto alive = waiting.lock()) alive->deliver(id, HttpAnswer{});
  });
}

void HttpClient::cancel() {
  waiting_->by_id.clear();
  thread_->abort_all();
}

}  // namespace slipway
