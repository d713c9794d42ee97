// A cloud of a world of first contacts: the real ledger on a disk of its own, with an id of its
// own, and a stranger who writes there, so that it may have a history before any desk comes.
#pragma once

#include <memory>
#include <optional>

#include "cloud/sqlite_ledger.h"
#include "device.h"
#include "first_account.h"

namespace slipway::sim {

class FirstCloud {
 public:
  FirstCloud(Run& run, Random& random, FirstAccount& account, std::string name);

  const std::string& name() const { return name_; }
  cloud::Ledger& ledger() { return *ledger_; }
  const cloud::TokenOwner& owner(const std::string& device) { return owners_.at(device); }
  // Of each row that ever was, as of a commit; by plain SQL.
  std::map<EntityKey, Image> rows_at(std::int64_t seq);
  std::map<EntityKey, Image> rows() { return rows_at(std::numeric_limits<std::int64_t>::max()); }
  std::int64_t head();
  // "applied"; nothing: none.
  std::optional<std::string> verdict_of(const std::string& request_id);

  void stranger_writes();

 private:
  void push(Op op, const EntityKey& entity, json::object payload);

  Run& run_;
  Random& random_;
  FirstAccount& account_;
  std::string name_;
  Disk disk_;
  Random salts_;
  std::unique_ptr<cloud::Ledger> ledger_;
  std::map<std::string, cloud::TokenOwner> owners_;
  Reader raw_;
  std::int64_t written_ = 0;
};

}  // namespace slipway::sim
