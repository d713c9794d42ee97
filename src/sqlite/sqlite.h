// Thin RAII over SQLite: a connection, prepared statements, transactions. It knows no table.
//
// What the disk or another process causes is thrown as Failure, so that a transaction unwinds in
// one way only; store and ledger catch it at their own boundary and turn it into an Error. One
// thread per Database at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace slipway::sqlite {

enum class FailureKind {
  busy,        // another connection holds the lock
  constraint,  // the statement broke a constraint; only it was undone
  full,        // no space left
  read_only,   // file or folder may not be written
  moved,       // the file was deleted, moved or replaced; what is written now goes nowhere
  not_a_database,
  corrupt,
  cannot_open,  // a file is not there, is a folder, or may not be opened
  io,           // the disk failed; a commit that failed so is indeterminate
  other,        // our bug, most likely
};

class Failure : public std::exception {
 public:
  // `doing`: the statement, for the log.
  Failure(int extended_code, std::string said, std::string_view doing = {});
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& said() const { return said_; }  // SQLite's own words, without the statement
  FailureKind kind() const { return kind_; }
  int extended_code() const { return extended_code_; }

 private:
  FailureKind kind_;
  int extended_code_;
  std::string said_;
  std::string message_;
};

// The Error that a person meets: `doing` completes "… while <doing>".
Error to_error(const Failure& failure, std::string_view doing);

struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// A prepared statement. Columns are read after step() gave true and until the next step or reset.
class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  Statement& bind(int index, std::nullptr_t);  // indexes start at 1
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, int value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, std::size_t value) { return bind(index, std::int64_t(value)); }
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const std::string& text) {
    return bind(index, std::string_view(text));
  }
  Statement& bind(int index, const Value& value);
  Statement& bind(int index, const Blob& value);
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, nullptr);
  }

  template <class... T>
  Statement& bind_all(const T&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }

  bool step();  // true: a row is there; throws Failure
  void run();   // steps to the end and resets; for statements without rows
  void reset();

  bool is_null(int column) const;  // columns start at 0
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // valid until the next step
  Value value(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<std::string> optional_text(int column) const;
  int column_count() const;
  std::string_view column_name(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// A borrowed statement: `auto query = database.cached("…"); query->bind(1, id); query->step();`
// Giving it back ends its read, so that no snapshot stays open. Borrowing one text twice at the
// same time is our bug.
class Use {
 public:
  explicit Use(Statement& statement, bool& in_use);
  ~Use();
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Statement* operator->() const { return &statement_; }
  Statement& operator*() const { return statement_; }

 private:
  Statement& statement_;
  bool& in_use_;
};

enum class OpenMode { create, existing, read_only };

class Database {
 public:
  // Throws Failure. The file is opened, not yet locked. `vfs` names SQLite's way to the disk;
  // empty: its usual one.
  Database(const std::string& path, OpenMode mode, Duration busy_timeout,
           const std::string& vfs = "");
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& sql);  // one or more statements without parameters
  Statement prepare(std::string_view sql);

  // The same statement each time the same text is asked for, with no bindings; given back, reset,
  // when the Use ends. Kept for good: only for texts of a bounded number, never for values.
  Use cached(std::string_view sql);

  // Writes and syncs again what the write-ahead log holds. A process that was killed between write
  // and sync, or a sync that failed, leaves commits there that every program sees and that the next
  // power loss takes away; some kernels forget such pages, so that no later sync would keep them.
  // Called before anybody is told what the file holds. Throws Failure.
  void make_log_durable();

  std::int64_t changes() const;  // rows changed by the last statement
  std::int64_t last_insert_rowid() const;
  bool in_transaction() const;
  void check_is_in_place() const;  // throws Failure (moved) when the path leads to another file
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  struct Cached {
    Statement statement;
    bool in_use = false;
  };
  // Hundreds of statements begin alike; few are of the same length.
  struct ByLength {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
  };
  std::map<std::string, Cached, ByLength> cache_;
};

// BEGIN IMMEDIATE … COMMIT; rolled back unless commit() returned.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// A part of a transaction that may fail by itself; rolled back unless release() returned.
class Savepoint {
 public:
  explicit Savepoint(Database& database);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  void release();

 private:
  Database& database_;
  bool open_ = true;
};

// "name" → "\"name\"", safe as an identifier in SQL.
std::string quoted(std::string_view identifier);

std::string_view library_version();

}  // namespace slipway::sqlite
