// Thin RAII over libpq: a connection, statements with parameters, their rows, transactions. It
// knows no table, and is the only home of libpq.
//
// Statements are sent in batches by libpq's pipeline mode: one batch is one round trip, however
// many statements it holds. They are not prepared by name: each is planned for the values that it
// has and the tables as they are, and a pooler may stand between us and the server. Time limits are
// the session's: behind a pooler that lends its sessions for one transaction they hold by chance,
// and are better set for the role (ALTER ROLE … SET statement_timeout).
//
// What the network, the server or another session causes is thrown as Failure, so that a
// transaction unwinds in one way only; the ledger catches it at its own boundary. One thread per
// Connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct pg_conn;
struct pg_result;

namespace slipway::postgres {

enum class FailureKind {
  bad_url,      // it cannot be read (url.h); nobody was asked
  unreachable,  // no connection; whether a COMMIT that was under way took effect is unknown
  again,        // serialisation failure or deadlock: the same transaction may succeed next time
  busy,         // a lock or a statement took too long, or there are too many connections
  constraint,   // values that the tables refuse
  full,         // no space left
  read_only,    // this server is a standby, or is told to write nothing
  denied,       // password, role or right
  damaged,      // the server says that its files are
  newer,        // a table or column is gone: a newer version has changed the tables meanwhile
  other,        // our bug, most likely
};

class Failure : public std::exception {
 public:
  Failure(FailureKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }
  FailureKind kind() const { return kind_; }
  // Worth trying again at once, on a new connection if this one is gone.
  bool passes() const;

 private:
  FailureKind kind_;
  std::string message_;
};

FailureKind kind_of_sqlstate(std::string_view code);

// The Error that a person meets: `doing` completes "… while <doing>".
Error to_error(const Failure& failure, std::string_view doing);

// One value or array as PostgreSQL reads it; its type is the statement's to say ("$2::text[]").
// Text must be UTF-8 without NUL (text_key in cloud/postgres_tables.h): else Failure (constraint).
class Parameter {
 public:
  Parameter(std::nullptr_t) {}                  // NOLINT(google-explicit-constructor)
  Parameter(std::int64_t value);                // NOLINT(google-explicit-constructor)
  Parameter(bool value);                        // NOLINT(google-explicit-constructor)
  Parameter(std::string text);                  // NOLINT(google-explicit-constructor)
  Parameter(std::string_view text);             // NOLINT(google-explicit-constructor)
  Parameter(const char* text);                  // NOLINT(google-explicit-constructor)
  Parameter(const std::vector<std::string>&);   // NOLINT(google-explicit-constructor)
  Parameter(const std::vector<std::int64_t>&);  // NOLINT(google-explicit-constructor)
  Parameter(const std::vector<bool>&);          // NOLINT(google-explicit-constructor)
  Parameter(
      const std::vector<std::optional<std::int64_t>>&);  // NOLINT(google-explicit-constructor)
  const std::optional<std::string>& text() const { return text_; }

 private:
  std::optional<std::string> text_;
};

struct Statement {
  std::string_view sql;  // must outlive the batch
  std::vector<Parameter> parameters = {};
};
using Batch = std::vector<Statement>;

// What one statement gave.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}
  int size() const;
  bool empty() const { return size() == 0; }
  bool is_null(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  bool boolean(int row, int column) const;
  std::string_view text(int row, int column) const;  // as long as these rows
  std::optional<std::int64_t> optional_integer(int row, int column) const;
  std::optional<std::string> optional_text(int row, int column) const;
  std::int64_t changed() const;  // rows that an INSERT, UPDATE or DELETE wrote

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

struct Limits {
  Duration connect = std::chrono::seconds(5);
  Duration lock = std::chrono::seconds(5);       // of one lock
  Duration statement = std::chrono::seconds(8);  // of one statement; longer ones are our bug
  // Of a transaction that nobody goes on with: a node that vanished holds its locks no longer.
  Duration idle = std::chrono::seconds(5);
  Duration pause = std::chrono::milliseconds(500);  // at least, after a connection was refused
  // Of the server, after which it counts as gone: longer than it takes over a statement, and a
  // third of what those wait who are answered by it.
  Duration silence = std::chrono::seconds(10);
};

// Of the transaction that says it.
inline constexpr std::string_view without_limits =
    "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)";

class Connection {
 public:
  // `url`: postgresql://USER[:PASSWORD]@HOST:PORT/DB or what else libpq understands. Connects when
  // it is first used, and again after it was lost. After a failure it refuses for as long as the
  // attempt took, half a second at least: whoever waits for the server gets to do other things,
  // too.
  explicit Connection(std::string url, Limits limits = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One round trip. Outside of a transaction the batch is one of its own. Throws Failure, the first
  // one that a statement met; then none of the batch has had an effect.
  std::vector<Rows> run(const Batch& batch);
  // Statements without parameters, which come from a file of ours.
  void execute(const std::string& script);

  // Asks the server for whatever it has to tell. Whether another session has spoken on a channel
  // that this one listens on since this was last asked; also true after the connection was lost,
  // when something may have been missed. Throws Failure.
  bool heard();
  void listen(const std::string& channel);

  void ensure();  // that it is connected. Throws Failure
  bool connected() const { return connection_ != nullptr; }
  std::int64_t connects() const { return connects_; }  // how often it has connected
  void disconnect();                                   // the next use connects again
  std::int64_t round_trips() const { return round_trips_; }
  const std::string& place() const { return place_; }  // "DB at HOST:PORT", without a secret

 private:
  friend class Patience;
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  void connect();
  void prepare_session();
  void wait_for_results();
  void send(const Batch& batch);
  std::vector<Rows> receive(std::size_t statements);
  [[noreturn]] void lost();
  void gather_notices();

  const std::string url_;
  const Limits limits_;
  bool patient_ = false;
  std::chrono::steady_clock::time_point refuses_until_{};
  std::string refusal_;
  std::string place_;
  std::string channel_;
  std::unique_ptr<pg_conn, Finish> connection_;
  bool heard_ = false;
  std::int64_t round_trips_ = 0;
  std::int64_t connects_ = 0;
};

// While it lives, a batch may take as long as it does: for programs that count, and for migrations.
// Their transactions say without_limits, too.
class Patience {
 public:
  explicit Patience(Connection& connection) : connection_(connection) {
    connection.patient_ = true;
  }
  ~Patience() { connection_.patient_ = false; }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  Connection& connection_;
};

// A transaction of one or more batches; rolled back unless commit() returned. `begin` leads the
// first batch, so that beginning costs no round trip of its own.
class Transaction {
 public:
  Transaction(Connection& connection, Batch begin);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  std::vector<Rows> run(Batch batch);
  std::vector<Rows> commit(Batch last = {});  // together with the last batch

 private:
  std::vector<Rows> run_after_begin(Batch batch);
  bool is_on_its_connection() const;
  Connection& connection_;
  Batch begin_;
  enum class State { new_, open, ended } state_ = State::new_;
  std::int64_t connects_ = 0;  // when it began
};

}  // namespace slipway::postgres
