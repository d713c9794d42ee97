// What people do, and what befalls their machines: drawn step by step. Few rows on several desks,
// so that their writes meet.
#pragma once

#include <memory>
#include <vector>

#include "device.h"
#include "panels.h"

namespace slipway::sim {

class Script {
 public:
  Script(Run& run, Network& network, std::vector<std::unique_ptr<Device>>& devices);

  Duration pause();  // before the next step
  void step();
  // Of the last desk, now and then; then the cloud is restored more often, too.
  void change_scopes(std::uint64_t seed) { scope_restores_.emplace(seed); }
  void declare_scopes() { declares_scopes_ = true; }                // at the last desk's starts
  void declare_rules(std::uint64_t seed) { rules_.emplace(seed); }  // at some starts
  void copy_desks() { copies_desks_ = true; }                    // and restore them, now and then
  Duration leap() { return std::exchange(leap_, Duration(0)); }  // the machines sleep so long

 private:
  store::Mutation mutation(Device& device);
  store::Mutation counted(Device& device);
  std::string id(const char* kind) { return kind + std::to_string(run_.random.below(rows_)); }
  bool person(Device& device);
  void machine(Device& device);
  void befall_disk(Device& device);
  void change_token(Device& device);
  void draw_faults();
  void declare_rule(Device& device);
  void configure(Device& device);
  void touch_what_has_rules(store::Mutation& mutation);
  void compact(std::int64_t kept, bool clock_is_wrong);
  void expire_receipts();
  bool restore_cloud();  // false: there is no copy
  void change_scope();
  void back_up_desk(Device& device);
  void restore_desk(Device& device);
  Device* in_full_pull();
  void disturb_full_pull(Device& device);

  Run& run_;
  Network& network_;
  std::vector<std::unique_ptr<Device>>& devices_;
  std::uint64_t rows_;
  Panels panels_;
  Duration longest_pause_;
  std::uint64_t machine_chance_;
  std::uint64_t count_chance_;  // in a thousand: of a write into a field that has a rule
  std::uint64_t group_chance_;
  std::uint64_t copy_chance_, restore_chance_;  // of the cloud's file
  std::uint64_t compact_chance_;
  std::optional<Random> scope_restores_;
  bool declares_scopes_ = false, copies_desks_ = false;
  std::vector<Device::Copy> desk_copies_;
  std::optional<Random> rules_;  // chance of its own: the other draws stay what they are
  Duration leap_{0};
  std::uint64_t parent_changes_ = 0;
};

}  // namespace slipway::sim
