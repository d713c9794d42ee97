#include "model/backoff.h"

#include <algorithm>

#include "base/check.h"

namespace slipway {

Duration backoff(const BackoffRule& rule, unsigned failures, Random& random) {
  CHECK(failures >= 1 && rule.base.count() > 0 && rule.factor >= 1);
  Duration bound = rule.base;
  for (unsigned i = 1; i < failures && bound < rule.cap; ++i) bound *= rule.factor;
  bound = std::min(bound, rule.cap);
  const Duration floor = std::min(rule.floor, bound);
  return Duration(random.between(std::uint64_t(floor.count()), std::uint64_t(bound.count())));
}

}  // namespace slipway
