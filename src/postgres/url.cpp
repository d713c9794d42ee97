#include "postgres/url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <ranges>
#include <string_view>

namespace slipway::postgres {

namespace {

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65'535;
}

// One for each host; an empty one is the default.
bool are_ports(std::string_view text) {
  return std::ranges::all_of(text | std::views::split(','), [](auto part) {
    const std::string_view port(part.begin(), part.end());
    return port.empty() || is_port(port);
  });
}

}  // namespace

std::optional<std::string> mistake_in(const std::string& url) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(url.c_str(), &complaint));
  PQfreemem(complaint);
  if (!options) return "it is not formed like one";
  // Where user and password end is looked for before the first “/”, up to the first “@”.
  for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
    const std::string_view keyword = option->keyword, value = option->val ? option->val : "";
    if (keyword == "port" && !are_ports(value)) return "its port is no number from 1 to 65535";
    if (keyword == "host" && value.contains('@')) return "it has more than one “@”";
  }
  const std::string_view path = std::string_view(url).substr(0, url.find('?'));
  const auto host = path.find("://");
  if (host != path.npos && path.find('@', path.find('/', host + 3)) != path.npos)
    return "a “/” stands before its “@”";
  return std::nullopt;
}

}  // namespace slipway::postgres
