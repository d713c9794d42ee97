// Requests as clients send them, and what a handler answers, for targets whose inputs are JSON
// arrays of requests:
//   {"method": "POST", "target": "/a?b=c", "headers": {"name": "value" or [value, …]},
//    "body": {…} or text}
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.h"
#include "http/message.h"

namespace slipway::fuzz {

// As the server's parser reads it; nothing: it refuses that before a handler sees it.
std::optional<http::Request> request_from(const json::object& asked);

struct OpenStream : http::EventStream {
  void send(std::string_view event, std::string_view data, std::string_view id) override;
  bool open() const override { return is_open; }
  void close() override { is_open = false; }
  bool is_open = true;
  std::vector<json::value> sent;
};

// Where a handler's answer arrives; there may be one only.
struct Answers : http::Reply::Sink {
  void respond(http::Response given) override;
  std::shared_ptr<http::EventStream> stream(http::Headers given) override;
  bool waiting() const override { return times == 0; }

  int times = 0;
  std::optional<http::Response> response;
  std::shared_ptr<OpenStream> opened;
  http::Headers headers_of_stream;
};

// Of a status from 400 on: an RFC 9457 document of that status.
void check_problem(const http::Response& response);

}  // namespace slipway::fuzz
