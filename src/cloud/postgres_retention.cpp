// What the PostgreSQL ledger forgets, a bounded piece at a time: of one tenant in one transaction.

#include <algorithm>

#include "cloud/limits.h"
#include "cloud/number_ranges.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

struct RangeColumns {
  std::vector<std::string> incarnations;
  std::vector<std::int64_t> firsts, lasts;

  explicit RangeColumns(const std::vector<NumberRange>& ranges) {
    for (const NumberRange& range : ranges) {
      incarnations.push_back(to_stored(range.incarnation));
      firsts.push_back(range.first);
      lasts.push_back(range.last);
    }
  }
};

// Where the horizon should be; never before where it is.
std::int64_t wanted_horizon(const Retention& retention, std::int64_t head, std::int64_t horizon,
                            const Rows& pull, const Rows& young) {
  std::int64_t wanted = head;
  if (retention.commits) wanted = std::min(wanted, head - *retention.commits);
  if (retention.days) wanted = std::min(wanted, young.empty() ? 0 : young.integer(0, 0));
  if (const auto oldest = pull.optional_integer(0, 0)) wanted = std::min(wanted, *oldest);
  return std::max(wanted, horizon);
}

// Exact numbers, joined with those that are kept already.
void keep_numbers(Transaction& transaction, TenantId tenant, std::vector<NumberRange> ranges) {
  if (ranges.empty()) return;
  ranges = joined(std::move(ranges));
  const RangeColumns added(ranges);
  const Rows touching = std::move(
      transaction
          .run({{query::touching_ranges, {tenant, added.incarnations, added.firsts, added.lasts}}})
          .at(0));
  std::vector<NumberRange> old;
  for (int row = 0; row < touching.size(); ++row) {
    old.push_back(
        {from_stored(touching.text(row, 0)), touching.integer(row, 1), touching.integer(row, 2)});
  }
  ranges.insert(ranges.end(), old.begin(), old.end());
  const RangeColumns dropped(old), whole(joined(std::move(ranges)));
  transaction.run({{query::drop_ranges, {tenant, dropped.incarnations, dropped.firsts}},
                   {query::add_ranges, {tenant, whole.incarnations, whole.firsts, whole.lasts}}});
}

}  // namespace

// An image is needed as long as it is the newest of its row up to the horizon or lies beyond it. A
// tombstone up to the horizon is needed by nobody: the row is not there in any state that can be
// read, and no difference that can be read leads to it.
Compaction compact_tenant(postgres::Connection& connection, TenantId tenant,
                          const Retention& retention, WallTime now, std::int64_t images_max) {
  Transaction transaction(connection, begin_for(tenant));
  const WallTime then = now + -std::chrono::days(retention.days.value_or(0));
  const std::vector<Rows> log =
      transaction.run({{query::lock_log, {tenant}},
                       {query::oldest_full_pull, {tenant, to_text(now + -full_pull_time_max)}},
                       {query::commit_at, {tenant, to_text(then)}}});
  if (log[0].empty()) return {};
  const std::int64_t purged = log[0].integer(0, 2);
  const std::int64_t horizon =
      wanted_horizon(retention, log[0].integer(0, 0), log[0].integer(0, 1), log[1], log[2]);
  if (images_max <= 0 || purged == horizon) {
    transaction.commit({{query::move_horizon, {tenant, horizon}}});
    return {purged < horizon, 0, 0};
  }
  const std::vector<Rows> end =
      transaction.run({{query::move_horizon, {tenant, horizon}},
                       {query::step_end, {tenant, purged, horizon, images_max}}});
  const std::int64_t up_to = end[1].empty() ? horizon : end[1].integer(0, 0);
  const std::vector<Rows> dropped =
      transaction.commit({{query::drop_tombstones, {tenant, purged, up_to}},
                          {query::drop_images, {tenant, purged, up_to}},
                          {query::note_purged, {tenant, up_to}}});
  return {up_to < horizon, dropped[1].changed(), dropped[0].changed()};
}

void note_cursors(postgres::Connection& connection, TenantId tenant,
                  const std::map<std::string, std::int64_t>& cursors, WallTime now) {
  std::vector<std::string> devices;
  std::vector<std::int64_t> seqs;
  for (const auto& [device, seq] : cursors) {
    devices.push_back(to_stored(device));
    seqs.push_back(seq);
  }
  Transaction(connection, begin_for(tenant))
      .commit({{query::note_cursors, {tenant, devices, seqs, to_text(now)}}});
}

bool purge_some_receipts(postgres::Connection& connection, TenantId tenant, WallTime made_before,
                         std::int64_t limit) {
  Transaction transaction(connection, begin_for(tenant));
  const std::vector<Rows> log = transaction.run(
      {{query::lock_log, {tenant}}, {query::commit_at, {tenant, to_text(made_before)}}});
  if (log[1].empty()) return false;
  const Rows found =
      std::move(transaction.run({{query::purgeable_device, {tenant, log[1].integer(0, 0)}}}).at(0));
  if (found.empty()) return false;
  const std::string device(found.text(0, 0));
  const Rows end = std::move(
      transaction.run({{query::purge_end, {tenant, device, found.integer(0, 1), limit}}}).at(0));
  const std::int64_t cut = end.integer(0, 0);
  const Rows numbers =
      std::move(transaction.run({{query::purgeable_numbers, {tenant, device, cut}}}).at(0));
  std::vector<NumberRange> ranges;
  for (int row = 0; row < numbers.size(); ++row) {
    const std::int64_t number = numbers.integer(row, 1);
    ranges.push_back({from_stored(numbers.text(row, 0)), number, number});
  }
  keep_numbers(transaction, tenant, std::move(ranges));
  transaction.commit({{query::purge_receipts, {tenant, device, cut}}});
  return true;
}

}  // namespace slipway::cloud::postgres_ledger
