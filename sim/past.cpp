#include "past.h"

#include <algorithm>

#include "base/check.h"

namespace slipway::sim {

std::int64_t Past::committed(const Version& version) {
  log_[version.seq] = version.salt;
  return ticks_[{version.seq, version.salt}] = ++now_;
}

std::int64_t Past::restored(std::int64_t to_commit) {
  const std::int64_t to = tick_of_commit(to_commit);
  log_.erase(log_.upper_bound(to_commit), log_.end());
  restores_.emplace_back(to, ++now_);
  return now_;
}

bool Past::is_gone(std::int64_t tick) const {
  return std::ranges::any_of(restores_, [&](const auto& restore) {
    return restore.first < tick && tick < restore.second;
  });
}

std::int64_t Past::tick_of(const std::optional<Version>& version) const {
  if (!version) return -1;
  if (version->seq == 0) return 0;
  const auto found = ticks_.find({version->seq, version->salt});
  return found == ticks_.end() ? -1 : found->second;
}

std::int64_t Past::tick_of_commit(std::int64_t seq) const {
  if (seq == 0) return 0;
  const auto found = log_.find(seq);
  CHECK(found != log_.end());
  return ticks_.at({seq, found->second});
}

bool Past::has(const std::optional<Version>& version) const {
  if (!version) return false;
  if (version->seq == 0) return true;
  const auto found = log_.find(version->seq);
  return found != log_.end() && found->second == version->salt;
}

}  // namespace slipway::sim
