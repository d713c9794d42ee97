#include "issuer.h"

#include "base/check.h"
#include "jwt/cjose.h"
#include "model/canonical_json.h"

namespace slipway::jwt::test {

struct SigningKey::Handle {
  JwkPointer jwk;
};

namespace {
struct ReleaseHeader {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
using HeaderPointer = std::unique_ptr<cjose_header_t, ReleaseHeader>;

JwkPointer named(cjose_jwk_t* jwk, const std::string& id) {
  cjose_err error;
  CHECK(jwk);
  if (!id.empty()) CHECK(cjose_jwk_set_kid(jwk, id.data(), id.size(), &error));
  return JwkPointer(jwk);
}
}  // namespace

SigningKey SigningKey::rsa(const std::string& id, std::size_t bits) {
  cjose_err error;
  const std::uint8_t exponent[] = {1, 0, 1};
  SigningKey key;
  key.id_ = id;
  key.algorithm_ = "RS256";
  key.handle_ = std::make_shared<Handle>(
      Handle{named(cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &error), id)});
  return key;
}

SigningKey SigningKey::ec(const std::string& id) {
  cjose_err error;
  SigningKey key;
  key.id_ = id;
  key.algorithm_ = "ES256";
  key.handle_ = std::make_shared<Handle>(
      Handle{named(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error), id)});
  return key;
}

SigningKey SigningKey::secret(const std::string& id, const std::string& bytes) {
  cjose_err error;
  SigningKey key;
  key.id_ = id;
  key.algorithm_ = "HS256";
  key.handle_ = std::make_shared<Handle>(
      Handle{named(cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                             bytes.size(), &error),
                   id)});
  return key;
}

SigningKey SigningKey::from_jwk(const json::object& jwk) {
  cjose_err error;
  const std::string text = json_text(jwk);
  SigningKey key;
  key.id_ = jwk.at("kid").as_string();
  key.algorithm_ = jwk.at("alg").as_string();
  key.handle_ = std::make_shared<Handle>(
      Handle{named(cjose_jwk_import(text.data(), text.size(), &error), key.id_)});
  return key;
}

json::object SigningKey::jwk(bool with_private) const {
  cjose_err error;
  const TextPointer text(cjose_jwk_to_json(handle_->jwk.get(), with_private, &error));
  CHECK(text);
  return parse_json_object(text.get(), "the key").value();
}
json::object SigningKey::as_public() const {
  return jwk(false);
}
json::object SigningKey::as_private() const {
  return jwk(true);
}

std::string SigningKey::sign(const std::string& payload, const json::object& header) const {
  auto token = try_sign(payload, header);
  CHECK(token);
  return std::move(*token);
}

std::optional<std::string> SigningKey::try_sign(const std::string& payload,
                                                const json::object& header) const {
  cjose_err error;
  const HeaderPointer made(cjose_header_new(&error));
  for (const auto& member : header) {
    const std::string name(member.key());
    const json::value& value = member.value();
    const bool set =
        value.is_string()
            ? cjose_header_set(made.get(), name.c_str(), value.get_string().c_str(), &error)
            : cjose_header_set_raw(made.get(), name.c_str(), json_text(value).c_str(), &error);
    if (!set) return std::nullopt;
  }
  const JwsPointer jws(cjose_jws_sign(handle_->jwk.get(), made.get(),
                                      reinterpret_cast<const std::uint8_t*>(payload.data()),
                                      payload.size(), &error));
  const char* text = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &text, &error)) return std::nullopt;
  return text;
}

std::string SigningKey::sign(const json::object& claims) const {
  json::object header{{"alg", algorithm_}, {"typ", "JWT"}};
  if (!id_.empty()) header["kid"] = id_;
  return sign(json_text(claims), header);
}

std::string key_set_text(std::initializer_list<json::object> keys) {
  json::array list;
  for (const json::object& key : keys) list.push_back(key);
  return json_text(json::object{{"keys", list}});
}

KeySet key_set(std::initializer_list<json::object> keys) {
  return KeySet::from_text(key_set_text(keys)).value();
}

Expected expected() {
  Expected expected;
  expected.issuer = "https://id.example.org/";
  expected.audience = "slipway";
  return expected;
}

json::object good_claims() {
  return {{"iss", "https://id.example.org/"}, {"aud", "slipway"}, {"iat", noon_seconds},
          {"exp", noon_seconds + 3600},       {"tenant", "acme"}, {"device", "Hamburg"}};
}

}  // namespace slipway::jwt::test
