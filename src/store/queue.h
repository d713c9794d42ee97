// The rows of SyncQueue as values: reading, appending, changing their status. The published table
// of status edges is enforced by the database's own triggers; a step that breaks it is our bug and
// fails the transaction. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/entry.h"
#include "store/work.h"

namespace slipway::store {

struct Entry {
  EntryId id = 0;
  Body body;
  Status status = Status::pending;
  std::optional<std::string> error_message;
  std::int64_t attempts = 0;
  std::string created_at, updated_at;
  std::string client_request_id;
  std::vector<std::string> depends_on;  // root ids of entries of other lanes
  std::string root_id;
  std::optional<std::string> sent_at, next_attempt_at;
  std::optional<json::object> receipt, conflict;
  std::optional<std::int64_t> receipt_seq;
  std::optional<std::string> void_state;  // "owed", "done"
};

// For SQL: the statuses that are open, as a list in parentheses.
// Of an entry: it was sent, and nobody knows yet what became of it.
inline constexpr std::string_view in_doubt =
    "\"sentAt\" IS NOT NULL AND (\"status\" IN ('PENDING', 'PROCESSING', 'DISCARDING') OR"
    " (\"status\" = 'ERROR' AND json_extract(\"receipt\", '$.reason') = 'outcome-unknown'))";
inline constexpr std::string_view open_statuses =
    "('PENDING','PROCESSING','CONFLICT','ERROR','DISCARDING')";

// The columns that entry_from() reads, in its order.
extern const std::string entry_columns;
Entry entry_from(const sqlite::Statement& row);
std::vector<std::string> texts_from(std::string_view depends_on);

std::optional<Entry> find_entry(sqlite::Database& database, EntryId id);
std::optional<Entry> find_entry_by_request_id(sqlite::Database& database, std::string_view id);

// Open entries of one entity, in the order in which they fold into the view.
std::vector<Entry> open_lane(sqlite::Database& database, const EntityKey& entity);
// The entries of the group, or the entry alone.
std::vector<Entry> unit_of(sqlite::Database& database, const Entry& entry);

void append_entry(Work& work, const Entry& entry);

struct StatusChange {
  Status to;
  std::optional<std::string> error_message = {};
  std::optional<json::object> receipt = {};
  std::optional<std::int64_t> receipt_seq = {};
  std::optional<json::object> conflict = {};   // written once, when the entry is parked
  std::optional<std::string> void_state = {};  // absent: as it was
};
void change_status(Work& work, const Entry& entry, const StatusChange& change);

// The id that the next appended entry gets.
EntryId next_entry_id(sqlite::Database& database);

}  // namespace slipway::store
