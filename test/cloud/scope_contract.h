// Of the contract of every ledger: a device with a scope.
#pragma once

#include "ledger_contract.h"

namespace slipway::cloud::test {

using Held = std::map<EntityKey, json::object>;

class ScopeContract : public LedgerContract {
 protected:
  void SetUp() override;
  void hold(const char* scope);  // Kiel, from now on
  Receipt push_as_kiel(const Item& item);
  Held snapshot(std::int64_t limit);
  Item somebodys_write(const Held& all);

  Version cursor;  // the commit that gave Kiel its first scope
  RowScope told;   // by the last snapshot
};

// Beside rows that Kiel holds lie others.
class ScopePlaces : public ScopeContract {
 protected:
  void SetUp() override;
  SnapshotRequest asking(std::int64_t limit);
  SnapshotPage page(const SnapshotRequest& request);

  Version seen;  // when all of them were there
};

}  // namespace slipway::cloud::test
