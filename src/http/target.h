// The target of a request line, taken apart (RFC 9112, 3.2). Only for this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::http {

struct Target {
  std::string path;      // percent-decoded
  std::string raw_path;  // as sent
  std::vector<std::pair<std::string, std::string>> query;
};

// "/a?b=c", "http://host/a?b=c" or "*"; nothing when it is none of these.
std::optional<Target> parse_target(std::string_view target);

// Nothing when a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace slipway::http
