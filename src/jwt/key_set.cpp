#include "jwt/key_set.h"

#include <algorithm>
#include <optional>

#include "jwt/key_handle.h"
#include "jwt/limits.h"
#include "model/canonical_json.h"

namespace slipway::jwt {

namespace {

std::unexpected<Error> bad(std::string what) {
  return fail(
      ErrorKind::invalid, "bad-key-set", std::move(what),
      "It must be a JWK Set (RFC 7517) with a public key for RS256 (RSA, 2048 bits or more) "
      "or ES256 (P-256)");
}

// What a key verifies, if it does so with us.
std::optional<Algorithm> algorithm_of(const json::object& jwk) {
  const auto type = text_at(jwk, "kty");
  const auto said = text_at(jwk, "alg");
  if (text_at(jwk, "use").value_or("sig") != "sig") return std::nullopt;
  if (const json::value* uses = find(jwk, "key_ops")) {
    if (!uses->is_array() ||
        std::ranges::find(uses->get_array(), json::value("verify")) == uses->get_array().end())
      return std::nullopt;
  }
  if (type == "RSA" && said.value_or("RS256") == "RS256") return Algorithm::rs256;
  if (type == "EC" && text_at(jwk, "crv") == "P-256" && said.value_or("ES256") == "ES256")
    return Algorithm::es256;
  return std::nullopt;
}

// RSA and EC keys have a "d" if they are private (RFC 7518, 6).
bool is_private(const json::object& jwk) {
  return text_at(jwk, "kty") != "oct" && find(jwk, "d");
}

std::optional<Key> key_from(const json::object& jwk) {
  const auto algorithm = algorithm_of(jwk);
  std::string id(text_at(jwk, "kid").value_or(""));
  if (!algorithm || id.size() > key_id_bytes_max) return std::nullopt;
  const std::string text = json_text(jwk);
  cjose_err error;
  JwkPointer read(cjose_jwk_import(text.data(), text.size(), &error));
  if (!read) return std::nullopt;
  if (*algorithm == Algorithm::rs256 && cjose_jwk_get_keysize(read.get(), &error) < rsa_bits_min)
    return std::nullopt;
  return Key{std::move(id), *algorithm,
             std::make_shared<const Key::Handle>(Key::Handle{std::move(read)})};
}

}  // namespace

Result<KeySet> KeySet::from_text(std::string_view text) {
  if (text.size() > key_set_bytes_max) return bad("The key set is too large");
  const auto object = parse_json_object(text, "the key set");
  if (!object) return bad(object.error().message);
  const json::value* list = slipway::find(*object, "keys");
  if (!list || !list->is_array()) return bad("The key set has no list “keys”");
  KeySet set;
  for (const json::value& jwk : list->get_array()) {
    if (!jwk.is_object()) continue;
    if (is_private(jwk.get_object())) {
      return bad("The key set holds a private key: whoever reads it can make tokens");
    }
    if (auto key = key_from(jwk.get_object())) set.keys_.push_back(std::move(*key));
  }
  if (set.keys_.empty()) return bad("The key set has no key that can be used here");
  return set;
}

const Key* KeySet::find(std::string_view id, Algorithm algorithm) const {
  const Key* found = nullptr;
  for (const Key& key : keys_) {
    if (key.algorithm != algorithm || (!id.empty() && key.id != id)) continue;
    if (!id.empty()) return &key;
    if (found) return nullptr;  // nobody says which
    found = &key;
  }
  return found;
}

bool KeySet::has(std::string_view id) const {
  return std::ranges::any_of(keys_, [&](const Key& key) { return key.id == id; });
}

}  // namespace slipway::jwt
