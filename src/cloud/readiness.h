// Whether a node should be sent requests: it is not about to end, and its database answers. The
// database is asked once a second at most, however often somebody asks here.
//
// The loop's thread; the ledger must outlive it.
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "cloud/ledger.h"

namespace slipway::cloud {

class Readiness {
 public:
  Readiness(Ledger& ledger, std::function<Instant()> now) : ledger_(ledger), now_(std::move(now)) {}

  void drain() { draining_ = true; }  // for good
  bool draining() const { return draining_; }

  bool healthy();  // whether the database answers
  // Errors: "draining", "unhealthy".
  Result<void> check();

 private:
  Ledger& ledger_;
  std::function<Instant()> now_;
  bool draining_ = false;
  bool healthy_ = false;
  std::optional<Instant> asked_;
};

}  // namespace slipway::cloud
