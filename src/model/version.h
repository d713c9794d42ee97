// A version is a commit of the cloud's log: (seq, salt), compared as a whole. Two histories may
// both have a commit 12; the random salt tells them apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/json.h"

namespace slipway {

struct Version {
  std::int64_t seq = 0;
  std::string salt;  // 16 hexadecimal digits
  friend bool operator==(const Version&, const Version&) = default;
};

json::value to_json(const Version& version);  // {"seq":12,"salt":"…"}
json::value to_json(const std::optional<Version>& version);
Result<Version> version_from_json(const json::value& value);
Result<std::optional<Version>> version_or_null_from_json(
    const json::value* value);  // absent is null

std::string to_text(const Version& version);  // "12-9f3c…", for a query string
Result<Version> version_from_text(std::string_view text);

bool is_salt(std::string_view text);

}  // namespace slipway
