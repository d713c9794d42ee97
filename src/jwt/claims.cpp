#include "jwt/claims.h"

#include <algorithm>

#include "jwt/limits.h"
#include "jwt/refusal.h"

namespace slipway::jwt {

namespace {

// A NumericDate (RFC 7519, 2): seconds, perhaps with a fraction.
std::optional<WallTime> time_at(const json::object& payload, std::string_view name) {
  constexpr double seconds_max = 253'402'300'799;  // the year 9999
  const json::value* value = find(payload, name);
  if (!value || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  return WallTime{std::int64_t(std::clamp(seconds, 0.0, seconds_max) * 1000)};
}

bool is_for(const json::object& payload, const std::string& audience) {
  const json::value* said = find(payload, "aud");
  if (!said) return false;
  const json::value wanted(audience);
  return *said == wanted || (said->is_array() && std::ranges::find(said->get_array(), wanted) !=
                                                     said->get_array().end());
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_bytes_max &&
         std::ranges::none_of(text, [](unsigned char c) { return c < ' '; });
}

// A claim that is there must be a time.
Result<std::optional<WallTime>> optional_time(const json::object& payload, std::string_view name) {
  const auto time = time_at(payload, name);
  if (!time && find(payload, name))
    return refuse("The token's claim “" + std::string(name) + "” is no time");
  return time;
}

}  // namespace

Result<Claims> read_claims(const json::object& payload, const Expected& expected, WallTime now) {
  const Duration slack = leeway;
  if (text_at(payload, "iss") != expected.issuer)
    return refuse("The token is not from the issuer that is trusted here");
  if (!is_for(payload, expected.audience)) return refuse("The token is meant for somebody else");
  const auto expires = time_at(payload, "exp");
  if (!expires) return refuse("The token does not say when it ends (“exp”)");
  if (*expires + slack <= now) return refuse("The token has expired at " + to_text(*expires));
  const auto begins = optional_time(payload, "nbf"), issued = optional_time(payload, "iat");
  if (!begins) return std::unexpected(begins.error());
  if (!issued) return std::unexpected(issued.error());
  for (const auto& time : {*begins, *issued}) {
    if (time && now + slack < *time)
      return refuse("The token is of the future: it is valid from " + to_text(*time) + " on");
  }
  Claims claims{{}, {}, {}, issued->value_or(WallTime{}), *expires + slack};
  for (const auto& [name, to] : {std::pair(&expected.tenant_claim, &claims.tenant),
                                 std::pair(&expected.device_claim, &claims.device)}) {
    *to = text_at(payload, *name).value_or("");
    if (!is_name(*to)) {
      return refuse("The token's claim “" + *name +
                    "” is missing, or no name of up to 256 bytes without control characters");
    }
  }
  if (const json::value* scope = find(payload, expected.scope_claim)) claims.scope = *scope;
  return claims;
}

}  // namespace slipway::jwt
