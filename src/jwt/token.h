// A JSON Web Token (RFC 7519), signed and in its compact form (RFC 7515). What it says is told only
// against a key that verifies it. Decoding and cryptography are cjose's.
//
// Every error is "unauthorized" and says what is wrong; none quotes a part of the token.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jwt/key_set.h"
#include "model/json.h"

namespace slipway::jwt {

// Whether it has the shape of one: three parts. Tokens of our own have no dots.
bool looks_like_jwt(std::string_view token);

class Token {
 public:
  // Refuses what is signed by anything but RS256 and ES256 ("none" and HMAC among it), and what has
  // extensions that must be understood ("crit").
  static Result<Token> read(std::string_view token);

  Algorithm algorithm() const { return algorithm_; }
  const std::string& key_id() const { return key_id_; }  // "": it names none

  // What it says, if that key has signed it.
  Result<json::object> payload(const Key& key) const;

 private:
  struct Parsed;
  std::shared_ptr<const Parsed> parsed_;
  Algorithm algorithm_ = Algorithm::rs256;
  std::string key_id_;
};

}  // namespace slipway::jwt
