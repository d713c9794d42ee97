// The ledger: one log of commits per tenant, its rows, its receipts and its tokens. Two
// implementations (SQLite, PostgreSQL) keep the same contract (test/cloud/ledger_contract.h).
//
// A push is one transaction and at most one commit: its answer is given only when rows and
// receipts are durable. Whatever fails leaves everything as it was. One thread per Ledger; any
// number of ledgers and processes may work on one database.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cloud/limits.h"
#include "model/history.h"
#include "model/row_scope.h"
#include "model/snapshot.h"
#include "model/wire.h"

namespace slipway::cloud {

using TenantId = std::int64_t;

struct TokenOwner {
  TenantId tenant = 0;
  std::string tenant_name;
  std::string device;
  std::string scope = {};                   // of the device, as JSON; "": everything
  std::optional<std::string> expires = {};  // when the token ends
  std::string token_hash = {};              // "": somebody else vouches for it (identity.h)

  bool holds_everything() const { return scope.empty(); }
  bool has_expired(WallTime now) const { return expires && *expires <= to_text(now); }
};

struct TokenRow {
  std::string tenant;
  std::string device;
  std::string created;
  std::optional<std::string> revoked;  // when
  std::optional<std::string> expires = {};
};

// For those who run the cloud.
struct TenantRow {
  TenantId id = 0;
  std::string name;
  std::int64_t head = 0, horizon = 0;
  std::int64_t commits = 0;            // as counted, without commit 0: equals the head
  std::int64_t rows = 0, counted = 0;  // live ones, and what the ledger's own count says
  std::string last_commit;             // when
};
struct DeviceRow {
  std::string tenant, name, created;
  std::optional<std::string> seen;  // its last push or pull, or what it last asked of /v1/entities
  std::int64_t cursor = 0;          // the newest commit from which it has asked onwards
  bool holds_everything = true;
  std::optional<std::string> removed = {};  // when: it is one no more
  bool writes_rows_only = false;  // all of its receipts are of writes at /v1/entities; it has some

  // As far as can be told; of one that was never heard of nothing can.
  bool keeps_a_copy() const { return !seen || (cursor > 0 && !writes_rows_only); }
};
struct LedgerState {
  std::vector<TenantRow> tenants;
  std::vector<DeviceRow> devices;
  std::optional<std::string> newest_backup;  // when it was begun
};

// What there is to tell of the commits after one.
struct News {
  Version head;
  std::optional<Page> page;       // up to the head, without receipts; nothing: it is not small
  std::set<std::string> devices;  // whose receipts it lacks
};

// One page of the state as of a commit (model/snapshot.h). The rows are as they are sent: a JSON
// array, which nobody here needs to look into. The `walked` of its places is plain here, as in the
// request: whoever tells a device of it seals it (sealed_place.h).
struct Snapshot {
  Version at, head;
  std::optional<SnapshotPlace> next;
  std::string rows;
  std::vector<Receipt> receipts;
  std::int64_t passed = 0, total = 0;
  RowScope scope = {};
};

// As it is sent: a SnapshotPage (model/snapshot.h) in answer to what was asked.
std::string snapshot_text(const Snapshot& snapshot, const SnapshotRequest& asked);

// Where a page of a type's rows begins: after this id. Where the ledger has walked to for a device
// with a scope, the id may be of a row that the device must not hear of: whoever tells it of such a
// place seals it (sealed_place.h). "": at the beginning.
struct ListPlace {
  std::string id;
  bool walked = false;
};

// A page of one type's live rows, by the bytes of their ids, each as it is now: a JSON array, as it
// is sent. It may hold fewer rows than asked for, or none, and yet go on after `next`.
struct EntityPage {
  std::string rows;
  std::optional<ListPlace> next;
};

// How much of the past a compaction leaves: a commit is kept if either says so.
struct Retention {
  std::optional<std::int64_t> commits;  // the newest so many
  std::optional<std::int64_t> days;     // those of so many days, by the cloud's clock
};

struct Compaction {
  bool more = false;                        // call again
  std::int64_t images = 0, tombstones = 0;  // deleted by this step
};

// How much a tenant may have of what its devices add by themselves, for good. What would exceed it
// is refused ("tenant-full") and tried again by devices; what is there goes on.
struct TenantBounds {
  std::int64_t devices = tenant_devices_max;  // 0: no bound
  std::int64_t references = tenant_references_max;
  std::int64_t types = tenant_types_max;  // of rows
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Errors: "history-changed", "horizon-passed", "invalid-entry", "id-mismatch",
  // "too-many-entries", "request-in-progress" (PushRequest::once), "tenant-full"; "busy" and
  // storage errors, after which nothing has happened.
  virtual Result<PushAnswer> push(TenantId tenant, const std::string& device,
                                  const PushRequest& request, WallTime now) = 0;

  // The exact difference between the cursor (absent: commit 0) and the largest commit that makes at
  // most `limit` rows and receipts of page_bytes_max bytes; at least one commit, never a part of
  // one. Errors:
  // "history-changed", "horizon-passed".
  virtual Result<PullAnswer> changes(TenantId tenant, const std::string& device,
                                     const std::optional<Version>& cursor, std::int64_t limit) = 0;

  // The newest of these commits that the log has; none: commit 0. Error: "too-many-versions".
  virtual Result<HistoryAnswer> history(TenantId tenant, const HistoryRequest& request) = 0;

  // The state as of the commit that the request names, or, where it names none, as of the head:
  // then compactions spare that commit for a while. A type beyond those that are named comes after
  // them, by name; ids in the order of their bytes. Errors: "history-changed", "horizon-passed".
  virtual Result<Snapshot> snapshot(TenantId tenant, const std::string& device,
                                    const SnapshotRequest& request, WallTime now) = 0;

  // Moves the horizon of one tenant, or of all, and deletes row images and tombstones that only
  // states and differences before it need: one bounded step, to be called until there is no more.
  // Commits' salts, receipts and what the judge needs of live rows stay. Error: "unknown-tenant".
  virtual Result<Compaction> compact(const std::optional<std::string>& tenant,
                                     const Retention& retention, WallTime now) = 0;

  // For those who listen (pokes.h). A page of at most poke_rows_max rows. Error: "history-changed".
  virtual Result<News> news(TenantId tenant, const Version& from) = 0;
  virtual Result<Version> head(TenantId tenant) = 0;
  // Of tenants that exist, in their order: one question for all.
  virtual Result<std::vector<Version>> heads(const std::vector<TenantId>& tenants) = 0;
  // Whether another ledger has committed anything since this was last asked; costs next to nothing.
  virtual bool changed_elsewhere() = 0;

  // To a device with a scope: its own only, for those of others may tell of rows outside.
  virtual Result<std::optional<Receipt>> request(TenantId tenant, const std::string& device,
                                                 const std::string& id) = 0;
  virtual Result<Capabilities> capabilities(const TokenOwner& owner) = 0;

  // For those who keep no copy (entity_routes.h); what lies outside of the device's scope is not
  // there. A row as it is now, or as of a commit; deleted, with its last values; nothing: it never
  // was, or what it was is forgotten.
  virtual Result<std::optional<PageRow>> row(TenantId tenant, const std::string& device,
                                             const EntityKey& key,
                                             const std::optional<Version>& at) = 0;
  virtual Result<EntityPage> rows(TenantId tenant, const std::string& device,
                                  const std::string& type, const ListPlace& after,
                                  std::int64_t limit) = 0;
  // Those that have rows, or had some.
  virtual Result<std::vector<std::string>> types(TenantId tenant, const std::string& device) = 0;

  // Tokens are known by their hash only (tokens.h). Creating one makes tenant and device exist; a
  // device that was removed begins anew: whoever comes under its name takes everything anew.
  // Error: "tenant-full".
  virtual Result<void> create_token(const std::string& tenant, const std::string& device,
                                    const std::string& hash, WallTime now,
                                    std::optional<WallTime> expires = {}) = 0;
  // Lets the tokens of a device that are valid now end at that time, if not sooner. Gives how many.
  virtual Result<std::int64_t> expire_tokens(const std::string& tenant, const std::string& device,
                                             WallTime expires) = 0;
  // With what places are sealed: the same for all who have ever asked, and known to nobody else.
  virtual Result<std::string> seal_key() = 0;

  // Which rows a device is told of, and may write, from now on (model/row_scope.h). A change is a
  // commit of its own, and the device takes everything anew. Error: "unknown-device".
  virtual Result<void> set_scope(const std::string& tenant, const std::string& device,
                                 const RowScope& scope, WallTime now) = 0;
  // Not of one that is revoked; one that has expired is told with its time. Without the device's
  // scope, which every request reads beside what it asks for, and find_again() for those who
  // listen.
  virtual Result<std::optional<TokenOwner>> find_token(const std::string& hash) = 0;
  // The owner of a token that is not kept here (identity.h); the device is made if need be.
  // Nothing: there is no such tenant. Errors: "tenant-full", "unauthorized" (it was removed).
  virtual Result<std::optional<TokenOwner>> find_device(const std::string& tenant,
                                                        const std::string& device,
                                                        WallTime now) = 0;
  // Owners of one tenant that were found before, in their order, as they are now; nothing: the
  // token is revoked, or there is no such device any more. As few questions for many as for one.
  using Owners = std::vector<std::optional<TokenOwner>>;
  virtual Result<Owners> find_again(TenantId tenant, const std::vector<TokenOwner>& owners) = 0;
  virtual Result<std::vector<TokenRow>> list_tokens() = 0;
  // Gives how many were revoked.
  virtual Result<std::int64_t> revoke_tokens(const std::string& tenant, const std::string& device,
                                             WallTime now) = 0;

  // Ends a device's tokens, and takes it out of what is counted and waited for: the bound of a
  // tenant's devices, how far they are, receipts that have yet to reach it (old ones go without).
  // What it wrote stays, under its name, which only create_token() gives a device again. Gives how
  // many tokens were ended. Errors: "unknown-tenant", "unknown-device", "device-removed".
  virtual Result<std::int64_t> remove_device(const std::string& tenant, const std::string& device,
                                             WallTime now) = 0;

  // How long receipts are kept at least; told to devices. Not said: for good.
  virtual void keep_receipts(std::int64_t days) = 0;
  // Forgets receipts that are older and have reached their device, about `limit` of them in one
  // transaction; the exact numbers that were judged are kept for good. Gives whether more may be
  // left.
  virtual Result<bool> purge_receipts(WallTime now, std::int64_t limit) = 0;

  // A copy is about to be made: what is committed by now will be in it. Gives its number.
  virtual Result<std::int64_t> begin_backup(const std::string& file, WallTime now) = 0;
  // The copy is durable (or failed). `kept`: how many of the newest copies may be restored from now
  // on; nothing: as before, at first all.
  virtual Result<void> end_backup(std::int64_t backup, bool made,
                                  std::optional<std::int64_t> kept) = 0;

  // That it has asked for something, although not onwards from a commit.
  virtual void heard_of(TenantId tenant, const std::string& device) = 0;
  // Writes down how far devices have come and when they were last heard of; to be called now and
  // then. What is not written down yet is lost with the process, and made good by the next pull.
  // Gives whether more is left, to be asked for again.
  virtual Result<bool> note_devices(WallTime now) = 0;
  virtual Result<LedgerState> state() = 0;  // counts rows: takes a while

  // What whoever runs the cloud should mend, a sentence or two each; as a rule none. Costs little.
  virtual Result<std::vector<std::string>> warnings() = 0;

  // Whether the database answers; else why not. The words may name hosts and users.
  virtual Result<void> healthy() = 0;
};

}  // namespace slipway::cloud
