// An identity provider for tests: keys of its own, and tokens that it signs, or that somebody else
// does in its name.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "jwt/claims.h"
#include "jwt/key_set.h"
#include "model/json.h"

namespace slipway::jwt::test {

inline constexpr WallTime noon{1'795'000'000'000};
inline constexpr std::int64_t noon_seconds = 1'795'000'000;

class SigningKey {
 public:
  static SigningKey rsa(const std::string& id, std::size_t bits = 2048);
  static SigningKey ec(const std::string& id);
  static SigningKey secret(const std::string& id, const std::string& bytes);
  static SigningKey from_jwk(const json::object& jwk);  // with "kid" and "alg"

  json::object as_public() const;  // as a JWK
  json::object as_private() const;
  std::string sign(const std::string& payload, const json::object& header) const;
  // Nothing: the key cannot sign what has such a header.
  std::optional<std::string> try_sign(const std::string& payload, const json::object& header) const;
  // With the key's own algorithm and id.
  std::string sign(const json::object& claims) const;

 private:
  struct Handle;
  json::object jwk(bool with_private) const;
  std::string id_, algorithm_;
  std::shared_ptr<const Handle> handle_;
};

std::string key_set_text(std::initializer_list<json::object> keys);
KeySet key_set(std::initializer_list<json::object> keys);

Expected expected();
// Right in everything, for Hamburg of acme, from noon on for an hour.
json::object good_claims();

}  // namespace slipway::jwt::test
