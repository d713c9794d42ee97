#include "cloud/limits.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/scope_rule.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

Batch to_find_page_end(TenantId tenant, const std::string& device, Span span, std::int64_t rows_max,
                       std::int64_t bytes_max) {
  return {{query::page_end,
           {tenant, span.from, span.to, to_stored(device), rows_max,
            rows_max * images_walked_per_page_row, bytes_max}}};
}

bool has_more_runs(const Rows& run, int values_column, std::int64_t wanted) {
  std::int64_t bytes = 0;
  for (int row = 0; row < run.size(); ++row)
    bytes +=
        run.is_null(row, values_column) ? 0 : std::int64_t(run.text(row, values_column).size());
  return run.size() == wanted || bytes >= run_bytes_max;
}

// The last statement is sent only for those with a scope.
Batch to_read_page(TenantId tenant, const std::string& device, Span span, const RowScope& scope) {
  Batch batch{{query::images_between, {tenant, span.from, span.to}},
              {query::receipts_between, {tenant, to_stored(device), span.from, span.to}},
              {query::commit_salt, {tenant, span.to}}};
  if (!scope.is_everything()) batch.push_back({query::images_before, {tenant, span.from, span.to}});
  return batch;
}

namespace {

std::set<EntityKey> covered(const RowScope& scope, const Rows& rows) {
  std::set<EntityKey> keys;
  for (int row = 0; row < rows.size(); ++row) {
    EntityKey key{from_stored(rows.text(row, 0)), from_stored(rows.text(row, 1))};
    if (scope.covers(key.type, stored_object(rows.text(row, 2), "a row")))
      keys.insert(std::move(key));
  }
  return keys;
}

}  // namespace

Page page_of(const std::vector<Rows>& all, std::size_t first, const RowScope& scope,
             const Version& from, std::int64_t to) {
  const Rows &rows = all.at(first), &receipts = all.at(first + 1), &salt = all.at(first + 2);
  Page page{from, {to, std::string(salt.text(0, 0))}, {}, {}};
  page.rows.reserve(std::size_t(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    page.rows.push_back({{from_stored(rows.text(row, 0)), from_stored(rows.text(row, 1))},
                         {rows.integer(row, 2), std::string(rows.text(row, 3))},
                         rows.boolean(row, 4),
                         stored_object(rows.text(row, 5), "a row")});
  }
  if (!scope.is_everything()) {
    const std::set<EntityKey> before = covered(scope, all.at(first + 3));
    keep_to_scope(scope, page, [&](const EntityKey& key) { return before.contains(key); });
  }
  add_receipts_to(page.receipts, receipts);
  return page;
}

}  // namespace slipway::cloud::postgres_ledger
