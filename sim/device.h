// One desk of a simulated world: the real Store on a disk of its own, the real Worker and Engine,
// and what the oracle remembers of it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "branch.h"
#include "model/sync_rules.h"
#include "network.h"
#include "past.h"
#include "worker/worker.h"

namespace slipway::sim {

using TextRow = std::vector<std::string>;
// Plain SQL beside the product's code; `first` is bound to ?1. Texts of a bounded number only.
std::vector<TextRow> query(sqlite::Database& database, const std::string& sql,
                           std::optional<std::int64_t> first = std::nullopt);
json::object object_from(const std::string& text);

struct Image {  // of a row of the cloud
  bool live = false;
  json::object values;
};

class Device {
 public:
  Device(Run& run, Network& network, std::size_t index, SyncRules rules);

  void open();
  void crash();  // the process is killed, or the power fails
  struct Copy;
  std::optional<Copy> back_up();  // nothing: its disk fails just now
  // Another file in the place of its own, which is lost; the process starts when somebody opens it.
  // `elsewhere`: the file is noticed to be another one.
  void restore(const Copy& copy, bool elsewhere);
  void befall(const Mishap& mishap);  // its disk
  void repair_disk();
  bool has_disk_trouble() const;
  // After each event: a process that died at its disk is buried; what nobody was told is found out.
  void look();
  bool is_up() const { return worker_ != nullptr; }
  // As far as this process was told by the network and by people; nothing: not yet at all.
  std::optional<bool> hears_the_cloud() const {
    if (is_paused_ || is_offline_) return false;
    return transport_->is_answered;
  }
  void step_clock();  // the wall clock jumps by years

  // What a person does; each is remembered by the oracle. False: refused.
  bool write(std::vector<store::Mutation> mutations);
  bool decide(const store::Wish& wish);
  // The version of the cloud's row that a panel shows now for an entry.
  std::optional<Version> shown(EntryId id);
  std::optional<Version> shown_by_conflict(EntryId id);
  std::optional<Version> written_on(EntryId id);
  bool entry_is_open(EntryId id);
  void tell(Event event);

  std::optional<Instant> next_wakeup() const;
  std::size_t index() const { return index_; }
  std::string name() const { return device_name(index_); }
  store::Store& store() { return *store_; }
  Worker& worker() { return *worker_; }
  SimTransport& transport() { return *transport_; }
  sqlite::Database& raw() { return raw_.get(); }
  Disk& disk() { return disk_; }
  std::optional<Version> cursor_version();
  std::int64_t cursor();
  // The tick as of which its shadow is.
  std::int64_t known_at(const EntityKey& entity, const Past& past);
  bool was_told_of(const EntityKey& entity);  // by the cloud, that there is or was such a row
  std::optional<store::FullPull> full_pull() { return store::read_full_pull(raw()); }
  void declare(RowScope scope);                       // in its configuration, read at each start
  void declare(const std::string& field, Rule rule);  // of Parent, by which it is merged; as well
  bool is_scoped() const;
  // What it must have of a row of the cloud: nothing, where that lies outside of what is both
  // granted and declared.
  const Image* held(const EntityKey& entity, const Image* image, const RowScope& granted) const;
  const std::optional<Version>& full_pull_at() const { return full_pull_at_; }  // the last one's
  // From there up to its cursor its file has absorbed each receipt of what this desk sent.
  const std::optional<Version>& has_receipts_since() const { return has_receipts_since_; }
  std::string progress();  // changes whenever the device gets anywhere
  std::vector<EntryId> entries_in(std::string_view statuses);  // "'CONFLICT','ERROR'"
  bool take_changed() { return std::exchange(changed_, false); }
  Remembered<bool> is_still;  // no open entry of its file could move any more

  // The oracle watches what is captured: before anything is appended, by a write (nothing) or a
  // decision; then each entry, in order.
  std::function<void(const store::Wish*)> before_append = [](const store::Wish*) {};
  std::function<void(const store::Entry&)> on_append = [](const store::Entry&) {};
  const SyncRules& rules() const { return rules_; }

  // The oracle's memory, of all files that the desk ever had.
  struct Written {
    std::string body;  // canonical
    BranchName branch;
    EntryId entry;
  };
  std::map<std::string, Written> captured;  // by clientRequestId
  const Branch& branch() const { return branch_; }
  bool is_in_file(const Written& one) const { return branch_.has(one.branch, one.entry); }
  bool was_restored() const { return !copied_.empty(); }
  // An entry that stood in a copy which was put in the place of its file.
  bool has_copied(BranchName branch, EntryId entry) const {
    return std::ranges::any_of(
        copied_, [&](const Branch& one) { return one.name() != branch && one.has(branch, entry); });
  }
  bool take_restored() { return std::exchange(just_restored_, false); }
  struct Captured {
    std::string id;
    std::int64_t lane_position;
    std::string supersedes;
  };
  std::map<std::pair<std::string, EntityKey>, std::vector<Captured>> lanes;  // by incarnation
  std::set<std::string> discarded;                                           // by a person
  std::set<std::string> superseded;                                          // by a decision
  std::set<std::string> decided;  // forced or resolved: clientRequestId of what came of it
  bool was_refused(const std::string& id) const { return refused_->contains(id); }  // by a 422

 private:
  WallTime wall() const;
  void remember_new_entries();
  void remember_closed_entries();
  void remember_closed(const std::vector<store::Entry>& closed,
                       const std::vector<store::Entry>& appended);
  void told_of_disk(const Error& error);
  void remember_decision(const store::Wish& wish, const store::Decided& decided);
  void note_full_pull(const json::object& page);

  Run& run_;
  Network& network_;
  std::size_t index_;
  SyncRules rules_;
  Disk disk_;
  std::int64_t wall_offset_ms_;
  EntryId last_entry_ = 0;
  bool changed_ = true;
  bool unsure_ = false;         // something may have happened of which nobody was told
  std::set<EntryId> in_doubt_;  // what decisions were about, of which nobody was told
  bool is_paused_ = false, is_offline_ = false;  // as a person wants it, of this process
  std::optional<bool> full_pull_before_crash_;
  std::optional<Version> full_pull_at_, has_receipts_since_;
  std::shared_ptr<std::set<std::string>> refused_ = std::make_shared<std::set<std::string>>();
  std::shared_ptr<SimTransport> transport_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Worker> worker_;
  Reader raw_;
  Branch branch_;
  std::vector<Branch> copied_;  // as they go on from the copies
  std::int64_t places_ = 0;
  std::optional<RowScope> declared_;  // nothing: never
  bool just_restored_ = false;
  std::uint64_t decisions_ = 0;
};

// A desk's files as they were once, with what the oracle knew of them.
struct Device::Copy {
  std::size_t device;
  DiskImage image;
  Branch branch;
  EntryId last_entry;
  std::optional<Version> cursor, full_pull_at, has_receipts_since;
  std::map<std::string, Written> captured;
  std::set<std::string> refused;
};

}  // namespace slipway::sim
