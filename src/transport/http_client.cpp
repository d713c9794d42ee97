#include "transport/http_client.h"

#include <algorithm>
#include <atomic>
#include <map>

#include "transport/curl_thread.h"

namespace slipway {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& header) {
    return std::ranges::equal(header.first, name, {}, lower, lower);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

// Who waits for which answer. An answer whose asker has gone finds nobody.
struct HttpClient::Waiting {
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, std::function<void(HttpResult)>> by_id;
  std::uint64_t stream_id = 0;  // 0: none is open
  std::function<void(std::string_view)> heard;
  std::function<void(HttpResult)> stream_ended;

  std::uint64_t add(std::function<void(HttpResult)> answered) {
    by_id.emplace(++last_id, std::move(answered));
    return last_id;
  }

  void hear(std::uint64_t id, std::string_view bytes) {
    if (id != stream_id) return;
    const auto listener = heard;  // which may close the stream or destroy the client
    listener(bytes);
  }

  void deliver(std::uint64_t id, HttpResult result) {
    if (id == stream_id) {
      stream_id = 0;
      heard = nullptr;
      return std::exchange(stream_ended, nullptr)(std::move(result));
    }
    auto asker = by_id.extract(id);
    if (!asker.empty()) asker.mapped()(std::move(result));  // may send again or destroy the client
  }
};

MakeCarrier curl_carrier(HttpOptions options) {
  return [options = std::move(options)](HttpCarrier::Finished finished, HttpCarrier::Heard heard) {
    return std::make_unique<CurlThread>(options, std::move(finished), std::move(heard));
  };
}

HttpClient::HttpClient(HttpOptions options, Post post)
    : HttpClient(curl_carrier(std::move(options)), std::move(post)) {}

HttpClient::HttpClient(const MakeCarrier& carrier, Post post)
    : waiting_(std::make_shared<Waiting>()), post_(std::move(post)) {
  auto finished = [to = post_, waiting = std::weak_ptr(waiting_)](std::uint64_t id,
                                                                  HttpResult result) {
    // std::function wants a copyable task, and an answer may be 64 MiB.
    auto shared = std::make_shared<HttpResult>(std::move(result));
    to([waiting, id, shared] {
      if (const auto alive = waiting.lock()) alive->deliver(id, std::move(*shared));
    });
  };
  // What a cloud says faster than it is heard is not gathered without end.
  auto heard = [to = post_, waiting = std::weak_ptr(waiting_),
                unheard = std::make_shared<std::atomic<std::size_t>>(0)](std::uint64_t id,
                                                                         std::string bytes) {
    const std::size_t size = bytes.size();
    if (unheard->fetch_add(size) + size > limits::stream_waiting_bytes_max) {
      unheard->fetch_sub(size);
      return false;
    }
    to([waiting, id, unheard, bytes = std::move(bytes)] {
      unheard->fetch_sub(bytes.size());
      if (const auto alive = waiting.lock()) alive->hear(id, bytes);
    });
    return true;
  };
  carrier_ = carrier(std::move(finished), std::move(heard));
}

HttpClient::~HttpClient() = default;

void HttpClient::send(HttpRequest request, std::function<void(HttpResult)> answered) {
  carrier_->start(waiting_->add(std::move(answered)), std::move(request), false);
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
  carrier_->abort_exchanges();
}

void HttpClient::open_stream(std::expected<HttpRequest, Failure> request,
                             std::function<void(std::string_view)> heard,
                             std::function<void(HttpResult)> ended) {
  close_stream();
  const std::uint64_t id = waiting_->stream_id = ++waiting_->last_id;
  waiting_->heard = std::move(heard);
  waiting_->stream_ended = std::move(ended);
  if (request) return carrier_->start(id, std::move(*request), true);
  post_([waiting = std::weak_ptr(waiting_), id, failure = std::move(request.error())] {
    const auto alive = waiting.lock();
    if (alive && alive->stream_id == id) alive->deliver(id, std::unexpected(failure));
  });
}

void HttpClient::close_stream() {
  if (waiting_->stream_id == 0) return;
  waiting_->stream_id = 0;
  waiting_->heard = nullptr;
  waiting_->stream_ended = nullptr;
  carrier_->abort_stream();
}

}  // namespace slipway
