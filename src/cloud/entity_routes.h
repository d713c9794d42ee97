// /v1/entities: the tenant's rows for those who keep no copy of them (people with curl, scripts,
// other systems): lists, rows with their ETags, and writes that go through the judge as a push of
// one entry does (entity_write.h), so that rules, scopes, numbers, receipts and the feed hold as
// ever.
//
// Runs on the loop's thread, as the ledger does.
#pragma once

#include <functional>

#include "base/time.h"
#include "cloud/entity_write.h"
#include "cloud/ledger.h"
#include "cloud/observer.h"
#include "cloud/pokes.h"
#include "cloud/sealed_place.h"
#include "http/message.h"

namespace slipway::cloud {

class Entities {
 public:
  Entities(Ledger& ledger, SealedPlaces& places, Pokes& pokes, Observer& observer,
           std::function<WallTime()> wall_clock)
      : ledger_(ledger),
        places_(places),
        pokes_(pokes),
        observer_(observer),
        wall_clock_(std::move(wall_clock)) {}

  http::Response types(const TokenOwner& owner);
  http::Response list(const TokenOwner& owner, const http::Request& request, std::int64_t limit);
  http::Response read(const TokenOwner& owner, const http::Request& request);
  http::Response create(const TokenOwner& owner, const http::Request& request);
  http::Response patch(const TokenOwner& owner, const http::Request& request);
  http::Response remove(const TokenOwner& owner, const http::Request& request);

 private:
  using Write = std::expected<EntityWrite, Refusal>;
  http::Response write(const TokenOwner& owner, const Write& write);
  std::optional<Refusal> check_version(const TokenOwner& owner, const EntityWrite& write);
  std::optional<Refusal> look_at_row(const TokenOwner& owner, const EntityWrite& write);
  http::Response answer(const TokenOwner& owner, const EntityWrite& write, const Receipt& receipt);
  http::Response written(const TokenOwner& owner, const EntityWrite& write, const Receipt& receipt);
  http::Response conflicting(const TokenOwner& owner, const EntityWrite& write,
                             const Receipt& receipt);
  http::Response listed(const TokenOwner& owner, const std::string& type, EntityPage page,
                        std::int64_t limit);
  Result<std::string> known_types(const TokenOwner& owner);

  Ledger& ledger_;
  SealedPlaces& places_;
  Pokes& pokes_;
  Observer& observer_;
  std::function<WallTime()> wall_clock_;
};

}  // namespace slipway::cloud
