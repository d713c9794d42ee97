// Of the contract of every ledger: numbers that it gives.
#pragma once

#include "desk.h"
#include "ledger_contract.h"

namespace slipway::cloud::test {

class NumbersInALedger : public testing::TestWithParam<std::pair<const char*, MakeStorage>> {
 protected:
  NumbersInALedger();
  void open();
  TokenOwner owner(const std::string& tenant);
  json::value number_given(const TokenOwner& owner, const EntityKey& key);

  std::unique_ptr<Storage> storage_;
  Random random_{1};
  Desk desk_{"inc-hamburg"};
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace slipway::cloud::test
