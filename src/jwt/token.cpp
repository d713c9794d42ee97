#include "jwt/token.h"

#include <algorithm>

#include "jwt/key_handle.h"
#include "jwt/limits.h"
#include "jwt/refusal.h"

namespace slipway::jwt {

namespace {

std::string header_text(cjose_header_t* header, const char* name) {
  cjose_err error;
  const char* text = cjose_header_get(header, name, &error);
  return text ? text : "";
}

}  // namespace

struct Token::Parsed {
  JwsPointer jws;
};

bool looks_like_jwt(std::string_view token) {
  return std::ranges::count(token, '.') == 2;
}

Result<Token> Token::read(std::string_view token) {
  if (token.size() > token_bytes_max) return refuse("The token is too large");
  cjose_err error;
  JwsPointer jws(cjose_jws_import(token.data(), token.size(), &error));
  if (!jws) return refuse("The token cannot be read as a signed JWT");
  cjose_header_t* header = cjose_jws_get_protected(jws.get());
  const std::string algorithm = header_text(header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256")
    return refuse("The token is not signed by RS256 or ES256");
  if (const TextPointer must(cjose_header_get_raw(header, "crit", &error)); must)
    return refuse("The token has extensions that are not understood here");
  Token read;
  read.algorithm_ = algorithm == "RS256" ? Algorithm::rs256 : Algorithm::es256;
  read.key_id_ = header_text(header, "kid");
  if (read.key_id_.size() > key_id_bytes_max) return refuse("The token's key id is too long");
  read.parsed_ = std::make_shared<const Parsed>(Parsed{std::move(jws)});
  return read;
}

Result<json::object> Token::payload(const Key& key) const {
  cjose_err error;
  cjose_jws_t* jws = parsed_->jws.get();
  if (key.algorithm != algorithm_ || !cjose_jws_verify(jws, key.handle->jwk.get(), &error))
    return refuse("The token's signature is not right");
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws, &bytes, &size, &error))
    return refuse("The token cannot be read as a signed JWT");
  auto object =
      parse_json_object(std::string_view(reinterpret_cast<const char*>(bytes), size), "the token");
  if (!object) return refuse("The token's claims are not a JSON object");
  return std::move(*object);
}

}  // namespace slipway::jwt
