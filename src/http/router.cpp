#include "http/router.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/check.h"
#include "http/target.h"

namespace slipway::http {

namespace {

bool is_param(std::string_view part) {
  return part.starts_with('{');
}
bool is_rest(std::string_view part) {
  return part.ends_with("...}");
}

std::string_view name_of(std::string_view part) {
  part.remove_prefix(1);
  part.remove_suffix(is_rest(part) ? 4 : 1);
  return part;
}

// "/a/b" → {"a", "b"}; "/" → {""}.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(path.starts_with('/'));
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& parts) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= parts.size()) return false;
    if (is_rest(pattern[i])) return true;
    if (is_param(pattern[i]) ? parts[i].empty() : pattern[i] != parts[i]) return false;
  }
  return pattern.size() == parts.size();
}

// 0 literal, 1 parameter, 2 the rest: at the first difference the smaller one wins.
int looseness(std::string_view part) {
  return is_rest(part) ? 2 : is_param(part) ? 1 : 0;
}

bool is_tighter(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const auto& x, const auto& y) { return looseness(x) < looseness(y); });
}

// Decoded part by part, so that "%2F" in an id does not become a separator.
std::vector<std::string> parts_of(const Request& request) {
  const bool raw = !request.raw_path.empty();
  std::vector<std::string> parts;
  for (const auto part : split(raw ? request.raw_path : request.path)) {
    parts.push_back(raw ? percent_decode(part).value_or(std::string(part)) : std::string(part));
  }
  return parts;
}

Response unknown_path(const Request& request) {
  return problem({ErrorKind::not_found, "unknown-path", "There is nothing at " + request.path + ".",
                  "Check the address. The OpenAPI document lists every path."});
}

Response wrong_method(const Request& request, const std::set<std::string>& allowed) {
  std::string list;
  for (const auto& method : allowed) list += (list.empty() ? "" : ", ") + method;
  Response response = problem(405, {ErrorKind::invalid, "method-not-allowed",
                                    request.method + " is not possible at " + request.path + ".",
                                    "Nothing was done. Possible here: " + list + "."});
  response.headers.emplace_back("Allow", list);
  return response;
}

}  // namespace

Router& Router::add(std::string method, std::string pattern, Handler handler) {
  CHECK(pattern.starts_with('/'));
  Route route{std::move(method), {}, std::move(handler)};
  for (const auto part : split(pattern)) {
    CHECK(is_param(part) == part.ends_with('}'));
    CHECK(route.parts.empty() || !is_rest(route.parts.back()));  // the rest comes last
    route.parts.emplace_back(part);
  }
  for (const auto& other : routes_) {
    const bool alike = other.method == route.method && other.parts.size() == route.parts.size() &&
                       std::equal(other.parts.begin(), other.parts.end(), route.parts.begin(),
                                  [](const auto& a, const auto& b) {
                                    return looseness(a) == looseness(b) && (is_param(a) || a == b);
                                  });
    CHECK(!alike);  // the second one would never be reached
  }
  routes_.push_back(std::move(route));
  return *this;
}

void Router::route(Request request, Reply reply) const {
  const std::vector<std::string> parts = parts_of(request);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const Route* best = nullptr;
  std::set<std::string> allowed;
  for (const auto& candidate : routes_) {
    if (!matches(candidate.parts, parts)) continue;
    if (candidate.method != method) {
      allowed.insert(candidate.method);
      if (candidate.method == "GET") allowed.insert("HEAD");
    } else if (best == nullptr || is_tighter(candidate.parts, best->parts)) {
      best = &candidate;
    }
  }
  if (best == nullptr) {
    reply(allowed.empty() ? unknown_path(request) : wrong_method(request, allowed));
    return;
  }
  for (std::size_t i = 0; i < best->parts.size(); ++i) {
    const std::string& part = best->parts[i];
    if (!is_param(part)) continue;
    std::string value = parts[i];
    for (std::size_t j = i + 1; is_rest(part) && j < parts.size(); ++j) value += "/" + parts[j];
    request.params[std::string(name_of(part))] = std::move(value);
  }
  best->handler(std::move(request), std::move(reply));
}

}  // namespace slipway::http
