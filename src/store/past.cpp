// The store's part when the cloud's past has changed: the search for what is still common, the one
// transaction that follows it, and the list of what is gone.

#include <algorithm>

#include "store/cloud_need.h"
#include "store/full_pull.h"
#include "store/id_map.h"
#include "store/meta.h"
#include "store/rows.h"
#include "store/transact.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// A question that was damaged on its way: the past is what it was. A full pull has absorbed more
// than its cursor tells; the commit that it is as of may be gone.
bool is_as_it_was(sqlite::Database& database, const Version& common) {
  if (read_meta_version(database, meta_key::cursor) != common) return false;
  const auto pull = read_full_pull(database);
  return !pull || !pull->at;
}

Version origin_of(sqlite::Database& database) {
  return {0, known_meta(database, meta_key::cloud_id)};
}

// The cloud names the newest common commit only. A cursor before it is in the same log, unless it
// was damaged; then the cloud would refuse it again and again. Nothing: there is no doubt.
std::optional<Version> cursor_before(sqlite::Database& database, const Version& common) {
  const auto cursor = read_meta_version(database, meta_key::cursor);
  if (!cursor || cursor->seq >= common.seq || *cursor == origin_of(database)) return std::nullopt;
  return cursor;
}

}  // namespace

Error Store::other_cloud(OtherCloud other) {
  const std::string cloud_id = other.cloud_id;
  other_cloud_ = std::move(other);
  search_.reset();
  return {ErrorKind::conflict, "other-cloud",
          "This address answers with another cloud or another company's data than this database "
          "was synced with",
          "Nothing was sent or changed. Correct the address or the token; or, if it does take the "
          "known cloud's place, say so: slipway join-cloud " +
              cloud_id};
}

Result<HistoryRequest> Store::history_request(const std::string& exchange,
                                              std::size_t versions_max) {
  return guarded("looking for a common past", [&]() -> Result<HistoryRequest> {
    if (!search_) {
      search_ = HistorySearch{origin_of(*database_), std::nullopt, {}};
    }
    if (!search_->asks_for_cursor)
      search_->offered = absorbed_commits(*database_, search_->low, search_->high, versions_max);
    return HistoryRequest{exchange, search_->offered};
  });
}

Result<bool> Store::absorb_history(const HistoryAnswer& answer, WallTime now) {
  CHECK(search_);
  const auto& offered = search_->offered;
  const auto common = std::ranges::find(offered, answer.common);
  if (common == offered.end() && answer.common.seq == 0) {
    // Who is asked may have changed with the token: another company's log has nothing in common.
    const auto cloud_id = meta(meta_key::cloud_id);
    if (!cloud_id) return std::unexpected(cloud_id.error());
    if (*cloud_id != answer.common.salt)
      return std::unexpected(other_cloud({answer.common.salt, {}}));
  } else if (common == offered.end()) {
    return fail(ErrorKind::invalid, "garbled-history",
                "The cloud names a commit that it was not asked about",
                "Nothing was changed. It is asked again.");
  }
  const bool has_cursor = search_->asks_for_cursor && common != offered.end();
  if (!search_->asks_for_cursor) {
    if (common != offered.end()) search_->low = *common;
    const auto beyond = std::ranges::find_if(
        offered, [&](const Version& version) { return version.seq > search_->low.seq; });
    if (beyond != offered.end()) search_->high = beyond->seq;
  }
  auto done = transact_without_foreign_keys(
      "following the cloud's past", now, [&](Work& work) -> Result<bool> {
        if (!search_->asks_for_cursor) {
          if (!absorbed_commits(work.database, search_->low, search_->high, 1).empty())
            return false;
          if (is_as_it_was(work.database, search_->low)) return true;
          if (const auto doubted = cursor_before(work.database, search_->low)) {
            search_->asks_for_cursor = true;
            search_->offered = {*doubted};
            return false;
          }
        } else if (!has_cursor) {  // damaged: it tells nothing of what is known
          write_meta(work.database, meta_key::cursor, to_text(origin_of(work.database)));
        }
        change_history(work, search_->low);
        return true;
      });
  if (done && *done) search_.reset();
  return done;
}

Result<void> Store::join_cloud(const std::string& cloud_id, WallTime now) {
  if (!other_cloud_ || other_cloud_->cloud_id != cloud_id) {
    return fail(ErrorKind::conflict, "not-that-cloud",
                "No cloud with the id " + cloud_id + " has answered in the known one's place",
                "Nothing was changed. Look at the status again; it names the cloud that answered.",
                "cloudId");
  }
  auto joined =
      transact_without_foreign_keys("joining another cloud", now, [&](Work& work) -> Result<void> {
        write_meta(work.database, meta_key::cloud_id, cloud_id);
        if (!other_cloud_->has_snapshots) {
          move_target(work.database);
          return {};
        }
        forget_ids(work);
        change_history(work, {0, cloud_id});
        return {};
      });
  if (!joined) return joined;
  other_cloud_.reset();
  search_.reset();
  return {};
}

Result<std::vector<LostRow>> Store::lost_rows(std::int64_t limit) {
  return guarded("reading what was lost",
                 [&]() -> Result<std::vector<LostRow>> { return list_lost(*database_, limit); });
}

Result<std::int64_t> Store::count_lost_rows() {
  return guarded("counting what was lost", [&]() -> Result<std::int64_t> {
    auto query = database_->cached("SELECT count(*) FROM \"SyncLost\"");
    query->step();
    return query->integer(0);
  });
}

namespace {

Result<LostRow> need_lost(Work& work, std::int64_t id) {
  auto lost = find_lost(work.database, id);
  if (lost) return std::move(*lost);
  return fail(ErrorKind::not_found, "unknown-row",
              "No lost row has the number " + std::to_string(id),
              "It came back by itself, or was dismissed.");
}

// The write that makes the row what it was; nothing when it is that already.
Result<std::optional<Mutation>> restoring(Work& work, const LostRow& lost) {
  const Table* table = work.schema.table(lost.entity.type);
  if (!table) {
    return fail(ErrorKind::conflict, "unknown-type",
                "This database has no table " + lost.entity.type + " any more",
                "Nothing was changed.");
  }
  if (auto key = key_values(*table, lost.entity.id); !key) return std::unexpected(key.error());
  const auto row = read_row(work.database, *table, lost.entity.id);
  Mutation mutation{lost.entity.type, lost.entity.id, {}, {}};
  if (!lost.row.exists) {
    if (!row) return std::nullopt;
    mutation.action = default_action(Op::remove, table->name);
    return mutation;
  }
  mutation.action = default_action(row ? Op::update : Op::create, table->name);
  for (const auto& member : lost.row.values) {
    const bool is_key = std::ranges::find(table->key, member.key()) != table->key.end();
    if (is_key || !table->field(member.key())) continue;
    const json::value* now = row ? find(*row, member.key()) : nullptr;
    if (now && same_value(*now, member.value())) continue;
    mutation.payload.insert_or_assign(table->column_of(std::string(member.key())), member.value());
  }
  if (row && mutation.payload.empty()) return std::nullopt;
  return mutation;
}

}  // namespace

Result<void> Store::dismiss_lost(std::int64_t id, WallTime now) {
  return transact("dismissing a lost row", now, [&](Work& work) -> Result<void> {
    auto lost = need_lost(work, id);
    if (!lost) return std::unexpected(lost.error());
    forget_lost(work.database, id);
    return {};
  });
}

Result<std::optional<EntryId>> Store::restore_lost(std::int64_t id, WallTime now) {
  using Answer = Result<std::optional<EntryId>>;
  return transact("writing a lost row again", now, [&](Work& work) -> Answer {
    auto lost = need_lost(work, id);
    if (!lost) return std::unexpected(lost.error());
    auto mutation = restoring(work, *lost);
    if (!mutation) return std::unexpected(mutation.error());
    forget_lost(work.database, id);
    if (!*mutation) return std::nullopt;
    auto entries = capture(work, {std::move(**mutation)}, false, options_.group_limits);
    if (!entries) return std::unexpected(entries.error());
    if (auto taken = check_cloud_need(work, *entries, cloud_away_); !taken)
      return std::unexpected(taken.error());
    return entries->back().id;
  });
}

}  // namespace slipway::store
