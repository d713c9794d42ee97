#include "cloud/readiness.h"

#include "cloud/limits.h"

namespace slipway::cloud {

bool Readiness::healthy() {
  if (!asked_ || now_() >= *asked_ + health_interval) {
    healthy_ = ledger_.healthy();
    asked_ = now_();
  }
  return healthy_;
}

Result<void> Readiness::check() {
  if (draining_) {
    return fail(ErrorKind::busy, "draining", "This node is about to end",
                "It still answers what it is asked; send new requests to another node.");
  }
  if (healthy()) return {};
  return fail(ErrorKind::busy, "unhealthy", "The database does not answer",
              "Send requests to another node.");
}

}  // namespace slipway::cloud
