// Files that older versions of Slipway made: the first migrations only, with entries in their
// queue. They open, keep all that stands in them, and it can be sent.
#include <ranges>

#include "device.h"
#include "migration_files.h"

namespace slipway::store {
namespace {

std::vector<slipway::test::MigrationFile> migrations() {
  return slipway::test::migrations_in("src/store/migrations");
}

// The desk's rows and entries in tables as only the first `count` migrations make them.
void make_older_file(const std::string& path, const Device& desk, std::size_t count) {
  sqlite::Database file(path, sqlite::OpenMode::create, Duration(0));
  file.execute(app_schema);
  const auto all = migrations();
  for (const auto& migration : all | std::views::take(count)) file.execute(migration.sql);
  file.execute("ATTACH '" + desk.path() + "' AS newer");
  for (const char* table : {"Parent", "Child", "SyncQueue", "SyncShadow"})
    file.execute("INSERT INTO " + std::string(table) + " SELECT * FROM newer." + table);
  file.execute(
      "INSERT INTO sync_meta SELECT * FROM newer.sync_meta WHERE key <> 'schema';"
      "INSERT INTO sync_meta VALUES ('schema', '" +
      std::to_string(all.at(count - 1).number) + "')");
}

std::vector<std::string> lines_of(const std::string& path) {
  sqlite::Database file(path, sqlite::OpenMode::existing, Duration(0));
  std::vector<std::string> lines;
  for (const char* table : {"Parent", "Child", "SyncQueue", "SyncShadow"}) {
    auto rows = file.prepare("SELECT * FROM " + std::string(table) + " ORDER BY 1, 2");
    while (rows.step()) {
      std::string line = table;
      for (int column = 0; column < rows.column_count(); ++column)
        line += "|" + std::string(rows.text(column));
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::vector<std::string> ids_sent_by(Store& store) {
  const auto request = store.begin_push("x", {500, 500, 1 << 20}, {}, WallTime{1764000009000});
  std::vector<std::string> ids;
  for (const PushItem& item : request.value().value().items) ids.push_back(item.id);
  return ids;
}

TEST(OlderFile, OfEveryVersionOpensKeepsAllRowsAndCanBeSent) {
  Device desk;
  desk.meet();
  desk.create_parent("p1");
  desk.write({Device::mutation("Parent", "p2", "CREATE_PARENT", R"({"name":"two"})"),
              Device::mutation("Child", "c1", "CREATE_CHILD", R"({"parentId":"p2"})")});
  desk.update_parent("p1", "uno");
  StoreOptions options = desk.options();
  desk.close();
  const std::vector<std::string> lines = lines_of(desk.path());
  const std::size_t newest = migrations().size();
  std::vector<std::string> sent;  // by a file that was always of this version
  Folder folder;
  for (std::size_t count = newest; count > 0; --count) {
    SCOPED_TRACE("migrations: " + std::to_string(count));
    options.path = folder.file("app" + std::to_string(count) + ".db");
    make_older_file(options.path, desk, count);
    const auto store = Store::open(options, Random(1), desk.now());
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(lines_of(options.path), lines);
    EXPECT_EQ((*store)->meta("schema").value(), std::to_string(migrations().back().number));
    const std::vector<std::string> ids = ids_sent_by(**store);
    EXPECT_EQ(ids.size(), 4u);
    if (count == newest) sent = ids;
    EXPECT_EQ(ids, sent);
  }
}

}  // namespace
}  // namespace slipway::store
