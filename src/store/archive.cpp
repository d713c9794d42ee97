#include "store/archive.h"

#include <algorithm>
#include <vector>

#include "base/planted.h"
#include "store/meta.h"

namespace slipway::store {

std::int64_t needless_up_to(sqlite::Database& database) {
  auto safe = read_meta_version(database, meta_key::safe);
  const auto cursor = read_meta_version(database, meta_key::cursor);
  if (planted(Bug::forgets_what_may_be_needed)) safe = cursor;
  return safe && cursor ? std::min(safe->seq, cursor->seq) : 0;
}

std::int64_t purge_archive(Work& work, std::int64_t kept, std::int64_t limit) {
  std::vector<std::int64_t> ids;
  {
    auto query = work.database.cached(
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"status\" IN ('SUCCESS', 'DISCARDED') AND"
        " \"receiptSeq\" <= ?1 AND \"id\" <= (SELECT max(\"id\") FROM \"SyncQueue\") - ?2"
        " AND \"voidState\" IS NOT 'owed' ORDER BY \"receiptSeq\" LIMIT ?3");
    query->bind_all(needless_up_to(work.database), kept, limit);
    while (query->step()) ids.push_back(query->integer(0));
  }
  for (const std::int64_t id : ids) {
    work.database.cached("DELETE FROM \"SyncAttempt\" WHERE \"entryId\" = ?1")->bind_all(id).run();
    work.database.cached("DELETE FROM \"SyncQueue\" WHERE \"id\" = ?1")->bind_all(id).run();
  }
  return std::int64_t(ids.size());
}

}  // namespace slipway::store
