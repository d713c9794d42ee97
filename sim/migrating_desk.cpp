#include "migrating_desk.h"

#include <algorithm>

#include "app.h"
#include "base/check.h"
#include "bench.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

constexpr const char* open_list = "('PENDING','PROCESSING','CONFLICT','ERROR','DISCARDING')";

std::string_view what_of(Migration migration) {
  switch (migration) {
    case Migration::adds_terms:
      return "a column is added";
    case Migration::renames_memo:
      return "a column is renamed";
    case Migration::drops_place:
      return "a column is dropped";
    case Migration::adds_place_again:
      return "a dropped column comes back";
    case Migration::requires_memo:
      return "a column needs a value";
    case Migration::forbids_bad_names:
      return "a rule forbids a value";
    case Migration::drops_notes:
      return "a table is dropped";
  }
  return "";
}

bool concerns(Migration migration, const SeenEntry& entry) {
  const auto says = [&](std::string_view field) {
    return entry.entity.type == "Order" && find(entry.payload, field) != nullptr;
  };
  switch (migration) {
    case Migration::adds_terms:
      return entry.entity.type == "Order";
    case Migration::renames_memo:
      return says("memo");
    case Migration::drops_place:
    case Migration::adds_place_again:
      return says("place");
    case Migration::requires_memo:
      return says("memo") && entry.payload.at("memo").is_null();
    case Migration::forbids_bad_names:
      return says("name") && canonical_json(entry.payload.at("name")).starts_with("\"bad");
    case Migration::drops_notes:
      return entry.entity.type == "Note";
  }
  return false;
}

}  // namespace

MigratingDesk::MigratingDesk(Run& run, cloud::TokenOwner owner)
    : run_(run), owner_(std::move(owner)), disk_(desk_of_migrating_app()), raw_(disk_, app_file) {
  start();
}

void MigratingDesk::start() {
  if (disk_.is_dead()) disk_.restart();
  store::StoreOptions options = store_options(disk_);
  options.rules = migrating_app_rules();
  auto opened = store::Store::open(std::move(options), Random(run_.random.next()), bench_time);
  CHECK(opened);
  store_ = std::move(*opened);
  unseen_drop_ = false;
}

void MigratingDesk::kill() {
  disk_.kill();
  stop();
}

std::vector<SeenEntry> MigratingDesk::entries(const std::string& condition) {
  return entries_in(raw_.get(), condition);
}

bool MigratingDesk::exists(const std::string& type, const std::string& id) {
  return !query(raw_.get(), "SELECT 1 FROM \"" + type + "\" WHERE id = '" + id + "'").empty();
}

std::string MigratingDesk::some_text(const std::string& what) {
  return what + " of " + owner_.device + " " + std::to_string(++texts_);
}

store::Mutation MigratingDesk::order_mutation(const std::string& id) {
  const bool is_new = !exists("Order", id);
  json::object values;
  for (const Column& column : tables_.columns("Order")) {
    if (column.first == "id" || !run_.random.chance(1, 2)) continue;
    json::value value(some_text(column.first));
    if (column.first == "name" && run_.random.chance(1, 4)) value = some_text("bad");
    if (run_.random.chance(1, 6)) value = nullptr;
    if (tables_.takes(column.first, value)) values[column.now] = std::move(value);
  }
  if (values.empty()) values["name"] = some_text("name");
  if (is_new) values["id"] = id;
  return {"Order", id, is_new ? "CREATE_ORDER" : "UPDATE_ORDER", std::move(values)};
}

store::Mutation MigratingDesk::note_mutation(const std::string& id, const std::string& order) {
  if (exists("Note", id)) return {"Note", id, "UPDATE_NOTE", {{"text", some_text("text")}}};
  return {"Note", id, "CREATE_NOTE", {{"id", id}, {"text", some_text("text")}, {"orderId", order}}};
}

std::vector<store::Mutation> MigratingDesk::some_mutations() {
  const std::string order = "o" + std::to_string(run_.random.between(1, 4));
  const std::string note = "n" + std::to_string(run_.random.between(1, 3));
  const bool with_note = tables_.has_notes() && run_.random.chance(1, 3);
  if (!with_note) return {order_mutation(order)};
  if (!exists("Order", order) || run_.random.chance(1, 3))
    return {order_mutation(order), note_mutation(note, order)};
  return {note_mutation(note, order)};
}

void MigratingDesk::write() {
  auto mutations = some_mutations();
  const store::WriteRequest request{mutations, mutations.size() > 1, std::nullopt};
  const auto written = store().write(std::span(&request, 1), bench_time).front();
  if (written) {
    run_.trace(owner_.device + " writes " + canonical_json(mutations.front().payload) + " as " +
               std::to_string(written->entries.front()));
    return remember(*written, mutations);
  }
  if (written.error().type == "being-discarded") return;
  run_.violated("I22", "a write is refused: " + written.error().message);
}

void MigratingDesk::remember(const store::Written& written,
                             const std::vector<store::Mutation>& mutations) {
  CHECK(written.entries.size() == mutations.size());
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    json::object values;
    for (const Column& column : tables_.columns(mutations[i].entity_type)) {
      if (const json::value* value = find(mutations[i].payload, column.now))
        values[column.first] = *value;
    }
    captured_.push_back({written.entries[i], std::move(values)});
  }
}

// I22: each kind of migration has met entries in each state.
void MigratingDesk::note_cells(Migration migration) {
  for (const SeenEntry& entry : entries("status IN " + std::string(open_list))) {
    if (!concerns(migration, entry)) continue;
    const bool judged = entry.status == "CONFLICT";
    const bool unsent = entry.status == "PENDING" && !sent_.contains(entry.request_id);
    const bool in_doubt = sent_.contains(entry.request_id) && !judged;
    if (!judged && !unsent && !in_doubt) continue;
    run_.seen(std::string(what_of(migration)) + (judged   ? ": in conflict"
                                                 : unsent ? ": never sent"
                                                          : ": in doubt"));
  }
}

void MigratingDesk::migrate() {
  std::vector<Migration> possible;
  // What is dropped and added again between two looks at the file is a write of the app's own.
  std::ranges::copy_if(all_migrations, std::back_inserter(possible), [&](Migration migration) {
    return tables_.can(migration) && !(unseen_drop_ && migration == Migration::adds_place_again);
  });
  if (possible.empty()) return;
  const Migration migration = possible[run_.random.below(possible.size())];
  note_cells(migration);
  if (migration == Migration::drops_place) unseen_drop_ = !is_up();
  const auto statements = tables_.migrate(migration, run_.random.chance(1, 2));
  const bool is_looked_at = is_up() && run_.random.chance(1, 2);
  run_.seen(is_up() ? "the app migrates while the service runs" : "the app migrates meanwhile");
  run_.trace(owner_.device + " migrates: " + statements.front());
  for (const std::string& statement : statements) {
    sqlite::Database(app_file, sqlite::OpenMode::existing, Duration(0),
                     disk_.vfs(Program::neighbour))
        .execute(statement);
    if (!is_looked_at || &statement == &statements.back()) continue;
    run_.seen("a look in the middle of a migration");
    CHECK(store().tend_lease({}, bench_time));
  }
}

bool MigratingDesk::has_parked() {
  return !entries("status IN ('CONFLICT','ERROR')").empty();
}

void MigratingDesk::decide(bool only_discards) {
  const auto parked = entries("status IN ('CONFLICT','ERROR')");
  if (parked.empty()) {
    const auto settled = entries("status = 'SUCCESS' AND op = 'update' AND groupId IS NULL");
    if (only_discards || settled.empty()) return;
    const EntryId id = settled[run_.random.below(settled.size())].id;
    if (store().decide(store::wish::Undo{id}, store::DecideMode::carry_out, bench_time))
      run_.seen("an undo after a migration");
    return;
  }
  const SeenEntry& entry = parked[run_.random.below(parked.size())];
  store::Wish wish = store::wish::Discard{entry.id, true};
  const std::uint64_t choice = only_discards ? 3 : run_.random.below(4);
  if (choice == 0) wish = store::wish::Retry{entry.id};
  if (choice == 1 && entry.status == "CONFLICT") wish = store::wish::Force{entry.id};
  if (choice == 1 && entry.status == "ERROR")
    wish = store::wish::Resolve{entry.id, {{"name", json::value(some_text("resolved"))}}};
  const auto decided = store().decide(wish, store::DecideMode::carry_out, bench_time);
  if (!decided) {
    if (choice >= 2) run_.violated("I22", "a discard is refused: " + decided.error().message);
    return;
  }
  const bool misfit = entry.reason == "schema-changed";
  if (misfit)
    run_.seen(choice == 0   ? "what no longer fits is sent without it"
              : choice == 1 ? "what no longer fits is given other values"
                            : "what no longer fits is discarded");
  if (choice == 1 && entry.status == "ERROR") resolved_.insert(entry.root);
  std::set<std::string> succeeded;
  for (const store::Entry& next : decided->appended) succeeded.insert(*next.body.supersedes);
  for (const store::Entry& closed : decided->closed) {
    if (!succeeded.contains(closed.client_request_id)) discarded_.insert(closed.client_request_id);
  }
}

bool MigratingDesk::names_what_is_gone(const SeenEntry& entry) const {
  if (tables_.columns(entry.entity.type).empty()) return true;
  for (const auto& member : entry.payload) {
    if (!tables_.has(entry.entity.type, member.key())) return true;
    if (member.key() == "memo" && member.value().is_null() && tables_.requires_memo()) return true;
  }
  return false;
}

bool MigratingDesk::explains_parking(const SeenEntry& entry) const {
  if (names_what_is_gone(entry)) return true;
  const json::value* name = find(entry.payload, "name");
  return name && entry.entity.type == "Order" && !tables_.takes("name", *name);
}

void MigratingDesk::check_push(const PushRequest& request) {
  newly_sent_.clear();
  for (const PushItem& item : request.items) {
    if (!item.write) continue;
    if (!sent_.insert(item.id).second) continue;
    newly_sent_.insert(item.id);
    const Body body = body_from_json(*item.write).value();
    const SeenEntry entry{0,  item.id,     "",          std::string(to_text(body.op)), "", "",
                          "", body.entity, body.payload};
    if (names_what_is_gone(entry))
      run_.violated("I22", to_text(entry.entity) +
                               " is sent for the first time with what is gone: " +
                               canonical_json(entry.payload));
    if (find(entry.payload, "memo") && tables_.columns("Order")[2].now != "memo")
      run_.seen("what was written by a renamed column goes out");
  }
}

void MigratingDesk::was_in_vain(const PushRequest&) {
  run_.seen("a sending was in vain");
  for (const std::string& id : newly_sent_) sent_.erase(id);
  in_vain_.merge(newly_sent_);
}

// An entry that was never sent is parked if the tables do not take it, and only then.
void MigratingDesk::check_entries() {
  const auto open = entries("status IN " + std::string(open_list));
  for (const SeenEntry& entry : open) {
    const auto has_mate = [&](auto explains) {
      return std::ranges::any_of(open, [&](const SeenEntry& mate) {
        return (mate.id == entry.id || (!entry.group.empty() && mate.group == entry.group)) &&
               explains(mate);
      });
    };
    const std::string name = "entry " + std::to_string(entry.id) + " of " + owner_.device;
    if (entry.status == "ERROR") {
      if (entry.reason != "schema-changed")
        return run_.violated("I22", name + " is an error: " + entry.reason);
      if (sent_.contains(entry.request_id))
        return run_.violated("I22", name + " is parked, though it may have been sent");
      if (!has_mate([&](const SeenEntry& mate) { return explains_parking(mate); }))
        return run_.violated("I22", name + " is parked, though the tables take it");
      run_.seen("an entry that no longer fits is parked");
    }
    if (entry.status != "PENDING" || sent_.contains(entry.request_id)) continue;
    if (in_vain_.contains(entry.request_id)) continue;  // it is looked at when it is sent again
    if (has_mate([&](const SeenEntry& mate) { return names_what_is_gone(mate); }))
      return run_.violated("I22", name + " waits, though it names what is gone");
  }
}

std::int64_t MigratingDesk::cursor() {
  return cursor_in(raw_.get());
}

// view = shadow + open entries, each value in the column where it lives now.
void MigratingDesk::check_view(const Rows& rows_at_cursor) {
  if (is_in_full_pull(raw_.get())) return run_.seen("a full pull after a migration");
  const std::set<EntityKey> hidden = quarantined_in(raw_.get());
  std::set<EntityKey> all;
  std::map<EntityKey, std::vector<SeenEntry>> lanes;
  for (SeenEntry& entry : entries("status IN " + std::string(open_list))) {
    all.insert(entry.entity);
    lanes[entry.entity].push_back(std::move(entry));
  }
  for (const auto& [entity, values] : rows_at_cursor) all.insert(entity);
  for (const EntityKey& entity : all) {
    if (hidden.contains(entity) || tables_.columns(entity.type).empty()) continue;
    const auto at = rows_at_cursor.find(entity);
    bool is_there = at != rows_at_cursor.end();
    json::object values = is_there ? at->second : json::object();
    for (const SeenEntry& entry : lanes[entity]) {
      if (entry.op == "create") is_there = true;
      if (!is_there) continue;
      for (const auto& member : entry.payload) values[member.key()] = member.value();
    }
    check_row(entity, std::move(values), is_there);
  }
}

void MigratingDesk::check_row(const EntityKey& entity, json::object values, bool is_there) {
  // The migration has mended such values itself, beside what the cloud has.
  for (const auto& member : values) {
    if (entity.type == "Order" && !tables_.takes(member.key(), member.value())) return;
  }
  if (exists(entity.type, entity.id) != is_there)
    return run_.violated("I22", to_text(entity) + (is_there ? " is not shown" : " is shown") +
                                    " at " + owner_.device);
  if (!is_there) return;
  for (const Column& column : tables_.columns(entity.type)) {
    const json::value* value = find(values, column.first);
    if (!value) continue;  // the table's default
    const std::string shown =
        query(raw_.get(), "SELECT \"" + column.now + "\" FROM \"" + entity.type +
                              "\" WHERE id = '" + entity.id + "'")[0][0];
    const std::string wanted = value->is_null() ? "NULL" : std::string(value->get_string());
    if (shown != wanted)
      return run_.violated("I22", to_text(entity) + " shows “" + shown + "” in " + column.now +
                                      " at " + owner_.device + ", not “" + wanted + "”");
  }
}

// At the end: each write is settled with what it said under the first names, or was discarded.
void MigratingDesk::check_account(const std::set<std::string>& effects) {
  for (const Captured& write : captured_) {
    const std::string name = "entry " + std::to_string(write.id) + " of " + owner_.device;
    const auto first = entries("id = " + std::to_string(write.id));
    const auto chain = entries("rootId = '" + first.front().root + "'");
    const auto last = std::ranges::max_element(chain, {}, &SeenEntry::id);
    if (last->status == "DISCARDED") {
      if (!discarded_.contains(last->request_id))
        return run_.violated("I22", name + " is closed, and nobody discarded it");
      continue;
    }
    if (last->status != "SUCCESS" || !effects.contains(last->request_id))
      return run_.violated("I22", name + " is " + last->status + " in the end");
    const json::value* place = find(first.front().payload, "place");
    if (place && place->is_null() && !find(last->payload, "place"))
      run_.seen("a null in a dropped column is left out");
    for (const auto& member : write.values) {
      const std::string field(member.key());
      if (field == "id") continue;  // a create that is forced over a row is an update of it
      const json::value* said = find(last->payload, field);
      const bool left_out = field == "place" && tables_.ever_dropped_place();
      const bool resolved = field == "name" && resolved_.contains(last->root);
      const bool given = field == "memo" && tables_.requires_memo();
      if (!said && left_out) continue;
      if (!said || (*said != member.value() && !resolved && !given))
        return run_.violated("I22", name + " was settled without what it wrote into " + field);
    }
  }
}

}  // namespace slipway::sim
