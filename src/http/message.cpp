#include "http/message.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace slipway::http {

namespace {

unsigned status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 422;
    case ErrorKind::unauthorized:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::busy:
      return 503;
    case ErrorKind::unsupported:
      return 501;
    case ErrorKind::storage:
      return 507;
  }
  return 500;
}

// The length of the valid UTF-8 sequence at the start of `bytes`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2   ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || bytes.size() < length) return 0;
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (at(1) < low || at(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Response json(unsigned status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

Response no_content() {
  return {.status = 204, .content_type = ""};
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) {
      text += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

Response problem(const Error& error) {
  return problem(status_of(error.kind), error);
}

Response problem(unsigned status, const Error& error) {
  boost::json::object body;
  body["type"] = "https://slipway.dev/problems/" + to_valid_utf8(error.type);
  body["title"] = to_valid_utf8(error.message);
  body["status"] = status;
  if (!error.hint.empty()) body["detail"] = to_valid_utf8(error.hint);
  if (!error.field.empty()) body["field"] = to_valid_utf8(error.field);
  if (!error.entries.empty())
    body["entries"] = boost::json::array(error.entries.begin(), error.entries.end());
  Response response{.status = status,
                    .content_type = "application/problem+json",
                    .body = boost::json::serialize(body),
                    .cause = error.cause};
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response our_fault() {
  return problem(500, {ErrorKind::invalid, "internal-error",
                       "Something went wrong inside Slipway with this request.",
                       "It may have been carried out or not; look before sending it again. The "
                       "log says more."});
}

}  // namespace slipway::http
