// Reading for people: the queue, the audit, the app's rows with their sync state. Counts come from
// the database each time, so that what is shown is what is stored. Throws sqlite::Failure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "store/held.h"
#include "store/queue.h"

namespace slipway::store {

struct Counts {
  std::array<std::int64_t, std::size(all_statuses)> by_status{};
  std::int64_t of(Status status) const { return by_status[std::size_t(status)]; }
};
Counts count_entries(sqlite::Database& database);

struct QueueQuery {
  std::vector<Status> statuses = {};  // empty: all
  std::optional<std::string> entity_type = {}, entity_id = {}, text = {};
  std::int64_t limit = 50;
  std::optional<EntryId> after = {};  // older than this entry
  std::int64_t offset = 0;            // leaves out so many of the newest
  std::optional<bool> held = {};      // only held entries, or only others
  std::optional<EntryId> root = {};   // only those held beneath it
};
struct QueuePage {
  std::vector<Entry> entries;  // newest first
  std::optional<EntryId> next;
  std::int64_t total = 0;
  HeldEntries held;  // at the same look
};
QueuePage list_entries(sqlite::Database& database, const QueueQuery& query);

struct Attempt {
  std::int64_t id;
  EntryId entry;
  std::string exchange_id, kind, outcome;
  std::optional<std::string> detail;
  std::string sent_at, ended_at;
};
std::vector<Attempt> list_attempts(sqlite::Database& database, std::optional<EntryId> entry,
                                   std::optional<std::int64_t> after, std::int64_t limit);

// The nearest open entry that this one waits for: earlier in its lane, a dependency, or a mate's.
std::optional<Entry> first_prerequisite(sqlite::Database& database, const Entry& entry);
std::vector<Entry> prerequisites(sqlite::Database& database, const Entry& entry);  // all such

struct RowQuery {
  std::vector<std::pair<std::string, json::value>> equals = {};
  std::optional<std::string> search = {};  // in text fields
  std::string sort = {};                   // a field; empty: the key
  bool descending = false;
  std::int64_t limit = 50, offset = 0;
};
struct ListedRow {
  std::string entity_id;
  json::object values;
  std::string state;  // "synced", "waiting", "needs-you", "local-only", "quarantined"
  std::vector<EntryId> open_entries;
  std::optional<Version> version;
  std::optional<json::value> cloud_id = {};  // where the target has given the row another
};
struct RowPage {
  std::vector<ListedRow> rows;
  std::int64_t total = 0;
};
RowPage list_rows(sqlite::Database& database, const Table& table, const RowQuery& query);
std::optional<ListedRow> find_row(sqlite::Database& database, const Table& table,
                                  const std::string& id);

}  // namespace slipway::store
