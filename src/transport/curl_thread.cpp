#include "transport/curl_thread.h"

#include <curl/curl.h>

#include "base/check.h"
#include "transport/curl_transfer.h"

namespace slipway {

namespace {

constexpr int poll_ms_max = 60'000;  // curl's own timers and messages wake it earlier

CURLM* new_multi() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process
  CHECK(initialised == CURLE_OK);
  CURLM* multi = curl_multi_init();
  CHECK(multi);
  return multi;
}

}  // namespace

CurlThread::CurlThread(HttpOptions options, Finished finished, Heard heard)
    : options_(std::move(options)),
      finished_(std::move(finished)),
      heard_(std::move(heard)),
      multi_(new_multi()),
      thread_([this] { run(); }) {}

CurlThread::~CurlThread() {
  tell(Stop{});
  thread_.join();
  curl_multi_cleanup(multi_);
}

void CurlThread::start(std::uint64_t id, HttpRequest request, bool is_stream) {
  tell(Start{id, std::move(request), is_stream});
}

void CurlThread::abort_exchanges() {
  tell(Abort{false});
}

void CurlThread::abort_stream() {
  tell(Abort{true});
}

void CurlThread::tell(Message message) {
  {
    const std::lock_guard lock(inbox_mutex_);
    inbox_.push_back(std::move(message));
  }
  CHECK(curl_multi_wakeup(multi_) == CURLM_OK);
}

std::vector<CurlThread::Message> CurlThread::take_messages() {
  const std::lock_guard lock(inbox_mutex_);
  return std::exchange(inbox_, {});
}

void CurlThread::run() {
  while (!stopping_) {
    for (Message& message : take_messages()) {
      std::visit([this](auto& m) { handle(std::move(m)); }, message);
    }
    int running = 0;
    CHECK(curl_multi_perform(multi_, &running) == CURLM_OK);
    finish_transfers();
    if (!stopping_) CHECK(curl_multi_poll(multi_, nullptr, 0, poll_ms_max, nullptr) == CURLM_OK);
  }
  for (const bool streams : {false, true}) handle(Abort{streams});
}

void CurlThread::handle(Start start) {
  auto transfer = std::make_unique<Transfer>(start.id, std::move(start.request), options_,
                                             start.is_stream ? heard_ : nullptr);
  CURL* easy = transfer->easy();
  transfers_.emplace(easy, std::move(transfer));
  CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK);
}

void CurlThread::handle(Abort abort) {
  std::erase_if(transfers_, [&](const auto& entry) {
    if (entry.second->is_stream() != abort.streams) return false;
    curl_multi_remove_handle(multi_, entry.first);
    return true;
  });
}

void CurlThread::finish_transfers() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // removing the handle frees the message
    CURL* easy = message->easy_handle;
    curl_multi_remove_handle(multi_, easy);
    auto found = transfers_.extract(easy);
    CHECK(!found.empty());
    finished_(found.mapped()->id(), found.mapped()->finish(code));
  }
}

}  // namespace slipway
