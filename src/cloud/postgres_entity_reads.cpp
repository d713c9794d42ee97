#include <algorithm>

#include "cloud/limits.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/scoped_walk.h"
#include "cloud/snapshot_rows.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

std::optional<PageRow> read_entity(Transaction& transaction, TenantId tenant,
                                   const std::string& device, const EntityKey& key,
                                   const std::optional<Version>& at) {
  const std::string type = to_stored(key.type), id = to_stored(key.id);
  Batch batch{{query::device_scope, {tenant, to_stored(device)}}};
  if (at) {
    batch.push_back({query::row_image_at, {tenant, type, id, at->seq}});
    batch.push_back({query::commit_salt, {tenant, at->seq}});
  } else {
    batch.push_back({query::row, {tenant, type, id}});
  }
  const auto all = transaction.commit(std::move(batch));
  const Rows& found = all.at(1);
  if (found.empty() || (at && !is_salt_of(all.at(2), *at))) return std::nullopt;
  PageRow row{key,
              {found.integer(0, 1), std::string(found.text(0, 3))},
              found.boolean(0, 2),
              stored_object(found.text(0, 0), "a row")};
  const RowScope scope = scope_in(all.at(0)).scope;
  return scope.covers(key.type, *row.values) ? std::optional(std::move(row)) : std::nullopt;
}

EntityPage read_entities(postgres::Connection& connection, TenantId tenant,
                         const std::string& device, const std::string& type, const ListPlace& after,
                         std::int64_t limit) {
  limit = std::clamp<std::int64_t>(limit, 1, entity_rows_max);
  std::optional<ScopedWalk> walk;
  SnapshotRows rows;
  EntityPage page;
  std::string last = after.id;
  for (std::int64_t wanted = limit + 1;; wanted = entity_rows_max + 1) {
    Transaction transaction(connection, begin_read_for(tenant));
    const auto all =
        transaction.commit({{query::device_scope, {tenant, to_stored(device)}},
                            {query::rows_of_type_after,
                             {tenant, to_stored(type), to_stored(last), wanted, run_bytes_max}}});
    const RowScope scope = scope_in(all.at(0)).scope;
    const Rows& found = all.at(1);
    if (!walk) walk.emplace(scope, !after.walked && !after.id.empty(), limit);
    for (int row = 0; row < found.size() && !page.next; ++row) {
      if (walk->is_full() || rows.size() >= snapshot_bytes_max) {
        page.next = ListPlace{last, !scope.is_everything()};
        break;
      }
      last = from_stored(found.text(row, 0));
      const std::string_view values = found.text(row, 1);
      const bool told =
          !found.boolean(row, 3) && scope.covers(type, stored_object(values, "a row"));
      if (told)
        rows.add({type, last}, {found.integer(row, 2), std::string(found.text(row, 4))}, values);
      walk->pass(told);
    }
    if (page.next || !has_more_runs(found, 1, wanted)) break;
  }
  page.rows = std::move(rows).end();
  return page;
}

std::vector<std::string> read_types(Transaction& transaction, TenantId tenant,
                                    const std::string& device) {
  const auto all = transaction.commit(
      {{query::device_scope, {tenant, to_stored(device)}}, {query::row_counts, {tenant}}});
  const RowScope scope = scope_in(all.at(0)).scope;
  std::vector<std::string> types;
  for (int row = 0; row < all.at(1).size(); ++row) {
    std::string type = from_stored(all.at(1).text(row, 0));
    if (scope.has_type(type)) types.push_back(std::move(type));
  }
  return types;
}

}  // namespace slipway::cloud::postgres_ledger
