#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"

namespace slipway::cloud {

LedgerState read_state(sqlite::Database& database) {
  LedgerState state;
  auto tenants = database.cached(query::tenant_states);
  while (tenants->step()) {
    state.tenants.push_back({tenants->integer(0), std::string(tenants->text(1)),
                             tenants->integer(2), tenants->integer(3), tenants->integer(4),
                             tenants->integer(5), tenants->integer(6),
                             std::string(tenants->text(7))});
  }
  auto devices = database.cached(query::device_states);
  while (devices->step()) {
    state.devices.push_back({std::string(devices->text(0)), std::string(devices->text(1)),
                             std::string(devices->text(2)), devices->optional_text(3),
                             devices->integer(4), devices->integer(5) != 0,
                             devices->optional_text(6), devices->integer(7) != 0});
  }
  auto backup = database.cached(query::newest_backup);
  if (backup->step()) state.newest_backup = std::string(backup->text(0));
  return state;
}

}  // namespace slipway::cloud
