#include "app.h"

#include <map>

#include "base/check.h"
#include "cloud/sqlite_ledger.h"

namespace slipway::sim {

namespace {

constexpr const char* app_schema = R"sql(
CREATE TABLE "Parent" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "amount" INTEGER NOT NULL DEFAULT 0,
  "stock" INTEGER NOT NULL DEFAULT 0, "peak" INTEGER NOT NULL DEFAULT 50,
  "tags" JSONB NOT NULL DEFAULT '[]', "place" TEXT, "memo" TEXT);
CREATE TABLE "Child" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT,
  "parentId" TEXT NOT NULL REFERENCES "Parent" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "Guard" ("id" TEXT NOT NULL PRIMARY KEY, "note" TEXT,
  "parentId" TEXT NOT NULL REFERENCES "Parent" ("id") ON DELETE RESTRICT ON UPDATE CASCADE);
)sql";

DiskImage make_device(int page_size) {
  Disk disk(app_before_slipway(page_size));
  CHECK(store::Store::open(store_options(disk), Random(0), {0}));
  sqlite::Database(app_file, sqlite::OpenMode::existing, Duration(0), disk.vfs(Program::process))
      .execute("DELETE FROM sync_meta WHERE key IN ('device', 'incarnation')");
  return disk.image();
}

}  // namespace

DiskImage app_before_slipway(int page_size) {
  Disk disk;
  sqlite::Database(app_file, sqlite::OpenMode::create, Duration(0), disk.vfs(Program::process))
      .execute("PRAGMA page_size = " + std::to_string(page_size) + "; PRAGMA journal_mode = WAL;" +
               app_schema);
  return disk.image();
}

const DiskImage& empty_device(int page_size) {
  static std::map<int, DiskImage> images;
  const auto found = images.find(page_size);
  return found != images.end() ? found->second
                               : images.emplace(page_size, make_device(page_size)).first->second;
}

const DiskImage& empty_cloud() {
  static const DiskImage image = [] {
    Disk disk;
    Random random(0);
    sqlite::Database(cloud_file, sqlite::OpenMode::create, Duration(0), disk.vfs(Program::process))
        .execute("PRAGMA page_size = 1024; PRAGMA journal_mode = WAL");
    CHECK(cloud::open_sqlite_ledger(cloud_file, random, disk.vfs(Program::process)));
    return disk.image();
  }();
  return image;
}

store::StoreOptions store_options(const Disk& disk) {
  store::StoreOptions options;
  options.path = app_file;
  options.vfs = disk.vfs(Program::process);
  options.holder = first_holder;
  return options;
}

}  // namespace slipway::sim
