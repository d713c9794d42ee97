// The part of a tenant's log that a judgement needs: which commits exist, and who made them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "model/version.h"

namespace slipway::cloud {

struct Commit {
  std::string salt;
  std::string device;  // the token's name for the device that pushed it
  std::string at;      // by the cloud's clock, for people
};

using Commits = std::map<std::int64_t, Commit>;

struct NewCommit {
  std::int64_t seq = 0;
  Commit commit;
};

inline constexpr std::int64_t before_everything = -1;

// The place of a version in the log. One that the log does not contain is older than everything.
inline std::int64_t place_in(const Commits& commits, const std::optional<Version>& version) {
  if (!version) return before_everything;
  const auto at = commits.find(version->seq);
  return at != commits.end() && at->second.salt == version->salt ? version->seq : before_everything;
}

}  // namespace slipway::cloud
