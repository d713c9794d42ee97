// The oracle's own replay of the cloud's log, read with plain SQL: every commit's row images must
// be exactly what the applied entries of that commit make of the rows before, in their order
// (lineage.h). So an effect that nobody captured, that came twice or that got lost shows at its
// commit (I3, I9).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "device.h"
#include "lineage.h"
#include "model/entry.h"
#include "past.h"

namespace slipway::sim {

class CloudLog {
 public:
  CloudLog(Run& run, Cloud& cloud, std::vector<std::unique_ptr<Device>>& devices, Past& past,
           Lineage& lineage)
      : run_(run), cloud_(cloud), devices_(devices), past_(past), lineage_(lineage) {}

  void read();      // what is new
  void restored();  // the cloud is as it was after an earlier commit
  const Image* row_at(const EntityKey& entity, std::int64_t tick) const;
  const std::map<EntityKey, std::map<std::int64_t, Image>>& images() const { return images_; }
  // Of the log as it is.
  const std::map<std::string, std::string>& verdicts() const { return verdicts_; }
  bool was_closed(const std::string& id) const;         // by a person, in any file that holds it
  std::string verdict_of(const std::string& id) const;  // "none"
  bool was_rejected(const std::string& id) const { return rejected_.contains(id); }  // ever
  // That the cloud granted a device as of a tick.
  const RowScope& scope_of(std::size_t device, std::int64_t tick) const;
  // Whether the row was there, and not for that device, at any tick since then.
  bool was_outside(std::size_t device, const EntityKey& entity, std::int64_t since) const;
  bool has_restored_desks() const;
  // An older file asked for what its desk had taken long ago, or for another entry of that number.
  bool is_of_an_older_file(const std::string& id) const;
  // What a conflict of the entry has ever told: who, when and its culprit, as one text each.
  bool has_blamed(const std::string& id, const std::string& blame) const;
  const Past& past() const { return past_; }
  const Version& head() const { return head_; }

 private:
  struct Group {
    std::int64_t applied = 0, size = 0, tick = 0;
  };

  struct Numbered {
    std::int64_t tick;
    std::size_t desk;  // that sent it, and is told of it
  };

  struct Placed {
    std::int64_t tick;
    std::string id;
    std::pair<std::string, EntityKey> lane;
    std::int64_t position;
  };

  void judge_commit(const std::vector<TextRow>& receipts);
  void apply(const TextRow& receipt, std::set<EntityKey>& touched);
  void forget_end(const std::string& id);
  void check_scope(const Body& body, const std::string& id);
  void check_position(const Body& body, const std::string& id);
  void check_lane(const Body& body, const std::string& id);
  bool has_effect(const std::string& id) const;
  bool is_shared(const std::string& id) const;
  bool is_in_file(const std::string& id) const;  // that sent what made the commit
  void check_references();
  void note(const TextRow& receipt);
  void note_number(const TextRow& receipt);
  void note_blame(const std::string& id, const json::object& receipt);
  void check_culprit(const std::string& id);
  void check_named(const json::object& receipt);

  Run& run_;
  Cloud& cloud_;
  std::vector<std::unique_ptr<Device>>& devices_;
  Past& past_;
  Lineage& lineage_;
  Version head_;
  std::int64_t tick_ = 0;
  std::map<EntityKey, std::map<std::int64_t, Image>> images_;
  std::map<std::size_t, std::map<std::int64_t, RowScope>> scopes_;  // of a device, from a tick on
  std::map<std::string, std::string> verdicts_;                     // by clientRequestId
  std::map<std::string, std::int64_t> verdict_ticks_;               // likewise
  std::set<std::string> rejected_;
  std::set<std::string> failed_with_others_;             // as a group's, for another one's sake
  std::map<std::string, std::string> culprits_;          // as last told, by clientRequestId
  std::map<std::string, std::set<std::string>> blames_;  // likewise, all that were told
  std::map<std::pair<std::string, std::int64_t>, Numbered> numbers_;  // judged, by incarnation
  std::vector<Placed> placed_;                                        // effects, in their order
  std::map<std::string, Group> groups_;
};

}  // namespace slipway::sim
