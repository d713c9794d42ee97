#include "desk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "model/view.h"
#include "store/rows.h"
#include "store/value.h"

namespace slipway::fuzz {

namespace {

constexpr const char* app_schema = R"sql(
CREATE TABLE "Parent" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "code" TEXT UNIQUE,
  "amount" INTEGER NOT NULL DEFAULT 7);
CREATE TABLE "Child" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT,
  "parentId" TEXT NOT NULL REFERENCES "Parent" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "Note" ("id" INTEGER NOT NULL PRIMARY KEY, "at" DATETIME, "price" DECIMAL, "weight" REAL,
  "done" BOOLEAN, "extra" JSONB, "bytes" BLOB, "anything",
  "childId" TEXT REFERENCES "Child" ("id") ON DELETE SET NULL);
CREATE TABLE "Pair" ("left" TEXT NOT NULL, "right" INTEGER NOT NULL, "value" TEXT CHECK ("value" <> 'x'),
  PRIMARY KEY ("left", "right"));
CREATE TABLE "Part" ("id" TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
  "of" TEXT REFERENCES "Part" ("id") ON DELETE RESTRICT);
)sql";

// A folder of this process, in memory where the machine has such a place. Removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "slipway-fuzz-XXXXXX").string();
    demand(mkdtemp(name.data()) != nullptr, "a folder can be made");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

const Folder& folder() {
  static const Folder one;
  return one;
}

std::unique_ptr<store::Store> open(const std::string& path) {
  store::StoreOptions options;
  options.path = path;
  options.group_limits = {20, 16 * 1024};
  auto opened = store::Store::open(std::move(options), Random(1), {1764000000000});
  demand(opened.has_value(), "the store opens");
  return std::move(*opened);
}

// The bytes of a database that a store has been opened on once: migrated, with an identity.
const std::string& image() {
  static const std::string bytes = [] {
    const std::string path = folder().file("image.db");
    {
      sqlite::Database app(path, sqlite::OpenMode::create, std::chrono::seconds(1));
      app.execute(app_schema);
    }
    open(path).reset();
    std::string content(std::filesystem::file_size(path), '\0');
    const int file = ::open(path.c_str(), O_RDONLY);
    demand(::read(file, content.data(), content.size()) == ssize_t(content.size()), "it is read");
    ::close(file);
    return content;
  }();
  return bytes;
}

void write_file(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  demand(::write(file, content.data(), content.size()) == ssize_t(content.size()), "it is written");
  ::close(file);
}

std::string path() {
  return folder().file("app.db");
}

RowState fold(RowState row, sqlite::Database& database, const EntityKey& entity) {
  auto lane = database.cached(
      "SELECT op, payload FROM SyncQueue WHERE entityType = ?1 AND entityId = ?2 AND status NOT IN"
      " ('SUCCESS', 'DISCARDED') ORDER BY lanePosition, id");
  lane->bind_all(entity.type, entity.id);
  while (lane->step()) {
    const std::string_view op = lane->text(0);
    if (op == "create" && !row.exists) row.values.clear();
    if (op != "update") row.exists = op == "create";
    if (!row.exists) continue;
    for (const auto& field :
         demand_value(parse_json_object(lane->text(1), "a payload"), "a payload")) {
      row.values.insert_or_assign(field.key(), field.value());
    }
  }
  return row;
}

bool has_open_entries(sqlite::Database& database, const EntityKey& entity) {
  auto open = database.cached(
      "SELECT 1 FROM SyncQueue WHERE entityType = ?1 AND entityId = ?2"
      " AND status NOT IN ('SUCCESS', 'DISCARDED')");
  open->bind_all(entity.type, entity.id);
  return open->step();
}

// What SQLite makes of a value in a column of that type alone: "1.50 " is a number where the type
// says so, and text elsewhere.
sqlite::Value stored(sqlite::Database& database, const store::Table& table,
                     const store::Field& field, const sqlite::Value& value) {
  static sqlite::Database scratch(":memory:", sqlite::OpenMode::create, std::chrono::seconds(0));
  auto type = database.cached("SELECT type FROM pragma_table_info(?1) WHERE name = ?2");
  type->bind_all(table.name, field.column);
  demand(type->step(), "a field has a column");
  scratch.execute("DROP TABLE IF EXISTS one; CREATE TABLE one (value " +
                  std::string(type->text(0)) + ")");
  auto insert = scratch.prepare("INSERT INTO one VALUES (?1)");
  insert.bind(1, value);
  insert.step();
  auto select = scratch.prepare("SELECT value FROM one");
  select.step();
  return select.value(0);
}

// A column may spell a value in its own way: "5" in a column of integers is 5.
bool is_kept_as(sqlite::Database& database, const store::Table& table, const store::Field& field,
                const json::value& value, const json::value& kept) {
  const auto column = store::to_column(field, value);
  if (!column) demand(false, "a shown value fits its column: " + column.error().message);
  if (same_value(store::from_column(field, *column), kept)) return true;
  return same_value(store::from_column(field, stored(database, table, field, *column)), kept);
}

}  // namespace

Desk::Desk() {
  for (const char* ending : {"", "-wal", "-shm"}) ::unlink((path() + ending).c_str());
  write_file(path(), image());
  store_ = open(path());
  raw_ = std::make_unique<sqlite::Database>(path(), sqlite::OpenMode::read_only,
                                            std::chrono::milliseconds(0));
}

Desk::~Desk() = default;

void Desk::meet_cloud() {
  Capabilities capabilities;
  capabilities.origin = {0, "00000000000000c0"};
  demand(store_->meet_cloud(capabilities, now()).has_value(), "the device meets its cloud");
}

Version Desk::cursor() {
  const auto identity = store_->identity();
  return demand_value(identity, "the device's state").cursor.value_or(Version{});
}

void Desk::check_laws() {
  demand(!store_->failed(), "the file is still open");
  check_entries();
  check_view();
  auto broken = raw_->cached("SELECT count(*) FROM pragma_foreign_key_check");
  broken->step();
  demand(broken->integer(0) == 0, "no reference leads nowhere");
}

void Desk::check_entries() {
  std::map<std::string, std::int64_t> counts;
  auto entries = raw_->cached("SELECT id, clientRequestId, status FROM SyncQueue ORDER BY id");
  while (entries->step()) {
    const auto [at, is_new] = ids_.emplace(entries->integer(0), std::string(entries->text(1)));
    demand(at->second == entries->text(1), "an entry keeps its id");
    ++counts[std::string(entries->text(2))];
    if (!is_new) continue;
    const auto entry = store_->entry(entries->integer(0));
    demand(entry && *entry && client_request_id((*entry)->body) == (*entry)->client_request_id,
           "an entry's id is that of its body");
  }
  std::size_t total = 0;
  for (const auto& [status, count] : counts) total += std::size_t(count);
  demand(total == ids_.size(), "an accepted entry is still there");
  const auto told = store_->counts();
  for (const Status status : all_statuses) {
    demand(demand_value(told, "counts").of(status) == counts[std::string(to_text(status))],
           "counts equal the database's");
  }
}

void Desk::check_view() {
  auto shadows = raw_->prepare(
      "SELECT entityType, entityId, state, \"values\" FROM SyncShadow WHERE quarantine IS NULL");
  while (shadows.step()) {
    const EntityKey entity{std::string(shadows.text(0)), std::string(shadows.text(1))};
    const store::Table* table = store_->schema().table(entity.type);
    demand(table != nullptr, "a row of an unknown table is quarantined");
    const auto row = store::read_row(*raw_, *table, entity.id);
    if (shadows.text(2) == "SAME") {
      demand(row.has_value(), "a row that is as the cloud has it is there");
      continue;
    }
    // What has left is shown as long as entries of it are open.
    const bool left = shadows.text(2) == "LEFT";
    RowState shadow{shadows.text(2) == "ROW" || (left && has_open_entries(*raw_, entity)), {}};
    if (!shadows.is_null(3)) {
      shadow.values = demand_value(parse_json_object(shadows.text(3), "a shadow"), "a shadow");
    }
    const RowState view = fold(std::move(shadow), *raw_, entity);
    demand(view.exists == row.has_value(), "a row is there if shadow and open entries say so");
    if (!view.exists) continue;
    for (const auto& member : view.values) {
      const store::Field* field = table->field(member.key());
      if (!field) continue;
      demand(is_kept_as(*raw_, *table, *field, member.value(), row->at(member.key())),
             "the view is shadow and open entries: " + to_text(entity) + "." + field->name +
                 " is " + canonical_json(row->at(member.key())) + ", not " +
                 canonical_json(member.value()));
    }
  }
}

void demand_no_fault(const Error& error, std::string_view doing) {
  const bool fault = error.kind == ErrorKind::storage || error.kind == ErrorKind::busy;
  demand(!fault, std::string(doing) + ": " + error.message);
}

}  // namespace slipway::fuzz
