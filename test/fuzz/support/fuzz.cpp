#include "fuzz.h"

#include <cstdio>
#include <cstdlib>

#include "model/canonical_json.h"

namespace slipway::fuzz {

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return line;
}

void demand(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "demanded, but does not hold: %.*s\n", int(what.size()), what.data());
  std::abort();
}

// The JSON parser is strict about it, and is itself under test: asked with a text of our own.
bool is_valid_utf8(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    quoted += plain ? c : ' ';
  }
  return parse_json(quoted + "\"", "text").has_value();
}

void demand_reads_back(const json::value& value, std::string_view text, std::string_view what) {
  const auto back = parse_json(text, what);
  demand(back.has_value(), std::string(what) + " cannot be read back");
  demand(canonical_json(*back) == canonical_json(value),
         std::string(what) + " reads back as other");
  demand(same_value(*back, value), std::string(what) + " is not the same value");
}

}  // namespace slipway::fuzz
