// Bearer tokens: 256 random bits, shown once, stored as their BLAKE2b hash. Looking a token up by
// its hash tells nothing about how much of a guess was right.
#pragma once

#include <string>
#include <string_view>

namespace slipway::cloud {

std::string new_token();                    // "slw_" and 43 characters of base64url
std::string digest(std::string_view text);  // BLAKE2b, 64 hexadecimal digits
inline std::string token_hash(std::string_view token) {
  return digest(token);
}

}  // namespace slipway::cloud
