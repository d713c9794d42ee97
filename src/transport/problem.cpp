#include "transport/problem.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

#include "transport/limits.h"

namespace slipway {

namespace {

constexpr int proxy_authentication_required = 407;

std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return type;
}

std::string default_text(int status, FailureClass means, const std::string& peer) {
  const std::string number = " (" + std::to_string(status) + ").";
  if (status == proxy_authentication_required) return "The proxy asks for a name and a password.";
  if (status >= 300 && status < 400) {
    return peer + " sends requests elsewhere" + number + " Is this a captive portal?";
  }
  switch (means) {
    case FailureClass::unreachable:
      return "What answered at " + peer + " is not the service that was asked" + number;
    case FailureClass::busy:
      return peer + " asks to wait" + number;
    case FailureClass::server_error:
      return peer + " failed" + number;
    case FailureClass::signed_out:
      return peer + " does not accept the token" + number;
    case FailureClass::forbidden:
      return peer + " does not allow this" + number;
    case FailureClass::upgrade_needed:
      return peer + " needs a newer version of this program" + number;
    default:
      return peer + " refused this" + number;
  }
}

std::optional<Duration> bounded(std::int64_t seconds) {
  constexpr auto most = std::chrono::duration_cast<std::chrono::seconds>(limits::retry_after_max);
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, most.count()));
}

}  // namespace

std::string readable_line(std::string_view text) {
  std::string line(text.substr(0, limits::failure_text_bytes_max));
  if (text.size() > line.size()) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    std::size_t end = line.size();
    if (continues(text[end])) {
      while (end > 0 && continues(line[end - 1])) --end;
      if (end > 0) --end;  // the character's first byte
    }
    line.resize(end);
    line += "…";
  }
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return line;
}

bool is_json_type(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

bool is_html_type(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "text/html" || type == "application/xhtml+xml";
}

std::optional<json::object> json_body(const HttpAnswer& answer) {
  if (!is_json_type(answer.content_type)) return std::nullopt;
  auto object = parse_json_object(answer.body, "the answer");
  if (!object) return std::nullopt;
  return std::move(*object);
}

std::string problem_slug(const json::object& problem) {
  std::string_view type = text_at(problem, "type").value_or("");
  type = type.substr(0, type.find_first_of("?#"));
  while (type.ends_with('/')) type.remove_suffix(1);
  return std::string(type.substr(type.rfind('/') + 1));  // none: npos + 1 is 0
}

std::string problem_text(const json::object& problem) {
  const std::string_view title = text_at(problem, "title").value_or("");
  const std::string_view detail = text_at(problem, "detail").value_or("");
  if (title.empty() || detail.empty()) return readable_line(title.empty() ? detail : title);
  const std::string_view between = title.ends_with('.') ? " " : ". ";
  return readable_line(std::string(title) + std::string(between) + std::string(detail));
}

std::optional<Duration> retry_after(const HttpAnswer& answer) {
  const std::string& text = answer.retry_after;
  if (text.empty()) return std::nullopt;
  if (text.find_first_not_of("0123456789") == text.npos) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return error == std::errc{} ? bounded(seconds) : limits::retry_after_max;
  }
  const time_t until = curl_getdate(text.c_str(), nullptr);
  const time_t now = answer.date.empty() ? -1 : curl_getdate(answer.date.c_str(), nullptr);
  if (until == -1 || now == -1) return std::nullopt;
  return bounded(std::int64_t(until) - std::int64_t(now));
}

Failure failure_of(const HttpAnswer& answer, std::string_view slug, bool trusted,
                   const std::string& peer) {
  // A proxy that asks who we are says nothing about what was sent.
  if (answer.status == proxy_authentication_required) trusted = false;
  Failure failure;
  failure.means = classify(answer.status, slug, trusted);
  failure.status = answer.status;
  failure.retry_after = retry_after(answer);
  if (trusted) {
    if (const auto problem = json_body(answer)) failure.message = problem_text(*problem);
  }
  if (failure.message.empty()) failure.message = default_text(answer.status, failure.means, peer);
  return failure;
}

}  // namespace slipway
