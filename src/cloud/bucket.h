// A token bucket (RFC 2697 and its kin), named without the word "token", which means another thing
// here: `per_second` permits drip into it, at most `burst` lie in it. A pure function of time.
//
// What costs more than the bucket can ever hold passes when it is full, and is owed afterwards: so
// the rate holds, and nothing waits for ever.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/time.h"

namespace slipway::cloud {

class Bucket {
 public:
  Bucket(double per_second, double burst, Instant now)
      : per_second_(per_second), burst_(burst), level_(burst), at_(now) {}

  // How long until so many can be taken; 0: now. `now` never goes back.
  Duration wait_for(double cost, Instant now) const {
    const double missing = std::min(cost, burst_) - level(now);
    return Duration(missing <= 0 ? 0 : std::int64_t(std::ceil(missing / per_second_ * 1000)));
  }
  void take(double cost, Instant now) {
    level_ = level(now) - cost;
    at_ = now;
  }
  bool is_full(Instant now) const { return level(now) >= burst_; }

 private:
  double level(Instant now) const {
    const double seconds = double((now - at_).count()) / 1000;
    return std::min(burst_, level_ + seconds * per_second_);
  }

  double per_second_, burst_, level_;
  Instant at_;
};

}  // namespace slipway::cloud
