#include "store/history.h"

#include <limits>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/full_pull.h"
#include "store/meta.h"
#include "store/queue.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

void note_lost(Work& work, std::int64_t beyond) {
  // What has left is not this device's to miss.
  auto shadows = work.database.cached(
      "SELECT \"entityType\", \"entityId\", \"seq\", \"salt\" FROM \"SyncShadow\" WHERE \"seq\" > "
      "?1 AND \"state\" <> 'LEFT'");
  shadows->bind(1, beyond);
  while (shadows->step()) {
    const EntityKey entity{std::string(shadows->text(0)), std::string(shadows->text(1))};
    const Table* table = work.schema.table(entity.type);
    if (!table) continue;  // quarantined: this database never showed it
    list_lost_row(work, entity, {shadows->integer(2), std::string(shadows->text(3))},
                  read_shadow(work, *table, entity.id).row);
  }
}

// The lane's row is the shadow's as long as nothing of it is open; from now on it is kept apart.
void hold(Work& work, const EntityKey& entity) {
  const Table* table = work.schema.table(entity.type);
  const bool readable = table && key_values(*table, entity.id);
  hold_shadow(work, entity, readable ? read_row(work.database, *table, entity.id) : std::nullopt);
}

// What was settled or parked by a receipt that no longer exists waits for another one.
std::set<EntityKey> reopen_entries(Work& work, std::int64_t beyond) {
  std::vector<Entry> entries;
  static const std::string sql = "SELECT " + entry_columns +
                                 " FROM \"SyncQueue\" WHERE \"receiptSeq\" > ?1 AND \"status\" IN"
                                 " ('SUCCESS', 'CONFLICT', 'ERROR')";
  {
    auto query = work.database.cached(sql);
    query->bind(1, beyond);
    while (query->step()) entries.push_back(entry_from(*query));
  }
  std::set<EntityKey> touched;
  if (planted(Bug::believes_receipts_that_are_gone)) entries.clear();
  for (const Entry& entry : entries) {
    if (touched.insert(entry.body.entity).second) hold(work, entry.body.entity);
    work.database
        .cached(
            "UPDATE \"SyncQueue\" SET \"status\" = 'PENDING', \"errorMessage\" = NULL, \"receipt\" "
            "= NULL, \"receiptSeq\" = NULL, \"conflict\" = NULL, \"voidState\" = NULL, "
            "\"nextAttemptAt\" = NULL, \"updatedAt\" = ?2 WHERE \"id\" = ?1")
        ->bind_all(entry.id, work.now)
        .run();
    work.changes.entries.push_back({entry.id, entry.body.entity, Status::pending});
    work.changes.rows.insert(entry.body.entity);
    work.changes.work_appeared = true;
  }
  return touched;
}

// Open entries on a state that is gone are shown by other rules (Refresh, shadow.cpp).
std::set<EntityKey> rows_that_wait(Work& work, std::int64_t beyond) {
  std::set<EntityKey> rows;
  auto query = work.database.cached(
      "SELECT \"entityType\", \"entityId\" FROM \"SyncShadow\" AS s WHERE \"seq\" > ?1 AND EXISTS"
      " (SELECT 1 FROM \"SyncQueue\" AS q WHERE q.\"entityType\" = s.\"entityType\" AND"
      " q.\"entityId\" = s.\"entityId\" AND q.\"status\" IN " +
      std::string(open_statuses) + ")");
  query->bind(1, beyond);
  while (query->step()) rows.insert({std::string(query->text(0)), std::string(query->text(1))});
  return rows;
}

void owe_voids_again(Work& work, std::int64_t beyond) {
  work.database
      .cached(
          "UPDATE \"SyncQueue\" SET \"voidState\" = 'owed', \"errorMessage\" = NULL, \"receipt\" = "
          "NULL, \"receiptSeq\" = NULL, \"updatedAt\" = ?2 WHERE \"status\" = 'DISCARDED' AND "
          "\"receiptSeq\" > ?1")
      ->bind_all(beyond, work.now)
      .run();
  if (work.database.changes() > 0) work.changes.work_appeared = true;
}

LostRow lost_from(const sqlite::Statement& query) {
  LostRow lost{query.integer(0),
               {std::string(query.text(1)), std::string(query.text(2))},
               {query.integer(3), std::string(query.text(4))},
               {!query.is_null(5), {}},
               query.integer(6),
               std::string(query.text(7))};
  if (!lost.row.exists) return lost;
  auto values = parse_json_object(query.text(5), "a lost row");
  if (values) lost.row.values = std::move(*values);
  return lost;
}

const std::string lost_columns =
    "SELECT \"id\", \"entityType\", \"entityId\", \"seq\", \"salt\", \"values\", \"generation\", "
    "\"createdAt\" FROM \"SyncLost\"";

// What the row shows may be a write of one's own, which the cloud has not heard of.
bool is_regained(Work& work, const LostRow& lost) {
  const Table* table = work.schema.table(lost.entity.type);
  if (!table || !key_values(*table, lost.entity.id)) return false;
  // The shadow, not the view: the cloud must have confirmed it.
  const Shadow shadow = read_shadow(work, *table, lost.entity.id);
  return shadow.version && !shadow.quarantine && same_row(shadow.row, lost.row);
}

}  // namespace

std::vector<Version> absorbed_commits(sqlite::Database& database, const Version& above,
                                      const std::optional<std::int64_t>& below, std::size_t limit) {
  auto query = database.cached(
      "WITH absorbed(seq, salt) AS ("
      " SELECT \"seq\", \"salt\" FROM \"SyncShadow\" WHERE \"seq\" > ?1 AND \"seq\" < ?2"
      " UNION SELECT \"receiptSeq\", CASE WHEN json_valid(\"receipt\") THEN"
      " json_extract(\"receipt\", '$.salt') END FROM \"SyncQueue\" WHERE \"receiptSeq\" > ?1 AND"
      " \"receiptSeq\" < ?2"
      " UNION SELECT ?3, ?4 WHERE ?3 > ?1 AND ?3 < ?2),"
      " placed AS (SELECT seq, salt, row_number() OVER (ORDER BY seq) AS place,"
      " count(*) OVER () AS total FROM absorbed WHERE salt IS NOT NULL)"
      " SELECT seq, salt FROM placed WHERE total <= ?5"
      " OR place * ?5 / total > (place - 1) * ?5 / total ORDER BY seq");
  const auto cursor = read_meta_version(database, meta_key::cursor).value_or(above);
  query->bind_all(above.seq, below.value_or(std::numeric_limits<std::int64_t>::max()), cursor.seq,
                  cursor.salt, limit);
  std::vector<Version> versions;
  while (query->step()) {
    if (is_salt(query->text(1)))
      versions.push_back({query->integer(0), std::string(query->text(1))});
  }
  return versions;
}

void change_history(Work& work, const Version& common) {
  const std::int64_t generation = read_meta_integer(work.database, meta_key::generation) + 1;
  write_meta(work.database, meta_key::generation, std::to_string(generation));
  if (!planted(Bug::lists_nothing_as_lost)) note_lost(work, common.seq);
  std::set<EntityKey> touched = reopen_entries(work, common.seq);
  touched.merge(rows_that_wait(work, common.seq));
  owe_voids_again(work, common.seq);
  work.database.cached("UPDATE \"SyncShadow\" SET \"seq\" = NULL WHERE \"seq\" > ?1")
      ->bind_all(common.seq)
      .run();
  // A full pull that was under way has brought commits beyond the cursor, but not all of them.
  const auto cursor = read_meta_version(work.database, meta_key::cursor);
  const bool knows_all = !cursor || cursor->seq >= common.seq;
  if (knows_all) write_meta(work.database, meta_key::cursor, to_text(common));
  begin_full_pull(work.database);
  write_meta(work.database, meta_key::safe, "");  // of the past; the next answer says it anew
  write_meta(work.database, meta_key::head, to_text(common));
  refresh_views(work, touched);
}

void list_lost_row(Work& work, const EntityKey& entity, const Version& version,
                   const RowState& row) {
  work.database
      .cached(
          "INSERT INTO \"SyncLost\" (\"entityType\", \"entityId\", \"seq\", \"salt\", "
          "\"values\", \"generation\", \"createdAt\") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      ->bind_all(entity.type, entity.id, version.seq, version.salt,
                 row.exists ? std::optional(canonical_json(row.values)) : std::nullopt,
                 read_meta_integer(work.database, meta_key::generation), work.now)
      .run();
}

void move_target(sqlite::Database& database) {
  write_meta(database, meta_key::full_pull, "");  // of a cloud that could answer one
  write_meta(database, meta_key::safe, "");
  write_meta(database, meta_key::list_everything, "1");
}

std::vector<LostRow> list_lost(sqlite::Database& database, std::int64_t limit) {
  std::vector<LostRow> list;
  auto query = database.cached(lost_columns + " ORDER BY \"id\" LIMIT ?1");
  query->bind(1, limit);
  while (query->step()) list.push_back(lost_from(*query));
  return list;
}

std::optional<LostRow> find_lost(sqlite::Database& database, std::int64_t id) {
  auto query = database.cached(lost_columns + " WHERE \"id\" = ?1");
  query->bind(1, id);
  if (!query->step()) return std::nullopt;
  return lost_from(*query);
}

void forget_lost(sqlite::Database& database, std::int64_t id) {
  database.cached("DELETE FROM \"SyncLost\" WHERE \"id\" = ?1")->bind_all(id).run();
}

void forget_regained(Work& work, const std::set<EntityKey>& rows) {
  std::vector<LostRow> among;
  {
    auto query = work.database.cached(lost_columns);
    while (query->step()) {
      const EntityKey entity{std::string(query->text(1)), std::string(query->text(2))};
      if (rows.contains(entity)) among.push_back(lost_from(*query));
    }
  }
  for (const LostRow& lost : among) {
    if (is_regained(work, lost)) forget_lost(work.database, lost.id);
  }
}

}  // namespace slipway::store
