// The one cloud of a simulated world: the real SQLite ledger on a disk of its own. A restart closes
// and opens it again. Its tables can be read with plain SQL beside it.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "cloud/sqlite_ledger.h"
#include "disk.h"
#include "model/failure.h"
#include "run.h"
#include "sqlite/sqlite.h"

namespace slipway::sim {

class Cloud {
 public:
  Cloud(Run& run, std::size_t devices);

  std::expected<Capabilities, Failure> probe(std::size_t device);
  std::expected<PushAnswer, Failure> push(std::size_t device, const PushRequest& request);
  std::expected<PullAnswer, Failure> pull(std::size_t device, const PullRequest& request);
  void restart();
  sqlite::Database& raw() { return raw_.get(); }
  Disk& disk() { return disk_; }
  std::int64_t head() const { return head_; }  // as last answered

 private:
  template <class T>
  std::expected<T, Failure> answer(Result<T> result);

  Run& run_;
  Disk disk_;
  Random random_;
  std::int64_t wall_offset_ms_;
  std::unique_ptr<cloud::Ledger> ledger_;
  Reader raw_;
  std::vector<cloud::TokenOwner> owners_;
  std::int64_t head_ = 0;
};

std::string device_name(std::size_t device);  // "desk1"

}  // namespace slipway::sim
