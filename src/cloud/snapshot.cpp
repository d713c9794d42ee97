#include <algorithm>
#include <map>

#include "base/planted.h"
#include "cloud/limits.h"
#include "cloud/scoped_walk.h"
#include "cloud/snapshot_rows.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

// Reads one page. What a row was at the commit stands in `entity` if it has not changed since;
// else the newest image up to the commit is asked for, which the horizon keeps.
class SnapshotRead {
 public:
  SnapshotRead(sqlite::Database& database, TenantId tenant, const std::string& device,
               const SnapshotRequest& request, Snapshot& snapshot)
      : database_(database),
        tenant_(tenant),
        device_(device),
        scope_(load_scope(database, tenant, device).scope),
        request_(request),
        snapshot_(snapshot),
        walk_(scope_, request, std::clamp<std::int64_t>(request.limit, 1, snapshot_rows_max)) {}

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
    auto counts = database_.cached(query::row_counts);
    counts->bind(1, tenant_);
    while (counts->step()) {
      std::string type(counts->text(0));
      if (!scope_.has_type(type)) continue;
      snapshot_.total += counts->integer(1);
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
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
  bool read_type(const std::string& type, const std::string& after) {
    auto rows = database_.cached(query::rows_after);
    rows->bind_all(tenant_, type, after);
    while (rows->step()) {
      if (walk_.rows().is_full() || rows_.size() >= snapshot_bytes_max) {
        snapshot_.next = walk_.end();
        return false;
      }
      const bool live = rows->integer(3) == 0;
      EntityKey key{type, std::string(rows->text(0))};
      bool told = false;
      if (rows->integer(2) > snapshot_.at.seq && !planted(Bug::reads_a_full_pull_as_of_now))
        told = add_image(key);
      else if (live)
        told = add(key, rows->integer(2), rows->text(1));
      walk_.pass(std::move(key), live, told);
    }
    return true;
  }

  bool add_image(const EntityKey& key) {
    auto image = database_.cached(query::image_at);
    image->bind_all(tenant_, key.type, key.id, snapshot_.at.seq);
    return image->step() && image->integer(2) == 0 && add(key, image->integer(1), image->text(0));
  }

  bool is_inside(const EntityKey& key, std::string_view values) const {
    return scope_.is_everything() || scope_.covers(key.type, stored_object(values, "a row"));
  }

  // Gives whether the device is told of it. Few commits made many rows.
  bool add(const EntityKey& key, std::int64_t seq, std::string_view values) {
    if (!is_inside(key, values)) return false;
    auto salt = salts_.find(seq);
    if (salt == salts_.end()) salt = salts_.emplace(seq, salt_of(database_, tenant_, seq)).first;
    rows_.add(key, {seq, salt->second}, values);
    return true;
  }

  // Of whole commits, so that a place is one number. One commit always fits.
  void read_receipts() {
    if (!request_.since) return;
    const bool goes_on = request_.after && !request_.after->row;
    const std::int64_t from = goes_on ? request_.after->receipts : *request_.since;
    std::int64_t seq = from;
    auto receipts = database_.cached(query::receipts_between);
    receipts->bind_all(tenant_, device_, from, snapshot_.at.seq);
    while (receipts->step()) {
      Receipt receipt = stored_receipt(receipts->text(0));
      if (receipt.seq != seq && std::int64_t(snapshot_.receipts.size()) >= walk_.rows().left()) {
        // Without any of them on this page the next one begins where these would have.
        snapshot_.next = SnapshotPlace{std::nullopt, seq};
        return;
      }
      seq = receipt.seq;
      snapshot_.receipts.push_back(std::move(receipt));
    }
  }

  sqlite::Database& database_;
  const TenantId tenant_;
  const std::string& device_;
  const RowScope scope_;
  const SnapshotRequest& request_;
  Snapshot& snapshot_;
  SnapshotWalk walk_;  // also through rows that did not exist at the commit
  SnapshotRows rows_;
  std::map<std::int64_t, std::string> salts_;
};

}  // namespace

Snapshot read_snapshot(sqlite::Database& database, TenantId tenant, const std::string& device,
                       const SnapshotRequest& request, const Version& at, const Version& head) {
  Snapshot snapshot;
  snapshot.at = at;
  snapshot.head = head;
  SnapshotRead(database, tenant, device, request, snapshot).run();
  return snapshot;
}

std::string snapshot_text(const Snapshot& snapshot, const SnapshotRequest& asked) {
  json::object rest = to_json(SnapshotPage{asked.exchange,
                                           snapshot.at,
                                           snapshot.head,
                                           asked.after,
                                           snapshot.next,
                                           {},
                                           snapshot.receipts,
                                           snapshot.passed,
                                           snapshot.total,
                                           snapshot.scope});
  rest.erase("rows");
  std::string text = json_text(rest);
  text.back() = ',';
  return text + "\"rows\":" + snapshot.rows + "}";
}

}  // namespace slipway::cloud
