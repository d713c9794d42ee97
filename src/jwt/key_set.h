// The public keys of an issuer of tokens: a JWK Set (RFC 7517) with the keys of it that can verify
// RS256 (RSA of 2048 bits or more) and ES256 (P-256). Others are passed over: Debian's cjose knows
// no EdDSA, and a symmetric key in a set that everybody may read protects nothing.
//
// What a key is for follows from the key alone, never from a token (RFC 8725, 3.1): a key of one
// algorithm is never used for another.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::jwt {

enum class Algorithm { rs256, es256 };

struct Key {
  struct Handle;
  std::string id;  // "": it has none
  Algorithm algorithm = Algorithm::rs256;
  std::shared_ptr<const Handle> handle;
};

class KeySet {
 public:
  KeySet() = default;  // without keys

  // Errors: "bad-key-set", among them a set without a usable key, and one with a private key.
  static Result<KeySet> from_text(std::string_view text);

  // nullptr: none has that id. Without an id: the only key of that algorithm.
  const Key* find(std::string_view id, Algorithm algorithm) const;
  bool has(std::string_view id) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::vector<Key> keys_;
};

}  // namespace slipway::jwt
