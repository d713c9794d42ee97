// A cloud that fits on a page: it applies whatever comes, once, and refuses what the test says. Its
// log, receipts and pages are those of the protocol, so that a device cannot tell.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/history.h"
#include "model/snapshot.h"
#include "model/wire.h"

namespace slipway {

class FakeCloud {
 public:
  explicit FakeCloud(std::string salt = "00000000000000c0")
      : log_{{{0, std::move(salt)}, {}, {}}} {}

  Capabilities capabilities() const {
    Capabilities capabilities;
    capabilities.origin = log_.front().version;
    capabilities.protocol = protocol;
    capabilities.snapshot_rows_max = has_snapshots ? snapshot_rows : 0;
    return capabilities;
  }
  PushAnswer push(const PushRequest& request);
  PullAnswer pull(const PullRequest& request) const;
  SnapshotPage snapshot(const SnapshotRequest& request) const;
  HistoryAnswer compare_history(const HistoryRequest& request) const;
  bool has(const Version& version) const {
    return version.seq < std::int64_t(log_.size()) &&
           log_[std::size_t(version.seq)].version == version;
  }
  // As a backup that was taken after commit `seq`: what came later never happened.
  void restore(std::int64_t seq);

  // Another desk's write.
  void write_elsewhere(const EntityKey& entity, json::object values) {
    commit(Change{entity, true, std::move(values)}, std::nullopt);
  }
  void erase_elsewhere(const EntityKey& entity) { commit(Change{entity, false, {}}, std::nullopt); }
  // Entries of this row get a conflict.
  void refuse(const std::string& entity_id) { refused_.insert(entity_id); }
  bool sends_pages = true;
  int protocol = protocol_number;
  bool backed_up = false;      // every backup that it may restore holds all commits
  bool has_snapshots = false;  // that a first sync is told of
  std::int64_t snapshot_rows = 3;
  std::int64_t horizon = 0;
  bool withholds = false;  // says that there are changes, and sends none

  std::size_t effects_of(const std::string& id) const {
    return effects_.contains(id) ? effects_.at(id) : 0;
  }
  std::int64_t head() const { return log_.back().version.seq; }
  std::size_t effects() const { return effects_.size(); }
  const std::map<EntityKey, json::object>& rows() const { return rows_; }

 private:
  struct Change {
    EntityKey entity;
    bool exists;
    json::object values;
  };
  struct Commit {
    Version version;
    std::optional<Change> change;
    std::optional<Receipt> receipt;
  };

  Receipt judge(const PushItem& item);
  std::int64_t commit(std::optional<Change> change, std::optional<Receipt> receipt);
  Page page_after(const Version& cursor) const;

  std::vector<Commit> log_;  // at its seq
  std::map<std::string, Receipt> receipts_;
  std::map<std::string, std::size_t> effects_;
  std::map<EntityKey, json::object> rows_;
  std::set<std::string> refused_;
  unsigned past_ = 0;  // counts restores: the salts of each past are others
};

}  // namespace slipway
