#include "sqlite/sqlite.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/check.h"

namespace slipway::sqlite {

namespace {

FailureKind kind_of(int code) {
  if (code == SQLITE_READONLY_DBMOVED) return FailureKind::moved;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // many tries to get at the write-ahead log have met others' locks
      return FailureKind::busy;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return FailureKind::constraint;
    case SQLITE_FULL:
      return FailureKind::full;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return FailureKind::read_only;
    case SQLITE_NOTADB:
      return FailureKind::not_a_database;
    case SQLITE_CORRUPT:
      return FailureKind::corrupt;
    case SQLITE_CANTOPEN:
      return FailureKind::cannot_open;
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return FailureKind::io;
    default:
      return FailureKind::other;
  }
}

[[noreturn]] void throw_failure(sqlite3* database, std::string_view doing) {
  throw Failure(sqlite3_extended_errcode(database), sqlite3_errmsg(database), doing);
}

}  // namespace

Failure::Failure(int extended_code, std::string said, std::string_view doing)
    : kind_(kind_of(extended_code)),
      extended_code_(extended_code),
      said_(std::move(said)),
      message_(said_) {
  if (!doing.empty()) message_ += " (" + std::string(doing.substr(0, 160)) + ")";
}

Error to_error(const Failure& failure, std::string_view doing) {
  const std::string what = " while " + std::string(doing) + ": " + failure.what();
  switch (failure.kind()) {
    case FailureKind::busy:
      return {
          ErrorKind::busy, "database-locked", "The database is locked by another program" + what,
          "Nothing was changed. Try again when the other program has finished its transaction."};
    case FailureKind::constraint:
      return {ErrorKind::invalid, "constraint", "The database refused the write" + what,
              "Nothing was changed. Correct the values and send them again."};
    case FailureKind::full:
      return {ErrorKind::storage, "disk-full", "No space is left on the disk" + what,
              "What was accepted before is safe. Free some space; work resumes by itself."};
    case FailureKind::read_only:
      return {ErrorKind::storage, "read-only", "The database may not be written" + what,
              "Give this user the right to write to the file and its folder."};
    case FailureKind::moved:
      return {ErrorKind::storage, "database-moved",
              "The database file was deleted, moved or replaced" + what,
              "Nothing was changed. Put it back; it is opened again by itself."};
    case FailureKind::not_a_database:
      return {ErrorKind::storage, "not-a-database", "The file is not an SQLite database" + what,
              "The file was not changed. Check the path, or the key if it is encrypted."};
    case FailureKind::corrupt:
      return {ErrorKind::storage, "corrupt", "The database file is damaged" + what,
              "Nothing more is written to it. If this stays, restore it from a backup."};
    case FailureKind::cannot_open:
      return {
          ErrorKind::storage, "cannot-open", "A file could not be opened" + what,
          "Nothing was changed. Check the path, that its folder exists, and this user's rights."};
    case FailureKind::io:
      return {ErrorKind::storage, "disk-error", "The disk failed" + what,
              "What was accepted before is safe. Whether the last write was kept is checked when "
              "the file is opened again."};
    case FailureKind::other:
      break;
  }
  return {ErrorKind::storage, "database-error", "The database failed" + what,
          "Nothing was changed. This is unexpected; please report it with the log."};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

#define BIND(call)                                                                     \
  if ((call) != SQLITE_OK)                                                             \
    throw_failure(sqlite3_db_handle(statement_.get()), sqlite3_sql(statement_.get())); \
  return *this

Statement& Statement::bind(int index, std::nullptr_t) {
  BIND(sqlite3_bind_null(statement_.get(), index));
}
Statement& Statement::bind(int index, std::int64_t value) {
  BIND(sqlite3_bind_int64(statement_.get(), index, value));
}
Statement& Statement::bind(int index, double value) {
  BIND(sqlite3_bind_double(statement_.get(), index, value));
}
Statement& Statement::bind(int index, std::string_view text) {
  BIND(sqlite3_bind_text64(statement_.get(), index, text.data() ? text.data() : "", text.size(),
                           SQLITE_TRANSIENT, SQLITE_UTF8));
}
Statement& Statement::bind(int index, const Blob& value) {
  BIND(sqlite3_bind_blob64(statement_.get(), index, value.bytes.data(), value.bytes.size(),
                           SQLITE_TRANSIENT));
}
#undef BIND

Statement& Statement::bind(int index, const Value& value) {
  return std::visit(
      [&](const auto& v) -> Statement& {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>)
          return bind(index, nullptr);
        else
          return bind(index, v);
      },
      value);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  Failure failure(sqlite3_extended_errcode(database), std::string(sqlite3_errmsg(database)));
  sqlite3_reset(statement_.get());
  throw failure;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // its result repeats the last step's, which has been thrown
  sqlite3_clear_bindings(statement_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}
std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes
             ? std::string_view(bytes, std::size_t(sqlite3_column_bytes(statement_.get(), column)))
             : std::string_view();
}
Value Statement::value(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return real(column);
    case SQLITE_TEXT:
      return std::string(text(column));
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
      const auto size = std::size_t(sqlite3_column_bytes(statement_.get(), column));
      return Blob{size ? std::string(bytes, size) : std::string()};
    }
    default:
      return std::monostate{};
  }
}
std::optional<std::int64_t> Statement::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}
std::optional<std::string> Statement::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(std::string(text(column)));
}
int Statement::column_count() const {
  return sqlite3_column_count(statement_.get());
}
std::string_view Statement::column_name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(const std::string& path, OpenMode mode, Duration busy_timeout,
                   const std::string& vfs)
    : path_(path) {
  const int flags = mode == OpenMode::create     ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                    : mode == OpenMode::existing ? SQLITE_OPEN_READWRITE
                                                 : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  database_.reset(handle);
  if (code != SQLITE_OK) {
    if (!handle) throw Failure(code, sqlite3_errstr(code));
    throw_failure(handle, path);
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, int(busy_timeout.count()));
}

Database::~Database() {
  cache_.clear();
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw_failure(database_.get(), sql);
  }
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), int(sql.size()), 0, &statement, nullptr) !=
      SQLITE_OK) {
    throw_failure(database_.get(), sql);
  }
  CHECK(statement != nullptr);
  return Statement(statement);
}

Use::Use(Statement& statement, bool& in_use) : statement_(statement), in_use_(in_use) {
  CHECK(!in_use);
  in_use_ = true;
}
Use::~Use() {
  statement_.reset();
  in_use_ = false;
}

Use Database::cached(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) found = cache_.emplace(std::string(sql), Cached{prepare(sql)}).first;
  return Use(found->second.statement, found->second.in_use);
}

// SQLite's files of this kind take less than 128 KiB in one call.
constexpr sqlite3_int64 log_part_bytes = sqlite3_int64{1} << 16;

void Database::make_log_durable() {
  const Transaction keeps_writers_away(*this);
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (!log || !log->pMethods) return;
  const auto check = [&](int code) {
    if (code != SQLITE_OK) throw Failure(code, sqlite3_errstr(code));
  };
  sqlite3_int64 size = 0;
  check(log->pMethods->xFileSize(log, &size));
  std::string part(std::size_t(std::min(size, log_part_bytes)), '\0');
  for (sqlite3_int64 at = 0; at < size; at += sqlite3_int64(part.size())) {
    const int length = int(std::min(size - at, sqlite3_int64(part.size())));
    check(log->pMethods->xRead(log, part.data(), length, at));
    check(log->pMethods->xWrite(log, part.data(), length, at));
  }
  if (size > 0) check(log->pMethods->xSync(log, SQLITE_SYNC_FULL));
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(database_.get());
}
std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(database_.get());
}
bool Database::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}
void Database::check_is_in_place() const {
  int moved = 0;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved) throw Failure(SQLITE_READONLY_DBMOVED, path_);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.cached("BEGIN IMMEDIATE")->run();
}
Transaction::~Transaction() {
  // After some failures SQLite has rolled back already; then there is nothing left to undo.
  if (open_ && database_.in_transaction()) {
    try {
      database_.cached("ROLLBACK")->run();
    } catch (const Failure&) {
      // The file is left to recovery at the next open, which undoes the transaction.
    }
  }
}
void Transaction::commit() {
  database_.cached("COMMIT")->run();
  open_ = false;
}

Savepoint::Savepoint(Database& database) : database_(database) {
  database_.cached("SAVEPOINT part")->run();
}
Savepoint::~Savepoint() {
  if (open_ && database_.in_transaction()) {
    try {
      database_.cached("ROLLBACK TO part")->run();
      database_.cached("RELEASE part")->run();
    } catch (const Failure&) {
      // The surrounding transaction cannot commit either; it unwinds with its own failure.
    }
  }
}
void Savepoint::release() {
  database_.cached("RELEASE part")->run();
  open_ = false;
}

std::string quoted(std::string_view identifier) {
  std::string text = "\"";
  for (char c : identifier) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

std::string_view library_version() {
  return sqlite3_libversion();
}

}  // namespace slipway::sqlite
