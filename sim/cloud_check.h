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

namespace slipway::sim {

struct Image {
  bool live = false;
  json::object values;
};

class CloudLog {
 public:
  CloudLog(Run& run, Cloud& cloud, std::vector<std::unique_ptr<Device>>& devices, Lineage& lineage)
      : run_(run), cloud_(cloud), devices_(devices), lineage_(lineage) {}

  void read();  // what is new
  const Image* row_at(const EntityKey& entity, std::int64_t seq) const;
  const std::map<EntityKey, std::map<std::int64_t, Image>>& images() const { return images_; }
  const std::map<std::string, std::string>& verdicts() const { return verdicts_; }
  std::int64_t last() const { return last_; }

 private:
  struct Group {
    std::int64_t applied = 0, size = 0, seq = 0;
  };

  void judge_commit(std::int64_t seq, const std::vector<TextRow>& receipts);
  void apply(std::int64_t seq, const TextRow& receipt, std::set<EntityKey>& touched);
  void forget_end(std::int64_t seq, const std::string& id);
  void check_lane(const Body& body, const std::string& id);
  void check_references(std::int64_t seq);
  void note(const TextRow& receipt);

  Run& run_;
  Cloud& cloud_;
  std::vector<std::unique_ptr<Device>>& devices_;
  Lineage& lineage_;
  std::int64_t last_ = 0;
  std::map<EntityKey, std::map<std::int64_t, Image>> images_;
  std::map<std::string, std::string> verdicts_;                          // by clientRequestId
  std::map<std::pair<std::string, EntityKey>, std::int64_t> positions_;  // incarnation's lane
  std::map<std::string, Group> groups_;
};

}  // namespace slipway::sim
