// The order of versions: that of the log, in which a version is compared as a whole.
#include "cloud/commits.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/random_wire.h"

namespace slipway::cloud {
namespace {

Commits random_log() {
  Commits commits;
  for (std::int64_t seq = 0, last = *rc::gen::inRange(0, 6); seq <= last; ++seq) {
    commits[seq] = {*hexadecimal(16), "", ""};
  }
  return commits;
}

RC_GTEST_PROP(PlaceInTheLog, OrdersItsCommitsAsTheyCame, ()) {
  const Commits commits = random_log();
  std::int64_t before = before_everything;
  for (const auto& [seq, commit] : commits) {
    const std::int64_t place = place_in(commits, Version{seq, commit.salt});
    RC_ASSERT(place > before);
    before = place;
  }
}

RC_GTEST_PROP(PlaceInTheLog, IsBeforeEverythingForAVersionOfAnotherLog, ()) {
  const Commits commits = random_log();
  Version version = *random_version();
  if (*rc::gen::arbitrary<bool>()) version.seq = std::prev(commits.end())->first;
  const auto commit = commits.find(version.seq);
  RC_PRE(commit == commits.end() || commit->second.salt != version.salt);
  RC_ASSERT(place_in(commits, version) == before_everything);
  RC_ASSERT(place_in(commits, std::nullopt) == before_everything);
}

}  // namespace
}  // namespace slipway::cloud
