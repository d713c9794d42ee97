// Tokens of an identity provider and its set of keys. The input is a JSON object:
//   {"signer": "rsa" | "ec" | "secret" | "stranger", "header": {…}, "claims": value or raw text,
//    "change": [[place, character], …], "keys": [JWK, …]}
// or any other text, which is read as a token and as a set of keys. In it "@n", "@x" and "@y" stand
// for the numbers of the keys with which the signers "rsa" and "ec" sign, the examples of RFC 7515,
// A.2 and A.3. What these have signed is believed; whatever is changed afterwards, nothing else is.
#include <algorithm>
#include <map>

#include "fuzz.h"
#include "issuer.h"
#include "jwt/claims.h"
#include "jwt/limits.h"
#include "jwt/token.h"
#include "model/canonical_json.h"
#include "model/row_scope.h"

using namespace slipway;
using namespace slipway::fuzz;
using jwt::Algorithm, jwt::test::SigningKey;

namespace {

constexpr std::size_t changes_max = 4, keys_max = 4, signed_kept_max = 500;

const json::string rsa_n =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const json::string rsa_d =
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoA"
    "Je46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpR"
    "LI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZF"
    "D9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ";
const json::string ec_x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const json::string ec_y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const json::string ec_d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

struct Signer {
  SigningKey key;
  std::optional<Algorithm> algorithm = {};  // with which its tokens are believed
};

const std::map<std::string, Signer, std::less<>>& signers() {
  static const std::map<std::string, Signer, std::less<>> all = [] {
    const auto rsa = SigningKey::from_jwk({{"kty", "RSA"},
                                           {"alg", "RS256"},
                                           {"kid", "rsa"},
                                           {"n", rsa_n},
                                           {"e", "AQAB"},
                                           {"d", rsa_d}});
    const auto ec = SigningKey::from_jwk({{"kty", "EC"},
                                          {"alg", "ES256"},
                                          {"kid", "ec"},
                                          {"crv", "P-256"},
                                          {"x", ec_x},
                                          {"y", ec_y},
                                          {"d", ec_d}});
    // The oldest trick: the public key, which everybody has, as the secret of an HMAC.
    return std::map<std::string, Signer, std::less<>>{
        {"rsa", {rsa, Algorithm::rs256}},
        {"ec", {ec, Algorithm::es256}},
        {"secret", {SigningKey::secret("rsa", json_text(rsa.as_public()))}},
        {"stranger", {SigningKey::ec("ec")}}};
  }();
  return all;
}

const jwt::KeySet& trusted() {
  static const jwt::KeySet set =
      jwt::test::key_set({signers().at("rsa").key.as_public(), signers().at("ec").key.as_public()});
  return set;
}

struct Made {
  const Signer* signer = nullptr;
  json::object header;
  std::string payload, token;
};

// Signing with RSA takes milliseconds, and most changes of an input leave what is signed as it was.
std::optional<std::string> signed_once(const Signer& signer, const std::string& payload,
                                       const json::object& header) {
  static std::map<std::string, std::optional<std::string>> kept;
  if (signer.algorithm != Algorithm::rs256) return signer.key.try_sign(payload, header);
  if (kept.size() > signed_kept_max) kept.clear();
  const auto [at, is_new] = kept.try_emplace(json_text(header) + payload);
  if (is_new) at->second = signer.key.try_sign(payload, header);
  return at->second;
}

std::optional<Made> make(const json::object& input) {
  const auto signer = signers().find(text_at(input, "signer").value_or("ec"));
  const json::value* header = find(input, "header");
  const json::value* claims = find(input, "claims");
  if (signer == signers().end() || !header || !header->is_object() || !claims) return std::nullopt;
  Made made{&signer->second, header->get_object(), json_text(*claims), {}};
  if (claims->is_string()) made.payload = claims->get_string();
  const auto token = signed_once(*made.signer, made.payload, made.header);
  if (!token) return std::nullopt;
  made.token = *token;
  return made;
}

std::string changed(std::string token, const json::value* changes) {
  if (!changes || !changes->is_array()) return token;
  std::size_t done = 0;
  for (const json::value& change : changes->get_array()) {
    if (++done > changes_max || !change.is_array() || change.get_array().size() < 2) break;
    const json::value &place = change.get_array()[0], &by = change.get_array()[1];
    if (!place.is_int64() || !by.is_string() || token.empty()) continue;
    token.replace(std::uint64_t(place.get_int64()) % token.size(), 1, by.get_string());
  }
  return token;
}

void check_refusal(const Error& error) {
  demand(error.kind == ErrorKind::unauthorized && error.type == "unauthorized",
         "a token is refused as unauthorized");
  demand(!error.message.empty() && is_valid_utf8(error.message), "a refusal says why");
}

// What is in so plain a header must be understood.
bool is_plain(const json::object& header, Algorithm algorithm) {
  return text_at(header, "alg") == (algorithm == Algorithm::rs256 ? "RS256" : "ES256") &&
         std::ranges::all_of(header, [](const auto& member) {
           return member.key() == "alg" ||
                  ((member.key() == "kid" || member.key() == "typ") && member.value().is_string() &&
                   member.value().get_string().size() <= 100);
         });
}

// Claims of a token that was believed: each demand as RFC 7519 has it, said once more.
void check_claims(const json::object& payload) {
  const jwt::Expected expected = jwt::test::expected();
  const auto claims = jwt::read_claims(payload, expected, jwt::test::noon);
  if (!claims) return check_refusal(claims.error());
  demand(text_at(payload, "iss") == expected.issuer, "the issuer is the one that is trusted");
  const json::value* audience = find(payload, "aud");
  const json::value us(expected.audience);
  const bool for_us =
      audience && (*audience == us ||
                   (audience->is_array() && std::ranges::count(audience->get_array(), us) > 0));
  demand(for_us, "it is meant for us");
  const auto seconds = [&](std::string_view name) {
    const json::value* value = find(payload, name);
    demand(!value || value->is_number(), "a time is a number");
    return value ? std::optional(value->to_number<double>()) : std::nullopt;
  };
  constexpr double now = double(jwt::test::noon_seconds), leeway = double(jwt::leeway.count());
  demand(seconds("exp").value_or(0) + leeway > now, "it has not ended");
  demand(seconds("nbf").value_or(0) <= now + leeway, "it has begun");
  demand(seconds("iat").value_or(0) <= now + leeway, "it was made before now");
  demand(claims->expires > jwt::test::noon, "its end is still to come");
  for (const std::string* name : {&claims->tenant, &claims->device}) {
    demand(!name->empty() && name->size() <= jwt::name_bytes_max && is_valid_utf8(*name) &&
               std::ranges::none_of(*name, [](unsigned char c) { return c < ' '; }),
           "tenant and device have names that can be shown");
  }
  if (!claims->scope) return;
  const auto scope = scope_from_json(*claims->scope);
  if (!scope) return;
  const auto again = scope_from_json(to_json(*scope));
  demand(canonical_json(to_json(demand_value(again, "a scope's JSON"))) ==
             canonical_json(to_json(*scope)),
         "a scope reads back as the same");
}

// `made`: what was signed, if anything; `text` is that token, or what has become of it.
void check_token(const std::string& text, const Made* made) {
  const bool is_as_made = made && text == made->token;
  const auto token = jwt::Token::read(text);
  if (!token) check_refusal(token.error());
  const bool must_be_read = is_as_made && made->signer->algorithm &&
                            text.size() <= jwt::token_bytes_max &&
                            is_plain(made->header, *made->signer->algorithm);
  if (must_be_read) demand_value(token, "a token that is as it should be");
  if (!token) return;
  demand(token->key_id().size() <= jwt::key_id_bytes_max, "a key's id is bounded");
  for (const Algorithm algorithm : {Algorithm::rs256, Algorithm::es256}) {
    const jwt::Key* key = trusted().find({}, algorithm);
    demand(key != nullptr, "there is one key of each kind");
    const auto payload = token->payload(*key);
    const bool is_signers = made && made->signer->algorithm == algorithm;
    if (!payload) {
      check_refusal(payload.error());
      const bool says_something = made && parse_json_object(made->payload, "claims").has_value();
      demand(!must_be_read || !is_signers || !says_something, "what was signed is believed");
      continue;
    }
    demand(is_signers, "only what was signed is believed");
    demand(text.starts_with(made->token.substr(0, made->token.rfind('.') + 1)),
           "nothing that was signed has changed");
    demand(same_value(*payload, parse_json(made->payload, "claims").value()),
           "it says what was signed");
    check_claims(*payload);
  }
}

// A set is as good as its keys one by one, and one that holds a private key is not used at all.
std::size_t check_single_key(const json::value& jwk) {
  const json::object* object = jwk.if_object();
  const auto set = jwt::KeySet::from_text(json_text(json::object{{"keys", json::array{jwk}}}));
  if (!set) {
    demand(set.error().type == "bad-key-set" && !set.error().message.empty(), "a refusal says why");
    return 0;
  }
  demand(object && set->size() == 1 && !find(*object, "d"), "one key is one key, and public");
  const bool is_rsa = text_at(*object, "kty") == "RSA";
  const std::string id(text_at(*object, "kid").value_or(""));
  const Algorithm algorithm = is_rsa ? Algorithm::rs256 : Algorithm::es256;
  const jwt::Key* key = set->find(id, algorithm);
  demand(set->has(id) && key, "a key is found by its id");
  demand(!set->find(id, is_rsa ? Algorithm::es256 : Algorithm::rs256), "and for nothing else");
  const Signer& signer = signers().at(is_rsa ? "rsa" : "ec");
  static const std::map<bool, std::string> tokens{
      {true, signers().at("rsa").key.sign(jwt::test::good_claims())},
      {false, signers().at("ec").key.sign(jwt::test::good_claims())}};
  const bool verifies =
      demand_value(jwt::Token::read(tokens.at(is_rsa)), "a good token").payload(*key).has_value();
  const json::object ours = signer.key.as_public();
  bool is_ours = true, is_like_ours = true;
  for (const char* name : is_rsa ? std::vector{"n"} : std::vector{"x", "y"}) {
    const auto number = text_at(*object, name).value_or(""), wanted = *text_at(ours, name);
    is_ours = is_ours && number == wanted;
    // The last character holds bits that mean nothing.
    is_like_ours =
        is_like_ours && number.substr(0, wanted.size() - 1) == wanted.substr(0, wanted.size() - 1);
  }
  if (is_rsa) is_ours = is_ours && text_at(*object, "e") == "AQAB";
  demand(verifies || !is_ours, "the signer's key verifies what he signed");
  demand(is_like_ours || !verifies, "nobody else's key does");
  return 1;
}

void check_keys(const json::array& keys) {
  std::size_t usable = 0;
  const std::size_t count = std::min(keys.size(), keys_max);
  const json::array some(keys.begin(), keys.begin() + std::ptrdiff_t(count));
  bool has_private = false;
  for (const json::value& jwk : some) {
    usable += check_single_key(jwk);
    has_private = has_private || (jwk.is_object() && find(jwk.get_object(), "d") &&
                                  text_at(jwk.get_object(), "kty") != "oct");
  }
  const auto set = jwt::KeySet::from_text(json_text(json::object{{"keys", some}}));
  demand(set.has_value() == (usable > 0 && !has_private), "a set is used if it can be");
  if (set) demand(set->size() == usable, "a set is its usable keys");
}

void fill_in(json::value& value) {
  if (auto* array = value.if_array()) {
    for (json::value& element : *array) fill_in(element);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) fill_in(member.value());
  } else if (value.is_string()) {
    if (value == "@n") value = rsa_n;
    if (value == "@x") value = ec_x;
    if (value == "@y") value = ec_y;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  auto value = parse_json(text, "the input");
  if (!value || !value->is_object()) {
    check_token(text, nullptr);
    if (const auto set = jwt::KeySet::from_text(text)) demand(set->size() > 0, "a set has keys");
    return 0;
  }
  fill_in(*value);
  const json::object& input = value->get_object();
  if (const auto made = make(input)) {
    check_token(made->token, &*made);
    check_token(changed(made->token, find(input, "change")), &*made);
  }
  if (const json::value* claims = find(input, "claims"); claims && claims->is_object())
    check_claims(claims->get_object());
  if (const json::value* keys = find(input, "keys"); keys && keys->is_array())
    check_keys(keys->get_array());
  return 0;
}
