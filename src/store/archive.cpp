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
        "SELECT q.\"id\" FROM \"SyncQueue\" AS q WHERE q.\"status\" IN ('SUCCESS', 'DISCARDED')"
        " AND q.\"receiptSeq\" <= ?1 AND q.\"id\" <= (SELECT max(\"id\") FROM \"SyncQueue\") - ?2"
        " AND q.\"voidState\" IS NOT 'owed'"
        // What took its place may be offered again, and names it then.
        " AND NOT EXISTS (SELECT 1 FROM \"SyncQueue\" AS later WHERE later.\"rootId\" = "
        "q.\"rootId\" AND later.\"id\" > q.\"id\" AND ifnull(later.\"receiptSeq\" > ?1, 1))"
        " ORDER BY q.\"receiptSeq\" LIMIT ?3");
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
