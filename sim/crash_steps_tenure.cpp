// The transactions by which a desk opens a file, keeps it, and forgets, each from a state in which
// it has much to do.
#include "base/check.h"
#include "crash_steps.h"
#include "store/lease.h"

namespace slipway::sim {

namespace {

// --- opening and closing

Result<void> open_store(Bench& bench) {
  return bench.open_store();
}

std::vector<Step> opening() {
  const auto never_opened = [](Bench& bench) { bench.desk.replace(app_before_slipway(1024)); };
  const auto in_flight = [](Bench& bench) {
    busy_desk(bench);
    bench.begin_push();
    bench.desk.kill();
  };
  const auto of_older_version = [](Bench& bench) {
    busy_desk(bench);
    run_as_app(bench,
               "DROP TABLE SyncIdMap; CREATE TABLE SyncIdMap (id INTEGER PRIMARY KEY);"
               "DROP INDEX SyncQueue_archive_idx;"
               "UPDATE sync_meta SET value = '2' WHERE key = 'schema'");
  };
  const auto older_queue = [](Bench& bench) {
    bench.desk.replace(app_before_slipway(1024));
    run_as_app(
        bench,
        "CREATE TABLE SyncQueue (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, entityType TEXT"
        " NOT NULL, entityId TEXT NOT NULL, action TEXT NOT NULL, payload JSONB NOT NULL,"
        " status TEXT NOT NULL DEFAULT 'PENDING', errorMessage TEXT, attempts INTEGER NOT NULL"
        " DEFAULT 0, createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, updatedAt DATETIME"
        " NOT NULL);"
        "INSERT INTO Parent (id, name, amount) VALUES ('p1', 'n', 1);"
        "INSERT INTO SyncQueue (entityType, entityId, action, payload, createdAt, updatedAt)"
        " VALUES ('Parent', 'p1', 'CREATE_PARENT', '{\"name\":\"n\",\"amount\":1}', 'then',"
        " 'then')");
  };
  return {
      {"open: the first time", Side::desk, never_opened, as_found, open_store},
      {"open: an older queue is there", Side::desk, older_queue, as_found, open_store},
      {"open: a file of an older version", Side::desk, of_older_version, as_found, open_store},
      {"open: a push was under way", Side::desk, in_flight, as_found, open_store},
      {"open: a long log", Side::desk, long_log, as_found, open_store},
      {"close", Side::desk, busy_desk, open,
       [](Bench& bench) -> Result<void> {
         bench.drop_store();
         return {};
       }},
  };
}

// --- the lease

Result<void> tend(Bench& bench) {
  return told(bench.store().tend_lease(Instant{} + store::lease_patience, bench_time));
}

void asked_by_a_contender(Bench& bench) {
  busy_desk(bench);
  run_as_app(bench, "INSERT OR REPLACE INTO sync_meta VALUES ('leaseAsked', '1')");
}

void held_by_another(Bench& bench) {
  busy_desk(bench);
  bench.drop_store();
  run_as_app(bench, "UPDATE sync_meta SET value = 'another' WHERE key = 'leaseHolder'");
}

// It has not heard from the holder since.
void has_asked(Bench& bench) {
  open(bench);
  CHECK(bench.store().tend_lease(Instant{}, bench_time) == false);
}

std::vector<Step> leasing() {
  return {
      {"lease: a contender is answered", Side::desk, asked_by_a_contender, open, tend},
      {"lease: the holder is asked", Side::desk, held_by_another, open, tend},
      {"lease: it is taken over", Side::desk, held_by_another, has_asked, tend},
      {"lease: it is given back", Side::desk, busy_desk, open,
       [](Bench& bench) { return bench.store().release_lease(); }},
  };
}

// --- the app has migrated, or its developer has declared something else

// The cloud has a field that this app does not know yet, and entries wait in one that it drops.
void before_migration(Bench& bench) {
  busy_desk(bench);
  bench.remote(Op::update, {"Parent", "p1"}, {{"colour", "blue"}});
  bench.remote(Op::update, {"Child", "c1"}, {{"title", "theirs"}});
  CHECK(bench.store().absorb_page(bench.pull(), bench_time));
  bench.write({{"Parent", "p1", "UPDATE_PARENT", {{"memo", "m"}}}});
}

void app_migrates(Bench& bench) {
  run_as_app(bench,
             "ALTER TABLE Parent ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';"
             "ALTER TABLE Parent DROP COLUMN memo");
}

void migrated_unseen(Bench& bench) {
  before_migration(bench);
  app_migrates(bench);
}

void migrated_meanwhile(Bench& bench) {
  open(bench);
  app_migrates(bench);
}

void declares_rules(Bench& bench) {
  bench.configure = [](store::StoreOptions& options) {
    options.rules.entities["Parent"].merge.policy = Rule::client;
  };
}

void declares_scope(Bench& bench) {
  bench.configure = [](store::StoreOptions& options) {
    options.scope.types.emplace();
    (*options.scope.types)["Parent"]["name"] = {"one", "uno"};
  };
}

std::vector<Step> declaring() {
  return {
      {"open: the app has migrated", Side::desk, migrated_unseen, as_found, open_store},
      {"the app migrates meanwhile", Side::desk, before_migration, migrated_meanwhile, tend, tend},
      {"open: other merge rules", Side::desk, busy_desk, declares_rules, open_store},
      {"open: another scope", Side::desk, much_news, declares_scope, open_store},
  };
}

// --- forgetting, remembering

// What was settled is in all of the cloud's backups.
void all_backed_up(Bench& bench) {
  busy_desk(bench);
  CHECK(bench.sync());
  const std::int64_t backup = bench.ledger().begin_backup("copy", bench_time).value();
  CHECK(bench.ledger().end_backup(backup, true, 1));
  bench.remote(Op::update, {"Parent", "p1"}, {{"amount", 5}});
  CHECK(bench.sync());
}

void keeps_few(Bench& bench) {
  bench.configure = [](store::StoreOptions& options) { options.archive_kept = 1; };
  open(bench);
}

std::vector<Step> keeping() {
  return {
      {"purge_archive", Side::desk, all_backed_up, keeps_few,
       [](Bench& bench) { return told(bench.store().purge_archive(bench_time)); }},
      {"set_meta", Side::desk, busy_desk, open,
       [](Bench& bench) { return bench.store().set_meta("settings", "{}"); }},
  };
}

}  // namespace

std::vector<Step> tenure_steps() {
  std::vector<Step> steps;
  for (auto part : {opening, leasing, declaring, keeping}) {
    for (Step& step : part()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace slipway::sim
