#include "cloud/identity.h"

#include "cloud/tokens.h"
#include "jwt/token.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

std::unexpected<Error> refuse(std::string message, std::string hint) {
  return fail(ErrorKind::unauthorized, "unauthorized", std::move(message), std::move(hint));
}

// As --scope of token create has it.
Result<RowScope> scope_of(const json::value& claim) {
  if (claim == "everything") return RowScope{};
  if (claim.is_object()) return scope_from_json(claim);
  return fail(ErrorKind::invalid, "invalid-scope", "it is neither an object nor \"everything\"");
}

}  // namespace

void Identity::trust(jwt::Expected expected, jwt::KeyRing& keys) {
  expected_ = std::move(expected);
  keys_ = &keys;
}

Result<TokenOwner> Identity::owner_of(std::string_view token) {
  if (keys_ && jwt::looks_like_jwt(token)) return owner_by_jwt(token);
  return owner_by_hash(token);
}

Result<Ledger::Owners> Identity::still(TenantId tenant, const std::vector<TokenOwner>& owners) {
  const WallTime now = wall_clock_();
  auto found = ledger_.find_again(tenant, owners);
  if (!found) return found;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    auto& one = (*found)[i];
    // What a JWT says of its end, the ledger does not know.
    if (owners[i].has_expired(now) || (one && one->has_expired(now))) one.reset();
  }
  return found;
}

Result<TokenOwner> Identity::owner_by_hash(std::string_view token) {
  auto owner = token.empty() ? Result<std::optional<TokenOwner>>(std::nullopt)
                             : ledger_.find_token(token_hash(token));
  if (!owner) return std::unexpected(std::move(owner.error()));
  if (*owner && !(*owner)->has_expired(wall_clock_())) return std::move(**owner);
  return refuse(token.empty() ? "A bearer token is needed"
                : *owner      ? "The token has expired at " + *(*owner)->expires
                              : "The token is unknown or was revoked",
                "Ask for a new one: slipway-cloud token create, or token rotate.");
}

Result<TokenOwner> Identity::owner_by_jwt(std::string_view token) {
  const auto claims = claims_of(token);
  if (!claims) return std::unexpected(claims.error());
  auto owner = ledger_.find_device(claims->tenant, claims->device, wall_clock_());
  if (!owner) return std::unexpected(std::move(owner.error()));
  if (!*owner) {
    return refuse("There is no tenant “" + claims->tenant + "” here",
                  "Nothing was done. Whoever runs the cloud makes it: slipway-cloud token create");
  }
  (*owner)->expires = to_text(claims->expires);
  if (claims->scope) {
    if (auto set = set_scope(**owner, *claims); !set)
      return std::unexpected(std::move(set.error()));
  }
  return std::move(**owner);
}

Result<jwt::Claims> Identity::claims_of(std::string_view token) {
  const auto read = jwt::Token::read(token);
  if (!read) return std::unexpected(read.error());
  const jwt::Key* key = keys_->keys().find(read->key_id(), read->algorithm());
  if (!key) {
    // Not 401, after which a device waits for another token: the issuer's keys may have changed.
    if (!keys_->keys().has(read->key_id()) && keys_->may_come(read->key_id())) {
      return fail(ErrorKind::busy, "keys-not-read",
                  "The key of the token is not known here; the issuer is asked for it",
                  "Nothing was done. Try again in a moment");
    }
    return refuse("The token is signed by a key that is not the issuer's",
                  "Nothing was done. Ask for a new token where this one was made");
  }
  const auto payload = read->payload(*key);
  if (!payload) return std::unexpected(payload.error());
  return jwt::read_claims(*payload, expected_, wall_clock_());
}

Result<void> Identity::set_scope(TokenOwner& owner, const jwt::Claims& claims) {
  const auto scope = scope_of(*claims.scope);
  if (!scope) {
    return refuse(
        "The token's claim “" + expected_.scope_claim + "” is no scope: " + scope.error().message,
        "Nothing was done. See “Tokens of an identity provider” in the manual");
  }
  WallTime& issued = scope_issued_[{owner.tenant, owner.device}];
  if (claims.issued < issued) return {};
  issued = claims.issued;
  const std::string text = scope->is_everything() ? "" : canonical_json(to_json(*scope));
  if (text == owner.scope) return {};
  owner.scope = text;
  return ledger_.set_scope(owner.tenant_name, owner.device, *scope, wall_clock_());
}

}  // namespace slipway::cloud
