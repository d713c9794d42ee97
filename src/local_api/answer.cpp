#include "local_api/answer.h"

#include <charconv>

namespace slipway::local_api {

namespace {

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<std::int64_t> query_integer(const http::Request& request, std::string_view name,
                                   std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto number = integer_of(*text);
  if (number && *number >= least && *number <= most) return *number;
  return fail(ErrorKind::invalid, "invalid-parameter",
              "“" + std::string(name) + "” must be a whole number from " + std::to_string(least) +
                  " to " + std::to_string(most),
              {}, std::string(name));
}

std::optional<std::string> query_text(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  return text && !text->empty() ? std::optional(std::string(*text)) : std::nullopt;
}

Result<std::int64_t> path_id(const http::Request& request) {
  const auto found = request.params.find("id");
  const auto id = found == request.params.end() ? std::nullopt : integer_of(found->second);
  if (id) return *id;
  return fail(ErrorKind::not_found, "unknown-entry", "There is no entry by this id",
              "Ids of entries are whole numbers.");
}

Result<json::object> body_object(const http::Request& request) {
  if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) return json::object();
  return parse_json_object(request.body, "The request body");
}

}  // namespace slipway::local_api
