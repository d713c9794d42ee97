// What every ledger promises, run once for each implementation: instantiate LedgerContract with a
// function that makes an empty storage.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "cloud/ledger.h"
#include "cloud/numbering.h"
#include "desk.h"

namespace slipway::cloud::test {

// A database that ledgers can be opened on, several at a time; removed with it.
class Storage {
 public:
  virtual ~Storage() = default;
  virtual std::unique_ptr<Ledger> open(Random& random, std::vector<Numbering> numberings,
                                       const TenantBounds& bounds) = 0;
  std::unique_ptr<Ledger> open(Random& random, std::vector<Numbering> numberings = {}) {
    return open(random, std::move(numberings), {});
  }
};
using MakeStorage = std::function<std::unique_ptr<Storage>()>;

class LedgerContract : public testing::TestWithParam<std::pair<const char*, MakeStorage>> {
 protected:
  LedgerContract();

  void reopen();
  TokenOwner owner(const std::string& tenant, const std::string& device);
  PushAnswer push(const std::vector<Item>& items, std::optional<Version> cursor = {},
                  std::vector<Reference> references = {});
  Receipt push_one(const Item& item, std::vector<Reference> references = {});
  PullAnswer pull(const std::optional<Version>& cursor, std::int64_t limit = 1000,
                  const std::string& device = "Hamburg");
  Version origin() { return ledger->capabilities(acme).value().origin; }
  Version head() { return pull({}).head; }
  int purge(WallTime now, std::int64_t limit);
  int purge(std::int64_t limit = 1000);  // long after everything

  std::unique_ptr<Storage> storage;
  Random random{7};
  std::unique_ptr<Ledger> ledger;
  TokenOwner acme;
  Version origin_;  // read once, before threads start
  Desk hamburg{"inc-hamburg"}, new_york{"inc-new-york"};
};

PushRequest request_of(const std::vector<Item>& items, Version cursor,
                       std::vector<Reference> references = {});

}  // namespace slipway::cloud::test
