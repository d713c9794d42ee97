#include "store/queue.h"

#include "base/check.h"
#include "model/canonical_json.h"

namespace slipway::store {

const std::string entry_columns =
    "\"id\", \"entityType\", \"entityId\", \"action\", \"payload\", \"status\", \"errorMessage\","
    " \"attempts\", \"createdAt\", \"updatedAt\", \"clientRequestId\", \"incarnation\", \"number\","
    " \"nonce\", \"op\", \"base\", \"baseVersions\", \"dependsOn\", \"groupId\", \"groupSize\","
    " \"lanePosition\", \"supersedes\", \"rootId\", \"sentAt\", \"nextAttemptAt\", \"receipt\","
    " \"receiptSeq\", \"conflict\", \"voidState\"";

namespace {

// A column that another program garbled is shown as an empty object; the id no longer recomputes
// from it, so it is never sent.
json::object object_from(std::string_view text) {
  auto object = parse_json_object(text, "a queue column");
  return object ? std::move(*object) : json::object();
}

std::optional<json::object> optional_object(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return object_from(row.text(column));
}

std::vector<Entry> entries_from(sqlite::Statement& query) {
  std::vector<Entry> entries;
  while (query.step()) entries.push_back(entry_from(query));
  return entries;
}

}  // namespace

std::vector<std::string> texts_from(std::string_view text) {
  std::vector<std::string> list;
  const auto array = parse_json(text, "dependsOn");
  if (!array || !array->is_array()) return list;
  for (const auto& element : array->get_array()) {
    if (element.is_string()) list.emplace_back(element.get_string());
  }
  return list;
}

Entry entry_from(const sqlite::Statement& row) {
  Entry entry;
  entry.id = row.integer(0);
  entry.body.entity = {std::string(row.text(1)), std::string(row.text(2))};
  entry.body.action = row.text(3);
  entry.body.payload = object_from(row.text(4));
  entry.status = status_from_text(row.text(5)).value_or(Status::error);
  entry.error_message = row.optional_text(6);
  entry.attempts = row.integer(7);
  entry.created_at = row.text(8);
  entry.updated_at = row.text(9);
  entry.client_request_id = row.text(10);
  entry.body.incarnation = row.text(11);
  entry.body.number = row.integer(12);
  entry.body.nonce = row.text(13);
  entry.body.op = op_from_text(row.text(14)).value_or(Op::update);
  entry.body.base = object_from(row.text(15));
  entry.body.base_versions = object_from(row.text(16));
  entry.depends_on = texts_from(row.text(17));
  entry.body.group_id = row.optional_text(18);
  entry.body.group_size = row.optional_integer(19).value_or(1);
  entry.body.lane_position = row.integer(20);
  entry.body.supersedes = row.optional_text(21);
  entry.root_id = row.text(22);
  entry.sent_at = row.optional_text(23);
  entry.next_attempt_at = row.optional_text(24);
  entry.receipt = optional_object(row, 25);
  entry.receipt_seq = row.optional_integer(26);
  entry.conflict = optional_object(row, 27);
  entry.void_state = row.optional_text(28);
  return entry;
}

std::optional<Entry> find_entry(sqlite::Database& database, EntryId id) {
  static const std::string sql =
      "SELECT " + entry_columns + " FROM \"SyncQueue\" WHERE \"id\" = ?1";
  auto query = database.cached(sql);
  query->bind(1, id);
  if (!query->step()) return std::nullopt;
  return entry_from(*query);
}

std::optional<Entry> find_entry_by_request_id(sqlite::Database& database, std::string_view id) {
  static const std::string sql =
      "SELECT " + entry_columns + " FROM \"SyncQueue\" WHERE \"clientRequestId\" = ?1";
  auto query = database.cached(sql);
  query->bind(1, id);
  if (!query->step()) return std::nullopt;
  return entry_from(*query);
}

std::vector<Entry> open_lane(sqlite::Database& database, const EntityKey& entity) {
  static const std::string sql =
      "SELECT " + entry_columns +
      " FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2" +
      " AND \"status\" IN " + std::string(open_statuses) + " ORDER BY \"lanePosition\", \"id\"";
  auto query = database.cached(sql);
  query->bind_all(entity.type, entity.id);
  return entries_from(*query);
}

std::vector<Entry> unit_of(sqlite::Database& database, const Entry& entry) {
  if (!entry.body.group_id) return {entry};
  static const std::string sql =
      "SELECT " + entry_columns +
      " FROM \"SyncQueue\" WHERE \"groupId\" = ?1 ORDER BY \"lanePosition\", \"id\"";
  auto query = database.cached(sql);
  query->bind(1, *entry.body.group_id);
  return entries_from(*query);
}

void append_entry(Work& work, const Entry& entry) {
  static const std::string sql = "INSERT INTO \"SyncQueue\" (" + entry_columns +
                                 ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0, ?7, ?7,"
                                 " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
                                 "NULL, NULL, NULL, NULL, NULL, NULL)";
  const Body& body = entry.body;
  work.database.cached(sql)
      ->bind_all(entry.id, body.entity.type, body.entity.id, body.action,
                 canonical_json(body.payload), to_text(entry.status), work.now,
                 entry.client_request_id, body.incarnation, body.number, body.nonce,
                 to_text(body.op), canonical_json(body.base), canonical_json(body.base_versions),
                 canonical_json(json::value_from(entry.depends_on)), body.group_id, body.group_size,
                 body.lane_position, body.supersedes, entry.root_id)
      .run();
  work.changes.entries.push_back({entry.id, body.entity, entry.status});
  work.changes.rows.insert(body.entity);
  work.changes.work_appeared = true;
}

void change_status(Work& work, const Entry& entry, const StatusChange& change) {
  const auto text = [](const std::optional<json::object>& object) {
    return object ? std::optional(canonical_json(*object)) : std::nullopt;
  };
  work.database
      .cached(
          "UPDATE \"SyncQueue\" SET \"status\" = ?2, \"errorMessage\" = ?3, \"updatedAt\" = ?4,"
          " \"receipt\" = COALESCE(?5, \"receipt\"), \"receiptSeq\" = COALESCE(?6, \"receiptSeq\"),"
          " \"conflict\" = COALESCE(?7, \"conflict\"), \"voidState\" = COALESCE(?8, \"voidState\"),"
          " \"nextAttemptAt\" = NULL WHERE \"id\" = ?1")
      ->bind_all(entry.id, to_text(change.to), change.error_message, work.now, text(change.receipt),
                 change.receipt_seq, text(change.conflict), change.void_state)
      .run();
  CHECK(work.database.changes() == 1);
  work.changes.entries.push_back({entry.id, entry.body.entity, change.to});
  work.changes.rows.insert(entry.body.entity);
}

EntryId next_entry_id(sqlite::Database& database) {
  // The sequence may lag behind in an older queue that another tool filled.
  auto query = database.cached(
      "SELECT max(COALESCE((SELECT \"seq\" FROM sqlite_sequence WHERE \"name\" = 'SyncQueue'), 0),"
      " COALESCE((SELECT max(\"id\") FROM \"SyncQueue\"), 0))");
  query->step();
  return query->integer(0) + 1;
}

}  // namespace slipway::store
