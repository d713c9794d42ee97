#include "base/check.h"
#include "crash_steps.h"

namespace slipway::sim {

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

void nothing_yet(Bench&) {}
void as_found(Bench&) {}

void open(Bench& bench) {
  CHECK(bench.open_ledger() && bench.open_store());
}

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

void pushing(Bench& bench) {
  open(bench);
  bench.request = bench.begin_push();
}

void answered(Bench& bench) {
  pushing(bench);
  bench.answer = bench.push(*bench.request);
}

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

void long_log(Bench& bench) {
  busy_desk(bench);
  for (int i = 0; bench.desk.image()["app.db-wal"].size() < 990u * (1024 + 24); ++i) {
    bench.write({rename("p3", "n" + std::to_string(i))});
  }
  // A clean stop would move them now.
  bench.desk.kill();
}

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

void run_as_app(Bench& bench, const std::string& sql) {
  sqlite::Database(app_file, sqlite::OpenMode::existing, Duration(0),
                   bench.desk.vfs(Program::neighbour))
      .execute(sql);
}

}  // namespace slipway::sim
