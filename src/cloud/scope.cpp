#include "cloud/scope_rule.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"

namespace slipway::cloud {

namespace {

bool was_inside(sqlite::Database& database, TenantId tenant, const RowScope& scope,
                const EntityKey& key, std::int64_t seq) {
  auto image = database.cached(query::image_at);
  image->bind_all(tenant, key.type, key.id, seq);
  return image->step() && image->integer(2) == 0 &&
         scope.covers(key.type, stored_object(image->text(0), "a row"));
}

}  // namespace

DeviceScope load_scope(sqlite::Database& database, TenantId tenant, const std::string& device) {
  auto query = database.cached(query::device_scope);
  query->bind_all(tenant, device);
  if (!query->step()) return {};
  if (query->text(0).empty()) return {RowScope{}, query->integer(1)};
  const json::object object = stored_object(query->text(0), "a scope");
  auto scope = scope_from_json(object);
  if (!scope) throw sqlite::Failure(11, "the scope of " + device + " is damaged");
  return {std::move(*scope), query->integer(1)};
}

void keep_to_scope(sqlite::Database& database, TenantId tenant, const RowScope& scope, Page& page) {
  keep_to_scope(scope, page, [&](const EntityKey& key) {
    return was_inside(database, tenant, scope, key, page.from.seq);
  });
}

}  // namespace slipway::cloud
