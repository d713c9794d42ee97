// The device's side of the truth: the app's tables and Slipway's, in one SQLite file.
//
//   view = shadow + open entries, for every row, at every commit.
//
// Every method is one transaction with synchronous=FULL: it happened whole and is durable, or it
// did not happen and says why. Nothing that was accepted is lost: after a failed disk the file is
// opened again and read anew (reopen()).
// One thread. Called by worker and local_api. Time and chance are arguments.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/failure.h"
#include "model/history.h"
#include "model/sync_rules.h"
#include "model/wire.h"
#include "store/capture.h"
#include "store/decide.h"
#include "store/full_pull.h"
#include "store/history.h"
#include "store/lease.h"
#include "store/listing.h"
#include "store/merge_rules.h"
#include "store/push_batch.h"
#include "store/scope.h"
#include "store/settle.h"
#include "store/shadow.h"

namespace slipway::store {

struct StoreOptions {
  std::string path;
  SyncRules rules;
  Duration busy_timeout =
      std::chrono::seconds(2);  // another program's transaction may last so long
  // A group must fit into one push, and one push stays a size that proxies let through.
  CaptureLimits group_limits = {500, 1024 * 1024};
  RowScope scope;   // which rows this device shall hold, of those that the cloud grants it
  std::string vfs;  // SQLite's way to the disk; empty: its usual one
  // Of the machine and the file, so that a copy is noticed (identity.h); empty: not known.
  std::string place;
  // Names the caller's exclusive claim to the file (lease.h); empty: takes the lease whatever, for
  // tools and tests.
  std::string holder;
  std::int64_t archive_kept = 1000;  // settled entries that stay for people to look at
};

struct WriteRequest {
  std::vector<Mutation> mutations;
  bool as_group = false;                       // else exactly one mutation
  std::optional<std::string> idempotency_key;  // a repeat gives the first answer
};

struct Written {
  std::optional<std::string> group_id;
  std::vector<EntryId> entries;
  bool repeated = false;  // the answer to an earlier request with the same idempotency key
};

struct PushOutcome {
  bool page_absorbed = false;
  bool more = false;  // commits remain beyond the cursor
  Version cursor;
  std::vector<EntryId> settled;    // settled, parked or closed
  std::vector<EntryId> unsettled;  // sent, answered, and still PENDING without a page to wait for
};

struct FailedPush {
  std::vector<EntryId> entries;
  std::size_t units = 0;
};

// Who answered in the place of the cloud that this file was synced with.
struct OtherCloud {
  std::string cloud_id;
  std::string tenant;
  bool has_snapshots = true;  // else it keeps no log: a webhook, an API
};

struct Identity {
  std::string device, incarnation;
  std::int64_t generation = 0;
  std::optional<std::string> device_name, cloud_id, last_synced_at;
  std::optional<Version> cursor, head;
  std::optional<OtherCloud> other_cloud;  // that the address answered with; a person decides
};

// A preview says what the decision would do, and changes nothing.
enum class DecideMode { carry_out, preview };

class Store {
 public:
  // Opens an existing database, brings our tables up to date, checks their guards, and puts entries
  // that were being sent when the last process ended back to PENDING.
  // Errors: "database-missing", "database-locked", "not-a-database", "read-only", "newer-version",
  // "foreign-table" (a table of ours by name that is not ours), "no-wal", "invalid-config" (a scope
  // that is not of these tables).
  static Result<std::unique_ptr<Store>> open(StoreOptions options, Random random, WallTime now);
  ~Store();

  Result<void> reopen(WallTime now);

  // --- of several services on one file one works (lease.h). To be called every lease_interval.
  // Gives whether this one does; one that stands by reads, and refuses to write: "standby".
  Result<bool> tend_lease(Instant now, WallTime wall);
  bool stands_by() const { return stands_by_; }
  std::int64_t lease_token() const { return lease_token_; }  // another one: taken anew
  Result<void> release_lease();  // so that the next one need not wait; then this one stands by
  bool failed() const { return database_ == nullptr; }

  // Told after each commit that changed something.
  void on_change(std::function<void(const Changes&)> listener) { listener_ = std::move(listener); }

  // Told when the disk failed and the connection was given up; reopen() is due.
  void on_failure(std::function<void()> listener) { failure_listener_ = std::move(listener); }

  // Told by whoever works the cloud: why it does not answer now, or nothing. Actions that need it
  // are refused meanwhile ("needs-cloud"), and until it was said for the first time.
  void note_cloud(std::optional<std::string> away) { cloud_away_ = std::move(away); }
  // While it is away: what needs it and was never sent is parked, not kept for later.
  Result<void> park_unsent_needs(WallTime now);

  // --- writing. All requests share one commit; each has its own answer.
  std::vector<Result<Written>> write(std::span<const WriteRequest> requests, WallTime now);
  Result<Decided> decide(const Wish& wish, DecideMode mode, WallTime now);
  Result<std::size_t> offer_existing_rows(WallTime now);  // as creates; returns how many
  Result<std::int64_t> count_existing_rows();             // that have never been offered

  // --- syncing
  Result<std::optional<PushRequest>> begin_push(const std::string& exchange,
                                                const BatchLimits& limits,
                                                const std::set<EntryId>& waiting, WallTime now);
  Result<PushOutcome> finish_push(const PushAnswer& answer, WallTime now);
  Result<FailedPush> fail_push(const Failure& failure, std::int64_t faults_max, WallTime now);
  Result<Settled> absorb_page(const PullAnswer& answer, WallTime now);
  // The next page of the full pull that is under way.
  Result<SnapshotRequest> snapshot_request(const std::string& exchange, std::int64_t limit);
  Result<Settled> absorb_snapshot(const SnapshotPage& page, WallTime now);
  Result<void> begin_full_pull(WallTime now);  // also where one is under way
  Result<std::optional<FullPull>> full_pull();
  // A page that nobody asked for: as the answer to a pull that would be sent now.
  Result<Settled> absorb_streamed(Poke poke, WallTime now);
  // Learns the cloud's id at the first contact; where the cursor is damaged, what is known is
  // pulled anew and the entries stay. Error "other-cloud" when it is another than before: nothing
  // is done until a person corrects the address or the token, or says join_cloud().
  Result<void> meet_cloud(const Capabilities& capabilities, WallTime now);
  // Forgets a bounded piece of what the cloud's backups all contain. Gives whether more is left.
  Result<bool> purge_archive(WallTime now);
  Result<void> show_wait(const std::vector<EntryId>& entries, WallTime until);
  Result<PullRequest> pull_request(const std::string& exchange, std::int64_t limit);

  // --- when the cloud's past has changed (history.h)
  // Offers commits that this file has absorbed, narrowed down by each answer.
  Result<HistoryRequest> history_request(const std::string& exchange, std::size_t versions_max);
  // True: the newest common commit is found, and this file goes on from there. Error
  // "garbled-history": the answer names a commit that was not offered; "other-cloud": it is another
  // cloud's. Then nothing happened.
  Result<bool> absorb_history(const HistoryAnswer& answer, WallTime now);
  // The other cloud that answered takes the place of the known one, as if restored to its commit 0.
  // One that keeps no log has moved, and goes on where it was: it could not tell what it has.
  // Error "not-that-cloud": it is not the one that answered last.
  Result<void> join_cloud(const std::string& cloud_id, WallTime now);
  Result<std::vector<LostRow>> lost_rows(std::int64_t limit);
  Result<std::int64_t> count_lost_rows();
  // A person has seen it, or wants it again as a write of their own. Error "unknown-row".
  Result<void> dismiss_lost(std::int64_t id, WallTime now);
  Result<std::optional<EntryId>> restore_lost(std::int64_t id, WallTime now);

  // --- reading
  Result<Identity> identity();
  Result<std::optional<Version>> cursor();
  Result<HeldScope> scope();
  Result<Counts> counts();
  Result<HeldEntries> held();
  Result<QueuePage> entries(const QueueQuery& query);
  Result<std::optional<Entry>> entry(EntryId id);
  Result<std::optional<Entry>> prerequisite_of(const Entry& entry);
  Result<std::optional<EntryId>> culprit_of(const Entry& entry);  // that made its group fail
  Result<std::vector<Attempt>> attempts(std::optional<EntryId> entry,
                                        std::optional<std::int64_t> after, std::int64_t limit);
  Result<std::optional<Shadow>> shadow(const EntityKey& entity, WallTime now);
  Result<RowPage> rows(const std::string& entity_type, const RowQuery& query);
  Result<std::optional<ListedRow>> row(const EntityKey& entity);
  const Schema& schema() const { return schema_; }
  const SyncRules& rules() const { return options_.rules; }
  const MergeRules& merge_rules() const { return merge_rules_; }
  RuleProblems rule_problems() const;
  Result<std::optional<std::string>> meta(std::string_view key);
  Result<void> set_meta(std::string_view key, std::string_view value);

 private:
  struct Sent {
    EntryId entry;
    std::string client_request_id;
    bool is_void;
    std::optional<std::string> sent_before;  // when, if an earlier sending may have had an effect
  };
  struct InFlight {
    std::string exchange;
    std::string sent_at;
    std::vector<Sent> items;
    std::size_t units = 0;
    std::int64_t generation = 0;
  };
  // The search for the newest common commit: it is `low` or lies between.
  struct HistorySearch {
    Version low;
    std::optional<std::int64_t> high;  // not in the cloud's log, nor anything beyond
    std::vector<Version> offered;
    bool asks_for_cursor = false;  // all else is known: a later commit is common
  };

  Store(StoreOptions options, Random random);
  Result<void> connect(WallTime now, std::optional<std::int64_t> silent);
  Result<void> stand_by(std::unique_ptr<sqlite::Database> database);
  Result<void> check_lease(sqlite::Database& database);
  void disconnect();
  void read_schema(sqlite::Database& database);
  Result<void> show_by_new_rules(WallTime now);
  Result<void> show_by_new_tables(WallTime now);
  Result<bool> notice_new_tables(WallTime now);
  Result<void> check_schema_is_current();
  Result<void> check_schema_is_still(sqlite::Database& database) const;
  template <class Function>
  auto guarded(std::string_view doing, Function function) -> decltype(function());
  template <class Function>
  auto transact_on(sqlite::Database* database, std::string_view doing, WallTime now,
                   Function function) -> decltype(function(std::declval<Work&>()));
  template <class Function>
  auto transact(std::string_view doing, WallTime now, Function function)
      -> decltype(function(std::declval<Work&>()));
  template <class Function>
  auto transact_without_foreign_keys(std::string_view doing, WallTime now, Function function)
      -> decltype(function(std::declval<Work&>()));
  Result<Written> write_one(Work& work, const WriteRequest& request);
  Result<void> write_together(std::span<const WriteRequest> requests, WallTime now,
                              std::vector<Result<Written>>& answers);
  Error closed_error() const;
  Error other_cloud(OtherCloud other);
  void tell(const Changes& changes);
  Result<bool> brings_no_news(const PullAnswer& answer);
  void record_attempts(Work& work, const std::map<std::string, std::string>& outcomes,
                       const std::string& otherwise, const std::string& detail);
  std::vector<EntryId> put_back(Work& work, const std::set<std::string>& without_effect = {});
  static std::vector<Receipt> answers_to(const std::vector<Receipt>& verdicts,
                                         const std::vector<Sent>& asked);

  StoreOptions options_;
  Random random_;
  std::unique_ptr<sqlite::Database> database_;
  std::string closed_because_;  // while there is none
  // The same file with foreign keys off: to switch them would forget every prepared statement.
  std::unique_ptr<sqlite::Database> view_database_;
  Schema schema_;
  MergeRules merge_rules_;  // options_.rules, as they fit schema_
  HeldScope scope_;
  std::int64_t schema_version_ = -1;        // SQLite's schema cookie, as of schema_
  std::int64_t shown_schema_version_ = -1;  // the one by which rows are shown
  std::optional<InFlight> in_flight_;
  std::int64_t pull_generation_ = 0;
  std::optional<std::string> cloud_away_ = "Whether the cloud can be reached is not known yet.";
  bool stands_by_ = false;
  std::int64_t lease_token_ = 0;
  LeaseWatch watch_;
  std::int64_t purged_up_to_ = 0;
  std::optional<HistorySearch> search_;
  std::optional<OtherCloud> other_cloud_;
  std::optional<std::string> last_heard_at_;  // newer than what sync_meta says
  std::function<void(const Changes&)> listener_;
  std::function<void()> failure_listener_;
};

}  // namespace slipway::store
