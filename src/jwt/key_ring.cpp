#include "jwt/key_ring.h"

#include <utility>

#include "base/check.h"
#include "jwt/limits.h"

namespace slipway::jwt {

bool KeyRing::wants_reading(Instant now) const {
  if (in_progress_) return false;
  if (!began_) return true;
  const bool soon = failed_ || !sought_.empty();
  return now - *began_ >= (soon ? Duration(reading_pause_min) : Duration(reading_interval));
}

void KeyRing::reading_began(Instant now) {
  CHECK(!in_progress_);
  in_progress_ = true;
  began_ = now;
  awaited_ = std::exchange(sought_, {});
}

void KeyRing::reading_ended(Result<KeySet> read) {
  CHECK(in_progress_);
  in_progress_ = false;
  failed_ = !read;
  if (failed_) {
    ++failures_;
    sought_.merge(awaited_);
    return;
  }
  keys_ = std::move(*read);
  missing_ = std::exchange(awaited_, {});
}

bool KeyRing::may_come(std::string_view key_id) {
  if (missing_.contains(key_id) || (key_id.empty() && keys_.size() > 0)) return false;
  const bool known = sought_.contains(key_id) || awaited_.contains(key_id);
  if (!known && sought_.size() < sought_keys_max) sought_.emplace(key_id);
  return true;
}

}  // namespace slipway::jwt
