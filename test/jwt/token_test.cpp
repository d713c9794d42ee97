// What is believed of a token, and of a set of keys.
#include "jwt/token.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "issuer.h"
#include "jwt/limits.h"
#include "model/canonical_json.h"

namespace slipway::jwt::test {
namespace {

const SigningKey& rsa() {
  static const SigningKey key = SigningKey::rsa("rsa-1");
  return key;
}
const SigningKey& ec() {
  static const SigningKey key = SigningKey::ec("ec-1");
  return key;
}
const KeySet& keys() {
  static const KeySet set = key_set({rsa().as_public(), ec().as_public()});
  return set;
}

// What a token says, by the key that it names.
Result<json::object> read(std::string_view text, const KeySet& set = keys()) {
  const auto token = Token::read(text);
  if (!token) return std::unexpected(token.error());
  const Key* key = set.find(token->key_id(), token->algorithm());
  if (!key) return fail(ErrorKind::unauthorized, "no-key", "");
  return token->payload(*key);
}
std::string why(std::string_view text, const KeySet& set = keys()) {
  const auto payload = read(text, set);
  return payload ? "believed" : payload.error().type + ": " + payload.error().message;
}
std::string url_base64(std::string_view bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

TEST(Jwt, WhatAKeyOfTheSetHasSignedIsTold) {
  for (const SigningKey* key : {&rsa(), &ec()}) {
    const auto payload = read(key->sign(good_claims()));
    ASSERT_TRUE(payload) << payload.error().message;
    EXPECT_EQ(json_text(*payload), json_text(good_claims()));
  }
}

TEST(Jwt, AForgedOneIsNot) {
  const std::string wrong = "unauthorized: The token's signature is not right";
  const std::string other_rsa = SigningKey::rsa("rsa-1").sign(good_claims());
  const std::string other_ec = SigningKey::ec("ec-1").sign(good_claims());
  EXPECT_EQ(why(other_rsa), wrong);
  EXPECT_EQ(why(other_ec), wrong);
  // The signature of one, the claims of another.
  const std::string honest = rsa().sign(good_claims());
  json::object claims = good_claims();
  claims["tenant"] = "globex";
  const std::string header = honest.substr(0, honest.find('.'));
  const std::string signature = honest.substr(honest.rfind('.'));
  EXPECT_EQ(why(header + "." + url_base64(json_text(claims)) + signature), wrong);
  EXPECT_NE(why(honest.substr(0, honest.rfind('.') + 1)), "believed") << "no signature";
}

TEST(Jwt, NoneIsNoSignature) {
  const std::string payload = url_base64(json_text(good_claims()));
  for (const char* algorithm : {"none", "None", "NONE"}) {
    const std::string header = url_base64(json_text(json::object{{"alg", algorithm}}));
    EXPECT_TRUE(why(header + "." + payload + ".").starts_with("unauthorized: ")) << algorithm;
  }
}

TEST(Jwt, APublicKeyIsNoSecret) {
  const json::object jwk = rsa().as_public();
  const std::string as_text = json_text(jwk);
  for (const std::string& secret : {as_text, std::string(jwk.at("n").as_string())}) {
    const SigningKey confused = SigningKey::secret("rsa-1", secret);
    EXPECT_EQ(why(confused.sign(good_claims())),
              "unauthorized: The token is not signed by RS256 or ES256");
  }
  // Nor is a secret in the set.
  const SigningKey secret = SigningKey::secret("shared", std::string(32, 's'));
  const KeySet set = key_set({rsa().as_public(), secret.as_private()});
  EXPECT_EQ(set.size(), 1u);
  EXPECT_TRUE(why(secret.sign(good_claims()), set).starts_with("unauthorized: "));
}

TEST(Jwt, AKeyIsUsedForItsOwnAlgorithmOnly) {
  // The header says ES256, the key of that name is RSA.
  const SigningKey impostor = SigningKey::ec("rsa-1");
  EXPECT_EQ(why(impostor.sign(good_claims())), "no-key: ");
  // RSA keys can do more than RS256; ours do not.
  const std::string stronger =
      rsa().sign(json_text(good_claims()), {{"alg", "PS256"}, {"kid", "rsa-1"}});
  EXPECT_EQ(why(stronger), "unauthorized: The token is not signed by RS256 or ES256");
}

TEST(Jwt, AKeyIsFoundByItsIdOrAlone) {
  EXPECT_EQ(why(SigningKey::rsa("rsa-2").sign(good_claims())), "no-key: ");
  const std::string nameless = rsa().sign(json_text(good_claims()), {{"alg", "RS256"}});
  EXPECT_EQ(why(nameless), "believed") << "the only one of its algorithm";
  const KeySet two = key_set({rsa().as_public(), SigningKey::rsa("rsa-2").as_public()});
  EXPECT_EQ(why(nameless, two), "no-key: ");
}

TEST(Jwt, WhatIsGarbledOrTooMuchIsRefused) {
  for (const std::string text : {"", ".", "..", "a.b.c", "....", "e30.e30.e30"})
    EXPECT_TRUE(why(text).starts_with("unauthorized: ")) << text;
  EXPECT_EQ(why(std::string(token_bytes_max + 1, 'a')), "unauthorized: The token is too large");
  const auto with = [&](const json::object& more) {
    json::object header{{"alg", "RS256"}, {"kid", "rsa-1"}};
    for (const auto& member : more) header[member.key()] = member.value();
    return rsa().sign(json_text(good_claims()), header);
  };
  EXPECT_EQ(why(with({{"crit", json::array{"exp"}}})),
            "unauthorized: The token has extensions that are not understood here");
  EXPECT_EQ(why(with({{"kid", std::string(key_id_bytes_max + 1, 'k')}})),
            "unauthorized: The token's key id is too long");
  EXPECT_EQ(why(rsa().sign("[1]", {{"alg", "RS256"}, {"kid", "rsa-1"}})),
            "unauthorized: The token's claims are not a JSON object");
  EXPECT_EQ(why(rsa().sign(R"({"tenant":"a","tenant":"b"})", {{"alg", "RS256"}, {"kid", "rsa-1"}})),
            "unauthorized: The token's claims are not a JSON object")
      << "which one counts?";
}

TEST(Jwt, ASetSaysWhatIsWrongWithIt) {
  const auto wrong = [](const std::string& text) {
    const auto set = KeySet::from_text(text);
    return set ? "used" : set.error().type + ": " + set.error().message;
  };
  EXPECT_TRUE(wrong("no JSON").starts_with("bad-key-set: "));
  EXPECT_EQ(wrong("{}"), "bad-key-set: The key set has no list “keys”");
  const std::string none = "bad-key-set: The key set has no key that can be used here";
  EXPECT_EQ(wrong(R"({"keys":[]})"), none);
  EXPECT_EQ(wrong(R"({"keys":[1,{"kty":"OKP","crv":"Ed25519","x":"AA"}]})"), none);
  EXPECT_EQ(wrong(key_set_text({SigningKey::rsa("weak", 1024).as_public()})), none);
  EXPECT_EQ(wrong(key_set_text({rsa().as_private()})),
            "bad-key-set: The key set holds a private key: whoever reads it can make tokens");
  EXPECT_TRUE(wrong(key_set_text({ec().as_private()})).starts_with("bad-key-set: "));
  json::object encrypts = rsa().as_public();
  encrypts["use"] = "enc";
  EXPECT_EQ(wrong(key_set_text({encrypts})), none);
  json::object signs = rsa().as_public();
  signs["key_ops"] = json::array{"sign"};
  EXPECT_EQ(wrong(key_set_text({signs})), none);
  json::object other = rsa().as_public();
  other["alg"] = "RS512";
  EXPECT_EQ(wrong(key_set_text({other})), none);
  EXPECT_EQ(wrong(std::string(key_set_bytes_max + 1, ' ')),
            "bad-key-set: The key set is too large");
}

}  // namespace
}  // namespace slipway::jwt::test
