#include "cloud/sqlite_ledger.h"

#include <algorithm>
#include <utility>

#include "base/planted.h"
#include "cloud/limits.h"
#include "cloud/needs.h"
#include "cloud/refusals.h"
#include "cloud/sealed_place.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"
#include "model/canonical_json.h"
#include "slipway_cloud_files.h"
#include "sqlite/migrate.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud {

namespace {

constexpr Duration busy_timeout = std::chrono::seconds(5);

// One consistent state for several reads; nothing waits for it.
class ReadTransaction {
 public:
  explicit ReadTransaction(sqlite::Database& database) : database_(database) {
    database_.cached("BEGIN")->run();
  }
  ~ReadTransaction() {
    try {
      database_.cached("ROLLBACK")->run();
    } catch (const sqlite::Failure&) {
      // The failure that ended the read has rolled back already.
    }
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  sqlite::Database& database_;
};

class SqliteLedger : public Ledger {
 public:
  SqliteLedger(const std::string& path, Random& random, const std::string& vfs,
               std::vector<Numbering> numberings, const TenantBounds& bounds)
      : database_(path, sqlite::OpenMode::create, busy_timeout, vfs),
        random_(random),
        numberings_(std::move(numberings)),
        bounds_(bounds) {
    const std::string synchronous = planted(Bug::answers_before_the_sync) ? "NORMAL" : "FULL";
    database_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = " + synchronous);
    database_.make_log_durable();
  }

  // A database with tables but without ours belongs to somebody else, the desktop's app perhaps.
  Result<void> migrate() {
    auto tables = database_.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    tables.step();
    if (tables.integer(0) > 0 && !sqlite::table_exists(database_, "ledger_meta")) {
      return fail(ErrorKind::conflict, "foreign-database",
                  database_.path() + " holds somebody else's tables, not a cloud's",
                  "No table was added. Give a file of the cloud's own.");
    }
    tables.reset();
    static constexpr sqlite::Migration migrations[] = {
        {1, files::file_0001_first_tables_sql},   {2, files::file_0002_horizon_sql},
        {3, files::file_0003_retention_sql},      {4, files::file_0004_numbers_sql},
        {5, files::file_0005_scope_sql},          {6, files::file_0006_operations_sql},
        {7, files::file_0007_removed_devices_sql}};
    return sqlite::migrate(database_, "ledger_meta", migrations);
  }

  Result<PushAnswer> push(TenantId tenant, const std::string& device, const PushRequest& request,
                          WallTime now) override {
    if (auto fits = check_size(request); !fits) return std::unexpected(std::move(fits.error()));
    auto items = decode_items(request);
    if (!items) return std::unexpected(std::move(items.error()));
    return guarded("judging a push", [&]() -> Result<PushAnswer> {
      sqlite::Transaction transaction(database_);
      if (auto known = check_cursor(tenant, device, request.cursor); !known)
        return std::unexpected(std::move(known.error()));
      if (planted(Bug::mixes_up_tenants)) tenant = 1;
      if (auto kept = remember_references(database_, tenant, request.references, bounds_); !kept)
        return std::unexpected(std::move(kept.error()));
      if (auto fit = check_new_types(tenant, *items); !fit)
        return std::unexpected(std::move(fit.error()));
      PushAnswer answer = judge_and_store(tenant, device, request, *items, now);
      Page page =
          read_page(database_, tenant, device, request.cursor, answer.head, push_page_rows_max);
      const auto size = std::int64_t(page.rows.size() + page.receipts.size());
      if (page.to == answer.head && size <= push_page_rows_max) answer.page = std::move(page);
      answer.safe = safe_point(database_, tenant);
      transaction.commit();
      note_cursor(tenant, device, request.cursor.seq);
      return answer;
    });
  }

  Result<PullAnswer> changes(TenantId tenant, const std::string& device,
                             const std::optional<Version>& cursor, std::int64_t limit) override {
    return guarded("reading changes", [&]() -> Result<PullAnswer> {
      const ReadTransaction transaction(database_);
      const Head head = load_head(database_, tenant);
      const Version from = cursor.value_or(head.origin);
      if (auto known = check_cursor(tenant, device, from); !known)
        return std::unexpected(std::move(known.error()));
      limit = std::clamp<std::int64_t>(limit, 1, page_rows_max);
      note_cursor(tenant, device, from.seq);
      return PullAnswer{"", head.head, read_page(database_, tenant, device, from, head.head, limit),
                        safe_point(database_, tenant)};
    });
  }

  Result<HistoryAnswer> history(TenantId tenant, const HistoryRequest& request) override {
    if (auto fits = check_size(request); !fits) return std::unexpected(std::move(fits.error()));
    json::array offered;
    for (const Version& version : request.versions)
      offered.push_back(json::array{version.seq, version.salt});
    return guarded("looking for a common past", [&]() -> Result<HistoryAnswer> {
      const ReadTransaction transaction(database_);
      const Head head = load_head(database_, tenant);
      HistoryAnswer answer{request.exchange, head.origin, head.head};
      auto common = database_.cached(query::newest_common);
      common->bind_all(tenant, json_text(json::value(std::move(offered))));
      if (common->step() && !common->is_null(0))
        answer.common = {common->integer(0), std::string(common->text(1))};
      return answer;
    });
  }

  Result<Snapshot> snapshot(TenantId tenant, const std::string& device,
                            const SnapshotRequest& request, WallTime now) override {
    return guarded("reading a snapshot", [&]() -> Result<Snapshot> {
      if (!request.at) return begin_snapshot(tenant, device, request, now);
      const ReadTransaction transaction(database_);
      if (request.cursor && !is_in_log(database_, tenant, *request.cursor))
        return history_changed(*request.cursor);
      if (auto known = check_cursor(tenant, device, *request.at); !known)
        return std::unexpected(std::move(known.error()));
      return read_snapshot(database_, tenant, device, request, *request.at,
                           load_head(database_, tenant).head);
    });
  }

  Result<Compaction> compact(const std::optional<std::string>& tenant, const Retention& retention,
                             WallTime now) override {
    return guarded("compacting", [&]() -> Result<Compaction> {
      sqlite::Transaction transaction(database_);
      Compaction all;
      bool found = false;
      for (TenantLog& log : logs_of(tenant)) {
        found = true;
        const std::int64_t horizon = wanted_horizon(database_, log, retention, now);
        if (horizon > log.horizon)
          database_.cached(query::move_horizon)->bind_all(log.tenant, horizon).run();
        log.horizon = horizon;
        const std::int64_t left = compaction_step_images - all.images;
        if (log.purged == log.horizon) continue;
        const Compaction step = left > 0 ? purge(database_, log, left) : Compaction{true, 0, 0};
        all.more = all.more || step.more;
        all.images += step.images;
        all.tombstones += step.tombstones;
      }
      if (tenant && !found) return unknown_tenant(*tenant);
      transaction.commit();
      return all;
    });
  }

  Result<News> news(TenantId tenant, const Version& from) override {
    return guarded("reading news", [&]() -> Result<News> {
      const ReadTransaction transaction(database_);
      const Head known = load_head(database_, tenant);
      News news{known.head, std::nullopt, {}};
      if (!is_in_log(database_, tenant, from)) return history_changed(from);
      if (from.seq < known.horizon || news.head.seq - from.seq > poke_commits_max) return news;
      Page page = read_page(database_, tenant, "", from, news.head, poke_rows_max);
      if (page.to != news.head || std::int64_t(page.rows.size()) > poke_rows_max) return news;
      news.page = std::move(page);
      auto devices = database_.cached(query::devices_between);
      devices->bind_all(tenant, from.seq, news.head.seq);
      while (devices->step()) news.devices.emplace(devices->text(0));
      return news;
    });
  }

  Result<Version> head(TenantId tenant) override {
    return guarded("reading the head",
                   [&]() -> Result<Version> { return load_head(database_, tenant).head; });
  }

  Result<std::vector<Version>> heads(const std::vector<TenantId>& tenants) override {
    return guarded("reading heads", [&]() -> Result<std::vector<Version>> {
      std::vector<Version> heads;
      for (const TenantId tenant : tenants) heads.push_back(load_head(database_, tenant).head);
      return heads;
    });
  }

  bool changed_elsewhere() override {
    const auto version = guarded("asking for changes", [&]() -> Result<std::int64_t> {
      auto query = database_.cached("PRAGMA data_version");
      query->step();
      return query->integer(0);
    });
    return version && std::exchange(data_version_, *version) != *version;
  }

  Result<std::optional<Receipt>> request(TenantId tenant, const std::string& device,
                                         const std::string& id) override {
    return guarded("looking for a receipt", [&]() -> Result<std::optional<Receipt>> {
      auto receipt = database_.cached(query::receipt);
      receipt->bind_all(tenant, id);
      if (!receipt->step()) return std::nullopt;
      const bool told =
          receipt->text(1) == device || load_scope(database_, tenant, device).scope.is_everything();
      return told ? std::optional(stored_receipt(receipt->text(0))) : std::nullopt;
    });
  }

  Result<Capabilities> capabilities(const TokenOwner& owner) override {
    return guarded("reading the tenant", [&]() -> Result<Capabilities> {
      return Capabilities{load_head(database_, owner.tenant).origin,
                          protocol_number,
                          owner.tenant_name,
                          owner.device,
                          push_entries_max,
                          push_bytes_max,
                          page_rows_max,
                          receipts_kept_days_,
                          safe_point(database_, owner.tenant),
                          snapshot_rows_max};
    });
  }

  Result<std::optional<PageRow>> row(TenantId tenant, const std::string& device,
                                     const EntityKey& key,
                                     const std::optional<Version>& at) override {
    return guarded("reading a row", [&]() -> Result<std::optional<PageRow>> {
      const ReadTransaction transaction(database_);
      return read_entity(database_, tenant, device, key, at);
    });
  }

  Result<EntityPage> rows(TenantId tenant, const std::string& device, const std::string& type,
                          const ListPlace& after, std::int64_t limit) override {
    return guarded("reading rows", [&]() -> Result<EntityPage> {
      const ReadTransaction transaction(database_);
      return read_entities(database_, tenant, device, type, after, limit);
    });
  }

  Result<std::vector<std::string>> types(TenantId tenant, const std::string& device) override {
    return guarded("reading types", [&]() -> Result<std::vector<std::string>> {
      const ReadTransaction transaction(database_);
      return read_types(database_, tenant, device);
    });
  }

  Result<void> create_token(const std::string& tenant, const std::string& device,
                            const std::string& hash, WallTime now,
                            std::optional<WallTime> expires) override {
    return guarded("creating a token", [&]() -> Result<void> {
      sqlite::Transaction transaction(database_);
      const TenantId id = tenant_named(tenant).value_or(0);
      const TenantId owner = id ? id : create_tenant(tenant, now);
      if (auto made = make_device(owner, device, now); !made) return made;
      const auto ends = expires ? std::optional(to_text(*expires)) : std::nullopt;
      database_.cached(query::add_token)->bind_all(hash, owner, device, to_text(now), ends).run();
      transaction.commit();
      return {};
    });
  }

  Result<std::int64_t> expire_tokens(const std::string& tenant, const std::string& device,
                                     WallTime expires) override {
    return guarded("letting tokens expire", [&]() -> Result<std::int64_t> {
      sqlite::Transaction transaction(database_);
      const auto id = tenant_named(tenant);
      if (!id) return 0;
      database_.cached(query::expire_tokens)->bind_all(*id, device, to_text(expires)).run();
      const std::int64_t changed = database_.changes();
      transaction.commit();
      return changed;
    });
  }

  Result<std::string> seal_key() override {
    return guarded("reading the key of places", [&]() -> Result<std::string> {
      const auto kept = [&]() -> std::optional<std::string> {
        auto key = database_.cached(query::seal_key);
        return key->step() ? std::optional<std::string>(key->text(0)) : std::nullopt;
      };
      if (auto key = kept()) return std::move(*key);
      database_.cached(query::add_seal_key)->bind_all(new_seal_key()).run();
      return kept().value();
    });
  }

  Result<void> set_scope(const std::string& tenant, const std::string& device,
                         const RowScope& scope, WallTime now) override {
    return guarded("setting a scope", [&]() -> Result<void> {
      sqlite::Transaction transaction(database_);
      const TenantId id = tenant_named(tenant).value_or(0);
      const auto known = device_named(id, device);
      if (!known || known->removed) return unknown_device(tenant, device);
      const std::string text = scope.is_everything() ? "" : canonical_json(to_json(scope));
      if (known->scope == text) return {};
      const std::int64_t since = add_empty_commit(id, device, now);
      database_.cached(query::set_scope)->bind_all(id, device, text, since).run();
      transaction.commit();
      return {};
    });
  }

  Result<std::optional<TokenOwner>> find_token(const std::string& hash) override {
    return guarded("looking for a token", [&]() -> Result<std::optional<TokenOwner>> {
      auto owner = database_.cached(query::token_owner);
      owner->bind(1, hash);
      if (!owner->step()) return std::nullopt;
      TokenOwner found{owner->integer(0), std::string(owner->text(1)), std::string(owner->text(2))};
      found.expires = owner->optional_text(3);
      found.token_hash = hash;
      return found;
    });
  }

  Result<std::optional<TokenOwner>> find_device(const std::string& tenant,
                                                const std::string& device, WallTime now) override {
    return guarded("looking for a device", [&]() -> Result<std::optional<TokenOwner>> {
      const auto id = tenant_named(tenant);
      if (!id) return std::nullopt;
      const auto known = device_named(*id, device);
      if (known && known->removed) return removed_device(device, *known->removed);
      if (known) return TokenOwner{*id, tenant, device, known->scope};
      if (auto made = make_device(*id, device, now); !made)
        return std::unexpected(std::move(made.error()));
      return TokenOwner{*id, tenant, device};
    });
  }

  Result<Owners> find_again(TenantId tenant, const std::vector<TokenOwner>& owners) override {
    Owners found;
    for (const TokenOwner& owner : owners) {
      auto one = known_device(tenant, owner.tenant_name, owner.device);
      if (one && *one && !owner.token_hash.empty()) {
        auto by_token = find_token(owner.token_hash);
        if (by_token && *by_token) (*by_token)->scope = (*one)->scope;
        one = std::move(by_token);
      }
      if (!one) return std::unexpected(std::move(one.error()));
      found.push_back(std::move(*one));
    }
    return found;
  }

  Result<std::vector<TokenRow>> list_tokens() override {
    return guarded("listing tokens", [&]() -> Result<std::vector<TokenRow>> {
      std::vector<TokenRow> rows;
      auto list = database_.cached(query::list_tokens);
      while (list->step()) {
        rows.push_back({std::string(list->text(0)), std::string(list->text(1)),
                        std::string(list->text(2)), list->optional_text(3),
                        list->optional_text(4)});
      }
      return rows;
    });
  }

  Result<std::int64_t> revoke_tokens(const std::string& tenant, const std::string& device,
                                     WallTime now) override {
    return guarded("revoking tokens", [&]() -> Result<std::int64_t> {
      sqlite::Transaction transaction(database_);
      const auto id = tenant_named(tenant);
      if (!id) return 0;
      database_.cached(query::revoke_tokens)->bind_all(*id, device, to_text(now)).run();
      const std::int64_t revoked = database_.changes();
      transaction.commit();
      return revoked;
    });
  }

  Result<std::int64_t> remove_device(const std::string& tenant, const std::string& device,
                                     WallTime now) override {
    return guarded("removing a device", [&]() -> Result<std::int64_t> {
      sqlite::Transaction transaction(database_);
      const auto id = tenant_named(tenant);
      if (!id) return unknown_tenant(tenant);
      const auto known = device_named(*id, device);
      if (!known) return unknown_device(tenant, device);
      if (known->removed) return removed_already(device, *known->removed);
      database_.cached(query::remove_device)->bind_all(*id, device, to_text(now)).run();
      database_.cached(query::drop_full_pull)->bind_all(*id, device).run();
      database_.cached(query::revoke_tokens)->bind_all(*id, device, to_text(now)).run();
      const std::int64_t ended = database_.changes();
      transaction.commit();
      return ended;
    });
  }

  void keep_receipts(std::int64_t days) override { receipts_kept_days_ = days; }

  Result<bool> purge_receipts(WallTime now, std::int64_t limit) override {
    return guarded("forgetting receipts", [&]() -> Result<bool> {
      constexpr std::int64_t ms_per_day = 86'400'000;
      sqlite::Transaction transaction(database_);
      note_cursors(database_, cursors_, now);
      bool purged = false;
      if (receipts_kept_days_) {
        const WallTime made_before{now.ms_since_1970 - *receipts_kept_days_ * ms_per_day};
        purged = purge_some_receipts(database_, made_before, limit);
      }
      transaction.commit();
      cursors_.clear();
      return purged;
    });
  }

  Result<std::int64_t> begin_backup(const std::string& file, WallTime now) override {
    return guarded("noting a backup", [&]() -> Result<std::int64_t> {
      sqlite::Transaction transaction(database_);
      const std::int64_t id = note_backup(database_, file, now);
      transaction.commit();
      return id;
    });
  }

  Result<void> end_backup(std::int64_t backup, bool made,
                          std::optional<std::int64_t> kept) override {
    return guarded("noting a backup", [&]() -> Result<void> {
      sqlite::Transaction transaction(database_);
      database_.cached(made ? query::complete_backup : query::drop_backup)->bind_all(backup).run();
      if (!made) database_.cached(query::drop_backup_points)->bind_all(backup).run();
      if (made && kept) database_.cached(query::keep_backups)->bind_all(*kept).run();
      if (made) database_.cached(query::mark_safe)->bind_all(backup).run();
      transaction.commit();
      return {};
    });
  }

  void heard_of(TenantId tenant, const std::string& device) override {
    note_cursor(tenant, device, 0);
  }

  Result<bool> note_devices(WallTime now) override {
    if (cursors_.empty()) return false;
    return guarded("noting how far devices are", [&]() -> Result<bool> {
      sqlite::Transaction transaction(database_);
      note_cursors(database_, cursors_, now);
      transaction.commit();
      cursors_.clear();
      return false;
    });
  }

  Result<LedgerState> state() override {
    return guarded("looking at the ledger", [&]() -> Result<LedgerState> {
      const ReadTransaction transaction(database_);
      return read_state(database_);
    });
  }

  Result<std::vector<std::string>> warnings() override { return {}; }

  Result<void> healthy() override {
    return guarded("checking its health", [&]() -> Result<void> {
      database_.cached(query::tenant_by_name)->bind(1, "").run();
      return {};
    });
  }

 private:
  struct KnownDevice {
    std::string scope;
    std::optional<std::string> removed;
  };
  std::optional<KnownDevice> device_named(TenantId tenant, const std::string& device) {
    auto known = database_.cached(query::device_scope);
    known->bind_all(tenant, device);
    if (!known->step()) return std::nullopt;
    return KnownDevice{std::string(known->text(0)), known->optional_text(2)};
  }

  Result<std::optional<TokenOwner>> known_device(TenantId id, const std::string& tenant,
                                                 const std::string& device) {
    return guarded("looking for a device", [&]() -> Result<std::optional<TokenOwner>> {
      const auto known = device_named(id, device);
      if (!known || known->removed) return std::nullopt;
      return TokenOwner{id, tenant, device, known->scope};
    });
  }

  template <class Work>
  auto guarded(std::string_view doing, Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const sqlite::Failure& failure) {
      return std::unexpected(sqlite::to_error(failure, doing));
    }
  }

  // A commit of this log whose state and whose differences can still be read.
  // What the device absorbed before its scope was changed is of no use to it, either.
  Result<void> check_cursor(TenantId tenant, const std::string& device, const Version& cursor) {
    if (!is_in_log(database_, tenant, cursor)) return history_changed(cursor);
    if (cursor.seq < load_scope(database_, tenant, device).since) return scope_changed(cursor);
    if (cursor.seq >= load_head(database_, tenant).horizon) return {};
    if (planted(Bug::tells_differences_before_the_horizon)) return {};
    return horizon_passed(cursor);
  }

  Result<void> check_new_types(TenantId tenant, const std::vector<Item>& items) {
    const std::set<std::string> created = types_created(items);
    if (created.empty()) return {};
    auto counts = database_.cached(query::type_counts);
    counts->bind_all(tenant, json_text(json::value_from(created)));
    counts->step();
    return check_types(counts->integer(0), counts->integer(1), bounds_);
  }

  // The commit is spared while there is more to come of it.
  Result<Snapshot> begin_snapshot(TenantId tenant, const std::string& device,
                                  const SnapshotRequest& request, WallTime now) {
    sqlite::Transaction transaction(database_);
    if (request.cursor && !is_in_log(database_, tenant, *request.cursor))
      return history_changed(*request.cursor);
    const Version head = load_head(database_, tenant).head;
    Snapshot snapshot = read_snapshot(database_, tenant, device, request, head, head);
    if (snapshot.next) {
      database_.cached(query::note_full_pull)
          ->bind_all(tenant, device, head.seq, to_text(now))
          .run();
    }
    transaction.commit();
    return snapshot;
  }

  std::vector<TenantLog> logs_of(const std::optional<std::string>& name) {
    std::vector<TenantLog> logs;
    auto tenants = database_.cached(query::tenants);
    while (tenants->step()) {
      if (name && tenants->text(1) != *name) continue;
      logs.push_back(
          {tenants->integer(0), tenants->integer(2), tenants->integer(3), tenants->integer(4)});
    }
    return logs;
  }

  // What a device asks onwards from has reached it. Kept in memory until the next purge: a restart
  // only makes that purge later.
  void note_cursor(TenantId tenant, const std::string& device, std::int64_t seq) {
    std::int64_t& known = cursors_[{tenant, device}];
    known = std::max(known, seq);
  }

  PushAnswer judge_and_store(TenantId tenant, const std::string& device, const PushRequest& request,
                             const std::vector<Item>& items, WallTime now) {
    const Version head = load_head(database_, tenant).head;
    State state = load_state(database_, tenant, items);
    state.scope = load_scope(database_, tenant, device).scope;
    state.counters = load_counters(database_, tenant, numberings_, items);
    state.cursor = request.cursor.seq;
    const NewCommit commit{head.seq + 1, {random_.hex(8), device, to_text(now)}};
    Judgement judgement = judge(items, request.rules, state, commit);
    while (!judgement.missing.empty()) {  // each turn loads rows that no turn before it had
      load_rows(database_, tenant, judgement.missing, state);
      judgement = judge(items, request.rules, state, commit);
    }
    PushAnswer answer{request.exchange, head, std::move(judgement.verdicts), std::nullopt};
    if (judgement.receipts.empty()) return answer;
    store_judgement(database_, tenant, judgement, state.references, commit);
    answer.head = {commit.seq, commit.commit.salt};
    return answer;
  }

  std::optional<TenantId> tenant_named(const std::string& name) {
    auto tenant = database_.cached(query::tenant_by_name);
    tenant->bind(1, name);
    return tenant->step() ? std::optional(tenant->integer(0)) : std::nullopt;
  }

  // Unless it is there. One that was removed begins anew.
  Result<void> make_device(TenantId tenant, const std::string& device, WallTime now) {
    const auto known = device_named(tenant, device);
    if (known && !known->removed) return {};
    auto count = database_.cached(query::device_count);
    count->bind(1, tenant);
    count->step();
    if (auto fits = check_devices(count->integer(0), bounds_); !fits) return fits;
    database_.cached(query::add_device)->bind_all(tenant, device, to_text(now)).run();
    if (!known) return {};
    const std::int64_t since = add_empty_commit(tenant, device, now);
    database_.cached(query::begin_anew)->bind_all(tenant, device, to_text(now), since).run();
    return {};
  }

  // From which on something else holds for the device.
  std::int64_t add_empty_commit(TenantId tenant, const std::string& device, WallTime now) {
    const NewCommit commit{load_head(database_, tenant).head.seq + 1,
                           {random_.hex(8), device, to_text(now)}};
    store_judgement(database_, tenant, {}, {}, commit);
    return commit.seq;
  }

  TenantId create_tenant(const std::string& name, WallTime now) {
    const std::string salt = random_.hex(8);
    database_.cached(query::add_tenant)->bind_all(name, salt).run();
    const TenantId id = database_.last_insert_rowid();
    database_.cached(query::add_commit)->bind_all(id, 0, salt, "", to_text(now)).run();
    return id;
  }

  sqlite::Database database_;
  Random& random_;
  const std::vector<Numbering> numberings_;
  const TenantBounds bounds_;
  std::int64_t data_version_ = 0;  // SQLite's count of what other connections committed
  std::optional<std::int64_t> receipts_kept_days_;
  Cursors cursors_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_sqlite_ledger(const std::string& path, Random& random,
                                                   const std::string& vfs,
                                                   std::vector<Numbering> numberings,
                                                   const TenantBounds& bounds) {
  try {
    auto ledger = std::make_unique<SqliteLedger>(path, random, vfs, std::move(numberings), bounds);
    if (auto migrated = ledger->migrate(); !migrated) return std::unexpected(migrated.error());
    return ledger;
  } catch (const sqlite::Failure& failure) {
    return std::unexpected(sqlite::to_error(failure, "opening the cloud's database " + path));
  }
}

}  // namespace slipway::cloud
