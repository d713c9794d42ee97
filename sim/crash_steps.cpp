// Every transaction of the engine, each from a state in which it has much to do. A new transaction
// of the store's gets its lines here.
#include "base/check.h"
#include "crash_points.h"
#include "device.h"

namespace slipway::sim {

namespace {

store::Mutation parent(const std::string& id, const std::string& name) {
  return {"Parent", id, "CREATE_PARENT", {{"name", name}, {"amount", 1}}};
}
store::Mutation child(const std::string& id, const std::string& parent_id) {
  return {"Child", id, "CREATE_CHILD", {{"title", "t"}, {"parentId", parent_id}}};
}
store::Mutation rename(const std::string& id, const std::string& name) {
  return {"Parent", id, "UPDATE_PARENT", {{"name", name}}};
}
store::Mutation remove(const std::string& id) {
  return {"Parent", id, "DELETE_PARENT", {}};
}

template <class T>
Result<void> told(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

// --- states

void nothing_yet(Bench&) {}

void open(Bench& bench) {
  CHECK(bench.open_ledger() && bench.open_store());
}

// Two synced parents with children; then a conflict, an entry that waits behind it, some fresh
// ones, and one that was closed and owes its void.
void busy_desk(Bench& bench) {
  open(bench);
  bench.write({parent("p1", "one"), child("c1", "p1"), child("c2", "p1")});
  bench.write({parent("p2", "two")});
  CHECK(bench.sync());
  bench.remote(Op::update, {"Parent", "p2"}, {{"name", "theirs"}});
  bench.write({rename("p2", "ours")});
  CHECK(bench.sync());
  bench.write({child("c3", "p2")});
  bench.write({rename("p2", "later")});
  bench.write({parent("p3", "three"), child("c4", "p3")});
  bench.write({rename("p1", "uno")});
}

// As it is while a push is under way.
void pushing(Bench& bench) {
  open(bench);
  bench.request = bench.begin_push();
}

void answered(Bench& bench) {
  pushing(bench);
  bench.answer = bench.push(*bench.request);
}

// As by a target that gives ids.
void answered_with_an_id(Bench& bench) {
  answered(bench);
  for (auto* receipts : {&bench.answer->verdicts, &bench.answer->page->receipts}) {
    for (Receipt& receipt : *receipts) receipt.assigned = json::object{{"id", 17}, {"memo", "M1"}};
  }
  for (PageRow& row : bench.answer->page->rows) row.values.reset();
}

void answered_without_page(Bench& bench) {
  answered(bench);
  bench.answer->page.reset();
}

// The cloud has much news: changed and deleted rows, a child without our parent, a conflict.
void much_news(Bench& bench) {
  busy_desk(bench);
  bench.remote(Op::update, {"Parent", "p1"}, {{"name", "eins"}, {"amount", 5}});
  bench.remote(Op::remove, {"Child", "c2"}, {});
  bench.remote(Op::create, {"Parent", "p9"}, {{"id", "p9"}, {"name", "nine"}, {"amount", 9}});
  bench.remote(Op::create, {"Child", "c9"}, {{"id", "c9"}, {"title", "t"}, {"parentId", "p9"}});
}

void pulled(Bench& bench) {
  open(bench);
  bench.page = bench.pull();
}

// So many frames in the log that the next commits move them into the database file.
void long_log(Bench& bench) {
  busy_desk(bench);
  for (int i = 0; bench.desk.image()["app.db-wal"].size() < 990u * (1024 + 24); ++i) {
    bench.write({rename("p3", "n" + std::to_string(i))});
  }
  // A clean stop would move them now.
  bench.desk.kill();
}

// --- writing

Result<void> write_all(Bench& bench, const std::vector<store::WriteRequest>& requests) {
  for (const auto& written : bench.store().write(requests, bench_time)) {
    if (!written) return std::unexpected(written.error());
  }
  return {};
}

std::function<Result<void>(Bench&)> write_group(std::vector<store::Mutation> mutations,
                                                std::optional<std::string> key = std::nullopt) {
  const bool as_group = mutations.size() > 1;
  const store::WriteRequest request{std::move(mutations), as_group, std::move(key)};
  return [request](Bench& bench) { return write_all(bench, {request}); };
}

std::vector<Step> writing() {
  const auto keyed = write_group({parent("p7", "seven"), child("c7", "p7")}, "key");
  const auto batch = [](Bench& bench) {
    return write_all(bench, {{{parent("p7", "seven")}, false, "a"},
                             {{child("c7", "p7")}, false, "b"},
                             {{rename("p1", "un")}, false, "c"}});
  };
  return {
      {"write: create", Side::desk, busy_desk, open, write_group({parent("p7", "seven")})},
      {"write: update", Side::desk, busy_desk, open, write_group({rename("p1", "un")})},
      {"write: delete with its children", Side::desk, busy_desk, open, write_group({remove("p1")})},
      {"write: group", Side::desk, busy_desk, open,
       write_group({parent("p7", "seven"), child("c7", "p7"), rename("p1", "un")})},
      {"write: with a key", Side::desk, busy_desk, open, keyed, keyed},
      {"write: several in one commit", Side::desk, busy_desk, open, batch, batch},
      {"write: the log is moved", Side::desk, long_log, open, keyed, keyed},
      {"offer the rows that exist", Side::desk,
       [](Bench& bench) {
         open(bench);
         sqlite::Database(app_file, sqlite::OpenMode::existing, Duration(0),
                          bench.desk.vfs(Program::process))
             .execute(
                 "INSERT INTO Parent (id, name, amount) VALUES ('p1', 'n', 1), ('p2', 'm', 2);"
                 "INSERT INTO Child VALUES ('c1', 't', 'p1')");
       },
       open, [](Bench& bench) { return told(bench.store().offer_existing_rows(bench_time)); }},
  };
}

// --- syncing

Result<void> finish_push(Bench& bench) {
  return told(bench.store().finish_push(*bench.answer, bench_time));
}

std::function<Result<void>(Bench&)> fail_push(FailureClass means) {
  return [means](Bench& bench) {
    return told(bench.store().fail_push({means, "why", 0, std::nullopt}, 1, bench_time));
  };
}

std::vector<Step> syncing() {
  const auto one_entry = [](Bench& bench) {
    open(bench);
    bench.meet();
    bench.write({parent("p1", "one")});
  };
  return {
      {"begin_push", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return told(bench.store().begin_push("exchange", bench_limits, {}, bench_time));
       }},
      {"finish_push with a page", Side::desk, much_news, answered, finish_push},
      {"finish_push without a page", Side::desk, much_news, answered_without_page, finish_push},
      {"finish_push: an id is given", Side::desk, one_entry, answered_with_an_id, finish_push},
      {"fail_push: unreachable", Side::desk, busy_desk, pushing,
       fail_push(FailureClass::unreachable)},
      {"fail_push: parks", Side::desk, one_entry, pushing, fail_push(FailureClass::invalid)},
      {"absorb_page", Side::desk, much_news, pulled,
       [](Bench& bench) { return told(bench.store().absorb_page(*bench.page, bench_time)); }},
      {"absorb_streamed", Side::desk, much_news, pulled,
       [](Bench& bench) {
         return told(
             bench.store().absorb_streamed({bench.page->head, bench.page->page}, bench_time));
       }},
      {"meet_cloud", Side::desk, nothing_yet, open,
       [](Bench& bench) {
         return bench.store().meet_cloud(bench.ledger().capabilities(bench.owner()).value(),
                                         bench_time);
       }},
      {"show_wait", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return bench.store().show_wait({bench.entry_in("PENDING")}, bench_time);
       }},
  };
}

// --- a person's decisions

Result<void> decide(Bench& bench, const store::Wish& wish) {
  return told(bench.store().decide(wish, store::DecideMode::carry_out, bench_time));
}

std::vector<Step> deciding() {
  using namespace store::wish;
  const auto all_synced = [](Bench& bench) {
    busy_desk(bench);
    CHECK(bench.sync());
  };
  return {
      {"discard: never sent", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_of({"Parent", "p1"})});
       }},
      {"discard: under way", Side::desk, busy_desk, pushing,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_in("PROCESSING"), true});
       }},
      {"discard: with dependants", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_of({"Parent", "p3"}), true});
       }},
      {"retry", Side::desk, busy_desk, open,
       [](Bench& bench) { return decide(bench, Retry{bench.entry_in("CONFLICT")}); }},
      {"force", Side::desk, busy_desk, open,
       [](Bench& bench) { return decide(bench, Force{bench.entry_in("CONFLICT")}); }},
      {"resolve", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench,
                       Resolve{bench.entry_in("CONFLICT"), {{"name", json::value("agreed")}}});
       }},
      {"undo", Side::desk, all_synced, open,
       [](Bench& bench) {
         return decide(bench, Undo{bench.entry_of({"Parent", "p1"})});
       }},
  };
}

// --- when the cloud's past has changed

// The cloud is restored to a backup; what came after it is lost there: entries of ours, and rows
// of the other desk.
void restored_cloud(Bench& bench) {
  busy_desk(bench);
  const DiskImage backup = bench.image().cloud;
  open(bench);
  bench.remote(Op::create, {"Parent", "p9"}, {{"id", "p9"}, {"name", "nine"}, {"amount", 9}});
  bench.remote(Op::update, {"Parent", "p1"}, {{"amount", 5}});
  CHECK(bench.sync());
  bench.write({rename("p1", "after")});
  bench.drop_ledger();
  bench.cloud.replace(backup);
}

void compared(Bench& bench) {
  open(bench);
  const auto asked = bench.store().history_request("exchange", 100);
  CHECK(asked);
  bench.history = bench.ledger().history(bench.owner().tenant, *asked).value();
}

void followed(Bench& bench) {
  restored_cloud(bench);
  compared(bench);
  CHECK(bench.store().absorb_history(*bench.history, bench_time).value());
}

void another_cloud(Bench& bench) {
  busy_desk(bench);
  bench.drop_ledger();
  bench.cloud.replace(Bench::empty().cloud);
  open(bench);
  CHECK(bench.ledger().create_token("other", "mine", "mine", bench_time));
}

Capabilities capabilities_of_another(Bench& bench) {
  const auto owner = bench.ledger().find_token("mine").value().value();
  return bench.ledger().capabilities(owner).value();
}

void met_another(Bench& bench) {
  open(bench);
  CHECK(!bench.store().meet_cloud(capabilities_of_another(bench), bench_time));
}

std::int64_t lost_row(Bench& bench) {
  Reader reader(bench.desk, app_file);
  return std::atoll(query(reader.get(), "SELECT min(id) FROM SyncLost")[0][0].c_str());
}

std::vector<Step> travelling() {
  const auto absorb_page = [](Bench& bench) {
    return told(bench.store().absorb_page(*bench.page, bench_time));
  };
  return {
      {"absorb_history", Side::desk, restored_cloud, compared,
       [](Bench& bench) { return told(bench.store().absorb_history(*bench.history, bench_time)); }},
      {"absorb_page: ends a full pull", Side::desk, followed, pulled, absorb_page},
      {"join_cloud", Side::desk, another_cloud, met_another,
       [](Bench& bench) {
         return bench.store().join_cloud(capabilities_of_another(bench).origin.salt, bench_time);
       }},
      {"dismiss_lost", Side::desk, followed, open,
       [](Bench& bench) { return bench.store().dismiss_lost(lost_row(bench), bench_time); }},
      {"restore_lost", Side::desk, followed, open,
       [](Bench& bench) { return told(bench.store().restore_lost(lost_row(bench), bench_time)); }},
  };
}

// --- opening and closing

void as_found(Bench&) {}

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
  const auto older_queue = [](Bench& bench) {
    bench.desk.replace(app_before_slipway(1024));
    sqlite::Database(app_file, sqlite::OpenMode::existing, Duration(0),
                     bench.desk.vfs(Program::process))
        .execute(
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
      {"open: a push was under way", Side::desk, in_flight, as_found, open_store},
      {"open: a long log", Side::desk, long_log, as_found, open_store},
      {"close", Side::desk, busy_desk, open,
       [](Bench& bench) -> Result<void> {
         bench.drop_store();
         return {};
       }},
  };
}

// --- the cloud

std::vector<Step> at_cloud() {
  return {
      {"cloud: push", Side::cloud, much_news, pushing,
       [](Bench& bench) {
         return told(bench.ledger().push(bench.owner().tenant, bench.owner().device, *bench.request,
                                         bench_time));
       }},
      {"cloud: push of what it has judged", Side::cloud, much_news, answered,
       [](Bench& bench) {
         return told(bench.ledger().push(bench.owner().tenant, bench.owner().device, *bench.request,
                                         bench_time));
       }},
      {"cloud: a token", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return bench.ledger().create_token("new", "desk", "its hash", bench_time);
       }},
      {"cloud: a token is revoked", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return told(bench.ledger().revoke_tokens("tenant", "other", bench_time));
       }},
      {"cloud: open the first time", Side::cloud, [](Bench& bench) { bench.cloud.replace({}); },
       as_found, [](Bench& bench) { return bench.open_ledger(); }},
  };
}

}  // namespace

std::vector<Step> all_steps() {
  std::vector<Step> steps;
  for (auto part : {writing, syncing, deciding, travelling, opening, at_cloud}) {
    for (Step& step : part()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace slipway::sim
