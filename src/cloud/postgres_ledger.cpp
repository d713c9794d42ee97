#include "cloud/postgres_ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "cloud/limits.h"
#include "cloud/needs.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/refusals.h"
#include "cloud/sealed_place.h"
#include "model/canonical_json.h"
#include "postgres/migrate.h"
#include "slipway_cloud_files.h"

namespace slipway::cloud {

namespace {

using namespace postgres_ledger;
namespace query = postgres_query;

// Of one piece of work that meets deadlocks, serialisation failures or a lost connection. All of it
// may be done again: a push that was committed without our knowing is answered by its receipts.
constexpr int attempts_max = 5;

constexpr int looks_per_poll = 10;             // of changed_elsewhere(): about once a second
constexpr std::int64_t tenants_per_step = 50;  // that one call looks at: some 20 to 100 ms

class PostgresLedger : public Ledger {
 public:
  PostgresLedger(const std::string& url, Random& random, std::vector<Numbering> numberings,
                 const TenantBounds& bounds)
      : connection_(url), random_(random), numberings_(std::move(numberings)), bounds_(bounds) {}

  Result<void> prepare() {
    return guarded("opening the cloud's database", [&]() -> Result<void> {
      const auto encoding = connection_.run({{"SHOW server_encoding"}});
      if (encoding.at(0).text(0, 0) != "UTF8") {
        return fail(ErrorKind::unsupported, "wrong-encoding",
                    "The database " + connection_.place() + " holds no UTF-8 but " +
                        std::string(encoding.at(0).text(0, 0)),
                    "Create it with ENCODING 'UTF8'.");
      }
      static constexpr postgres::Migration migrations[] = {
          {1, files::file_0001_postgres_tables_sql},
          {2, files::file_0002_operations_sql},
          {3, files::file_0003_head_sql},
          {4, files::file_0004_receipt_parts_sql},
          {5, files::file_0005_removed_devices_sql}};
      auto migrated = postgres::migrate(connection_, "ledger_meta", migrations);
      if (migrated) connection_.listen(std::string(query::channel));
      return migrated;
    });
  }

  Result<PushAnswer> push(TenantId tenant, const std::string& device, const PushRequest& request,
                          WallTime now) override {
    if (auto fits = check_size(request); !fits) return std::unexpected(std::move(fits.error()));
    auto items = decode_items(request);
    if (!items) return std::unexpected(std::move(items.error()));
    return guarded("judging a push", [&]() -> Result<PushAnswer> {
      Transaction transaction(connection_, begin_for(tenant));
      if (!request.once.empty() && !claims(transaction, tenant, request.once))
        return request_in_progress();
      Batch first = to_see(query::lock_head, tenant, device, request.cursor.seq);
      for (postgres::Statement& statement : to_load_first(tenant, numberings_, *items))
        first.push_back(std::move(statement));
      first.push_back({query::type_counts, {tenant, stored_types_created(*items)}});
      const std::vector<Rows> loaded = transaction.run(std::move(first));
      const Seen seen = seen_in(loaded, request.cursor);
      if (auto known = check_cursor(seen, request.cursor); !known)
        return std::unexpected(std::move(known.error()));
      State state = loaded_first(loaded, statements_to_see, numberings_);
      state.scope = seen.scope.scope;
      if (auto kept = remember_references(transaction, tenant, request.references, bounds_,
                                          state.references);
          !kept)
        return std::unexpected(std::move(kept.error()));
      const Rows& types = loaded.back();
      if (auto fit = check_types(types.integer(0, 0), types.integer(0, 1), bounds_); !fit)
        return std::unexpected(std::move(fit.error()));
      PushAnswer answer = judge_and_store(transaction, {tenant, device, request.cursor}, request,
                                          *items, state, seen.head.head, now);
      note_cursor(tenant, device, request.cursor.seq);
      return answer;
    });
  }

  Result<PullAnswer> changes(TenantId tenant, const std::string& device,
                             const std::optional<Version>& cursor, std::int64_t limit) override {
    limit = std::clamp<std::int64_t>(limit, 1, page_rows_max);
    return guarded("reading changes", [&]() -> Result<PullAnswer> {
      Transaction transaction(connection_, begin_read_for(tenant));
      std::vector<Rows> rows =
          transaction.run(to_see(query::head, tenant, device, cursor ? cursor->seq : 0));
      const Version from = cursor.value_or(head_of(rows[0]).origin);
      const Seen seen = seen_in(rows, from);
      if (auto known = check_cursor(seen, from); !known)
        return std::unexpected(std::move(known.error()));
      const RowScope& scope = seen.scope.scope;
      const Version& head = seen.head.head;
      rows = transaction.run(
          to_find_page_end(tenant, device, {from.seq, head.seq}, limit, page_bytes_max));
      const std::int64_t to = rows.at(0).integer(0, 0);
      Batch last{{query::safe_point, {tenant}}};
      for (auto& statement : to_read_page(tenant, device, {from.seq, to}, scope))
        last.push_back(std::move(statement));
      rows = transaction.commit(std::move(last));
      note_cursor(tenant, device, from.seq);
      return PullAnswer{"", head, page_of(rows, 1, scope, from, to), version_in(rows.at(0))};
    });
  }

  Result<HistoryAnswer> history(TenantId tenant, const HistoryRequest& request) override {
    if (auto fits = check_size(request); !fits) return std::unexpected(std::move(fits.error()));
    std::vector<std::int64_t> seqs;
    std::vector<std::string> salts;
    for (const Version& version : request.versions) {
      if (!is_salt(version.salt)) continue;  // no commit's
      seqs.push_back(version.seq);
      salts.push_back(version.salt);
    }
    return guarded("looking for a common past", [&]() -> Result<HistoryAnswer> {
      Transaction transaction(connection_, begin_read_for(tenant));
      const auto rows = transaction.commit(
          {{query::head, {tenant}}, {query::newest_common, {tenant, seqs, salts}}});
      const Head head = head_of(rows[0]);
      return HistoryAnswer{request.exchange, version_in(rows[1]).value_or(head.origin), head.head};
    });
  }

  Result<Snapshot> snapshot(TenantId tenant, const std::string& device,
                            const SnapshotRequest& request, WallTime now) override {
    return guarded("reading a snapshot", [&]() -> Result<Snapshot> {
      if (!request.at) return begin_snapshot(tenant, device, request, now);
      Transaction transaction(connection_, begin_read_for(tenant));
      Batch batch = to_see(query::head, tenant, device, request.at->seq);
      if (request.cursor) batch.push_back({query::commit_salt, {tenant, request.cursor->seq}});
      const auto rows = transaction.run(std::move(batch));
      const Seen seen = seen_in(rows, *request.at);
      if (request.cursor && !is_salt_of(rows.back(), *request.cursor))
        return history_changed(*request.cursor);
      if (auto known = check_cursor(seen, *request.at); !known)
        return std::unexpected(std::move(known.error()));
      Snapshot snapshot = read_snapshot(transaction, tenant, device, seen.scope.scope, request,
                                        *request.at, seen.head.head);
      transaction.commit();
      return snapshot;
    });
  }

  // One transaction per tenant: no tenant waits for another's. A step for all goes on where the
  // last one ended.
  Result<Compaction> compact(const std::optional<std::string>& tenant, const Retention& retention,
                             WallTime now) override {
    return guarded("compacting", [&]() -> Result<Compaction> {
      if (tenant) {
        const auto found = connection_.run({{query::tenant_by_name, {to_stored(*tenant)}}});
        if (found.at(0).empty()) return unknown_tenant(*tenant);
        return compact_tenant(connection_, found.at(0).integer(0, 0), retention, now,
                              compaction_step_images);
      }
      Compaction all;
      all.more = each_tenant(compacted_before_, [&](TenantId id) {
        if (all.images >= compaction_step_images) return false;
        const Compaction step =
            compact_tenant(connection_, id, retention, now, compaction_step_images - all.images);
        all.images += step.images;
        all.tombstones += step.tombstones;
        return !step.more;
      });
      return all;
    });
  }

  Result<News> news(TenantId tenant, const Version& from) override {
    return guarded("reading news", [&]() -> Result<News> {
      Transaction transaction(connection_, begin_read_for(tenant));
      std::vector<Rows> rows =
          transaction.run({{query::head, {tenant}}, {query::commit_salt, {tenant, from.seq}}});
      const Head known = head_of(rows[0]);
      News news{known.head, std::nullopt, {}};
      if (!is_salt_of(rows[1], from)) return history_changed(from);
      if (from.seq < known.horizon || news.head.seq - from.seq > poke_commits_max) return news;
      const Span span{from.seq, news.head.seq};
      rows = transaction.run(
          to_find_page_end(tenant, "", span, poke_rows_max, std::int64_t(poke_bytes_max)));
      if (rows.at(0).integer(0, 0) != span.to) return news;
      Batch last = to_read_page(tenant, "", span, {});
      last.push_back({query::devices_between, {tenant, span.from, span.to}});
      rows = transaction.commit(std::move(last));
      Page page = page_of(rows, 0, {}, from, span.to);
      if (std::int64_t(page.rows.size()) > poke_rows_max) return news;  // one commit alone
      news.page = std::move(page);
      for (int row = 0; row < rows.at(3).size(); ++row)
        news.devices.insert(from_stored(rows.at(3).text(row, 0)));
      return news;
    });
  }

  Result<Version> head(TenantId tenant) override {
    return guarded("reading the head", [&]() -> Result<Version> {
      Transaction transaction(connection_, begin_read_for(tenant));
      return head_of(transaction.commit({{query::head, {tenant}}}).at(0)).head;
    });
  }

  Result<std::vector<Version>> heads(const std::vector<TenantId>& tenants) override {
    return guarded("reading heads", [&]() -> Result<std::vector<Version>> {
      const Rows rows = read_all_heads({query::heads, {tenants}});
      std::map<TenantId, Version> found;
      for (int row = 0; row < rows.size(); ++row)
        found[rows.integer(row, 0)] = {rows.integer(row, 1), std::string(rows.text(row, 2))};
      std::vector<Version> heads;
      for (const TenantId tenant : tenants) {
        CHECK(found.contains(tenant));
        heads.push_back(found[tenant]);
      }
      return heads;
    });
  }

  // Listens; and now and then counts the commits, for servers and poolers that pass nothing on and
  // for nodes that ended between their commit and its announcement.
  bool changed_elsewhere() override {
    const auto changed = guarded("asking for changes", [&]() -> Result<bool> {
      bool heard = connection_.heard();
      if (heard || ++looks_ % looks_per_poll == 0) {
        const Rows rows = read_all_heads({query::all_commits});
        const std::int64_t others = rows.integer(0, 0) - own_commits_;
        heard = std::exchange(others_commits_, others) != others || heard;
      }
      return heard;
    });
    return changed && *changed;
  }

  Result<std::optional<Receipt>> request(TenantId tenant, const std::string& device,
                                         const std::string& id) override {
    return guarded("looking for a receipt", [&]() -> Result<std::optional<Receipt>> {
      Transaction transaction(connection_, begin_read_for(tenant));
      const auto rows = transaction.commit({{query::receipt, {tenant, to_stored(id)}},
                                            {query::device_scope, {tenant, to_stored(device)}}});
      if (rows[0].empty()) return std::nullopt;
      const bool told =
          from_stored(rows[0].text(0, 1)) == device || scope_in(rows[1]).scope.is_everything();
      return told ? std::optional(stored_receipt(rows[0].text(0, 0))) : std::nullopt;
    });
  }

  Result<Capabilities> capabilities(const TokenOwner& owner) override {
    return guarded("reading the tenant", [&]() -> Result<Capabilities> {
      Transaction transaction(connection_, begin_read_for(owner.tenant));
      const auto rows =
          transaction.commit({{query::head, {owner.tenant}}, {query::safe_point, {owner.tenant}}});
      return Capabilities{
          head_of(rows[0]).origin, protocol_number,  owner.tenant_name, owner.device,
          push_entries_max,        push_bytes_max,   page_rows_max,     receipts_kept_days_,
          version_in(rows[1]),     snapshot_rows_max};
    });
  }

  Result<std::optional<PageRow>> row(TenantId tenant, const std::string& device,
                                     const EntityKey& key,
                                     const std::optional<Version>& at) override {
    return guarded("reading a row", [&]() -> Result<std::optional<PageRow>> {
      Transaction transaction(connection_, begin_read_for(tenant));
      return read_entity(transaction, tenant, device, key, at);
    });
  }

  Result<EntityPage> rows(TenantId tenant, const std::string& device, const std::string& type,
                          const ListPlace& after, std::int64_t limit) override {
    return guarded("reading rows", [&]() -> Result<EntityPage> {
      return read_entities(connection_, tenant, device, type, after, limit);
    });
  }

  Result<std::vector<std::string>> types(TenantId tenant, const std::string& device) override {
    return guarded("reading types", [&]() -> Result<std::vector<std::string>> {
      Transaction transaction(connection_, begin_read_for(tenant));
      return read_types(transaction, tenant, device);
    });
  }

  Result<void> create_token(const std::string& tenant, const std::string& device,
                            const std::string& hash, WallTime now,
                            std::optional<WallTime> expires) override {
    return guarded("creating a token", [&]() -> Result<void> {
      return postgres_ledger::create_token(connection_, random_, bounds_, tenant, device, hash, now,
                                           expires);
    });
  }

  Result<std::int64_t> expire_tokens(const std::string& tenant, const std::string& device,
                                     WallTime expires) override {
    return guarded("letting tokens expire", [&]() -> Result<std::int64_t> {
      return connection_
          .run({{query::expire_tokens, {to_stored(tenant), to_stored(device), to_text(expires)}}})
          .at(0)
          .changed();
    });
  }

  Result<std::string> seal_key() override {
    return guarded("reading the key of places", [&]() -> Result<std::string> {
      std::vector<Rows> key = connection_.run({{query::seal_key}});
      if (key.at(0).empty()) {
        connection_.run({{query::add_seal_key, {new_seal_key()}}});
        key = connection_.run({{query::seal_key}});
      }
      return std::string(key.at(0).text(0, 0));
    });
  }

  Result<void> set_scope(const std::string& tenant, const std::string& device,
                         const RowScope& scope, WallTime now) override {
    bool committed = false;
    auto set = guarded("setting a scope", [&]() -> Result<void> {
      const auto named = connection_.run({{query::tenant_by_name, {to_stored(tenant)}}});
      if (named[0].empty()) return unknown_device(tenant, device);
      const TenantId id = named[0].integer(0, 0);
      Transaction transaction(connection_, begin_for(id));
      const auto rows = transaction.run(to_see(query::lock_head, id, device, 0));
      if (rows[2].empty() || !rows[2].is_null(0, 2)) return unknown_device(tenant, device);
      const std::string text = scope.is_everything() ? "" : canonical_json(to_json(scope));
      if (rows[2].text(0, 0) == text) return {};
      const NewCommit commit{head_of(rows[0]).head.seq + 1, {random_.hex(8), device, to_text(now)}};
      Batch batch = to_store(id, {}, {}, commit);
      batch.push_back({query::set_scope, {id, to_stored(device), text, commit.seq}});
      transaction.commit(std::move(batch));
      committed = true;
      return {};
    });
    if (committed) {
      ++own_commits_;
      announce();
    }
    return set;
  }

  Result<std::optional<TokenOwner>> find_token(const std::string& hash) override {
    return guarded("looking for a token", [&]() -> Result<std::optional<TokenOwner>> {
      return postgres_ledger::find_token(connection_, hash);
    });
  }

  Result<std::optional<TokenOwner>> find_device(const std::string& tenant,
                                                const std::string& device, WallTime now) override {
    return guarded("looking for a device", [&]() -> Result<std::optional<TokenOwner>> {
      return postgres_ledger::find_device(connection_, bounds_, tenant, device, now);
    });
  }

  Result<Owners> find_again(TenantId tenant, const std::vector<TokenOwner>& owners) override {
    return guarded("looking for those who listen", [&]() -> Result<Owners> {
      return postgres_ledger::find_again(connection_, tenant, owners);
    });
  }

  Result<std::vector<TokenRow>> list_tokens() override {
    return guarded("listing tokens", [&]() -> Result<std::vector<TokenRow>> {
      return postgres_ledger::list_tokens(connection_);
    });
  }

  Result<std::int64_t> revoke_tokens(const std::string& tenant, const std::string& device,
                                     WallTime now) override {
    const auto revoked = guarded("revoking tokens", [&]() -> Result<std::int64_t> {
      return connection_
          .run({{query::revoke_tokens, {to_stored(tenant), to_stored(device), to_text(now)}}})
          .at(0)
          .changed();
    });
    if (revoked && *revoked > 0) announce();
    return revoked;
  }

  Result<std::int64_t> remove_device(const std::string& tenant, const std::string& device,
                                     WallTime now) override {
    const auto ended = guarded("removing a device", [&] {
      return postgres_ledger::remove_device(connection_, tenant, device, now);
    });
    if (ended) announce();
    return ended;
  }

  void keep_receipts(std::int64_t days) override { receipts_kept_days_ = days; }

  // Goes from tenant to tenant, a few with each call, and stays at one that has more.
  Result<bool> purge_receipts(WallTime now, std::int64_t limit) override {
    return guarded("forgetting receipts", [&]() -> Result<bool> {
      constexpr std::int64_t ms_per_day = 86'400'000;
      if (note_some_cursors(now)) return true;
      if (!receipts_kept_days_) return false;
      const WallTime made_before{now.ms_since_1970 - *receipts_kept_days_ * ms_per_day};
      return each_tenant(purged_before_, [&](TenantId tenant) {
        return !purge_some_receipts(connection_, tenant, made_before, limit);
      });
    });
  }

  Result<std::int64_t> begin_backup(const std::string& file, WallTime now) override {
    return guarded("noting a backup", [&]() -> Result<std::int64_t> {
      Transaction transaction(connection_, {{query::begin}, {query::see_all_heads}});
      const auto rows = transaction.commit({{query::lock_backups},
                                            {query::add_backup, {file, to_text(now)}},
                                            {query::add_backup_points}});
      return rows[1].integer(0, 0);
    });
  }

  Result<void> end_backup(std::int64_t backup, bool made,
                          std::optional<std::int64_t> kept) override {
    return guarded("noting a backup", [&]() -> Result<void> {
      Transaction transaction(connection_, {{query::begin}});
      Batch batch{{query::lock_backups},
                  {made ? query::complete_backup : query::drop_backup, {backup}}};
      if (!made) batch.push_back({query::drop_backup_points, {backup}});
      if (made && kept) batch.push_back({query::keep_backups, {std::to_string(*kept)}});
      if (made) batch.push_back({query::mark_safe, {backup}});
      transaction.commit(std::move(batch));
      return {};
    });
  }

  void heard_of(TenantId tenant, const std::string& device) override {
    note_cursor(tenant, device, 0);
  }

  Result<bool> note_devices(WallTime now) override {
    return guarded("noting how far devices are",
                   [&]() -> Result<bool> { return note_some_cursors(now); });
  }

  Result<LedgerState> state() override {
    return guarded("looking at the ledger",
                   [&]() -> Result<LedgerState> { return read_state(connection_); });
  }

  Result<std::vector<std::string>> warnings() override {
    return guarded("looking at its role", [&]() -> Result<std::vector<std::string>> {
      std::vector<std::string> all;
      const Rows role = std::move(connection_.run({{query::passes_walls}}).at(0));
      if (!role.empty() && role.boolean(0, 1)) {
        all.push_back(
            "Row-level security does not hold for the role " + std::string(role.text(0, 0)) +
            ", which is a superuser or has BYPASSRLS: only the statements' own conditions "
            "keep tenants apart. Give the cloud a role that is neither.");
      }
      return all;
    });
  }

  Result<void> healthy() override {
    return guarded("checking its health", [&]() -> Result<void> {
      connection_.run({{query::head, {TenantId{0}}}});
      return {};
    });
  }

  std::int64_t round_trips() const { return connection_.round_trips(); }

 private:
  struct Asker {
    TenantId tenant;
    const std::string& device;
    const Version& cursor;
  };

  // What is asked first of all: the head, whether a commit is in the log, and what the device
  // holds.
  struct Seen {
    Head head;
    bool in_log = false;
    DeviceScope scope;
  };
  static constexpr std::size_t statements_to_see = 3;
  static Batch to_see(std::string_view head, TenantId tenant, const std::string& device,
                      std::int64_t commit) {
    return {{head, {tenant}},
            {query::commit_salt, {tenant, commit}},
            {query::device_scope, {tenant, to_stored(device)}}};
  }
  static Seen seen_in(const std::vector<Rows>& rows, const Version& commit) {
    return {head_of(rows.at(0)), is_salt_of(rows.at(1), commit), scope_in(rows.at(2))};
  }

  Rows read_all_heads(postgres::Statement statement) {
    Transaction transaction(connection_, {{query::begin_read}, {query::see_all_heads}});
    return std::move(transaction.commit({std::move(statement)}).at(0));
  }

  template <class Work>
  auto guarded(std::string_view doing, Work work) -> decltype(work()) {
    for (int attempt = 1;; ++attempt) {
      try {
        return work();
      } catch (const postgres::Failure& failure) {
        // A server that cannot be reached costs each try its time-out: one more must do.
        const bool gone = failure.kind() == postgres::FailureKind::unreachable;
        if (!failure.passes() || attempt >= (gone ? 2 : attempts_max))
          return std::unexpected(postgres::to_error(failure, doing));
      }
    }
  }

  static std::optional<Version> version_in(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return Version{rows.integer(0, 0), std::string(rows.text(0, 1))};
  }

  static std::vector<std::string> stored_types_created(const std::vector<Item>& items) {
    std::vector<std::string> types;
    for (const std::string& type : types_created(items)) types.push_back(to_stored(type));
    return types;
  }

  // Whoever has the word holds it until his transaction ends; asked before any lock is waited for.
  static bool claims(Transaction& transaction, TenantId tenant, const std::string& once) {
    const std::string word = std::to_string(tenant) + " " + once;
    return transaction.run({{query::claim, {word}}}).at(0).boolean(0, 0);
  }

  // A commit of this log whose state and whose differences can still be read.
  // What the device absorbed before its scope was changed is of no use to it, either.
  static Result<void> check_cursor(const Seen& seen, const Version& cursor) {
    if (!seen.in_log) return history_changed(cursor);
    if (cursor.seq < seen.scope.since) return scope_changed(cursor);
    if (cursor.seq < seen.head.horizon) return horizon_passed(cursor);
    return {};
  }

  // The commit is spared while there is more to come of it. The head is held until that is noted,
  // so that no compaction passes it.
  Result<Snapshot> begin_snapshot(TenantId tenant, const std::string& device,
                                  const SnapshotRequest& request, WallTime now) {
    Transaction transaction(connection_, begin_for(tenant));
    const Version cursor = request.cursor.value_or(Version{});
    const Seen seen =
        seen_in(transaction.run(to_see(query::share_head, tenant, device, cursor.seq)), cursor);
    if (request.cursor && !seen.in_log) return history_changed(cursor);
    const Version& head = seen.head.head;
    Snapshot snapshot =
        read_snapshot(transaction, tenant, device, seen.scope.scope, request, head, head);
    Batch last;
    if (snapshot.next) {
      last.push_back({query::note_full_pull, {tenant, to_stored(device), head.seq, to_text(now)}});
    }
    transaction.commit(std::move(last));
    return snapshot;
  }

  // What a device asks onwards from has reached it. Kept in memory until the next purge: a restart
  // only makes that purge later.
  void note_cursor(TenantId tenant, const std::string& device, std::int64_t seq) {
    std::int64_t& known = cursors_[tenant][device];
    known = std::max(known, seq);
  }

  // Gives whether there is more. Others are answered between the steps, however many tenants there
  // are.
  bool note_some_cursors(WallTime now) {
    for (auto left = tenants_per_step; left > 0 && !cursors_.empty(); --left) {
      note_cursors(connection_, cursors_.begin()->first, cursors_.begin()->second, now);
      cursors_.erase(cursors_.begin());
    }
    return !cursors_.empty();
  }

  // The next tenants after `before`, by their ids, which moves along; `work` gives whether it is
  // done with one. Gives whether there is more; at the end the next walk begins anew.
  template <class Work>
  bool each_tenant(TenantId& before, Work work) {
    const auto tenants = connection_.run({{query::tenants_after, {before, tenants_per_step}}});
    for (int row = 0; row < tenants[0].size(); ++row) {
      const TenantId tenant = tenants[0].integer(row, 0);
      if (!work(tenant)) return true;
      before = tenant;
    }
    const bool more = tenants[0].size() == tenants_per_step;
    if (!more) before = 0;
    return more;
  }

  PushAnswer judge_and_store(Transaction& transaction, const Asker& asker,
                             const PushRequest& request, const std::vector<Item>& items,
                             State& state, const Version& head, WallTime now) {
    Wanted wanted{rows_named(items, state.references), rows_deleted(items), base_commits(items)};
    for (const auto& [id, receipt] : state.receipts) wanted.commits.insert(receipt.seq);
    load(transaction, asker.tenant, wanted, state);
    state.cursor = request.cursor.seq;
    const NewCommit commit{head.seq + 1, {random_.hex(8), asker.device, to_text(now)}};
    Judgement judgement = judge(items, request.rules, state, commit);
    while (!judgement.missing.empty()) {  // each turn loads rows that no turn before it had
      load(transaction, asker.tenant, {judgement.missing, {}, {}}, state);
      judgement = judge(items, request.rules, state, commit);
    }
    PushAnswer answer{request.exchange, head, std::move(judgement.verdicts), std::nullopt};
    Batch batch;
    const bool commits = !judgement.receipts.empty();
    if (commits) {
      batch = to_store(asker.tenant, judgement, state, commit);
      answer.head = {commit.seq, commit.commit.salt};
    }
    finish(transaction, asker, state.scope, std::move(batch), answer);
    if (commits) {
      ++own_commits_;
      announce();
    }
    return answer;
  }

  // Stores, and reads the page that leads from the device's cursor to the head, if it is small.
  void finish(Transaction& transaction, const Asker& asker, const RowScope& scope, Batch batch,
              PushAnswer& answer) {
    const Span span{asker.cursor.seq, answer.head.seq};
    for (auto& statement :
         to_find_page_end(asker.tenant, asker.device, span, push_page_rows_max, page_bytes_max)) {
      batch.push_back(std::move(statement));
    }
    const std::int64_t to = transaction.run(std::move(batch)).back().integer(0, 0);
    Batch last{{query::safe_point, {asker.tenant}}};
    if (to == span.to) {
      for (auto& statement : to_read_page(asker.tenant, asker.device, span, scope))
        last.push_back(std::move(statement));
    }
    const std::vector<Rows> rows = transaction.commit(std::move(last));
    answer.safe = version_in(rows[0]);
    if (to != span.to) return;
    Page page = page_of(rows, 1, scope, asker.cursor, to);
    if (std::int64_t(page.rows.size() + page.receipts.size()) <= push_page_rows_max)
      answer.page = std::move(page);
  }

  // Nothing depends on it: who hears nothing finds out by counting.
  void announce() {
    try {
      connection_.run({{query::say, {query::channel}}});
    } catch (const postgres::Failure&) {
    }
  }

  postgres::Connection connection_;  // the only one: database_connections_per_node
  Random& random_;
  const std::vector<Numbering> numberings_;
  const TenantBounds bounds_;
  std::optional<std::int64_t> receipts_kept_days_;
  std::map<TenantId, std::map<std::string, std::int64_t>> cursors_;
  TenantId purged_before_ = 0;     // the tenants up to this one have nothing more to forget
  TenantId compacted_before_ = 0;  // nor these more images than are kept
  std::int64_t own_commits_ = 0, others_commits_ = 0;
  int looks_ = 0;
};

}  // namespace

bool is_postgres_url(const std::string& database) {
  return database.starts_with("postgresql://") || database.starts_with("postgres://");
}

Result<std::unique_ptr<Ledger>> open_postgres_ledger(const std::string& url, Random& random,
                                                     std::vector<Numbering> numberings,
                                                     const TenantBounds& bounds) {
  auto ledger = std::make_unique<PostgresLedger>(url, random, std::move(numberings), bounds);
  if (auto prepared = ledger->prepare(); !prepared) return std::unexpected(prepared.error());
  return ledger;
}

std::int64_t round_trips_of(const Ledger& postgres_ledger) {
  return dynamic_cast<const PostgresLedger&>(postgres_ledger).round_trips();
}

}  // namespace slipway::cloud
