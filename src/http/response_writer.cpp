#include "http/response_writer.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "http/gzip.h"

namespace slipway::http {

namespace {

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 207:
      return "Multi-Status";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
           return lower(x) == lower(y);
         });
}

// A line break in a value would start a header of the attacker's choice.
void write_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    out += is_control ? ' ' : c;
  }
}

void write_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  write_value(out, value);
  out += "\r\n";
}

// "Date: …", made once a second. One thread writes responses.
std::string_view date_header() {
  static thread_local std::time_t made_at = -1;
  static thread_local char text[64];
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    made_at = now;
  }
  return text;
}

void write_status(std::string& out, unsigned status) {
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += reason_of(status);
  out += "\r\n";
  out += date_header();
}

// What the server says itself, a handler must not.
bool is_servers_own(std::string_view name) {
  return equal_ignoring_case(name, "connection") || equal_ignoring_case(name, "content-length") ||
         equal_ignoring_case(name, "transfer-encoding") || equal_ignoring_case(name, "date");
}

void write_headers(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_servers_own(name)) write_header(out, name, value);
  }
}

bool is_compressible(const Response& response, std::size_t gzip_bytes_min) {
  const std::string_view type = response.content_type;
  const bool is_text = type.starts_with("text/") || type.starts_with("application/json") ||
                       type.starts_with("application/problem+json") ||
                       type.starts_with("application/manifest+json") ||
                       type.starts_with("application/x-ndjson") ||
                       type.starts_with("application/openapi") ||
                       type.starts_with("application/wasm") || type.starts_with("image/svg+xml");
  return is_text && !response.body.empty() && response.body.size() >= gzip_bytes_min &&
         std::none_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
           return equal_ignoring_case(header.first, "content-encoding");
         });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.0", "q=0.000": not at all.
bool is_refused(std::string_view parameters) {
  const auto q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const auto value = trimmed(parameters.substr(q + 2));
  return value.find_first_not_of("0.") == std::string_view::npos;
}

void write_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += name;
  out += ": ";
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  }
  out += '\n';
}

}  // namespace

void write_response(std::string& out, Response response, const WriteOptions& options) {
  const bool has_body = response.status != 204 && response.status != 304;
  const bool varies = has_body && is_compressible(response, options.gzip_bytes_min);
  const bool compressed = varies && options.gzip;
  if (compressed) response.body = gzip_compress(response.body);

  out.reserve(out.size() + response.body.size() + 512);
  write_status(out, response.status);
  if (!response.content_type.empty()) write_header(out, "Content-Type", response.content_type);
  if (has_body) write_header(out, "Content-Length", std::to_string(response.body.size()));
  if (compressed) out += "Content-Encoding: gzip\r\n";
  if (varies) out += "Vary: Accept-Encoding\r\n";
  out += "X-Content-Type-Options: nosniff\r\n";
  write_headers(out, response.headers);
  if (!options.keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
  if (has_body && !options.head_only) out += response.body;
}

void write_stream_head(std::string& out, const Headers& headers) {
  write_status(out, 200);
  out +=
      "Content-Type: text/event-stream\r\n"
      "Cache-Control: no-store\r\n"
      "X-Accel-Buffering: no\r\n"
      "X-Content-Type-Options: nosniff\r\n";
  write_headers(out, headers);
  out += "Connection: close\r\n\r\n";
}

void write_event(std::string& out, std::string_view event, std::string_view data,
                 std::string_view id) {
  write_field(out, "event", event);
  write_field(out, "id", id);
  for (;;) {
    const auto end = data.find_first_of("\r\n");
    out += "data: ";
    out += data.substr(0, end);
    out += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  out += '\n';
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto comma = accept_encoding.find(',');
    const auto item = accept_encoding.substr(0, comma);
    const auto semicolon = item.find(';');
    const auto coding = trimmed(item.substr(0, semicolon));
    const bool refused =
        semicolon != std::string_view::npos && is_refused(item.substr(semicolon + 1));
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
      return !refused;
    }
    if (coding == "*") any = !refused;
    if (comma == std::string_view::npos) break;
    accept_encoding.remove_prefix(comma + 1);
  }
  return any;
}

}  // namespace slipway::http
