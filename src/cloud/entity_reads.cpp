#include <algorithm>

#include "cloud/limits.h"
#include "cloud/scoped_walk.h"
#include "cloud/snapshot_rows.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"

namespace slipway::cloud {

std::optional<PageRow> read_entity(sqlite::Database& database, TenantId tenant,
                                   const std::string& device, const EntityKey& key,
                                   const std::optional<Version>& at) {
  if (at && !is_in_log(database, tenant, *at)) return std::nullopt;
  auto query = database.cached(at ? query::image_at : query::row);
  query->bind_all(tenant, key.type, key.id);
  if (at) query->bind(4, at->seq);
  if (!query->step()) return std::nullopt;
  PageRow row{key,
              {query->integer(1), salt_of(database, tenant, query->integer(1))},
              query->integer(2) != 0,
              stored_object(query->text(0), "a row")};
  const RowScope scope = load_scope(database, tenant, device).scope;
  return scope.covers(key.type, *row.values) ? std::optional(std::move(row)) : std::nullopt;
}

EntityPage read_entities(sqlite::Database& database, TenantId tenant, const std::string& device,
                         const std::string& type, const ListPlace& after, std::int64_t limit) {
  const RowScope scope = load_scope(database, tenant, device).scope;
  ScopedWalk walk(scope, !after.walked && !after.id.empty(),
                  std::clamp<std::int64_t>(limit, 1, entity_rows_max));
  SnapshotRows rows;
  EntityPage page;
  std::string last;
  auto query = database.cached(query::rows_after);
  query->bind_all(tenant, type, after.id);
  while (query->step()) {
    if (walk.is_full() || rows.size() >= snapshot_bytes_max) {
      page.next = ListPlace{std::move(last), !scope.is_everything()};
      break;
    }
    last = query->text(0);
    const std::int64_t seq = query->integer(2);
    const bool live = query->integer(3) == 0;
    const bool told = live && scope.covers(type, stored_object(query->text(1), "a row"));
    if (told) rows.add({type, last}, {seq, salt_of(database, tenant, seq)}, query->text(1));
    walk.pass(told);
  }
  page.rows = std::move(rows).end();
  return page;
}

std::vector<std::string> read_types(sqlite::Database& database, TenantId tenant,
                                    const std::string& device) {
  const RowScope scope = load_scope(database, tenant, device).scope;
  std::vector<std::string> types;
  auto counts = database.cached(query::row_counts);
  counts->bind(1, tenant);
  while (counts->step()) {
    if (scope.has_type(counts->text(0))) types.emplace_back(counts->text(0));
  }
  return types;
}

}  // namespace slipway::cloud
