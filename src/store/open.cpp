// Opening: from a file as it is found to a store that can be trusted.

#include <array>
#include <filesystem>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "slipway_store_files.h"
#include "sqlite/migrate.h"
#include "store/identity.h"
#include "store/lease.h"
#include "store/meta.h"
#include "store/rows.h"
#include "store/transact.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::array<sqlite::Migration, 5> migrations = {{
    {1, file_0001_first_tables_sql},
    {2, file_0002_guards_sql},
    {3, file_0003_archive_sql},
    {4, file_0004_id_map_sql},
    {5, file_0005_id_guard_sql},
}};

Error missing(const std::string& path) {
  return {
      ErrorKind::not_found, "database-missing", "There is no database at " + path,
      "Nothing was created. Check the path; the app creates its database, Slipway only joins it."};
}

// Better words than SQLite's, and no empty file where a path was mistyped.
Result<void> check_is_a_file(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::unexpected(missing(path));
  if (!std::filesystem::is_directory(path, ignored)) return {};
  return fail(ErrorKind::not_found, "database-missing", path + " is a folder, not a database",
              "Nothing was created. Give the app's SQLite file.");
}

std::unexpected<Error> foreign_table() {
  return fail(ErrorKind::conflict, "foreign-table",
              "The database has tables by the names of Slipway's which are not Slipway's "
              "(SyncQueue, SyncShadow, "
              "SyncAttempt or sync_meta)",
              "Nothing was changed. Rename the app's table, or drop it if it is empty.");
}

Result<void> check_meta_is_ours(sqlite::Database& database) {
  auto columns = database.prepare(
      "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('sync_meta') ORDER BY "
      "cid)");
  columns.step();
  if (columns.text(0) == "key,value" && sqlite::table_exists(database, "SyncQueue")) return {};
  return foreign_table();
}

// A table of ours by name that does not begin with our columns belongs to somebody else.
Result<void> check_no_foreign_tables(sqlite::Database& database) {
  if (sqlite::table_exists(database, "sync_meta")) return check_meta_is_ours(database);
  constexpr std::string_view ten[] = {"id",        "entityType", "entityId",     "action",
                                      "payload",   "status",     "errorMessage", "attempts",
                                      "createdAt", "updatedAt"};
  auto columns = database.prepare("SELECT name FROM pragma_table_info('SyncQueue') ORDER BY cid");
  std::size_t count = 0;
  bool same = true;
  while (columns.step()) same = count < std::size(ten) && columns.text(0) == ten[count++] && same;
  const bool other =
      sqlite::table_exists(database, "SyncShadow") || sqlite::table_exists(database, "SyncAttempt");
  if ((count == 0 || (same && count == std::size(ten))) && !other) return {};
  return foreign_table();
}

// Prisma's `db push` with our models makes our tables before we have been here. They are those of
// the first migration; the rest is ours to add.
void recognise_pushed_tables(sqlite::Database& database) {
  if (!sqlite::table_exists(database, "sync_meta") || read_meta(database, "schema")) return;
  auto column = database.prepare(
      "SELECT 1 FROM pragma_table_info('SyncQueue') WHERE name = 'clientRequestId'");
  if (column.step()) write_meta(database, "schema", "1");
}

void use_write_ahead_log(sqlite::Database& database) {
  auto mode = database.prepare("PRAGMA journal_mode = WAL");
  mode.step();
  if (mode.text(0) != "wal") {
    throw sqlite::Failure(8 /* SQLITE_READONLY */, "the write-ahead log cannot be switched on");
  }
}

std::unique_ptr<sqlite::Database> open_database(const StoreOptions& options,
                                                const std::string& foreign_keys) {
  auto database = std::make_unique<sqlite::Database>(options.path, sqlite::OpenMode::existing,
                                                     options.busy_timeout, options.vfs);
  use_write_ahead_log(*database);
  const std::string synchronous = planted(Bug::sends_what_is_not_synced) ? "NORMAL" : "FULL";
  database->execute("PRAGMA synchronous = " + synchronous +
                    "; PRAGMA foreign_keys = " + foreign_keys);
  return database;
}

Result<void> check_guards(sqlite::Database& database) {
  constexpr std::string_view guards[] = {"SyncQueue_status_edges",     "SyncQueue_first_status",
                                         "SyncQueue_body_is_fixed",    "SyncQueue_open_stays",
                                         "SyncAttempt_is_append_only", "SyncIdMap_is_written_once"};
  auto query = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?1");
  for (std::string_view guard : guards) {
    query.bind(1, guard);
    const bool there = query.step();
    query.reset();
    if (there) continue;
    // A tool that rebuilt the table dropped its triggers with it. All are made anew together.
    for (std::string_view name : guards)
      database.execute("DROP TRIGGER IF EXISTS " + sqlite::quoted(name));
    database.execute(std::string(file_0002_guards_sql));
    database.execute(std::string(file_0003_archive_sql));
    database.execute(std::string(file_0005_id_guard_sql));
    return {};
  }
  return {};
}

struct OlderEntry {
  EntryId id;
  Body body;
  std::string status;
};

std::vector<OlderEntry> read_older_queue(sqlite::Database& database) {
  auto rows = database.prepare(
      "SELECT \"id\", \"entityType\", \"entityId\", \"action\", \"payload\", \"status\" FROM "
      "\"SyncQueue\""
      " WHERE \"clientRequestId\" IS NULL ORDER BY \"id\"");
  std::vector<OlderEntry> entries;
  while (rows.step()) {
    OlderEntry older{rows.integer(0), {}, std::string(rows.text(5))};
    older.body.entity = {std::string(rows.text(1)), std::string(rows.text(2))};
    older.body.action = rows.text(3);
    auto payload = parse_json_object(rows.text(4), "a payload");
    older.body.payload =
        payload ? std::move(*payload) : json::object{{"$json", rows.text(4)}};  // nothing is lost
    older.body.op = older.body.action.starts_with("CREATE_")   ? Op::create
                    : older.body.action.starts_with("DELETE_") ? Op::remove
                                                               : Op::update;
    older.body.base_versions = {{"*", nullptr}};
    older.body.lane_position = older.id;
    entries.push_back(std::move(older));
  }
  return entries;
}

// Rows of the app's own older queue become entries: parked, because nobody knows whether they were
// sent. Their writes are in the app's tables already.
void adopt_older_queue(Work& work) {
  constexpr std::string_view message =
      "Queued before Slipway was installed; nobody knows whether it was sent. Retry it, or discard "
      "it.";
  for (OlderEntry& older : read_older_queue(work.database)) {
    Body& body = older.body;
    body.incarnation = *read_meta(work.database, meta_key::incarnation);
    body.number = read_meta_integer(work.database, meta_key::number) + 1;
    body.nonce = work.random.hex(16);
    write_meta(work.database, meta_key::number, std::to_string(body.number));
    const bool settled = older.status == "SUCCESS" || older.status == "DISCARDED";
    work.database
        .cached(
            "UPDATE \"SyncQueue\" SET \"status\" = ?2, \"errorMessage\" = COALESCE(?3, "
            "\"errorMessage\"),"
            " \"incarnation\" = ?4, \"number\" = ?5, \"nonce\" = ?6, \"op\" = ?7, \"base\" = '{}',"
            " \"baseVersions\" = '{\"*\":null}', \"dependsOn\" = '[]', \"groupSize\" = 1,"
            " \"lanePosition\" = ?1, \"rootId\" = ?8, \"clientRequestId\" = ?8, \"payload\" = ?9,"
            " \"updatedAt\" = ?10 WHERE \"id\" = ?1")
        ->bind_all(older.id, settled ? std::string_view(older.status) : to_text(Status::error),
                   settled ? std::nullopt : std::optional(std::string(message)), body.incarnation,
                   body.number, body.nonce, to_text(body.op), client_request_id(body),
                   canonical_json(body.payload), work.now)
        .run();
    const Table* table = work.schema.table(body.entity.type);
    if (settled || !table || !key_values(*table, body.entity.id)) continue;
    hold_shadow(
        work, body.entity,
        body.op == Op::create ? std::nullopt : read_row(work.database, *table, body.entity.id));
  }
}

// For those who look at the file without the configuration.
void note_renames(sqlite::Database& database, const Renames& renames) {
  const std::string text = canonical_json(slipway::to_json(renames));
  if (read_meta(database, meta_key::renamed_columns).value_or("{}") == text) return;
  write_meta(database, meta_key::renamed_columns, text);
}

// What was being sent when the last process ended: outcome unknown, so it is sent again under the
// same id. The audit says so.
void recover_processing(Work& work) {
  work.database
      .cached(
          "INSERT INTO \"SyncAttempt\" (\"entryId\", \"exchangeId\", \"kind\", \"outcome\", "
          "\"detail\", \"sentAt\","
          " \"endedAt\") SELECT \"id\", '', 'write', 'unknown', 'the process ended before an "
          "answer came',"
          " COALESCE(\"sentAt\", ?1), ?1 FROM \"SyncQueue\" WHERE \"status\" = 'PROCESSING'")
      ->bind_all(work.now)
      .run();
  work.database
      .cached(
          "UPDATE \"SyncQueue\" SET \"status\" = 'PENDING', \"updatedAt\" = ?1 WHERE \"status\" = "
          "'PROCESSING'")
      ->bind_all(work.now)
      .run();
}

// A bug that the database's own guard of the edges would not let pass.
void open_what_is_settled(sqlite::Database& database) {
  database.execute(
      "DROP TRIGGER \"SyncQueue_status_edges\"; UPDATE \"SyncQueue\" SET \"status\" = 'PENDING' "
      "WHERE \"id\" = (SELECT max(\"id\") FROM \"SyncQueue\" WHERE \"status\" = 'SUCCESS')");
}

// What a process that was killed left in the log may not vanish after it was shown or told.
void make_log_durable(sqlite::Database& database) {
  if (!planted(Bug::trusts_the_log_as_found)) database.make_log_durable();
}

std::int64_t schema_cookie(sqlite::Database& database) {
  auto query = database.cached("PRAGMA schema_version");
  query->step();
  return query->integer(0);
}

}  // namespace

Store::Store(StoreOptions options, Random random) : options_(std::move(options)), random_(random) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, Random random, WallTime now) {
  std::unique_ptr<Store> store(new Store(std::move(options), random));
  if (auto connected = store->connect(now, {}); !connected)
    return std::unexpected(connected.error());
  return store;
}

void Store::disconnect() {
  view_database_.reset();
  database_.reset();
}

Result<void> Store::reopen(WallTime now) {
  disconnect();
  if (planted(Bug::stays_closed_after_disk_error)) return std::unexpected(closed_error());
  in_flight_.reset();
  search_.reset();
  auto connected = connect(now, {});
  if (!connected) closed_because_ = connected.error().message;
  return connected;
}

// Reads, and writes nothing, until the lease is free.
Result<void> Store::stand_by(std::unique_ptr<sqlite::Database> database) {
  stands_by_ = true;
  try {
    make_log_durable(*database);
  } catch (const sqlite::Failure& failure) {  // who is writing just now syncs the log with that
    if (failure.kind() != sqlite::FailureKind::busy) throw;
  }
  read_schema(*database);
  scope_ = held_scope(options_.scope, read_granted_scope(*database));
  view_database_ = open_database(options_, "OFF");
  database_ = std::move(database);
  return {};
}

// `silent`: the token of a holder that has kept silent for too long.
Result<void> Store::connect(WallTime now, std::optional<std::int64_t> silent) {
  if (options_.vfs.empty()) {  // else the path is no place in the machine's file system
    if (auto checked = check_is_a_file(options_.path); !checked) return checked;
  }
  try {
    auto database = open_database(options_, "ON");
    if (auto checked = check_no_foreign_tables(*database); !checked) return checked;
    const auto is_held = [&] {
      if (!sqlite::table_exists(*database, "sync_meta")) return false;
      const Lease lease = read_lease(*database);
      return !may_take(lease, options_.holder) && silent != lease.token;
    };
    if (is_held()) return stand_by(std::move(database));
    make_log_durable(*database);
    recognise_pushed_tables(*database);
    if (auto migrated = sqlite::migrate(*database, "sync_meta", migrations); !migrated)
      return migrated;
    read_schema(*database);
    scope_ = held_scope(options_.scope, read_granted_scope(*database));
    Changes changes;
    Work work{*database, schema_,      options_.rules, merge_rules_,
              random_,   to_text(now), changes,        scope_.held};
    std::optional<sqlite::Transaction> transaction(std::in_place, *database);
    if (is_held()) {  // another one was quicker
      transaction.reset();
      return stand_by(std::move(database));
    }
    if (auto checked = check_guards(*database); !checked) return checked;
    if (auto checked = check_scope(options_.scope, schema_); !checked) return checked;
    const std::int64_t token = take_lease(*database, options_.holder);
    give_identity(work);
    notice_place(work, options_.place);
    adopt_older_queue(work);
    note_declared_scope(*database, options_.scope);
    note_renames(*database, options_.rules.renames());
    if (!planted(Bug::forgets_what_was_being_sent)) recover_processing(work);
    if (planted(Bug::opens_what_is_settled)) open_what_is_settled(*database);
    transaction->commit();
    view_database_ = open_database(options_, "OFF");
    database_ = std::move(database);
    lease_token_ = token;
    stands_by_ = false;
  } catch (const sqlite::Failure& failure) {
    return std::unexpected(sqlite::to_error(failure, "opening " + options_.path));
  }
  if (auto shown = show_by_new_rules(now); !shown) return shown;
  return show_by_new_tables(now);
}

void Store::read_schema(sqlite::Database& database) {
  schema_version_ = schema_cookie(database);
  schema_ = Schema::read(database, options_.rules.renames());
  merge_rules_ = store::merge_rules(options_.rules, schema_);
}

// The app may have migrated meanwhile: its tables are read again.
Result<void> Store::check_schema_is_current() {
  database_->check_is_in_place();
  view_database_->check_is_in_place();
  const std::int64_t version = schema_cookie(*database_);
  if (version != schema_version_) read_schema(*database_);
  return {};
}

// Under the transaction's lock: the app may have migrated between the look at its tables and that.
Result<void> Store::check_schema_is_still(sqlite::Database& database) const {
  if (schema_cookie(database) == schema_version_) return {};
  return fail(ErrorKind::busy, "database-locked", "The app is changing its tables just now",
              "Nothing was written. Try again.");
}

RuleProblems Store::rule_problems() const {
  return store::rule_problems(options_.rules, schema_);
}

Error Store::closed_error() const {
  return {ErrorKind::storage, "database-closed",
          "The database " + options_.path + " cannot be used at the moment: " + closed_because_,
          "What was accepted before is safe. It is opened again every second."};
}

void Store::tell(const Changes& changes) {
  if (listener_ && !changes.empty()) listener_(changes);
}

}  // namespace slipway::store
