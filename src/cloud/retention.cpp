// What the SQLite ledger forgets, a bounded piece at a time, and how far its backups go.

#include <algorithm>

#include "base/planted.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

struct Device {
  TenantId tenant;
  std::string name;
  std::int64_t cursor_seq;
};

std::vector<Device> devices_of(sqlite::Database& database) {
  std::vector<Device> devices;
  auto query = database.cached(query::devices);
  while (query->step()) {
    devices.push_back({query->integer(0), std::string(query->text(1)), query->integer(2)});
  }
  return devices;
}

// Receipts of whole commits, so that a group is forgotten whole: the commit up to which there are
// at most `limit`, but at least the first one. Nothing: there is nothing to forget.
std::optional<std::int64_t> cut_at(sqlite::Database& database, const Device& device,
                                   std::int64_t bound, std::int64_t limit) {
  auto query = database.cached(query::purgeable_commits);
  query->bind_all(device.tenant, device.name, bound, limit + 1);
  std::optional<std::int64_t> cut;
  std::int64_t count = 0;
  while (query->step()) {
    count += query->integer(1);
    if (cut && count > limit) break;
    cut = query->integer(0);
  }
  return cut;
}

struct Range {
  std::int64_t first, last;
};

// Adds numbers to the incarnation's intervals, joined with those that they touch.
void keep_numbers(sqlite::Database& database, TenantId tenant, const std::string& incarnation,
                  Range range) {
  for (;;) {
    auto touching = database.cached(query::touching_range);
    touching->bind_all(tenant, incarnation, range.first - 1, range.last + 1);
    if (!touching->step()) break;
    const Range other{touching->integer(0), touching->integer(1)};
    auto drop = database.cached(query::drop_range);
    drop->bind_all(tenant, incarnation, other.first);
    drop->run();
    range = {std::min(range.first, other.first), std::max(range.last, other.last)};
  }
  auto add = database.cached(query::add_range);
  add->bind_all(tenant, incarnation, range.first, range.last);
  add->run();
}

void forget_receipts(sqlite::Database& database, const Device& device, std::int64_t cut) {
  std::map<std::string, std::vector<Range>> ranges;
  {
    auto numbers = database.cached(query::purgeable_numbers);
    numbers->bind_all(device.tenant, device.name, cut);
    while (numbers->step()) {
      const std::int64_t number = numbers->integer(1);
      std::vector<Range>& of = ranges[std::string(numbers->text(0))];
      if (!of.empty() && of.back().last + 1 == number)
        of.back().last = number;
      else
        of.push_back({planted(Bug::forgets_which_numbers_were_not_judged) ? 1 : number, number});
    }
  }
  for (const auto& [incarnation, list] : ranges) {
    for (const Range& range : list) keep_numbers(database, device.tenant, incarnation, range);
  }
  auto purge = database.cached(query::purge_receipts);
  purge->bind_all(device.tenant, device.name, cut);
  purge->run();
}

}  // namespace

void note_cursors(sqlite::Database& database, const Cursors& cursors, WallTime now) {
  auto note = database.cached(query::note_cursor);
  for (const auto& [device, seq] : cursors) {
    note->bind_all(device.first, device.second, seq, to_text(now));
    note->run();
  }
}

bool purge_some_receipts(sqlite::Database& database, WallTime made_before, std::int64_t limit) {
  std::map<TenantId, std::int64_t> old_enough;
  for (const Device& device : devices_of(database)) {
    auto [at, first] = old_enough.emplace(device.tenant, 0);
    if (first) {
      const std::int64_t head = load_head(database, device.tenant).head.seq;
      at->second = commit_at(database, {device.tenant, head}, to_text(made_before));
    }
    const std::int64_t bound = std::min(device.cursor_seq, at->second);
    const auto cut = cut_at(database, device, bound, limit);
    if (!cut) continue;
    forget_receipts(database, device, *cut);
    return true;
  }
  return false;
}

std::int64_t note_backup(sqlite::Database& database, const std::string& file, WallTime now) {
  auto add = database.cached(query::add_backup);
  add->bind_all(file, to_text(now));
  add->run();
  const std::int64_t id = database.last_insert_rowid();
  auto points = database.cached(query::add_backup_points);
  points->bind(1, id);
  points->run();
  return id;
}

std::optional<Version> safe_point(sqlite::Database& database, TenantId tenant) {
  auto query = database.cached(query::safe_point);
  query->bind(1, tenant);
  if (!query->step()) return std::nullopt;
  return Version{query->integer(0), std::string(query->text(1))};
}

}  // namespace slipway::cloud
