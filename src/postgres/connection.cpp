#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "postgres/postgres.h"
#include "postgres/url.h"

namespace slipway::postgres {

namespace {

std::string trimmed(const char* message) {
  std::string text = message ? message : "";
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

[[noreturn]] void throw_failure(const pg_result* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const FailureKind kind = state ? kind_of_sqlstate(state) : FailureKind::unreachable;
  throw Failure(kind, (message ? trimmed(message) : trimmed(PQresultErrorMessage(result))) +
                          (state ? std::string(" (") + state + ")" : ""));
}

bool is_error(const pg_result* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

}  // namespace

void Connection::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Connection::Connection(std::string url, Limits limits) : url_(std::move(url)), limits_(limits) {}

Connection::~Connection() = default;

void Connection::disconnect() {
  connection_.reset();
}

void Connection::lost() {
  const std::string message = trimmed(PQerrorMessage(connection_.get()));
  disconnect();
  throw Failure(FailureKind::unreachable, message.empty() ? "the connection is gone" : message);
}

// What stands before the URL are defaults that it may change. Of several servers the one that may
// be written to is taken.
void Connection::connect() {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  if (const auto mistake = mistake_in(url_)) throw Failure(FailureKind::bad_url, *mistake);
  if (began < refuses_until_) throw Failure(FailureKind::unreachable, refusal_);
  const std::string seconds =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limits_.connect).count());
  const std::string silence = std::to_string(limits_.silence.count());
  const char* keywords[] = {"connect_timeout",
                            "tcp_user_timeout",
                            "target_session_attrs",
                            "application_name",
                            "dbname",
                            "client_encoding",
                            nullptr};
  const char* values[] = {seconds.c_str(), silence.c_str(), "read-write", "slipway-cloud",
                          url_.c_str(),    "UTF8",          nullptr};
  connection_.reset(PQconnectdbParams(keywords, values, 1));
  CHECK(connection_);
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    // libpq gives no SQLSTATE here. A password that is refused will be refused again.
    const std::string message = trimmed(PQerrorMessage(connection_.get()));
    const bool denied = message.find("authentication failed") != message.npos ||
                        message.find("does not exist") != message.npos ||
                        message.find("no password supplied") != message.npos;
    disconnect();
    if (message.starts_with("invalid ")) throw Failure(FailureKind::bad_url, message);  // an option
    if (denied) throw Failure(FailureKind::denied, message);
    const auto now = Clock::now();
    refuses_until_ = now + std::max<Clock::duration>(now - began, limits_.pause);
    refusal_ = message;
    throw Failure(FailureKind::unreachable, message);
  }
  place_ = std::string(PQdb(connection_.get())) + " at " + PQhost(connection_.get()) + ":" +
           PQport(connection_.get());
  PQsetnonblocking(connection_.get(), 1);
  ++connects_;
  heard_ = true;  // whatever was said meanwhile was missed
  try {
    prepare_session();
  } catch (const Failure&) {
    disconnect();
    throw;
  }
}

// A commit that is answered must be durable, whatever the server's default is.
void Connection::prepare_session() {
  const auto ms = [](Duration duration) { return std::to_string(duration.count()); };
  run(
      {{"SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false),"
        " set_config('idle_in_transaction_session_timeout', $3, false),"
        " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')"
        " THEN set_config('synchronous_commit', 'on', false) END",
        {ms(limits_.lock), ms(limits_.statement), ms(limits_.idle)}}});
  if (channel_.empty()) return;
  try {
    execute("LISTEN " + channel_);
  } catch (const Failure& failure) {
    if (failure.kind() == FailureKind::unreachable) throw;  // else: this server cannot
  }
}

void Connection::send(const Batch& batch) {
  CHECK(PQenterPipelineMode(connection_.get()) == 1);
  for (const Statement& statement : batch) {
    std::vector<const char*> values;
    for (const Parameter& parameter : statement.parameters)
      values.push_back(parameter.text() ? parameter.text()->c_str() : nullptr);
    const std::string sql(statement.sql);
    if (PQsendQueryParams(connection_.get(), sql.c_str(), int(values.size()), nullptr,
                          values.data(), nullptr, nullptr, 0) != 1) {
      lost();
    }
  }
  if (PQpipelineSync(connection_.get()) != 1) lost();
}

// Sends what is left to send and reads what comes, so that neither side waits for the other to make
// room, until the next result is there.
void Connection::wait_for_results() {
  for (;;) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) lost();
    if (unsent == 0 && PQisBusy(connection_.get()) == 0) return;
    pollfd waiting{PQsocket(connection_.get()), short(POLLIN | (unsent ? POLLOUT : 0)), 0};
    const int ready = poll(&waiting, 1, patient_ ? -1 : int(limits_.silence.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      disconnect();
      throw Failure(FailureKind::unreachable, "the server does not answer");
    }
    if (waiting.revents & (POLLIN | POLLERR | POLLHUP) && PQconsumeInput(connection_.get()) != 1) {
      lost();
    }
  }
}

// Each statement's result is followed by a null; the end of the batch is marked. After a failure
// the rest of the batch is skipped by the server.
std::vector<Rows> Connection::receive(std::size_t statements) {
  std::vector<Rows> all;
  std::optional<Failure> failure;
  for (;;) {
    wait_for_results();
    pg_result* result = PQgetResult(connection_.get());
    if (!result && PQstatus(connection_.get()) != CONNECTION_OK) lost();
    if (!result) continue;
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_PIPELINE_ABORTED || failure) continue;
    if (is_error(result)) {
      if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
      try {
        throw_failure(result);
      } catch (const Failure& met) {
        failure = met;
      }
      continue;
    }
    all.push_back(std::move(rows));
  }
  CHECK(PQexitPipelineMode(connection_.get()) == 1);
  gather_notices();
  if (failure) {
    if (failure->kind() == FailureKind::unreachable || failure->kind() == FailureKind::read_only)
      disconnect();
    throw *failure;
  }
  CHECK(all.size() == statements);
  return all;
}

void Connection::ensure() {
  if (!connection_) connect();
}

std::vector<Rows> Connection::run(const Batch& batch) {
  ensure();
  ++round_trips_;
  send(batch);
  return receive(batch.size());
}

void Connection::execute(const std::string& script) {
  if (!connection_) connect();
  ++round_trips_;
  if (PQsendQuery(connection_.get(), script.c_str()) != 1) lost();
  std::optional<Failure> failure;
  for (;;) {
    wait_for_results();
    pg_result* result = PQgetResult(connection_.get());
    if (!result) break;
    const Rows rows(result);
    if (!is_error(result)) continue;
    if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
    try {
      throw_failure(result);
    } catch (const Failure& met) {
      if (!failure) failure = met;
    }
  }
  gather_notices();
  if (failure) throw *failure;
}

void Connection::gather_notices() {
  const int own = PQbackendPID(connection_.get());
  while (PGnotify* notice = PQnotifies(connection_.get())) {
    heard_ = heard_ || notice->be_pid != own;
    PQfreemem(notice);
  }
}

bool Connection::heard() {
  run({{"SELECT 1"}});
  return std::exchange(heard_, false);
}

void Connection::listen(const std::string& channel) {
  channel_ = channel;
  if (!connection_)
    connect();
  else
    execute("LISTEN " + channel_);
}

Transaction::Transaction(Connection& connection, Batch begin)
    : connection_(connection), begin_(std::move(begin)) {}

Transaction::~Transaction() {
  if (state_ != State::open || !is_on_its_connection()) return;
  try {
    connection_.run({{"ROLLBACK"}});
  } catch (const Failure&) {
    connection_.disconnect();  // which rolls back as well
  }
}

// A connection that was lost takes the transaction along; a new one is not in it.
bool Transaction::is_on_its_connection() const {
  return connection_.connected() && connection_.connects() == connects_;
}

std::vector<Rows> Transaction::run_after_begin(Batch batch) {
  CHECK(state_ != State::ended);
  if (state_ == State::open) {
    if (!is_on_its_connection()) throw Failure(FailureKind::unreachable, "the connection is gone");
    return connection_.run(batch);
  }
  const auto first = std::ptrdiff_t(begin_.size());
  batch.insert(batch.begin(), begin_.begin(), begin_.end());
  connection_.ensure();
  state_ = State::open;
  connects_ = connection_.connects();
  std::vector<Rows> rows = connection_.run(batch);
  rows.erase(rows.begin(), rows.begin() + first);
  return rows;
}

std::vector<Rows> Transaction::run(Batch batch) {
  return run_after_begin(std::move(batch));
}

std::vector<Rows> Transaction::commit(Batch last) {
  last.push_back({"COMMIT"});
  std::vector<Rows> rows = run_after_begin(std::move(last));
  state_ = State::ended;
  rows.pop_back();
  return rows;
}

}  // namespace slipway::postgres
