// Whether a node should be sent requests: it is not about to end, and its database answers. The
// database is asked once a second at most, however often somebody asks here. When it begins to
// fail, fails otherwise than before, or answers again, the node's own log is told.
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
  using Told = std::function<void(const Result<void>& health)>;
  Readiness(
      Ledger& ledger, std::function<Instant()> now, Told told = [](const Result<void>&) {})
      : ledger_(ledger), now_(std::move(now)), told_(std::move(told)) {}

  void drain() { draining_ = true; }  // for good
  bool draining() const { return draining_; }

  // Whether the database answers. The ledger's own error: its words are for the log, since anybody
  // may ask a node for its health; its type is for everybody.
  const Result<void>& health();
  // Errors: "draining", "unhealthy".
  Result<void> check();

 private:
  Ledger& ledger_;
  std::function<Instant()> now_;
  Told told_;
  bool draining_ = false;
  Result<void> health_;
  std::optional<Instant> asked_;
};

}  // namespace slipway::cloud
