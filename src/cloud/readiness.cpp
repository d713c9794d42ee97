#include "cloud/readiness.h"

#include "cloud/limits.h"

namespace slipway::cloud {

namespace {

std::string type_of(const Result<void>& health) {
  return health ? "" : health.error().type;
}

}  // namespace

const Result<void>& Readiness::health() {
  if (!asked_ || now_() >= *asked_ + health_interval) {
    const std::string before = type_of(health_);
    health_ = ledger_.healthy();
    asked_ = now_();
    if (type_of(health_) != before) told_(health_);
  }
  return health_;
}

Result<void> Readiness::check() {
  if (draining_) {
    return fail(ErrorKind::busy, "draining", "This node is about to end",
                "It still answers what it is asked; send new requests to another node.");
  }
  if (health()) return {};
  return fail(ErrorKind::busy, "unhealthy", "The database does not answer",
              "Send requests to another node.");
}

}  // namespace slipway::cloud
