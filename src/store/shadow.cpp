#include "store/shadow.h"

#include <deque>
#include <limits>
#include <map>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/queue.h"
#include "store/rows.h"
#include "store/table_rule.h"
#include "store/unheard.h"
#include "store/value.h"

namespace slipway::store {

namespace {

struct StoredShadow {
  std::optional<Version> version;
  std::optional<std::string> lost_salt;  // of the version that it had in another past (history.h)
  std::string state;                     // SAME, ROW, ABSENT, LEFT
  std::optional<json::object> values;
  std::optional<std::string> quarantine;
};

std::optional<StoredShadow> read_stored(sqlite::Database& database, const EntityKey& entity) {
  auto query = database.cached(
      "SELECT \"seq\", \"salt\", \"state\", \"values\", \"quarantine\" FROM \"SyncShadow\""
      " WHERE \"entityType\" = ?1 AND \"entityId\" = ?2");
  query->bind_all(entity.type, entity.id);
  if (!query->step()) return std::nullopt;
  StoredShadow stored;
  if (query->is_null(0))
    stored.lost_salt = query->optional_text(1);
  else
    stored.version = Version{query->integer(0), std::string(query->text(1))};
  stored.state = query->text(2);
  if (!query->is_null(3)) {
    auto values = parse_json_object(query->text(3), "a shadow");
    stored.values = values ? std::move(*values) : json::object();
  }
  stored.quarantine = query->optional_text(4);
  return stored;
}

void store(sqlite::Database& database, const EntityKey& entity, const StoredShadow& shadow) {
  database
      .cached(
          "INSERT INTO \"SyncShadow\" (\"entityType\", \"entityId\", \"seq\", \"salt\", \"state\", "
          "\"values\","
          " \"quarantine\") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
          " ON CONFLICT (\"entityType\", \"entityId\") DO UPDATE SET \"seq\" = excluded.\"seq\","
          " \"salt\" = excluded.\"salt\", \"state\" = excluded.\"state\", \"values\" = "
          "excluded.\"values\","
          " \"quarantine\" = excluded.\"quarantine\"")
      ->bind_all(entity.type, entity.id,
                 shadow.version ? std::optional(shadow.version->seq) : std::nullopt,
                 shadow.version ? std::optional(shadow.version->salt) : shadow.lost_salt,
                 shadow.state,
                 shadow.values ? std::optional(canonical_json(*shadow.values)) : std::nullopt,
                 shadow.quarantine)
      .run();
}

void set_quarantine(sqlite::Database& database, const EntityKey& entity,
                    const std::optional<std::string>& reason) {
  database
      .cached(
          "UPDATE \"SyncShadow\" SET \"quarantine\" = ?3 WHERE \"entityType\" = ?1 AND "
          "\"entityId\" = ?2 AND \"quarantine\" IS NOT ?3")
      ->bind_all(entity.type, entity.id, reason)
      .run();
}

RowState row_state(const StoredShadow& stored, Work& work, const Table& table,
                   const std::string& id) {
  if (stored.state == "SAME") {
    auto row = read_row(work.database, table, id);
    return {row.has_value(), row ? std::move(*row) : json::object()};
  }
  return {stored.state == "ROW" || stored.state == "LEFT", stored.values.value_or(json::object())};
}

// A row that the cloud has never told us of, and that has no open entry, needs no shadow.
void forget(Work& work, const EntityKey& entity) {
  work.database
      .cached("DELETE FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2")
      ->bind_all(entity.type, entity.id)
      .run();
}

// Without open entries the app's row says what the shadow says; then it need not be kept twice.
void let_go(Work& work, const EntityKey& entity, StoredShadow stored, const Table& table) {
  if (stored.quarantine) return;
  const bool unknown = !stored.version && !stored.lost_salt;
  if (stored.state == "ABSENT" && unknown) return forget(work, entity);
  if (stored.state != "ROW") return;
  for (const auto& member : *stored.values) {
    if (!table.field(member.key())) return;  // a newer desk's field, which this table would lose
  }
  // Defaults and the app's own triggers may have made the row another; then the shadow is needed.
  const auto row = read_row(work.database, table, entity.id);
  if (!row || !same_row({true, *row}, {true, *stored.values})) return;
  stored.state = "SAME";
  stored.values.reset();
  if (unknown) return forget(work, entity);
  store(work.database, entity, stored);
}

std::string no_table(const std::string& type) {
  return "this database has no table " + type;
}

std::string unsynced_table(const std::string& type) {
  return "this database does not sync its table " + type;
}

std::string kept_reason(const EntityKey& entity, bool left) {
  return std::string("kept: ") +
         (left ? "outside of this device's scope" : "deleted at the cloud") +
         ", but other rows refer to " + to_text(entity);
}

class Refresh {
 public:
  explicit Refresh(Work& work) : work_(work) {}

  void run(const std::set<EntityKey>& entities, Quarantined before) {
    std::set<EntityKey> all = entities;
    if (before == Quarantined::tried_again) add_quarantined(all);
    for (const EntityKey& entity : all) write(entity);
    while (!refused_.empty() && write_refused_again()) {
    }
    if (!refused_.empty()) exchange_refused();
    for (const EntityKey& entity : all) to_check_.push_back(entity);
    while (!to_check_.empty()) {
      const EntityKey entity = to_check_.front();
      to_check_.pop_front();
      check_references(entity);
    }
  }

 private:
  // What could not be shown before may be shown now.
  void add_quarantined(std::set<EntityKey>& entities) {
    auto query = work_.database.cached(
        "SELECT \"entityType\", \"entityId\" FROM \"SyncShadow\" WHERE \"quarantine\" IS NOT NULL");
    while (query->step())
      entities.insert({std::string(query->text(0)), std::string(query->text(1))});
  }

  void write(const EntityKey& entity) {
    auto stored = read_stored(work_.database, entity);
    if (!stored) return;
    const Table* table = shown_table(work_, entity.type);
    if (!table) {
      const bool there = work_.schema.table(entity.type) != nullptr;
      set_quarantine(work_.database, entity,
                     there ? unsynced_table(entity.type) : no_table(entity.type));
      return;
    }
    std::vector<Entry> lane = open_lane(work_.database, entity);
    const bool never_shown = stored->quarantine == no_table(entity.type) ||
                             stored->quarantine == unsynced_table(entity.type);
    if (lane.empty() && never_shown) {  // the app may have rows of its own there
      offer_unheard_row(work_, entity, row_state(*stored, work_, *table, entity.id));
      lane = open_lane(work_.database, entity);
    }
    if (stored->state == "SAME" && lane.empty()) return;
    RowState row = row_state(*stored, work_, *table, entity.id);
    // What has left stays until its entries are settled or closed.
    const bool goes = lane.empty() || planted(Bug::takes_what_left_from_under_its_entries);
    if (stored->state == "LEFT" && goes) row.exists = false;
    const RowState view = with_entries(std::move(row), lane, entity);
    work_.changes.rows.insert(entity);
    const auto reason = try_to_write(*table, entity.id, view);
    if (reason) refused_.insert(entity);
    if (reason != stored->quarantine) set_quarantine(work_.database, entity, reason);
    stored->quarantine = reason;
    if (lane.empty()) let_go(work_, entity, std::move(*stored), *table);
  }

  RowState with_entries(RowState row, const std::vector<Entry>& lane, const EntityKey& entity) {
    std::vector<ViewStep> steps;
    for (const Entry& entry : lane) {
      if (!planted(Bug::pulls_over_open_entries)) {
        steps.push_back({entry.body.op, &entry.body.payload, &entry.body.base});
      }
    }
    return view_of(std::move(row), steps, shown_rules_of(work_, entity));
  }

  // A row may have been refused only because another of this page had not moved yet.
  bool write_refused_again() {
    const std::set<EntityKey> before = std::move(refused_);
    refused_.clear();
    for (const EntityKey& entity : before) write(entity);
    return refused_.size() < before.size();
  }

  // Rows that exchange unique values can be written only when all of them are out of the way.
  // Those that are refused even so stay as they were, where that is still possible.
  void exchange_refused() {
    std::map<EntityKey, json::object> before;
    for (const EntityKey& entity : refused_) {
      const Table* table = work_.schema.table(entity.type);
      auto row = read_row(work_.database, *table, entity.id);
      if (row) before.emplace(entity, std::move(*row));
    }
    if (before.size() < 2) return;
    for (const auto& [entity, row] : before)
      delete_row(work_.database, *work_.schema.table(entity.type), entity.id);
    while (write_refused_again()) {
    }
    for (const EntityKey& entity : refused_) {
      const auto row = before.find(entity);
      if (row != before.end())
        (void)try_to_write(*work_.schema.table(entity.type), entity.id, {true, row->second});
    }
  }

  std::optional<std::string> try_to_write(const Table& table, const std::string& id,
                                          const RowState& view) {
    if (const auto key = key_values(table, id); !key) return key.error().message;
    try {
      const auto written = write_view(work_.database, table, id, view);
      return written ? std::nullopt : std::optional(written.error().message);
    } catch (const sqlite::Failure& failure) {
      if (failure.kind() != sqlite::FailureKind::constraint) throw;
      // Only that statement was undone.
      return refusal_in_words(work_.database, table, {table.name, id}, failure, {}).message;
    }
  }

  void check_references(const EntityKey& entity) {
    const Table* table = shown_table(work_, entity.type);
    if (!table || !key_values(*table, entity.id)) return;
    const auto row = read_row(work_.database, *table, entity.id);
    if (!row) return keep_if_referred(*table, entity);
    for (const ForeignKey& key : table->references) {
      const auto parent_id = referred_id(key, *row);
      if (!parent_id) continue;
      const Table& parents = *work_.schema.table(key.target);
      const EntityKey parent{key.target, *parent_id};
      if (read_row(work_.database, parents, parent.id)) continue;
      if (keep(parents, parent)) continue;
      given_up_.insert(entity);
      delete_row(work_.database, *table, entity.id);
      if (!planted(Bug::loses_row_that_waits_for_its_parent)) hold_shadow(work_, entity, row);
      set_quarantine(work_.database, entity,
                     "it refers to " + to_text(parent) + ", which is not here");
      work_.changes.rows.insert(entity);
      to_check_.push_back(entity);  // the rows that refer to it
      return;
    }
  }

  // A row that is gone although others refer to it comes back from its last values, with what is
  // being written to it.
  void keep_if_referred(const Table& table, const EntityKey& entity) {
    for (const ReferringTable& referring : work_.schema.referring_to(entity.type)) {
      const auto ids = referring_rows(work_.database, referring, table, entity.id,
                                      std::numeric_limits<int>::max());
      if (ids.empty()) continue;
      if (keep(table, entity)) return;
      for (const std::string& id : ids) to_check_.push_back({referring.table->name, id});
    }
  }

  bool keep(const Table& table, const EntityKey& entity) {
    if (given_up_.contains(entity)) return false;  // its own parent cannot be kept
    if (!work_.rules.syncs(entity.type)) return false;
    const auto stored = read_stored(work_.database, entity);
    if (!stored || !stored->values || stored->values->empty()) return false;
    const bool left = stored->state == "LEFT";
    if (stored->state != "ABSENT" && !left) return false;
    const RowState last{true, *stored->values};
    const bool bare = planted(Bug::keeps_rows_without_what_is_written);
    const RowState view =
        bare ? last : with_entries(last, open_lane(work_.database, entity), entity);
    if (!view.exists) return false;  // deleted here
    // What is being written may not fit the app's table; what it was did.
    if (try_to_write(table, entity.id, view) && try_to_write(table, entity.id, last)) return false;
    set_quarantine(work_.database, entity, kept_reason(entity, left));
    work_.changes.rows.insert(entity);
    to_check_.push_back(entity);  // its own references
    return true;
  }

  Work& work_;
  std::set<EntityKey> refused_;
  std::set<EntityKey> given_up_;  // taken out because of a reference
  std::deque<EntityKey> to_check_;
};

}  // namespace

Shadow read_shadow(Work& work, const Table& table, const std::string& id) {
  const auto stored = read_stored(work.database, {table.name, id});
  if (!stored) {
    auto row = read_row(work.database, table, id);
    return {std::nullopt, {row.has_value(), row ? std::move(*row) : json::object()}, std::nullopt};
  }
  return {stored->version, row_state(*stored, work, table, id), stored->quarantine,
          stored->state == "LEFT"};
}

std::optional<Version> seen_version(Work& work, const EntityKey& entity) {
  auto query = work.database.cached(
      "SELECT \"seq\", \"salt\", \"quarantine\" FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND "
      "\"entityId\" = ?2");
  query->bind_all(entity.type, entity.id);
  if (!query->step() || query->is_null(0) || !query->is_null(2)) return std::nullopt;
  return Version{query->integer(0), std::string(query->text(1))};
}

void hold_shadow(Work& work, const EntityKey& entity, const std::optional<json::object>& row_now) {
  auto stored = read_stored(work.database, entity);
  if (stored && stored->state != "SAME") return;
  StoredShadow held = stored.value_or(StoredShadow{});
  held.state = row_now ? "ROW" : "ABSENT";
  held.values = row_now;
  store(work.database, entity, held);
}

void end_quarantine(Work& work, const EntityKey& entity) {
  set_quarantine(work.database, entity, std::nullopt);
}

void write_shadow(Work& work, const EntityKey& entity, const Version& version,
                  const RowState& row) {
  std::optional<json::object> values;
  if (row.exists || !row.values.empty()) values = row.values;
  store(work.database, entity,
        {version, std::nullopt, row.exists ? "ROW" : "ABSENT", std::move(values), std::nullopt});
}

void leave_shadow(Work& work, const EntityKey& entity, json::object values,
                  const std::optional<Version>& version) {
  const auto stored = read_stored(work.database, entity);
  if (!stored) return;
  StoredShadow left{version ? version : stored->version, std::nullopt, "LEFT", std::move(values),
                    std::nullopt};
  if (left.values->empty()) left.state = "ABSENT";  // nothing is known that could stay
  store(work.database, entity, left);
}

bool has_lost_version(Work& work, const EntityKey& entity) {
  const auto stored = read_stored(work.database, entity);
  return stored && stored->lost_salt;
}

void lose_version(Work& work, const EntityKey& entity) {
  work.database
      .cached(
          "UPDATE \"SyncShadow\" SET \"seq\" = NULL WHERE \"entityType\" = ?1 AND \"entityId\" = "
          "?2")
      ->bind_all(entity.type, entity.id)
      .run();
}

void lose_versions(Work& work, const std::string& type) {
  work.database
      .cached(
          "UPDATE \"SyncShadow\" SET \"seq\" = NULL WHERE \"entityType\" = ?1 AND \"state\" <> "
          "'ABSENT'")
      ->bind_all(type)
      .run();
}

bool has_shadow(Work& work, const EntityKey& entity) {
  return read_stored(work.database, entity).has_value();
}

bool is_told(Work& work, const EntityKey& entity) {
  const auto stored = read_stored(work.database, entity);
  return stored && (stored->version || stored->lost_salt) && stored->state != "ABSENT";
}

bool has_left(Work& work, const EntityKey& entity) {
  const auto stored = read_stored(work.database, entity);
  return stored && stored->state == "LEFT";
}

void withdraw_shadow(Work& work, const EntityKey& entity, const Version& as_of) {
  const auto stored = read_stored(work.database, entity);
  if (!stored) return;
  const Table* table = work.schema.table(entity.type);
  RowState row{false, stored->values.value_or(json::object())};
  if (table && key_values(*table, entity.id)) row = row_state(*stored, work, *table, entity.id);
  // Of what lies inside nothing is kept from a device: there it is gone.
  const bool left =
      !work.scope.is_everything() &&
      (stored->state == "LEFT" || (row.exists && !work.scope.covers(entity.type, row.values)));
  if (left) return leave_shadow(work, entity, std::move(row.values), std::nullopt);
  write_shadow(work, entity, as_of, {false, std::move(row.values)});
}

const TypeRules& rules_of(const Work& work, const std::string& type) {
  static const TypeRules manual;
  const auto rules = work.merge_rules.find(type);
  return rules == work.merge_rules.end() ? manual : rules->second;
}

TypeRules shown_rules_of(const Work& work, const EntityKey& entity) {
  const auto stored = read_stored(work.database, entity);
  return stored && stored->lost_salt ? TypeRules() : rules_of(work, entity.type);
}

void refresh_views(Work& work, const std::set<EntityKey>& entities, Quarantined before) {
  Refresh(work).run(entities, before);
}

}  // namespace slipway::store
