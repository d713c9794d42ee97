#include "sqlite/migrate.h"

#include "base/check.h"

namespace slipway::sqlite {

bool table_exists(Database& database, std::string_view name) {
  auto query = database.cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1");
  query->bind(1, name);
  return query->step();
}

namespace {

int applied(Database& database, std::string_view meta_table) {
  if (!table_exists(database, meta_table)) return 0;
  Statement query =
      database.prepare("SELECT \"value\" FROM " + quoted(meta_table) + " WHERE \"key\" = 'schema'");
  return query.step() ? int(query.integer(0)) : 0;
}

}  // namespace

Result<void> migrate(Database& database, std::string_view meta_table,
                     std::span<const Migration> migrations) {
  CHECK(!migrations.empty());
  const int at = applied(database, meta_table);
  if (at > migrations.back().number) {
    return fail(ErrorKind::unsupported, "newer-version",
                "The database " + database.path() + " was written by a newer version (schema " +
                    std::to_string(at) + ", this program knows " +
                    std::to_string(migrations.back().number) + ")",
                "The file was not changed. Install the newer version.");
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= at) continue;
    Transaction transaction(database);
    if (applied(database, meta_table) >= migration.number) continue;  // read under the lock
    database.execute(std::string(migration.sql));
    Statement mark =
        database.prepare("INSERT INTO " + quoted(meta_table) +
                         " (\"key\", \"value\") VALUES ('schema', ?1)"
                         " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"");
    mark.bind(1, std::to_string(migration.number)).run();
    transaction.commit();
  }
  return {};
}

}  // namespace slipway::sqlite
