// What routes answered in memory, told to those who hold every answer of a test against the OpenAPI
// document (test/openapi/heard.mjs), in the words of answer_tap.c: one connection each.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "http/message.h"

namespace slipway::cloud::test {

inline void be_heard(std::string_view method, std::string_view target,
                     const http::Response& response) {
  const char* folder = std::getenv("ANSWER_TAP");
  if (!folder || std::string_view(folder) == "none") return;
  static std::ofstream file(std::string(folder) + "/cloud-in-memory-" + std::to_string(::getpid()),
                            std::ios::binary);
  static std::uint32_t connection = 0;
  const auto record = [](char direction, std::string_view bytes) {
    const std::uint32_t head[] = {connection, std::uint32_t(direction),
                                  std::uint32_t(bytes.size())};
    file.write(reinterpret_cast<const char*>(head), sizeof head);
    file.write(bytes.data(), std::streamsize(bytes.size()));
  };
  const bool has_body =
      method != "HEAD" && response.status != 204 && response.status != 304;  // RFC 9112, 6.3
  std::string answer = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  for (const auto& [name, value] : response.headers) answer.append(name + ": " + value + "\r\n");
  if (has_body) {
    answer += "Content-Type: " + response.content_type + "\r\n";
    answer += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  ++connection;
  record('<', std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n\r\n");
  record('>', answer + "\r\n" + (has_body ? response.body : ""));
  record('x', "");
  file.flush();
}

}  // namespace slipway::cloud::test
