// How the Store runs a transaction: one way for all, so that a failed disk is met in one place.
// Private to the store's .cpp files.
#pragma once

#include "base/check.h"
#include "store/store.h"

namespace slipway::store {

// Runs `function`; SQLite's failures become Errors. After a disk error the connection is given up:
// what it believes about the file may be wrong. reopen() starts over from what is on disk.
template <class Function>
auto Store::guarded(std::string_view doing, Function function) -> decltype(function()) {
  if (failed()) return std::unexpected(closed_error());
  try {
    return function();
  } catch (const sqlite::Failure& failure) {
    using sqlite::FailureKind;
    if (failure.kind() == FailureKind::io || failure.kind() == FailureKind::corrupt ||
        failure.kind() == FailureKind::moved || failure.kind() == FailureKind::not_a_database) {
      disconnect();
      closed_because_ = failure.what();
      if (failure_listener_) failure_listener_();
    }
    return std::unexpected(sqlite::to_error(failure, doing));
  }
}

template <class Function>
auto Store::transact_on(sqlite::Database* database, std::string_view doing, WallTime now,
                        Function function) -> decltype(function(std::declval<Work&>())) {
  Changes changes;
  auto result = guarded(doing, [&]() -> decltype(function(std::declval<Work&>())) {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    if (auto shown = show_by_new_tables(now); !shown) return std::unexpected(shown.error());
    Work work{*database, schema_,      options_.rules, merge_rules_,
              random_,   to_text(now), changes,        scope_.held};
    sqlite::Transaction transaction(*database);
    if (auto still = check_schema_is_still(*database); !still)
      return std::unexpected(still.error());
    if (auto held = check_lease(*database); !held) return std::unexpected(held.error());
    auto answer = function(work);
    if (answer) transaction.commit();
    return answer;
  });
  if (result) tell(changes);
  return result;
}

template <class Function>
auto Store::transact(std::string_view doing, WallTime now, Function function)
    -> decltype(function(std::declval<Work&>())) {
  return transact_on(database_.get(), doing, now, std::move(function));
}

// Views are rewritten with foreign keys off: the app's own ON DELETE actions would change rows
// behind our back. refresh_views() settles the references itself.
template <class Function>
auto Store::transact_without_foreign_keys(std::string_view doing, WallTime now, Function function)
    -> decltype(function(std::declval<Work&>())) {
  return transact_on(view_database_.get(), doing, now, std::move(function));
}

}  // namespace slipway::store
