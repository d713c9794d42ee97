// The store's part in the lease and in what it forgets.

#include "base/planted.h"
#include "store/archive.h"
#include "store/meta.h"
#include "store/transact.h"

namespace slipway::store {

namespace {

constexpr std::int64_t archive_purged_max = 500;  // in one transaction: a few milliseconds

}  // namespace

// First in every write transaction, so under its lock.
Result<void> Store::check_lease(sqlite::Database& database) {
  if (planted(Bug::works_without_the_lease)) return {};
  if (!stands_by_ && read_meta_integer(database, meta_key::lease_token) == lease_token_) return {};
  stands_by_ = true;
  return fail(ErrorKind::busy, "standby", "Another slipway works on this database",
              "Nothing was written. Use that one; this one takes over when it ends.");
}

// The app may migrate while nobody writes.
Result<bool> Store::notice_new_tables(WallTime now) {
  return guarded("looking at the app's tables", [&]() -> Result<bool> {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    if (auto shown = show_by_new_tables(now); !shown) return std::unexpected(shown.error());
    return true;
  });
}

Result<bool> Store::tend_lease(Instant now, WallTime wall) {
  const auto lease =
      guarded("looking at the lease", [&]() -> Result<Lease> { return read_lease(*database_); });
  if (!lease) return std::unexpected(lease.error());
  if (!stands_by_ && lease->token == lease_token_) {
    if (lease->asked <= lease->beat) return notice_new_tables(wall);
    return guarded("answering a contender", [&]() -> Result<bool> {
      sqlite::Transaction transaction(*database_);
      if (auto held = check_lease(*database_); !held) return false;
      answer_contender(*database_, *lease);
      transaction.commit();
      return true;
    });
  }
  if (!stands_by_) watch_ = {};
  stands_by_ = true;
  if (options_.holder.empty()) return false;
  const bool is_free = lease->holder.empty();
  const LeaseWatch::Next next = is_free ? LeaseWatch::Next::take : watch_.look(*lease, now);
  if (next == LeaseWatch::Next::wait) return false;
  if (next == LeaseWatch::Next::ask) {
    return guarded("asking the holder of the lease", [&]() -> Result<bool> {
      ask_holder(*database_, *lease);
      return false;
    });
  }
  disconnect();
  in_flight_.reset();
  search_.reset();
  watch_ = {};
  if (auto connected = connect(wall, lease->token); !connected) {
    if (failure_listener_) failure_listener_();
    return std::unexpected(connected.error());
  }
  return !stands_by_;
}

Result<void> Store::release_lease() {
  if (stands_by_) return {};
  return guarded("giving the lease back", [&]() -> Result<void> {
    sqlite::Transaction transaction(*database_);
    if (auto held = check_lease(*database_); !held) return {};
    give_lease_back(*database_);
    transaction.commit();
    stands_by_ = true;
    return {};
  });
}

Result<bool> Store::purge_archive(WallTime now) {
  const auto bound = guarded("looking at the archive",
                             [&]() -> Result<std::int64_t> { return needless_up_to(*database_); });
  if (!bound) return std::unexpected(bound.error());
  if (*bound <= purged_up_to_) return false;
  auto gone = transact("purging the archive", now, [&](Work& work) -> Result<std::int64_t> {
    return store::purge_archive(work, options_.archive_kept, archive_purged_max);
  });
  if (!gone) return std::unexpected(gone.error());
  if (*gone == archive_purged_max) return true;
  purged_up_to_ = *bound;
  return false;
}

}  // namespace slipway::store
