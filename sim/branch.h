// What files have in common that came of one: a desk's file that is copied or restored goes its own
// way from there. An entry is in a file if it was captured there, or before the copy was made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/entry.h"

namespace slipway::sim {

using BranchName = std::int64_t;  // no two branches of a world share one

class Branch {
 public:
  explicit Branch(BranchName name) : parts_{{name, no_end}} {}

  BranchName name() const { return parts_.back().name; }

  // Of an entry that was captured in the branch `name`.
  bool has(BranchName name, EntryId entry) const {
    return std::ranges::any_of(
        parts_, [&](const Part& part) { return part.name == name && entry <= part.up_to; });
  }

  // The branch that goes on from here, where `newest` was the last entry.
  Branch fork(BranchName name, EntryId newest) const {
    Branch forked = *this;
    forked.parts_.back().up_to = newest;
    forked.parts_.push_back({name, no_end});
    return forked;
  }

 private:
  static constexpr EntryId no_end = std::numeric_limits<EntryId>::max();
  struct Part {
    BranchName name;
    EntryId up_to;
  };
  std::vector<Part> parts_;
};

}  // namespace slipway::sim
