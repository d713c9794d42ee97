#include "model/version.h"

#include <algorithm>
#include <charconv>

namespace slipway {

bool is_salt(std::string_view text) {
  return text.size() == 16 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

json::value to_json(const Version& version) {
  return {{"seq", version.seq}, {"salt", version.salt}};
}

json::value to_json(const std::optional<Version>& version) {
  return version ? to_json(*version) : json::value(nullptr);
}

namespace {

std::unexpected<Error> bad_version() {
  return fail(ErrorKind::invalid, "invalid-version",
              "A version must be {\"seq\": 0 or more, \"salt\": 16 hexadecimal digits}");
}

}  // namespace

Result<Version> version_from_json(const json::value& value) {
  if (!value.is_object()) return bad_version();
  const auto seq = integer_at(value.get_object(), "seq");
  const auto salt = text_at(value.get_object(), "salt");
  if (!seq || *seq < 0 || *seq > json_integer_max || !salt || !is_salt(*salt)) return bad_version();
  return Version{*seq, std::string(*salt)};
}

Result<std::optional<Version>> version_or_null_from_json(const json::value* value) {
  if (!value || value->is_null()) return std::nullopt;
  auto version = version_from_json(*value);
  if (!version) return std::unexpected(version.error());
  return std::move(*version);
}

std::string to_text(const Version& version) {
  return std::to_string(version.seq) + "-" + version.salt;
}

Result<Version> version_from_text(std::string_view text) {
  std::int64_t seq = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, seq);
  if (error != std::errc{} || at == end || *at != '-' || seq < 0 || seq > json_integer_max)
    return bad_version();
  const std::string_view salt(at + 1, end);
  if (!is_salt(salt)) return bad_version();
  return Version{seq, std::string(salt)};
}

}  // namespace slipway
