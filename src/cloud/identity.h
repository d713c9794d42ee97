// Who asks: the owner of a token of ours, found by its hash; or, where an issuer is trusted, the
// device that a JWT of that issuer names. A JWT makes its device exist, never a tenant; where it
// names a scope, the device has that scope from then on.
//
// One thread, the ledger's; ledger and keys must outlive it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cloud/ledger.h"
#include "jwt/claims.h"
#include "jwt/key_ring.h"

namespace slipway::cloud {

class Identity {
 public:
  Identity(Ledger& ledger, std::function<WallTime()> wall_clock)
      : ledger_(ledger), wall_clock_(std::move(wall_clock)) {}

  void trust(jwt::Expected expected, jwt::KeyRing& keys);  // an issuer of JWTs

  // Errors: "unauthorized", none of which quotes the token; "keys-not-read", while the key that a
  // JWT names may still come; those of the ledger.
  Result<TokenOwner> owner_of(std::string_view token);

  // Those of one tenant who were let in, in their order, as things are now; nothing: they may not
  // go on.
  Result<Ledger::Owners> still(TenantId tenant, const std::vector<TokenOwner>& owners);

 private:
  Result<TokenOwner> owner_by_hash(std::string_view token);
  Result<TokenOwner> owner_by_jwt(std::string_view token);
  Result<jwt::Claims> claims_of(std::string_view token);
  Result<void> set_scope(TokenOwner& owner, const jwt::Claims& claims);

  Ledger& ledger_;
  std::function<WallTime()> wall_clock_;
  jwt::Expected expected_;
  jwt::KeyRing* keys_ = nullptr;
  // When the JWT was issued that set a device's scope last, at this node: an older one that is used
  // beside it does not set it back.
  std::map<std::pair<TenantId, std::string>, WallTime> scope_issued_;
};

}  // namespace slipway::cloud
