#include "store/listing.h"

#include <algorithm>
#include <map>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/id_map.h"
#include "store/naming.h"
#include "store/rows.h"
#include "store/value.h"

namespace slipway::store {

using sqlite::quoted;

namespace {

std::string escaped_like(std::string_view text) {
  std::string pattern = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

// Conditions with their values, in the order of their parameters.
struct Where {
  std::string sql;
  std::vector<sqlite::Value> values;

  void add(const std::string& condition) { sql += (sql.empty() ? " WHERE " : " AND ") + condition; }
  std::string parameter(sqlite::Value value) {
    values.push_back(std::move(value));
    return "?" + std::to_string(values.size());
  }
  void bind(sqlite::Statement& statement) const {
    for (std::size_t i = 0; i < values.size(); ++i) statement.bind(int(i) + 1, values[i]);
  }
};

Where where_of(const QueueQuery& query) {
  Where where;
  if (!query.statuses.empty()) {
    std::string list;
    for (Status status : query.statuses) {
      list += (list.empty() ? "" : ", ") + where.parameter(std::string(to_text(status)));
    }
    where.add("\"status\" IN (" + list + ")");
  }
  if (query.entity_type) where.add("\"entityType\" = " + where.parameter(*query.entity_type));
  if (query.entity_id) where.add("\"entityId\" = " + where.parameter(*query.entity_id));
  if (query.text) {
    const std::string like = " LIKE " + where.parameter(escaped_like(*query.text)) + " ESCAPE '\\'";
    where.add("(\"entityType\"" + like + " OR \"entityId\"" + like + " OR \"action\"" + like +
              " OR \"payload\"" + like + " OR \"errorMessage\"" + like + ")");
  }
  return where;
}

Where where_of(const Table& table, const RowQuery& query) {
  Where where;
  for (const auto& [name, value] : query.equals) {
    const Field& field = *table.field(name);
    auto column = to_column(field, value);
    if (column)
      where.add(quoted(field.column) + " IS " + where.parameter(std::move(*column)));
    else
      where.add("0");  // no row can have a value that the column cannot hold
  }
  if (query.search && !query.search->empty()) {
    std::vector<std::string> texts;
    for (const Field& field : table.fields)
      if (field.type == FieldType::text) texts.push_back(quoted(field.column));
    if (texts.empty()) {
      where.add("0");
      return where;
    }
    const std::string like =
        " LIKE " + where.parameter(escaped_like(*query.search)) + " ESCAPE '\\'";
    std::string any;
    for (const std::string& name : texts) any += (any.empty() ? "" : " OR ") + name + like;
    where.add("(" + any + ")");
  }
  return where;
}

ListedRow listed(sqlite::Database& database, const Table& table, json::object values) {
  ListedRow row;
  row.entity_id = entity_id(table, values);
  row.values = in_columns(table, std::move(values));
  row.state = "local-only";
  auto shadow = database.cached(
      "SELECT \"seq\", \"salt\", \"quarantine\" FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND "
      "\"entityId\" = ?2");
  shadow->bind_all(table.name, row.entity_id);
  const bool known = shadow->step();
  if (known && !shadow->is_null(0)) {
    row.version = Version{shadow->integer(0), std::string(shadow->text(1))};
    row.state = "synced";
  }
  if (known && !shadow->is_null(2)) row.state = "quarantined";
  row.cloud_id = target_id(database, {table.name, row.entity_id});
  static const std::string sql =
      "SELECT \"id\", \"status\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1"
      " AND \"entityId\" = ?2 AND \"status\" IN " +
      std::string(open_statuses) + " ORDER BY \"lanePosition\", \"id\"";
  auto open = database.cached(sql);
  open->bind_all(table.name, row.entity_id);
  bool parked = false;
  while (open->step()) {
    row.open_entries.push_back(open->integer(0));
    parked = parked || is_parked(status_from_text(open->text(1)).value_or(Status::error));
  }
  if (!row.open_entries.empty()) row.state = parked ? "needs-you" : "waiting";
  return row;
}

}  // namespace

Counts count_entries(sqlite::Database& database) {
  Counts counts;
  auto query =
      database.cached("SELECT \"status\", count(*) FROM \"SyncQueue\" GROUP BY \"status\"");
  while (query->step()) {
    const auto status = status_from_text(query->text(0));
    if (status && !(planted(Bug::counts_wrongly) && *status == Status::discarding))
      counts.by_status[std::size_t(*status)] = query->integer(1);
  }
  return counts;
}

QueuePage list_entries(sqlite::Database& database, const QueueQuery& query) {
  QueuePage page;
  page.held = HeldEntries::read(database);
  Where where = where_of(query);
  if (query.held || query.root) {
    const std::string ids = canonical_json(json::value_from(page.held.ids(query.root)));
    const bool only_held = query.root || *query.held;
    where.add(std::string("\"id\"") + (only_held ? "" : " NOT") +
              " IN (SELECT value FROM json_each(" + where.parameter(ids) + "))");
  }
  auto count = database.prepare("SELECT count(*) FROM \"SyncQueue\"" + where.sql);
  where.bind(count);
  count.step();
  page.total = count.integer(0);
  if (query.after) where.add("\"id\" < " + where.parameter(*query.after));
  // The ids first: what is left out need not be read, only counted in an index.
  auto rows = database.prepare(
      "SELECT " + entry_columns +
      " FROM \"SyncQueue\" WHERE \"id\" IN (SELECT \"id\" FROM \"SyncQueue\"" + where.sql +
      " ORDER BY \"id\" DESC LIMIT " + std::to_string(query.limit + 1) + " OFFSET " +
      std::to_string(query.offset) + ") ORDER BY \"id\" DESC");
  where.bind(rows);
  while (rows.step()) page.entries.push_back(entry_from(rows));
  if (std::int64_t(page.entries.size()) > query.limit) {
    page.entries.pop_back();
    page.next = page.entries.back().id;
  }
  return page;
}

std::vector<Attempt> list_attempts(sqlite::Database& database, std::optional<EntryId> entry,
                                   std::optional<std::int64_t> after, std::int64_t limit) {
  Where where;
  if (entry) where.add("\"entryId\" = " + where.parameter(*entry));
  if (after) where.add("\"id\" < " + where.parameter(*after));
  auto query = database.prepare(
      "SELECT \"id\", \"entryId\", \"exchangeId\", \"kind\", \"outcome\", \"detail\", \"sentAt\", "
      "\"endedAt\""
      " FROM \"SyncAttempt\"" +
      where.sql + " ORDER BY \"id\" DESC LIMIT " + std::to_string(limit));
  where.bind(query);
  std::vector<Attempt> attempts;
  while (query.step()) {
    attempts.push_back({query.integer(0), query.integer(1), std::string(query.text(2)),
                        std::string(query.text(3)), std::string(query.text(4)),
                        query.optional_text(5), std::string(query.text(6)),
                        std::string(query.text(7))});
  }
  return attempts;
}

namespace {

// Calls `visit` with each open entry that this one waits for; true ends the search.
template <class Visit>
void visit_prerequisites(sqlite::Database& database, const Entry& entry, Visit visit) {
  static const std::string lane_sql =
      "SELECT " + entry_columns +
      " FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
      " AND (\"lanePosition\" < ?3 OR (\"lanePosition\" = ?3 AND \"id\" < ?4)) AND \"groupId\" IS "
      "NOT ?5"
      " AND \"status\" IN " +
      std::string(open_statuses) + " ORDER BY \"lanePosition\" DESC, \"id\" DESC LIMIT 1";
  static const std::string root_sql = "SELECT " + entry_columns +
                                      " FROM \"SyncQueue\" WHERE \"rootId\" = ?1"
                                      " AND \"status\" IN " +
                                      std::string(open_statuses) + " LIMIT 1";
  const auto found = [&](const std::string& sql, const auto&... values) -> std::optional<Entry> {
    auto query = database.cached(sql);
    query->bind_all(values...);
    if (!query->step()) return std::nullopt;
    return entry_from(*query);
  };
  for (const Entry& mate : unit_of(database, entry)) {
    // A group is judged as one: a mate that needs a person holds the others.
    if (entry.status == Status::pending && is_parked(mate.status) && visit(mate)) return;
    const auto earlier = found(
        lane_sql, mate.body.entity.type, mate.body.entity.id, mate.body.lane_position, mate.id,
        entry.body.group_id.value_or(""));  // an entry alone has no mates to leave out
    if (earlier && visit(*earlier)) return;
    for (const std::string& root : mate.depends_on) {
      const auto dependency = found(root_sql, root);
      if (dependency && visit(*dependency)) return;
    }
  }
}

}  // namespace

std::optional<Entry> first_prerequisite(sqlite::Database& database, const Entry& entry) {
  std::optional<Entry> first;
  visit_prerequisites(database, entry, [&](const Entry& one) {
    first = one;
    return true;
  });
  return first;
}

std::vector<Entry> prerequisites(sqlite::Database& database, const Entry& entry) {
  std::vector<Entry> all;
  visit_prerequisites(database, entry, [&](const Entry& one) {
    all.push_back(one);
    return false;
  });
  return all;
}

RowPage list_rows(sqlite::Database& database, const Table& table, const RowQuery& query) {
  RowPage page;
  const Where where = where_of(table, query);
  auto count = database.prepare("SELECT count(*) FROM " + quoted(table.name) + where.sql);
  where.bind(count);
  count.step();
  page.total = count.integer(0);
  std::string order = query.sort.empty()
                          ? ""
                          : quoted(table.column_of(query.sort)) + (query.descending ? " DESC" : "");
  for (const std::string& key : table.key)
    order += (order.empty() ? "" : ", ") + quoted(table.column_of(key));
  auto rows = database.prepare(
      "SELECT " + select_list(table) + " FROM " + quoted(table.name) + where.sql + " ORDER BY " +
      order + " LIMIT " + std::to_string(query.limit) + " OFFSET " + std::to_string(query.offset));
  where.bind(rows);
  while (rows.step()) page.rows.push_back(listed(database, table, row_from(table, rows)));
  return page;
}

std::optional<ListedRow> find_row(sqlite::Database& database, const Table& table,
                                  const std::string& id) {
  if (!key_values(table, id)) return std::nullopt;
  auto row = read_row(database, table, id);
  if (!row) return std::nullopt;
  return listed(database, table, std::move(*row));
}

}  // namespace slipway::store
