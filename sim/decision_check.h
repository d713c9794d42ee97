// I13: what a person decided takes effect on the state that they saw, or becomes a fresh conflict;
// and of the entries of one chain, each of which takes the place of the one before, one takes
// effect, unless a person has seen that it had and decided anew. Told from the log alone.
#pragma once

#include <map>
#include <set>
#include <string>

#include "device.h"
#include "model/entry.h"

namespace slipway::sim {

struct Image;

class DecisionCheck {
 public:
  DecisionCheck(Run& run, std::vector<std::unique_ptr<Device>>& devices)
      : run_(run), devices_(devices) {}

  // An entry that took effect in commit `seq`, on the row as it was `before`; `seen` is the row as
  // of the version that its decision names. False: it repeats what its chain had done, without
  // effect.
  bool check(const Body& body, const std::string& id, std::int64_t seq, const Image& before,
             const std::function<const Image*(std::int64_t)>& row_at);

  static void check_queue(Run& run, Device& device);  // no entry has two successors

 private:
  struct Writer {
    std::int64_t seq = 0;
    std::string incarnation;
  };

  void check_not_stale(const Body& body, std::int64_t seen_at, const Image& before,
                       const Image* seen);
  bool is_the_only_effect(const Body& body, const std::string& id, std::int64_t seq,
                          const Image& before);
  void note(const Body& body, std::int64_t seq, const Image& before);
  const Device::Decision* decision_of(const std::string& id) const;

  Run& run_;
  std::vector<std::unique_ptr<Device>>& devices_;
  std::map<EntityKey, std::map<std::string, Writer, std::less<>>> writers_;  // of live rows' fields
  std::map<EntityKey, Writer> ends_;                                         // who deleted it last
  std::map<std::string, std::int64_t> effects_;  // clientRequestId → commit
  std::map<std::string, Body> bodies_;
};

}  // namespace slipway::sim
