#include "migrating_app.h"

#include <algorithm>

#include "app.h"
#include "base/check.h"
#include "store/store.h"

namespace slipway::sim {

namespace {

bool is_bad(const json::value& value) {
  return value.is_string() && std::string_view(value.get_string()).starts_with("bad");
}

}  // namespace

bool AppTables::can(Migration migration) const {
  switch (migration) {
    case Migration::adds_terms:
      return !terms_added_;
    case Migration::renames_memo:
      return !memo_renamed_;
    case Migration::drops_place:
      return !place_was_dropped_;
    case Migration::adds_place_again:
      return place_dropped_;
    case Migration::requires_memo:
      return !memo_required_;
    case Migration::forbids_bad_names:
      return !bad_names_forbidden_;
    case Migration::drops_notes:
      return !notes_dropped_;
  }
  return false;
}

std::vector<std::string> AppTables::migrate(Migration migration, bool redefines) {
  const AppTables before = *this;
  switch (migration) {
    case Migration::adds_terms:
      terms_added_ = true;
      if (!redefines) return {R"(ALTER TABLE "Order" ADD COLUMN "terms" TEXT DEFAULT 'EXW')"};
      break;
    case Migration::renames_memo:
      memo_renamed_ = true;
      if (!redefines) return {R"(ALTER TABLE "Order" RENAME COLUMN "memo" TO "remark")"};
      break;
    case Migration::drops_place:
      place_dropped_ = place_was_dropped_ = true;
      if (!redefines) return {R"(ALTER TABLE "Order" DROP COLUMN "place")"};
      break;
    case Migration::adds_place_again:
      place_dropped_ = false;
      if (!redefines) return {R"(ALTER TABLE "Order" ADD COLUMN "place" TEXT)"};
      break;
    case Migration::requires_memo:
      memo_required_ = true;
      break;
    case Migration::forbids_bad_names:
      bad_names_forbidden_ = true;
      break;
    case Migration::drops_notes:
      notes_dropped_ = true;
      return {R"(DROP TABLE "Note")"};
  }
  return redefine(before);
}

std::vector<Column> AppTables::columns(const std::string& type) const {
  if (type == "Note" && notes_dropped_) return {};
  if (type == "Note") return {{"id", "id"}, {"text", "text"}, {"orderId", "orderId"}};
  std::vector<Column> columns{
      {"id", "id"}, {"name", "name"}, {"memo", memo_renamed_ ? "remark" : "memo"}};
  if (!place_dropped_) columns.push_back({"place", "place"});
  if (terms_added_) columns.push_back({"terms", "terms"});
  return columns;
}

bool AppTables::has(const std::string& type, std::string_view first) const {
  return std::ranges::any_of(columns(type),
                             [&](const Column& column) { return column.first == first; });
}

bool AppTables::takes(std::string_view first, const json::value& value) const {
  if (first == "memo" && memo_required_ && value.is_null()) return false;
  return !(first == "name" && bad_names_forbidden_ && is_bad(value));
}

std::string AppTables::definition(const std::string& name) const {
  std::string sql = "CREATE TABLE \"" + name + "\" (\"id\" TEXT NOT NULL PRIMARY KEY";
  for (const Column& column : columns("Order")) {
    if (column.first == "id") continue;
    sql += ", \"" + column.now + "\" TEXT";
    if (column.first == "terms") sql += " DEFAULT 'EXW'";
    if (column.first == "memo" && memo_required_) sql += " NOT NULL DEFAULT ''";
    if (column.first == "name" && bad_names_forbidden_)
      sql += " CHECK (\"name\" IS NULL OR \"name\" NOT LIKE 'bad%')";
  }
  return sql + ")";
}

std::vector<std::string> AppTables::redefine(const AppTables& before) const {
  std::string into, from;
  for (const Column& column : columns("Order")) {
    for (const Column& old : before.columns("Order")) {
      if (old.first != column.first) continue;
      const std::string name = "\"" + old.now + "\"";
      const bool mends_memo = column.first == "memo" && memo_required_;
      const bool mends_name = column.first == "name" && bad_names_forbidden_;
      into += (into.empty() ? "\"" : ", \"") + column.now + "\"";
      from += (from.empty() ? "" : ", ") +
              (mends_memo   ? "coalesce(" + name + ", '')"
               : mends_name ? "CASE WHEN " + name + " LIKE 'bad%' THEN 'good' ELSE " + name + " END"
                            : name);
    }
  }
  return {definition("new_Order"),
          "INSERT INTO \"new_Order\" (" + into + ") SELECT " + from + " FROM \"Order\"",
          "DROP TABLE \"Order\"", "ALTER TABLE \"new_Order\" RENAME TO \"Order\""};
}

SyncRules migrating_app_rules() {
  SyncRules rules;
  rules.entities["Order"].renamed = {{"memo", "remark"}};
  return rules;
}

const DiskImage& desk_of_migrating_app() {
  static const DiskImage image = [] {
    Disk disk;
    const auto connect = [&](sqlite::OpenMode mode) {
      return sqlite::Database(app_file, mode, Duration(0), disk.vfs(Program::process));
    };
    connect(sqlite::OpenMode::create)
        .execute(
            "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;"
            "CREATE TABLE \"Order\" (\"id\" TEXT NOT NULL PRIMARY KEY, \"name\" TEXT, \"memo\""
            " TEXT, \"place\" TEXT); CREATE TABLE \"Note\" (\"id\" TEXT NOT NULL PRIMARY KEY,"
            " \"text\" TEXT, \"orderId\" TEXT REFERENCES \"Order\" (\"id\"))");
    CHECK(store::Store::open(store_options(disk), Random(0), {0}));
    connect(sqlite::OpenMode::existing)
        .execute("DELETE FROM sync_meta WHERE key IN ('device', 'incarnation')");
    return disk.image();
  }();
  return image;
}

}  // namespace slipway::sim
