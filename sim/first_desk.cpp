#include "first_desk.h"

#include <algorithm>

#include "app.h"
#include "base/check.h"
#include "bench.h"
#include "model/canonical_json.h"

namespace slipway::sim {

FirstDesk::FirstDesk(Run& run, Random& random, FirstAccount& account, std::string name,
                     bool has_rows)
    : run_(run),
      random_(random),
      account_(account),
      name_(std::move(name)),
      disk_(empty_device(1024)),
      raw_(disk_, app_file) {
  if (has_rows) fill();
  start();
}

// Each row with the same id may be the same on both desks, or another. Slipway has no word of them:
// its tables, which are there already to save each world the migrations, are empty.
void FirstDesk::fill() {
  sqlite::Database app(app_file, sqlite::OpenMode::existing, Duration(0),
                       disk_.vfs(Program::process));
  const auto text = [&](const json::value& value) { return std::string(value.get_string()); };
  for (int row = 1; row <= 4; ++row) {
    if (random_.chance(1, 4)) continue;
    const std::string id = std::to_string(row);
    const bool is_twin = random_.chance(1, 3);
    const json::value name = is_twin ? json::value("twin") : some_text();
    const json::value place = is_twin ? json::value("twin") : some_text();
    app.execute("INSERT INTO \"Parent\" (\"id\", \"name\", \"place\") VALUES ('p" + id + "', '" +
                text(name) + "', '" + text(place) + "')");
    before_[{"Parent", "p" + id}] = {{"name", name}, {"place", place}};
    if (!random_.chance(1, 2)) continue;
    const json::value title = random_.chance(1, 3) ? json::value("twin") : some_text();
    app.execute("INSERT INTO \"Child\" (\"id\", \"title\", \"parentId\") VALUES ('c" + id + "', '" +
                text(title) + "', 'p" + id + "')");
    before_[{"Child", "c" + id}] = {{"title", title}, {"parentId", "p" + id}};
  }
  for (const auto& [entity, values] : before_) account_.owe(entity, values, name_);
}

void FirstDesk::start() {
  if (disk_.is_dead()) disk_.restart();
  auto opened = store::Store::open(store_options(disk_), Random(random_.next()), bench_time);
  CHECK(opened);
  store_ = std::move(*opened);
}

void FirstDesk::kill() {
  disk_.kill();
  store_.reset();
}

json::value FirstDesk::some_text() {
  return json::value(name_ + " " + std::to_string(++texts_));
}

store::Mutation FirstDesk::mutation() {
  const bool of_child = random_.chance(1, 3);
  const std::string row = std::to_string(random_.between(1, 4));
  const EntityKey entity{of_child ? "Child" : "Parent", (of_child ? "c" : "p") + row};
  const bool is_there = shown(entity).has_value();
  if (is_there && random_.chance(1, 6))
    return {entity.type, entity.id, of_child ? "DELETE_CHILD" : "DELETE_PARENT", {}};
  if (of_child && !is_there)
    return {"Child", entity.id, "CREATE_CHILD", {{"title", some_text()}, {"parentId", "p" + row}}};
  if (of_child) return {"Child", entity.id, "UPDATE_CHILD", {{"title", some_text()}}};
  if (is_there)
    return {"Parent",
            entity.id,
            "UPDATE_PARENT",
            {{random_.chance(1, 2) ? "name" : "place", some_text()}}};
  return {"Parent", entity.id, "CREATE_PARENT", {{"name", some_text()}, {"place", some_text()}}};
}

// What this mutation writes over is on the screen.
void FirstDesk::see_under(const store::Mutation& mutation) {
  const EntityKey entity{mutation.entity_type, *mutation.entity_id};
  // What is open was written, or decided on, at this very desk; a row that is only kept does not
  // show it.
  for (const SeenEntry& entry : entries("1"))
    if (entry.entity == entity && entry.is_open()) account_.see(entity, entry.payload);
  const Rows rows = shown();
  const auto row = rows.find(entity);
  if (row == rows.end()) return;
  if (!mutation.action.starts_with("DELETE_")) {
    for (const auto& member : mutation.payload) account_.see(entity, member.key(), row->second);
    return;
  }
  account_.see(entity, row->second);
  for (const auto& [child, values] : rows) {
    const json::value* parent = find(values, "parentId");
    if (parent && *parent == json::value(entity.id)) account_.see(child, values);
  }
}

void FirstDesk::write() {
  const store::Mutation one = mutation();
  const EntityKey entity{one.entity_type, *one.entity_id};
  const Rows before = shown();
  const store::WriteRequest request{{one}, false, std::nullopt};
  FirstAccount account = account_;
  see_under(one);
  const auto written = store().write(std::span(&request, 1), bench_time).front();
  if (!written) {
    account_ = std::move(account);
    return run_.trace(name_ + " is refused to write " + to_text(entity) + ": " +
                      written.error().type);
  }
  run_.trace(name_ + " writes " + one.action + " " + entity.id + " " + canonical_json(one.payload) +
             " as " + std::to_string(written->entries.front()));
  account_.owe(entity, one.payload, name_);
  const bool was_never_told = before_.contains(entity) && !told_.contains(entity);
  if (was_never_told && before.contains(entity)) run_.seen("a row from before Slipway is edited");
  for (const EntryId id : written->entries) known_.insert(id);
}

void FirstDesk::offer() {
  const auto offered = store().offer_existing_rows(bench_time);
  CHECK(offered);
  if (*offered > 0) run_.seen("rows from before Slipway are offered");
  run_.trace(name_ + " offers " + std::to_string(*offered) + " rows");
  for (const SeenEntry& entry : entries("1")) known_.insert(entry.id);
  if (store().count_existing_rows().value() != 0)
    run_.violated("I1", name_ + " has rows left to offer, after all were");
}

bool FirstDesk::has_parked() {
  return !entries("status IN ('CONFLICT','ERROR')").empty();
}

void FirstDesk::decide(bool only_discards) {
  const auto before = entries("1");
  std::vector<SeenEntry> parked;
  std::ranges::copy_if(before, std::back_inserter(parked), [](const SeenEntry& entry) {
    return entry.status == "CONFLICT" || entry.status == "ERROR";
  });
  if (parked.empty()) return;
  const SeenEntry& entry = parked[random_.below(parked.size())];
  store::Wish wish = store::wish::Discard{entry.id, true};
  const std::uint64_t choice = only_discards ? 2 : random_.below(4);
  if (choice == 0) wish = store::wish::Retry{entry.id};
  if (choice == 1) wish = store::wish::Force{entry.id};
  const Rows screen = shown();
  const auto decided = store().decide(wish, store::DecideMode::carry_out, bench_time);
  if (!decided) {
    if (choice >= 2) run_.violated("I14", "a discard is refused: " + decided.error().message);
    return;
  }
  constexpr const char* words[] = {"retries ", "forces ", "discards ", "discards "};
  run_.trace(name_ + " : " + words[choice] + std::to_string(entry.id) + " of " +
             to_text(entry.entity) + ", against " + canonical_json(entry.server));
  see_decided(before, *decided);
  for (const store::Entry& next : decided->appended) {
    known_.insert(next.id);
    if (choice == 0) continue;  // asks once more: decides nothing
    const EntityKey& entity = next.body.entity;
    const auto old = std::ranges::find(before, *next.body.supersedes, &SeenEntry::request_id);
    if (old == before.end()) continue;
    if (next.body.op == Op::remove) account_.see(entity, old->server);
    for (const auto& member : next.body.payload) account_.see(entity, member.key(), old->server);
  }
}

// Who discards knows what the entry said, and what it was shown to stand against.
void FirstDesk::see_decided(const std::vector<SeenEntry>& before, const store::Decided& decided) {
  for (const store::Entry& closed : decided.closed) {
    closed_.insert(closed.client_request_id);
    const bool goes_on = std::ranges::any_of(decided.appended, [&](const store::Entry& next) {
      return next.body.supersedes == closed.client_request_id;
    });
    const bool was_open = std::ranges::any_of(before, [&](const SeenEntry& entry) {
      return entry.request_id == closed.client_request_id && entry.is_open();
    });
    if (!goes_on && was_open) account_.see(closed.body.entity, closed.body.payload);
  }
}

void FirstDesk::write_a_lost_row_again() {
  const auto list = lost();
  if (list.empty()) return;
  const Lost& one = list[random_.below(list.size())];
  const auto screen = shown(one.entity);
  const auto restored = store().restore_lost(one.id, bench_time);
  if (!restored) return;  // what it refers to is gone
  run_.seen("a lost row is written again");
  if (screen) account_.see(one.entity, *screen);
  account_.owe(one.entity, one.values, name_);
  for (const SeenEntry& entry : entries("1")) known_.insert(entry.id);
}

void FirstDesk::join(FirstCloud& cloud) {
  const std::string id = cloud.ledger().capabilities(cloud.owner(name_)).value().origin.salt;
  for (const auto& [entity, values] : shown()) account_.owe(entity, values, name_);
  CHECK(store().join_cloud(id, bench_time));
  run_.trace(name_ + " joins " + cloud.name());
  cloud_ = &cloud;
}

}  // namespace slipway::sim
