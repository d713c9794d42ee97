#include "cloud/sealed_place.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

// What most ids do not begin with; one that does is still an id, since it does not open.
constexpr char mark = '~';
constexpr std::size_t block_bytes = 64;  // two UUIDs' length
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr int text_form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string key_in(std::string_view text) {
  std::string key(key_bytes, '\0');
  std::size_t size = 0;
  CHECK(sodium_hex2bin(bytes(key), key.size(), text.data(), text.size(), nullptr, &size, nullptr) ==
        0);
  CHECK(size == key_bytes);
  return key;
}

bool is_key(std::string_view text) {
  return text.size() == 2 * key_bytes && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string of(const TokenOwner& owner, std::string_view in) {
  return json_text(json::array{in, owner.tenant, owner.device});
}

}  // namespace

std::string new_seal_key() {
  CHECK(sodium_init() >= 0);
  std::string key(key_bytes, '\0');
  randombytes_buf(key.data(), key.size());
  std::string text(2 * key_bytes + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes(key), key.size());
  text.pop_back();
  return text;
}

std::string seal(std::string_view place, std::string_view of, std::string_view key) {
  CHECK(sodium_init() >= 0);
  std::string padded(place);
  padded.resize(place.size() + block_bytes);
  std::size_t size = 0;
  CHECK(sodium_pad(&size, bytes(padded), place.size(), block_bytes, padded.size()) == 0);
  std::string sealed(nonce_bytes + size + tag_bytes, '\0');
  randombytes_buf(sealed.data(), nonce_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + nonce_bytes, nullptr, bytes(padded),
                                             size, bytes(of), of.size(), nullptr, bytes(sealed),
                                             bytes(key_in(key)));
  std::string text(sodium_base64_encoded_len(sealed.size(), text_form), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(sealed), sealed.size(), text_form);
  text.pop_back();
  return mark + text;
}

bool looks_sealed(std::string_view text) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  const std::size_t least =
      sodium_base64_encoded_len(nonce_bytes + block_bytes + tag_bytes, text_form) - 1;
  const bool is_letters = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return is_letters && text.size() >= least;
}

std::optional<std::string> open_sealed(std::string_view text, std::string_view of,
                                       std::string_view key) {
  CHECK(sodium_init() >= 0);
  if (!text.starts_with(mark)) return std::nullopt;
  text.remove_prefix(1);
  std::string sealed(text.size(), '\0');
  std::size_t size = 0;
  const bool is_text = sodium_base642bin(bytes(sealed), sealed.size(), text.data(), text.size(),
                                         nullptr, &size, nullptr, text_form) == 0;
  if (!is_text || size < nonce_bytes + tag_bytes) return std::nullopt;
  std::string padded(size - nonce_bytes - tag_bytes, '\0');
  const bool is_ours =
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes(padded), nullptr, nullptr, bytes(sealed) + nonce_bytes, size - nonce_bytes,
          bytes(of), of.size(), bytes(sealed), bytes(key_in(key))) == 0;
  if (!is_ours) return std::nullopt;
  CHECK(sodium_unpad(&size, bytes(padded), padded.size(), block_bytes) == 0);
  padded.resize(size);
  return padded;
}

Result<std::string> SealedPlaces::seal(const TokenOwner& owner, std::string_view in,
                                       std::string_view place) {
  if (auto known = need_key(); !known) return std::unexpected(std::move(known.error()));
  return cloud::seal(place, of(owner, in), key_);
}

Result<std::optional<std::string>> SealedPlaces::open(const TokenOwner& owner, std::string_view in,
                                                      std::string_view text) {
  if (!text.starts_with(mark)) return std::nullopt;
  if (auto known = need_key(); !known) return std::unexpected(std::move(known.error()));
  return open_sealed(text, of(owner, in), key_);
}

Result<void> SealedPlaces::need_key() {
  if (!key_.empty()) return {};
  auto key = ledger_.seal_key();
  if (!key) return std::unexpected(std::move(key.error()));
  if (!is_key(*key)) {
    return fail(
        ErrorKind::storage, "corrupt", "The cloud's database has no key to seal places with",
        "Nothing was done. Delete the row sealKey of ledger_meta: another key is made then.");
  }
  key_ = std::move(*key);
  return {};
}

}  // namespace slipway::cloud
