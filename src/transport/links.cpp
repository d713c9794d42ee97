#include "transport/links.h"

#include <algorithm>
#include <string_view>

namespace slipway {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::string_view(" \t").find(text.front()) != text.npos)
    text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t").find(text.back()) != text.npos)
    text.remove_suffix(1);
  return text;
}

bool is_word(std::string_view text, std::string_view lower_case_word) {
  return std::ranges::equal(text, lower_case_word, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
}

bool begins_a_quote(std::string_view text, std::size_t at) {
  return text[at] == '"' || (text[at] == '\'' && at > 0 && text[at - 1] == '=');
}

// Up to the first such letter outside of quotes, which is taken off as well. An apostrophe is a
// letter of words; some APIs quote with it all the same, whole values.
std::string_view take_until(std::string_view& text, char end) {
  char quote = 0;
  std::size_t at = 0;
  for (; at < text.size() && (quote || text[at] != end); ++at) {
    if (quote && text[at] == '\\')
      ++at;
    else if (quote ? text[at] == quote : begins_a_quote(text, at))
      quote = quote ? 0 : text[at];
  }
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

// One of the parameters says rel=next, among other relations perhaps.
bool leads_on(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    const std::string_view name = trimmed(take_until(value, '='));
    if (!is_word(name, "rel")) continue;
    value = trimmed(value);
    const bool quoted = value.size() > 1 && value.front() == value.back() &&
                        (value.front() == '"' || value.front() == '\'');
    if (quoted) value = value.substr(1, value.size() - 2);
    while (!value.empty())
      if (is_word(trimmed(take_until(value, ' ')), "next")) return true;
  }
  return false;
}

}  // namespace

std::string next_in_links(const HttpAnswer& answer) {
  for (const auto& [name, all] : answer.headers) {
    std::string_view links = all;
    while (is_word(name, "link") && !links.empty()) {
      const auto open = links.find('<'), close = links.find('>', open);
      if (close == links.npos) break;
      const std::string_view target = links.substr(open + 1, close - open - 1);
      links.remove_prefix(close + 1);
      if (leads_on(take_until(links, ','))) return std::string(target);
    }
  }
  return {};
}

}  // namespace slipway
