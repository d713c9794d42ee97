// Calls a handler without a server and keeps what it answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace slipway::http::test {

struct Recorder : Reply::Sink {
  void respond(Response given) override { response = std::move(given); }
  std::shared_ptr<EventStream> stream(Headers given) override {
    stream_headers = std::move(given);
    return nullptr;
  }
  bool waiting() const override { return !response; }

  std::optional<Response> response;
  std::optional<Headers> stream_headers;
};

inline Request request(std::string method, std::string path, Headers headers = {}) {
  Request result;
  result.method = std::move(method);
  result.path = std::move(path);
  result.headers = std::move(headers);
  return result;
}

inline Response answer(const Handler& handler, Request to) {
  auto recorder = std::make_shared<Recorder>();
  handler(std::move(to), Reply(recorder));
  return recorder->response.value_or(Response{.status = 0});
}

inline std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace slipway::http::test
