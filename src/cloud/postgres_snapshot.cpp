#include <algorithm>

#include "cloud/limits.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/scoped_walk.h"
#include "cloud/snapshot_rows.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

// Read in one round trip: more than most pages need would only be thrown away, since a page is
// bounded in bytes, too.
constexpr std::int64_t rows_per_round_trip = 1000;

// Reads one page.
class SnapshotRead {
 public:
  SnapshotRead(Transaction& transaction, TenantId tenant, const std::string& device,
               const RowScope& scope, const SnapshotRequest& request, Snapshot& snapshot)
      : transaction_(transaction),
        tenant_(tenant),
        device_(to_stored(device)),
        scope_(scope),
        request_(request),
        snapshot_(snapshot),
        walk_(scope, request, std::clamp<std::int64_t>(request.limit, 1, snapshot_rows_max)) {}

  void run() {
    snapshot_.scope = scope_;
    const std::vector<std::string> all = types();
    if (!request_.after || request_.after->row) read_rows(all);
    snapshot_.rows = std::move(rows_).end();
    snapshot_.passed = walk_.passed();
    if (!snapshot_.next) read_receipts();
  }

 private:
  // Types that the device named, then the others by name; of all of them the total.
  std::vector<std::string> types() {
    std::vector<std::string> types = request_.types;
    const Rows counts = std::move(transaction_.run({{query::row_counts, {tenant_}}}).at(0));
    for (int row = 0; row < counts.size(); ++row) {
      std::string type = from_stored(counts.text(row, 0));
      if (!scope_.has_type(type)) continue;
      snapshot_.total += counts.integer(row, 1);
      if (std::find(types.begin(), types.end(), type) == types.end())
        types.push_back(std::move(type));
    }
    return types;
  }

  void read_rows(const std::vector<std::string>& all) {
    auto type = all.begin();
    std::string after;
    if (const auto& begin = walk_.begin()) {
      type = std::find(all.begin(), all.end(), begin->type);
      after = begin->id;
    }
    for (; type != all.end(); ++type, after.clear()) {
      if (!scope_.has_type(*type)) continue;
      if (!read_type(*type, after)) return;
    }
  }

  // False: the page is full.
  bool read_type(const std::string& type, std::string after) {
    for (;;) {
      const ScopedWalk& walk = walk_.rows();
      const std::int64_t room = walk.counts() ? walk.left() : rows_per_round_trip;
      const std::int64_t wanted = std::min(room, rows_per_round_trip) + 1;
      const Rows rows = std::move(transaction_
                                      .run({{query::rows_at,
                                             {tenant_, to_stored(type), to_stored(after), wanted,
                                              snapshot_.at.seq, run_bytes_max}}})
                                      .at(0));
      for (int row = 0; row < rows.size(); ++row) {
        if (walk.is_full() || rows_.size() >= snapshot_bytes_max) {
          snapshot_.next = walk_.end();
          return false;
        }
        after = from_stored(rows.text(row, 0));
        add(rows, row, {type, after});
      }
      if (!has_more_runs(rows, 4, wanted)) return true;
    }
  }

  bool is_inside(const EntityKey& key, std::string_view values) const {
    return scope_.is_everything() || scope_.covers(key.type, stored_object(values, "a row"));
  }

  void add(const Rows& rows, int row, EntityKey key) {
    const bool told = !rows.is_null(row, 2) && is_inside(key, rows.text(row, 4));
    if (told)
      rows_.add(key, {rows.integer(row, 2), std::string(rows.text(row, 3))}, rows.text(row, 4));
    walk_.pass(std::move(key), rows.boolean(row, 1), told);
  }

  // Of whole commits, so that a place is one number. One commit always fits. Without any of them
  // on this page the next one begins where these would have.
  void read_receipts() {
    if (!request_.since) return;
    const bool goes_on = request_.after && !request_.after->row;
    std::int64_t seq = goes_on ? request_.after->receipts : *request_.since;
    const std::int64_t at = snapshot_.at.seq, left = walk_.rows().left();
    if (left > 0) {
      const auto rows =
          transaction_.run({{query::some_receipts_between, {tenant_, device_, seq, at, left}}});
      add_receipts_to(snapshot_.receipts, rows.at(0));
      if (std::int64_t(snapshot_.receipts.size()) < left) return;
      seq = snapshot_.receipts.back().seq;
    }
    const auto more = transaction_.run({{query::any_receipt_between, {tenant_, device_, seq, at}}});
    if (!more.at(0).empty()) snapshot_.next = SnapshotPlace{std::nullopt, seq};
  }

  Transaction& transaction_;
  const TenantId tenant_;
  const std::string device_;
  const RowScope& scope_;
  const SnapshotRequest& request_;
  Snapshot& snapshot_;
  SnapshotWalk walk_;  // also through rows that did not exist at the commit
  SnapshotRows rows_;
};

}  // namespace

Snapshot read_snapshot(Transaction& transaction, TenantId tenant, const std::string& device,
                       const RowScope& scope, const SnapshotRequest& request, const Version& at,
                       const Version& head) {
  Snapshot snapshot;
  snapshot.at = at;
  snapshot.head = head;
  SnapshotRead(transaction, tenant, device, scope, request, snapshot).run();
  return snapshot;
}

}  // namespace slipway::cloud::postgres_ledger
