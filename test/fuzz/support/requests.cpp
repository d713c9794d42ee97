#include "requests.h"

#include <algorithm>

#include "http/request_parser.h"
#include "model/canonical_json.h"

namespace slipway::fuzz {

namespace {

constexpr std::size_t header_bytes_max = 64 * 1024, body_bytes_max = 1 << 20;

void add_header(std::string& head, std::string_view name, const json::value& value) {
  if (value.is_string())
    head.append(name).append(": ").append(std::string_view(value.get_string())).append("\r\n");
}

std::string text_of_request(const json::object& asked) {
  std::string body, head(text_at(asked, "method").value_or(""));
  head.append(" ").append(text_at(asked, "target").value_or(""));
  head.append(" HTTP/1.1\r\nhost: x\r\n");
  if (const json::value* given = find(asked, "body"))
    body = given->is_string() ? std::string(given->get_string()) : json_text(*given);
  if (const json::value* headers = find(asked, "headers"); headers && headers->is_object()) {
    for (const auto& [name, value] : headers->get_object()) {
      add_header(head, name, value);
      if (!value.is_array()) continue;
      for (const json::value& one : value.get_array()) add_header(head, name, one);
    }
  }
  return head + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

std::optional<http::Request> request_from(const json::object& asked) {
  http::RequestParser parser(header_bytes_max, body_bytes_max);
  const std::string text = text_of_request(asked);
  std::string_view rest = text;
  while (!rest.empty() && !parser.done() && !parser.refusal()) {
    const std::size_t taken = parser.feed(rest);
    if (taken == 0) return std::nullopt;
    rest.remove_prefix(taken);
  }
  if (parser.refusal() || !parser.done()) return std::nullopt;
  return parser.take();
}

void OpenStream::send(std::string_view event, std::string_view data, std::string_view id) {
  const auto value = parse_json(data, "an event");
  sent.push_back(demand_value(value, "an event is JSON"));
  for (const std::string_view line : {event, data, id}) {
    demand(line.find_first_of("\r\n") == line.npos, "each part of an event is one line");
  }
}

void Answers::respond(http::Response given) {
  demand(++times == 1, "a request is answered once");
  response = std::move(given);
}

std::shared_ptr<http::EventStream> Answers::stream(http::Headers given) {
  demand(++times == 1, "a request is answered once");
  headers_of_stream = std::move(given);
  opened = std::make_shared<OpenStream>();
  return opened;
}

void check_problem(const http::Response& response) {
  demand(response.content_type == "application/problem+json", "a refusal is a problem");
  const auto problem = parse_json_object(response.body, "a problem");
  demand_value(problem, "a problem is JSON");
  demand(text_at(*problem, "type") && text_at(*problem, "title") &&
             integer_at(*problem, "status") == response.status,
         "a problem says type, title and status");
}

}  // namespace slipway::fuzz
