#include "postgres/migrate.h"

#include <string>

#include "base/check.h"

namespace slipway::postgres {

namespace {

// Of this database; the number says "slipway" to nobody but us.
constexpr std::string_view lock = "SELECT pg_advisory_xact_lock(7310579607)";

constexpr std::string_view tables_there =
    "SELECT count(*), coalesce(sum(CASE WHEN table_name = $1 THEN 1 ELSE 0 END), 0)"
    " FROM information_schema.tables"
    " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";

struct Found {
  bool others = false;  // tables, but not ours
  int applied = 0;
};

Found look(Transaction& transaction, const std::string& meta_table) {
  const Rows tables = std::move(transaction.run({{lock}, {tables_there, {meta_table}}}).at(1));
  if (tables.integer(0, 1) == 0) return {tables.integer(0, 0) > 0, 0};
  const std::string applied = "SELECT \"value\" FROM " + meta_table + " WHERE \"key\" = 'schema'";
  const Rows rows = std::move(transaction.run({{applied}}).at(0));
  return {false, rows.empty() ? 0 : std::stoi(std::string(rows.text(0, 0)))};
}

}  // namespace

Result<void> migrate(Connection& connection, const std::string& meta_table,
                     std::span<const Migration> migrations) {
  CHECK(!migrations.empty());
  const Patience patience(connection);  // ours, or that of another node, may take long
  const std::string mark = "INSERT INTO " + meta_table +
                           " (\"key\", \"value\") VALUES ('schema', $1)"
                           " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";
  for (const Migration& migration : migrations) {
    // So that what is read under a lock is what was committed before the lock was had.
    Transaction transaction(connection,
                            {{"BEGIN ISOLATION LEVEL READ COMMITTED"}, {without_limits}});
    const Found found = look(transaction, meta_table);  // under the lock
    if (found.others) {
      return fail(ErrorKind::conflict, "foreign-database",
                  "The database " + connection.place() + " holds somebody else's tables",
                  "No table was added. Give a database, or a schema, of the cloud's own.");
    }
    if (found.applied > migrations.back().number) {
      return fail(ErrorKind::unsupported, "newer-version",
                  "The database " + connection.place() +
                      " was written by a newer version (schema " + std::to_string(found.applied) +
                      ", this program knows " + std::to_string(migrations.back().number) + ")",
                  "It was not changed. Install the newer version.");
    }
    if (found.applied >= migration.number) continue;
    connection.execute(std::string(migration.sql));
    transaction.commit({{mark, {std::to_string(migration.number)}}});
  }
  return {};
}

}  // namespace slipway::postgres
