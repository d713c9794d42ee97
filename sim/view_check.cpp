#include <algorithm>
#include <limits>

#include "checks.h"
#include "model/canonical_json.h"
#include "rules.h"

namespace slipway::sim {

namespace {

struct Step {
  std::string op;
  json::object payload, base;
};

struct Lane {
  std::vector<Step> steps;
};

struct ShadowRow {
  std::optional<Version> version;
  bool is_of_the_past = false;  // its version is lost
  std::string state;
  json::object values;
  std::string quarantine;
};

struct Tables {
  std::map<EntityKey, json::object> view;
  std::map<EntityKey, ShadowRow> shadow;
  std::map<EntityKey, Lane> lanes;
};

Tables read_tables(sqlite::Database& database) {
  Tables tables;
  tables.view = screen_of(database);
  for (TextRow& row :
       query(database,
             "SELECT entityType, entityId, state, \"values\", quarantine, seq, salt FROM"
             " SyncShadow")) {
    ShadowRow shadow;
    if (row[5] != "NULL") shadow.version = Version{std::atoll(row[5].c_str()), row[6]};
    shadow.is_of_the_past = row[5] == "NULL" && row[6] != "NULL";
    shadow.state = row[2];
    if (row[3] != "NULL") shadow.values = object_from(row[3]);
    if (row[4] != "NULL") shadow.quarantine = row[4];
    tables.shadow[{row[0], row[1]}] = std::move(shadow);
  }
  for (TextRow& row : query(database,
                            "SELECT entityType, entityId, op, payload, base FROM SyncQueue WHERE"
                            " status NOT IN ('SUCCESS', 'DISCARDED') ORDER BY lanePosition, id")) {
    tables.lanes[{row[0], row[1]}].steps.push_back(
        {row[2], object_from(row[3]), object_from(row[4])});
  }
  return tables;
}

struct Folded {
  bool exists;
  json::object values;
};

// What will become of the row by the rules: both differences; the server's word where it counts,
// unless it was an earlier entry's of this lane.
Folded fold(const SyncRules& rules, const std::string& type, Folded row, const Lane& lane) {
  std::set<std::string, std::less<>> own;
  for (const auto& [op, payload, base] : lane.steps) {
    if (op == "create" && !row.exists) row.values.clear();
    if (op == "create") row.exists = true;
    if (op == "delete") row.exists = false;
    if (!row.exists || op == "delete") continue;
    for (const auto& member : payload) {
      const std::string field(member.key());
      const Rule rule = rule_of(rules, type, field);
      const json::value* saw = find(base, field);
      const json::value* now = find(row.values, field);
      json::value value = member.value();
      const bool yields = rule == Rule::server && !own.contains(field);
      if (op == "update" && saw && now && (accumulates(rule) || yields)) {
        value = merged(rule, *saw, value, *now);
        if (value == *now) continue;
      }
      own.insert(field);
      row.values.insert_or_assign(field, std::move(value));
    }
  }
  return row;
}

std::string show(bool exists, const json::object& values) {
  return exists ? canonical_json(values) : "no row";
}

bool is_before(const EntityKey& a, const EntityKey& b) {
  const TypeOrder parents_first({"Parent", "Child", "Guard"});
  return a.type == b.type ? a.id < b.id : parents_first.before(a.type, b.type);
}

bool has_passed(const store::FullPull& pull, const EntityKey& entity) {
  return pull.after && (!pull.after->row || !is_before(*pull.after->row, entity));
}

// While a full pull is under way a row is known as of the pull's commit up to where it has come;
// beyond, an earlier one that was given up may have left newer rows than the cursor's.
std::int64_t known_tick(const Past& past, const std::optional<store::FullPull>& pull,
                        const EntityKey& entity, const std::optional<Version>& cursor,
                        const std::optional<Version>& shadow) {
  if (pull && has_passed(*pull, entity)) return past.tick_of(pull->at);
  const std::int64_t tick = past.tick_of(cursor);
  return pull ? std::max(tick, past.tick_of(shadow)) : tick;
}

class ViewCheck {
 public:
  ViewCheck(Run& run, Device& device, const CloudLog& log)
      : run_(run),
        device_(device),
        log_(log),
        tables_(read_tables(device.raw())),
        cursor_(device.cursor_version()),
        full_pull_(device.full_pull()) {}

  void run() {
    std::set<EntityKey> entities;
    for (const auto& [entity, row] : tables_.view) entities.insert(entity);
    for (const auto& [entity, row] : tables_.shadow) entities.insert(entity);
    for (const auto& [entity, row] : tables_.lanes) entities.insert(entity);
    for (const auto& [entity, images] : log_.images()) entities.insert(entity);
    for (const EntityKey& entity : entities) check_row(entity);
  }

 private:
  void complain(const EntityKey& entity, const std::string& what) {
    run_.violated("I11", device_.name() + ", " + to_text(entity) + ": " + what);
  }

  void check_row(const EntityKey& entity) {
    const auto view = tables_.view.find(entity);
    const auto shadow = tables_.shadow.find(entity);
    const Lane& lane = tables_.lanes[entity];
    const bool there = view != tables_.view.end();
    const std::optional<Version> version =
        shadow == tables_.shadow.end() ? std::nullopt : shadow->second.version;
    const bool passed = full_pull_ && has_passed(*full_pull_, entity);
    const std::int64_t as_of = log_.past().tick_of(passed ? full_pull_->at : cursor_);
    const Image* image = device_.held(
        entity, log_.row_at(entity, known_tick(log_.past(), full_pull_, entity, cursor_, version)),
        log_.scope_of(device_.index(), as_of));
    const bool is_complete = !full_pull_ || has_passed(*full_pull_, entity);
    if (shadow == tables_.shadow.end()) {
      if (there || !lane.steps.empty()) complain(entity, "a row or an entry without a shadow");
      if (image && image->live && is_complete) complain(entity, "the cloud's row has no shadow");
      return;
    }
    const ShadowRow& kept = shadow->second;
    const json::object none;
    if (!kept.quarantine.empty())
      return check_quarantined(entity, kept, image, there ? &view->second : nullptr);
    if (kept.state == "SAME") {
      if (!lane.steps.empty()) return complain(entity, "shadow SAME with open entries");
      if (!there) return complain(entity, "shadow SAME without a row");
      return check_shadow(entity, kept, image, {true, view->second});
    }
    const bool left = kept.state == "LEFT";
    if (left && !lane.steps.empty()) run_.seen("a row that left stays with its entries");
    // It shows what was last known of it, as long as entries are open.
    const Folded base{kept.state == "ROW" || (left && !lane.steps.empty()), kept.values};
    check_shadow(entity, kept, image, left ? Folded{false, {}} : base);
    // A shadow of the past that is gone may hold these very entries: nothing is added to it twice.
    const SyncRules as_written;
    const SyncRules& rules = kept.is_of_the_past ? as_written : device_.rules();
    const Folded expected = fold(rules, entity.type, base, lane);
    const std::string is = show(there, there ? view->second : none);
    const std::string should = show(expected.exists, expected.values);
    if (is != should) complain(entity, "the view is " + is + ", shadow and entries say " + should);
  }

  // Its shadow is the cloud's as any other's. It is kept for rows that refer to it, or kept back as
  // what its entries make of it refers to nothing.
  void check_quarantined(const EntityKey& entity, const ShadowRow& kept, const Image* image,
                         const json::object* shown) {
    run_.seen(shown ? "quarantine: kept" : "quarantine: kept back");
    if (kept.state == "SAME") return complain(entity, "quarantined, and nothing is kept of it");
    const Lane& lane = tables_.lanes[entity];
    const bool exists = kept.state == "ROW";
    check_shadow(entity, kept, image, {exists, kept.values});
    const bool stays = kept.state == "LEFT" && !lane.steps.empty();
    const Folded wanted = fold({}, entity.type, {exists || stays, kept.values}, lane);
    const bool has_cause =
        shown ? !exists && is_referred(entity) : wanted.exists && refers_to_nothing(entity, kept);
    // A full pull tries what is quarantined again when it is through.
    if (!has_cause && !full_pull_)
      complain(entity, "it is quarantined without a cause: " + kept.quarantine);
    if (shown) check_kept(entity, kept, *shown);
  }

  // As it was last known, with what is being written to it.
  void check_kept(const EntityKey& entity, const ShadowRow& kept, const json::object& shown) {
    const SyncRules as_written;
    const SyncRules& rules = kept.is_of_the_past ? as_written : device_.rules();
    const Lane& lane = tables_.lanes[entity];
    if (!lane.steps.empty()) run_.seen("a kept row is written to");
    const Folded expected = fold(rules, entity.type, {true, kept.values}, lane);
    const std::string is = show(true, shown), should = show(expected.exists, expected.values);
    if (is != should)
      complain(entity, "it is kept as " + is + ", it was, with its entries, " + should);
  }

  // Or was, before a write of this desk: what nobody refers to any more goes with the next page.
  bool is_referred(const EntityKey& entity) const {
    const auto refers = [&](const json::object& values) {
      const json::value* parent = find(values, "parentId");
      return parent && *parent == json::value(entity.id);
    };
    return std::ranges::any_of(tables_.view, [&](const auto& row) { return refers(row.second); }) ||
           std::ranges::any_of(tables_.lanes, [&](const auto& lane) {
             return std::ranges::any_of(lane.second.steps,
                                        [&](const Step& step) { return refers(step.base); });
           });
  }

  // What it would show, by the cloud or by what was written here. It is tried again with the next
  // page, not by a write that makes the parent again.
  bool refers_to_nothing(const EntityKey& entity, const ShadowRow& kept) {
    const auto refers = [&](const json::object& values) {
      const json::value* parent = find(values, "parentId");
      if (!parent || !parent->is_string()) return false;
      const EntityKey key{"Parent", std::string(parent->as_string())};
      return !tables_.view.contains(key) || !tables_.lanes[key].steps.empty();
    };
    return refers(kept.values) ||
           std::ranges::any_of(tables_.lanes[entity].steps,
                               [&](const Step& step) { return refers(step.payload); });
  }

  // Where a full pull has not come yet, a row may be of the past that is gone.
  void check_shadow(const EntityKey& entity, const ShadowRow& kept, const Image* image,
                    const Folded& shadow) {
    const bool to_come = full_pull_ && !has_passed(*full_pull_, entity);
    if (kept.is_of_the_past && to_come) return run_.seen("a row of the past that is gone");
    // By the scope of before, or by one of a full pull that was given up.
    if (device_.is_scoped() && to_come) return run_.seen("a row of another scope");
    const std::string is = show(shadow.exists, shadow.values);
    const std::string should = image ? show(image->live, image->values) : "no row";
    if (is == should) return;
    complain(entity, "the shadow is " + is + ", the cloud had " + should + " at commit " +
                         std::to_string(device_.cursor()));
  }

  Run& run_;
  Device& device_;
  const CloudLog& log_;
  Tables tables_;
  std::optional<Version> cursor_;
  std::optional<store::FullPull> full_pull_;
};

void check_counts(Run& run, Device& device) {
  std::map<std::string, std::int64_t> counts;
  for (const TextRow& row :
       query(device.raw(), "SELECT status, count(*) FROM SyncQueue GROUP BY status")) {
    counts[row[0]] = std::atoll(row[1].c_str());
  }
  const auto told = device.store().counts();
  if (!told && device.has_disk_trouble()) return;
  if (!told) return run.violated("I26", device.name() + ": " + told.error().message);
  for (const Status status : all_statuses) {
    const std::string name(to_text(status));
    if (told->of(status) == counts[name]) continue;
    run.violated("I26", device.name() + " says " + std::to_string(told->of(status)) + " " + name +
                            ", there are " + std::to_string(counts[name]));
  }
}

// One that was given up may have settled something already.
std::int64_t settled_up_to(Device& device) {
  const auto pull = device.full_pull();
  if (!pull) return device.cursor();
  return pull->at ? pull->at->seq : std::numeric_limits<std::int64_t>::max();
}

// Never sent, by itself or with its group: it is not kept for when the cloud is back.
bool needed_the_cloud(Device& device, const std::string& id) {
  static const std::string sql =
      "SELECT 1 FROM SyncQueue a JOIN SyncQueue b ON b.id = a.id OR b.groupId = a.groupId"
      " WHERE a.id = ?1 GROUP BY a.id"
      " HAVING max(b.action = '" +
      std::string(online_action) + "') AND count(b.sentAt) = 0";
  return !query(device.raw(), sql, std::atoll(id.c_str())).empty();
}

// Settled only when the feed, or a full pull, has brought it; parked as an error only when somebody
// refused it.
void check_statuses(Run& run, Device& device, const CloudLog& log) {
  for (const TextRow& row : query(device.raw(),
                                  "SELECT id, receiptSeq FROM SyncQueue WHERE status = 'SUCCESS'"
                                  " AND receiptSeq > ?1",
                                  settled_up_to(device))) {
    run.violated("I11", device.name() + ": entry " + row[0] + " is settled by commit " + row[1] +
                            ", the cursor is before it");
  }
  for (const TextRow& row :
       query(device.raw(),
             "SELECT clientRequestId, id, receipt ->> 'verdict' FROM SyncQueue WHERE status ="
             " 'ERROR'")) {
    if (log.was_rejected(row[0]) || device.was_refused(row[0])) continue;
    if (row[2] == "expired" && log.has_restored_desks()) continue;
    if (needed_the_cloud(device, row[1])) {
      run.seen("what needs the cloud is parked unsent");
      continue;
    }
    run.violated("I8", device.name() + ": entry " + row[1] + " is an error that nobody told it");
  }
}

}  // namespace

std::map<EntityKey, json::object> screen_of(sqlite::Database& database) {
  std::map<EntityKey, json::object> screen;
  for (TextRow& row :
       query(database,
             "SELECT 'Parent', id, json_object('id', id, 'name', name, 'amount', amount, 'stock',"
             " stock, 'peak', peak, 'tags', json(tags), 'place', place, 'memo', memo) FROM Parent"
             " UNION ALL SELECT 'Child', id, json_object('id', id, 'title', title, 'parentId',"
             " \"parentId\") FROM Child UNION ALL SELECT 'Guard', id, json_object('id', id, 'note',"
             " note, 'parentId', \"parentId\") FROM Guard")) {
    screen[{row[0], row[1]}] = object_from(row[2]);
  }
  return screen;
}

void check_view(Run& run, Device& device, const CloudLog& log) {
  ViewCheck(run, device, log).run();
  if (!query(device.raw(), "PRAGMA foreign_key_check").empty()) {
    run.violated("I11", device.name() + ": a reference without its row");
  }
  if (device.is_up() && !device.store().failed()) check_counts(run, device);
  check_statuses(run, device, log);
}

bool Device::was_told_of(const EntityKey& entity) {
  for (const TextRow& row :
       query(raw(), "SELECT entityType, entityId FROM SyncShadow WHERE seq IS NOT NULL")) {
    if (EntityKey{row[0], row[1]} == entity) return true;
  }
  return false;
}

std::int64_t Device::known_at(const EntityKey& entity, const Past& past) {
  std::optional<Version> shadow;
  for (const TextRow& row : query(raw(),
                                  "SELECT entityType, entityId, seq, salt, state FROM SyncShadow"
                                  " WHERE salt IS NOT NULL")) {
    if (EntityKey{row[0], row[1]} != entity) continue;
    if (row[2] == "NULL") return -1;  // still that of a past that is gone
    shadow = Version{std::atoll(row[2].c_str()), row[3]};
    if (row[4] == "LEFT") return past.tick_of(shadow);  // nobody has told of it since
  }
  return known_tick(past, full_pull(), entity, cursor_version(), shadow);
}

}  // namespace slipway::sim
