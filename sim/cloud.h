// The one cloud of a simulated world: the real SQLite ledger on a disk of its own. A restart closes
// and opens it again. Its tables can be read with plain SQL beside it.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "branch.h"
#include "cloud/pokes.h"
#include "cloud/sqlite_ledger.h"
#include "disk.h"
#include "model/failure.h"
#include "model/sync_rules.h"
#include "run.h"
#include "sqlite/sqlite.h"

namespace slipway::sim {

// What a desk shows when it comes: its own token, one that was revoked, or one of another company.
enum class Token { own, revoked, foreign };

class Cloud {
 public:
  Cloud(Run& run, std::size_t devices);

  std::expected<Capabilities, Failure> probe(std::size_t device, Token token);
  std::expected<PushAnswer, Failure> push(std::size_t device, Token token,
                                          const PushRequest& request);
  std::expected<PullAnswer, Failure> pull(std::size_t device, Token token,
                                          const PullRequest& request);
  std::expected<SnapshotPage, Failure> snapshot(std::size_t device, Token token,
                                                const SnapshotRequest& request);
  // Only the newest commits keep their past; a clock that is wrong spares no full pull.
  void compact(std::int64_t commits, bool clock_is_wrong);
  // Receipts that their desk has taken are forgotten, as after months. I7: what they judged is
  // never executed again.
  void expire_receipts();
  // The newest commit when a tombstone of the row was purged for the last time; nothing: never.
  std::optional<Version> forgotten_at(const EntityKey& entity) const;
  std::expected<HistoryAnswer, Failure> compare_history(std::size_t device, Token token,
                                                        const HistoryRequest& request);
  // False: the cloud does not know that history, or refuses; then nobody listens.
  bool listen(std::size_t device, Token token, const std::optional<Version>& cursor,
              const cloud::Pokes::Begin& begin);
  void restart();  // all who listened are gone
  // What the desk may hold from now on.
  void give_scope(std::size_t device, const RowScope& scope);
  struct GivenScope {
    std::size_t device;
    RowScope scope;
  };
  // What a commit of the log as it is has given, and nothing else; null: it is another one.
  const GivenScope* scope_given(std::int64_t commit) const;
  bool is_scoped(std::size_t device) const;
  // Copies of its file, as an operator makes them. Where the cloud is told, the newest so many may
  // be restored, and it publishes what all of them contain; else any.
  void back_up();
  bool restore();  // one of them; false: there is none
  std::function<void()> on_restored = [] {};
  std::function<void()> before_restore = [] {};
  bool was_restored() const { return restored_; }
  bool has_told_expired(const std::string& id) const { return told_expired_.contains(id); }
  // What came with the push that made a commit.
  struct Pushed {
    std::size_t device = 0;
    Branch file{-1};
    std::optional<Version> cursor;
    std::set<std::string> ids, shared;  // clientRequestIds; those of a shared incarnation
    SyncRules rules;                    // that its desk declared
    WallTime at{};                      // by the cloud's clock
  };
  void sends(const std::string& exchange, const Branch& file, const SyncRules& rules) {
    senders_.emplace(exchange, Sender{file, rules});
  }
  const Pushed& push_of(std::int64_t commit) { return pushes_[commit]; }
  std::string salt_of(std::int64_t commit);
  void befall(const Mishap& mishap);  // its disk
  void repair_disk() { disk_.repair(); }
  void hand_out(std::size_t device, Token token) { tokens_[device] = token; }
  Token token_of(std::size_t device) const { return tokens_[device]; }  // what it shows now
  void hand_out_own_tokens() { tokens_.assign(tokens_.size(), Token::own); }
  // Another company's desk writes rows of the same names; nobody here may ever see them (I27).
  void neighbour_writes();
  cloud::TenantId tenant() const { return owners_.front().tenant; }
  sqlite::Database& raw() { return raw_.get(); }
  Disk& disk() { return disk_; }
  std::int64_t head() const { return head_; }  // as last answered

 private:
  struct Sender {
    Branch file;
    SyncRules rules;
  };
  using Forgotten = std::map<EntityKey, Version>;
  using GivenScopes = std::map<std::int64_t, GivenScope>;  // by commit
  struct Copy {
    DiskImage image;
    std::int64_t head;
    Forgotten forgotten;
    std::set<std::string> expired;
    GivenScopes scopes;
  };

  WallTime wall_time() const {
    return {wall_offset_ms_ + run_.timeline.now().since_origin.count()};
  }
  bool open();
  void revive();
  std::int64_t newest_commit();
  void note_push(std::size_t device, const PushRequest& request, WallTime now);
  template <class T>
  std::expected<T, Failure> answer(Token token, Result<T> result);
  std::optional<Failure> refusal(Token token);
  std::set<EntityKey> tombstones();
  std::set<std::string> receipts();
  void check_expired(const PushAnswer& answer);
  void check_place(std::size_t device, const cloud::Snapshot& page, const SnapshotRequest& request);
  const cloud::TokenOwner& owner(std::size_t device, Token token) const;

  Run& run_;
  Disk disk_;
  Random random_;
  std::int64_t wall_offset_ms_;
  std::unique_ptr<cloud::Ledger> ledger_;
  std::unique_ptr<cloud::Identity> identity_;
  std::unique_ptr<cloud::Pokes> pokes_;
  Reader raw_;
  std::vector<cloud::TokenOwner> owners_;
  cloud::TokenOwner neighbour_;
  std::int64_t neighbour_entries_ = 0;
  std::vector<Token> tokens_;
  GivenScopes scopes_;
  std::int64_t head_ = 0;
  std::int64_t copies_kept_;  // 0: nobody tells the cloud
  std::vector<Copy> copies_;  // that may be restored, the newest last
  bool restored_ = false;
  std::map<std::string, Sender> senders_;  // by exchange
  std::map<std::int64_t, Pushed> pushes_;  // by commit
  Forgotten forgotten_;
  std::set<std::string> expired_;  // ids whose receipts are gone
  std::set<std::string> told_expired_;
};

std::string device_name(std::size_t device);  // "desk1"

}  // namespace slipway::sim
