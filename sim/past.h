// The cloud's log as the oracle counts it. A commit's number is given again after a restore, so
// time is told by ticks of its own: each commit is one, and so is each restore, which changes at
// once all rows that what it takes away had made otherwise.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "model/version.h"

namespace slipway::sim {

class Past {
 public:
  std::int64_t committed(const Version& version);  // gives its tick
  std::int64_t restored(std::int64_t to_commit);   // likewise
  // Of a commit of the log, or of one that it had once; nothing, or nobody's commit: -1.
  std::int64_t tick_of(const std::optional<Version>& version) const;
  std::int64_t tick_of_commit(std::int64_t seq) const;    // of the log as it is
  bool has(const std::optional<Version>& version) const;  // the log as it is
  std::int64_t last_restore() const {                     // 0: never
    return restores_.empty() ? 0 : restores_.back().second;
  }
  bool is_gone(std::int64_t tick) const;  // taken away by a restore

 private:
  std::int64_t now_ = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> restores_;  // to which tick, and when
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> ticks_;
  std::map<std::int64_t, std::string> log_;
};

}  // namespace slipway::sim
