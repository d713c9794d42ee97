#include "first_desk.h"

#include <algorithm>

#include "app.h"
#include "base/check.h"
#include "bench.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

struct Shown {
  const char* type;
  std::vector<std::string> fields;
};
const std::array<Shown, 2>& shown_fields() {
  static const std::array<Shown, 2> all{Shown{"Parent", {"name", "place"}},
                                        Shown{"Child", {"title", "parentId"}}};
  return all;
}

json::value from_text(const std::string& text) {
  return text == "NULL" ? json::value(nullptr) : json::value(text);
}

// In the fields that these worlds write.
bool same(const EntityKey& entity, const json::object& a, const json::object& b) {
  for (const Shown& type : shown_fields()) {
    if (type.type != entity.type) continue;
    for (const std::string& field : type.fields) {
      const json::value *one = find(a, field), *other = find(b, field);
      const bool is_null = !one || one->is_null();
      if (is_null != (!other || other->is_null()) || (!is_null && *one != *other)) return false;
    }
  }
  return true;
}

}  // namespace

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

std::vector<FirstDesk::SeenEntry> FirstDesk::entries(const std::string& condition) {
  std::vector<SeenEntry> list;
  for (const TextRow& row :
       query(raw_.get(),
             "SELECT id, clientRequestId, status, op, coalesce(groupId, ''), entityType, entityId,"
             " payload, coalesce(conflict -> 'server', '{}') FROM SyncQueue WHERE " +
                 condition + " ORDER BY lanePosition, id")) {
    list.push_back({std::atoll(row[0].c_str()),
                    row[1],
                    row[2],
                    row[3],
                    row[4],
                    {row[5], row[6]},
                    object_from(row[7]),
                    row[8] == "null" ? json::object() : object_from(row[8])});
  }
  return list;
}

std::vector<FirstDesk::Lost> FirstDesk::lost() {
  std::vector<Lost> list;
  for (const TextRow& row : query(
           raw_.get(), "SELECT id, entityType, entityId, coalesce(\"values\", '{}') FROM SyncLost"))
    list.push_back({std::atoll(row[0].c_str()), {row[1], row[2]}, object_from(row[3])});
  return list;
}

Rows FirstDesk::shown() {
  Rows rows;
  for (const Shown& type : shown_fields()) {
    for (const TextRow& row :
         query(raw_.get(), "SELECT id, \"" + type.fields[0] + "\", \"" + type.fields[1] +
                               "\" FROM \"" + type.type + "\""))
      rows[{type.type, row[0]}] = {{type.fields[0], from_text(row[1])},
                                   {type.fields[1], from_text(row[2])}};
  }
  return rows;
}

std::optional<json::object> FirstDesk::shown(const EntityKey& entity) {
  const Rows rows = shown();
  const auto found = rows.find(entity);
  if (found == rows.end()) return std::nullopt;
  return found->second;
}

std::set<EntityKey> FirstDesk::quarantined() {
  std::set<EntityKey> hidden;
  for (const TextRow& row : query(
           raw_.get(), "SELECT entityType, entityId FROM SyncShadow WHERE quarantine IS NOT NULL"))
    hidden.insert({row[0], row[1]});
  return hidden;
}

std::int64_t FirstDesk::cursor() {
  const auto value = query(raw_.get(), "SELECT value FROM sync_meta WHERE key = 'cursor'");
  return value.empty() ? 0 : std::atoll(value[0][0].c_str());
}

std::string FirstDesk::all_rows() {
  std::string text;
  for (const auto& [entity, values] : shown())
    text += to_text(entity) + canonical_json(values) + "\n";
  for (const SeenEntry& entry : entries("1"))
    text += std::to_string(entry.id) + entry.request_id + entry.status + "\n";
  return text;
}

// --- what people do

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

// --- what must hold

void FirstDesk::was_told(const std::vector<PageRow>& rows) {
  for (const PageRow& row : rows) {
    const auto held = before_.find(row.entity);
    if (held != before_.end() && told_.insert(row.entity).second && row.values && !row.deleted)
      run_.seen(same(row.entity, held->second, *row.values)
                    ? "the cloud tells a row from before Slipway as it is"
                    : "the cloud tells a row from before Slipway otherwise");
    told_.insert(row.entity);
  }
}

void FirstDesk::note_offers() {
  for (const SeenEntry& entry : entries("1")) {
    if (!known_.insert(entry.id).second) continue;
    if (entry.op != "create" || !before_.contains(entry.entity))
      return run_.violated("I3", name_ + " has an entry that nobody wrote: " +
                                     std::to_string(entry.id) + " of " + to_text(entry.entity));
    run_.seen("a row that was never offered becomes a question");
  }
}

// As the cloud has it as of the cursor, or, where no cloud has ever told of it, as the app had it;
// and over that what is open.
FirstDesk::Expected FirstDesk::expected(const EntityKey& entity,
                                        const std::map<EntityKey, Image>& at_cloud,
                                        const std::vector<SeenEntry>& entries_of_row) {
  Expected row;
  // The cloud has said that such a row may go.
  const bool is_deleted = std::ranges::any_of(entries_of_row, [](const SeenEntry& entry) {
    return entry.status == "SUCCESS" && entry.op == "delete";
  });
  if (is_deleted) told_.insert(entity);
  const bool is_told = told_.contains(entity);
  const auto image = at_cloud.find(entity);
  if (is_told && image != at_cloud.end()) row = {image->second.live, image->second.values};
  const auto held = before_.find(entity);
  if (!is_told && held != before_.end()) row = {true, held->second};
  for (const SeenEntry& entry : entries_of_row) {
    if (!entry.is_open()) continue;
    if (entry.op == "delete") row = {};
    if (entry.op == "create") row = {true, entry.payload};
    if (entry.op != "update" || !row.exists) continue;
    for (const auto& member : entry.payload) row.values[member.key()] = member.value();
  }
  return row;
}

void FirstDesk::check_view() {
  const auto pull = query(raw_.get(), "SELECT value FROM sync_meta WHERE key = 'fullPull'");
  if (!cloud_ || (!pull.empty() && !pull[0][0].empty())) return;
  const auto at_cloud = cloud_->rows_at(cursor());
  const Rows rows = shown();
  const auto hidden = quarantined();
  std::map<EntityKey, std::vector<SeenEntry>> lanes;
  for (SeenEntry& entry : entries("1")) lanes[entry.entity].push_back(std::move(entry));
  std::set<EntityKey> all;
  for (const auto& [entity, values] : rows) all.insert(entity);
  for (const auto& [entity, image] : at_cloud) all.insert(entity);
  for (const auto& [entity, values] : before_) all.insert(entity);
  for (const EntityKey& entity : all) {
    if (hidden.contains(entity)) continue;
    const Expected wanted = expected(entity, at_cloud, lanes[entity]);
    const auto row = rows.find(entity);
    const bool is_shown = row != rows.end();
    if (is_shown != wanted.exists)
      return run_.violated(
          "I11", to_text(entity) + (is_shown ? " is shown" : " is not shown") + " at " + name_);
    if (is_shown && !same(entity, row->second, wanted.values))
      return run_.violated("I11", to_text(entity) + " shows " + canonical_json(row->second) +
                                      " at " + name_ + ", not " + canonical_json(wanted.values));
  }
}

void FirstDesk::check_account() {
  for (const SeenEntry& entry : entries("1")) {
    const std::string what = "entry " + std::to_string(entry.id) + " of " + name_;
    const auto verdict = cloud_->verdict_of(entry.request_id);
    if (entry.status == "DISCARDED" && !closed_.contains(entry.request_id))
      return run_.violated("I1", what + " is closed, and nobody discarded it");
    if (entry.status == "SUCCESS" && verdict != "applied" && verdict != "merged")
      return run_.violated("I1", what + " is settled, and the cloud has no receipt of it");
    if (entry.is_open()) return run_.violated("I24", what + " is " + entry.status + " in the end");
  }
}

bool FirstDesk::is_held_for_a_child(const EntityKey& entity) {
  return std::ranges::any_of(shown(), [&](const auto& row) {
    const json::value* parent = find(row.second, "parentId");
    return parent && entity.type == "Parent" && *parent == json::value(entity.id);
  });
}

void FirstDesk::check_rows() {
  const Rows rows = shown();
  const auto at_cloud = cloud_->rows();
  const auto hidden = quarantined();
  for (const auto& [entity, image] : at_cloud) {
    if (!image.live) continue;
    const auto row = rows.find(entity);
    if (row == rows.end() || !same(entity, row->second, image.values))
      return run_.violated("I23", to_text(entity) + " at " + name_ + " is not the cloud's");
  }
  for (const auto& [entity, values] : rows) {
    const auto image = at_cloud.find(entity);
    if (image != at_cloud.end() && image->second.live) continue;
    const auto held = before_.find(entity);
    const bool is_own = !told_.contains(entity) && held != before_.end();
    if (is_own) run_.seen("a row from before Slipway stays this desk's alone");
    const bool is_kept = hidden.contains(entity) && is_held_for_a_child(entity);
    if (!is_own && !is_kept)
      return run_.violated(
          "I23", to_text(entity) + " is shown at " + name_ + ", and the cloud has no such row");
  }
}

void FirstDesk::find_values() {
  for (const auto& [entity, values] : shown()) account_.find_in(entity, values);
  for (const Lost& one : lost()) account_.find_in(one.entity, one.values);
}

}  // namespace slipway::sim
