#include "cloud/tokens.h"

#include <sodium.h>

#include "base/base64.h"
#include "base/check.h"

namespace slipway::cloud {

std::string new_token() {
  CHECK(sodium_init() >= 0);
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return "slw_" + text;
}

std::string digest(std::string_view text) {
  CHECK(sodium_init() >= 0);
  unsigned char hash[crypto_generichash_BYTES];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  std::string digits(2 * sizeof hash + 1, '\0');
  sodium_bin2hex(digits.data(), digits.size(), hash, sizeof hash);
  digits.pop_back();
  return digits;
}

}  // namespace slipway::cloud
