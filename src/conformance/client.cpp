#include "conformance/client.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "transport/address.h"

namespace slipway::conformance {

namespace {

constexpr Duration request_time_max = std::chrono::seconds(30);
constexpr int tries_max = 120;  // of a request that is in flight or turned away
// Without an answer that is one, after which nothing more is asked: an API that is gone, or busy
// for good, would be waited for by each request anew.
constexpr Duration patience = std::chrono::minutes(2);
constexpr Duration pause_min = std::chrono::milliseconds(50);
constexpr Duration pause_max = std::chrono::seconds(5);  // whatever Retry-After asks for

void pause(const Answer& answer) {
  const Duration asked = answer.retry_after.value_or(pause_min);
  std::this_thread::sleep_for(std::clamp(asked, pause_min, pause_max));
}

HttpOptions options_with(std::string ca_file) {
  HttpOptions options;
  options.ca_file = std::move(ca_file);
  options.request_time_max = request_time_max;
  return options;
}

}  // namespace

struct Client::Tasks {
  std::mutex mutex;
  std::condition_variable posted;
  std::deque<std::function<void()>> waiting;

  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(task));
    posted.notify_one();
  }
  std::function<void()> take() {  // waits for one
    std::unique_lock lock(mutex);
    posted.wait(lock, [&] { return !waiting.empty(); });
    auto task = std::move(waiting.front());
    waiting.pop_front();
    return task;
  }
};

Client::Client(std::string url, std::string token, std::string ca_file)
    : url_(std::move(url)),
      token_(std::move(token)),
      tasks_(std::make_shared<Tasks>()),
      http_(options_with(std::move(ca_file)),
            [tasks = tasks_](std::function<void()> task) { tasks->post(std::move(task)); }) {}

Client::~Client() = default;

HttpRequest Client::request(std::string method, const std::string& path, std::string body) const {
  HttpRequest request{std::move(method), join_address(url_, path), {}, std::move(body)};
  request.headers.emplace_back("Authorization", "Bearer " + token_);
  request.headers.emplace_back("Accept", "application/json");
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  return request;
}

void Client::begin(HttpRequest request, std::function<void(Answer)> answered) {
  ++in_flight_;
  send(std::move(request), std::move(answered), 1);
}

void Client::send(HttpRequest request, std::function<void(Answer)> answered, int tries) {
  if (has_lost_patience()) {
    return tasks_->post([this, answered = std::move(answered)] {
      --in_flight_;
      answered(*last_);
    });
  }
  if (!silent_since_ && !request.loses_answer) silent_since_ = std::chrono::steady_clock::now();
  http_.send(request, [this, request, answered = std::move(answered), tries](HttpResult result) {
    Answer answer = read_answer(result);
    if (!request.loses_answer) {
      if (!is_busy(answer) && answer.status != 0) silent_since_.reset();
      last_ = answer;
    }
    if (is_busy(answer) && tries < tries_max && !has_lost_patience()) {
      pause(answer);
      return send(request, answered, tries + 1);
    }
    --in_flight_;
    has_written_ = has_written_ || (answer.ok() && request.method != "GET");
    answered(std::move(answer));
  });
}

bool Client::has_lost_patience() const {
  return last_ && silent_since_ && std::chrono::steady_clock::now() - *silent_since_ >= patience;
}

void Client::finish() {
  while (in_flight_ > 0) tasks_->take()();
}

Answer Client::ask(HttpRequest request) {
  return ask_together({std::move(request)}).at(0);
}

std::vector<Answer> Client::ask_together(const std::vector<HttpRequest>& requests) {
  std::vector<Answer> answers(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i)
    begin(requests[i], [&answers, i](Answer answer) { answers[i] = std::move(answer); });
  finish();
  return answers;
}

Answer Client::ask_until_done(const HttpRequest& request) {
  Answer answer = ask(request);
  for (int tries = 1; is_in_flight(answer) && tries < tries_max; ++tries) {
    pause(answer);
    answer = ask(request);
  }
  return answer;
}

void Client::ask_and_lose_answer(HttpRequest request) {
  request.loses_answer = true;
  ask(std::move(request));
}

HttpRequest signed_with(HttpRequest request, const std::string& token) {
  std::erase_if(request.headers,
                [](const auto& header) { return header.first == "Authorization"; });
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  return request;
}

}  // namespace slipway::conformance
