#include <algorithm>

#include "postgres/postgres.h"

namespace slipway::postgres {

namespace {

// What a SQLSTATE begins with → what to do about it. The longest beginning that fits counts
// (PostgreSQL's documentation, appendix A).
struct Class {
  std::string_view beginning;
  FailureKind kind;
};
constexpr Class classes[] = {
    {"08", FailureKind::unreachable},     // connection exceptions
    {"57P0", FailureKind::unreachable},   // shut down by an administrator, or starting up
    {"57P05", FailureKind::unreachable},  // idle for too long
    {"25P03", FailureKind::unreachable},  // idle in a transaction for too long
    {"40", FailureKind::again},           // transaction rollback: serialisation, deadlock
    {"55P03", FailureKind::busy},         // a lock was not to be had
    {"57014", FailureKind::busy},         // statement_timeout
    {"53", FailureKind::busy},            // memory, connections
    {"53100", FailureKind::full},         // disk
    {"22", FailureKind::constraint},      // data
    {"23", FailureKind::constraint},      // integrity
    {"25006", FailureKind::read_only},    // read-only transaction
    {"28", FailureKind::denied},          // who is asking
    {"42501", FailureKind::denied},       // rights, row-level security
    {"3D000", FailureKind::denied},       // there is no such database
    {"42P01", FailureKind::newer},        // there is no such table
    {"42703", FailureKind::newer},        // nor column
    {"58", FailureKind::damaged},         // files
    {"XX001", FailureKind::damaged},     {"XX002", FailureKind::damaged},
};

}  // namespace

FailureKind kind_of_sqlstate(std::string_view code) {
  const Class* best = nullptr;
  for (const Class& one : classes) {
    if (!code.starts_with(one.beginning)) continue;
    if (!best || one.beginning.size() > best->beginning.size()) best = &one;
  }
  return best ? best->kind : FailureKind::other;
}

namespace {

// libpq's words, which break lines and indent.
std::string one_line(std::string_view words) {
  std::string line;
  for (const char c : words) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

bool Failure::passes() const {
  return kind_ == FailureKind::again || kind_ == FailureKind::unreachable ||
         kind_ == FailureKind::read_only;  // after a failover the new primary may be reached
}

namespace {

Error without_cause(const Failure& failure, std::string_view doing) {
  const std::string what = " while " + std::string(doing);
  switch (failure.kind()) {
    case FailureKind::bad_url:
      return {ErrorKind::invalid, "bad-database",
              "The URL of the PostgreSQL database cannot be read: " + std::string(failure.what()),
              "In user and password write %25 for %, %2F for /, %40 for @ and %3A for :"};
    case FailureKind::unreachable:
      return {ErrorKind::busy, "database-unreachable", "PostgreSQL cannot be reached" + what,
              "What was accepted before is safe. Try again when it can be reached."};
    case FailureKind::again:
    case FailureKind::busy:
      return {ErrorKind::busy, "database-busy", "PostgreSQL is busy" + what,
              "Nothing was changed. Try again in a moment."};
    case FailureKind::constraint:
      return {ErrorKind::invalid, "constraint", "PostgreSQL refused the values" + what,
              "Nothing was changed."};
    case FailureKind::full:
      return {ErrorKind::storage, "disk-full", "PostgreSQL's disk is full" + what,
              "What was accepted before is safe. Free some space; work resumes by itself."};
    case FailureKind::read_only:
      return {ErrorKind::storage, "read-only", "This PostgreSQL may not be written to" + what,
              "Nothing was changed. Name the primary, or all servers, in the URL."};
    case FailureKind::denied:
      return {ErrorKind::storage, "database-denied", "PostgreSQL does not let this user in" + what,
              "Check user, password, database and rights."};
    case FailureKind::damaged:
      return {ErrorKind::storage, "corrupt", "PostgreSQL's files are damaged" + what,
              "Nothing more is written to them. Restore them from a backup."};
    case FailureKind::newer:
      return {ErrorKind::storage, "newer-version",
              "A newer version has changed the database's tables while this one was at work" + what,
              "Nothing was changed. Install the newer version here, too; others that are newer "
              "serve meanwhile."};
    case FailureKind::other:
      break;
  }
  return {ErrorKind::storage, "database-error", "PostgreSQL failed" + what,
          "Nothing was changed. This is unexpected; please report it with the log."};
}

}  // namespace

Error to_error(const Failure& failure, std::string_view doing) {
  Error error = without_cause(failure, doing);
  if (failure.kind() != FailureKind::bad_url) error.cause = one_line(failure.what());
  return error;
}

}  // namespace slipway::postgres
