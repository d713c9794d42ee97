#include "app/ledger_file.h"

#include <chrono>

#include "sqlite/sqlite.h"

namespace slipway::app {

namespace {

// Enough to show what kind of damage it is; one page that is lost may make thousands.
constexpr const char* first_of_what_sqlite_finds = "PRAGMA quick_check(5)";

void look_for_broken_pages(sqlite::Database& database, std::vector<std::string>& damage) {
  auto check = database.prepare(first_of_what_sqlite_finds);
  while (check.step()) {
    if (check.text(0) != "ok") damage.emplace_back("SQLite finds: " + std::string(check.text(0)));
  }
}

void look_for_no_objects(sqlite::Database& database, const std::string& one,
                         const std::string& many, const std::string& table,
                         const std::string& column, std::vector<std::string>& damage) {
  auto broken =
      database.prepare("SELECT count(*), min(id) FROM " + table + " WHERE CASE WHEN json_valid(" +
                       column + ") THEN json_type(" + column + ") <> 'object' ELSE 1 END");
  if (!broken.step() || broken.integer(0) == 0) return;
  const std::int64_t count = broken.integer(0);
  damage.emplace_back(std::to_string(count) + " " + (count == 1 ? one : many) +
                      " that cannot be read, the first of them of the id " +
                      std::string(broken.text(1)));
}

}  // namespace

std::vector<std::string> damage_of(const std::string& file) {
  std::vector<std::string> damage;
  try {
    sqlite::Database database(file, sqlite::OpenMode::read_only, std::chrono::seconds(5));
    look_for_broken_pages(database, damage);
    look_for_no_objects(database, "row", "rows", "entity", "\"values\"", damage);
    look_for_no_objects(database, "earlier state of a row", "earlier states of rows", "row_image",
                        "\"values\"", damage);
    look_for_no_objects(database, "receipt", "receipts", "receipt", "body", damage);
  } catch (const sqlite::Failure& failure) {
    damage.push_back(sqlite::to_error(failure, "examining " + file).message);
  }
  return damage;
}

}  // namespace slipway::app
