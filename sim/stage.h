// What a world stands on: virtual time, one cloud, a network and desks, with the checks that every
// event must pass. Worlds let a seed's script play on it; the loops over requests their scenarios.
#pragma once

#include <memory>
#include <vector>

#include "checks.h"
#include "edge_check.h"
#include "lost_check.h"
#include "rules.h"
#include "world.h"

namespace slipway::sim {

class Stage {
 public:
  static constexpr std::size_t devices_max = 3;

  explicit Stage(const RunOptions& options);
  void add_device();

  Run& run() { return run_; }
  Cloud& cloud() { return cloud_; }
  Network& network() { return network_; }
  std::vector<std::unique_ptr<Device>>& devices() { return devices_; }

  void run_for(Duration time);
  void check();

  // All faults end: cables, cloud, disks, processes and people's switches. Then all must drain,
  // what is parked is decided on, everything ever sent arrives once more, and all sides must be
  // equal.
  Outcome finish();

 private:
  void end_faults();
  void drain();
  void ask_the_doctor();
  bool drained();
  void decide_what_is_parked();
  void replay_everything();
  bool is_all_judged(const PushRequest& request) const;
  void check_pace(std::int64_t events_at_once);

  std::uint64_t looks_ = 0;  // at files that had changed
  Run run_;
  SyncRules rules_ = draw_rules(run_.random);
  Cloud cloud_;
  Network network_;
  std::vector<std::unique_ptr<Device>> devices_;
  Past past_;
  Lineage lineage_{run_, past_};
  CloudLog log_{run_, cloud_, devices_, past_, lineage_};
  LostCheck lost_{run_, log_};
  EdgeCheck edges_{run_, cloud_};
};

}  // namespace slipway::sim
