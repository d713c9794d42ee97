#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

void add_tenant_to(LedgerState& state, postgres::Connection& connection, TenantId tenant) {
  Batch begin = begin_read_for(tenant);
  begin.push_back({postgres::without_limits});
  Transaction transaction(connection, std::move(begin));
  const auto all =
      transaction.commit({{query::tenant_state, {tenant}}, {query::device_states, {tenant}}});
  const Rows &row = all.at(0), &devices = all.at(1);
  if (row.empty()) return;
  const std::string name = from_stored(row.text(0, 0));
  state.tenants.push_back({tenant, name, row.integer(0, 1), row.integer(0, 2), row.integer(0, 3),
                           row.integer(0, 4), row.integer(0, 5), std::string(row.text(0, 6))});
  for (int at = 0; at < devices.size(); ++at) {
    state.devices.push_back({name, from_stored(devices.text(at, 0)),
                             std::string(devices.text(at, 1)), devices.optional_text(at, 2),
                             devices.integer(at, 3), devices.boolean(at, 4),
                             devices.optional_text(at, 5), devices.boolean(at, 6)});
  }
}

}  // namespace

LedgerState read_state(postgres::Connection& connection) {
  LedgerState state;
  const postgres::Patience patience(connection);  // what is counted may be tens of millions
  const auto all = connection.run({{query::tenants}, {query::newest_backup}});
  for (int row = 0; row < all.at(0).size(); ++row)
    add_tenant_to(state, connection, all.at(0).integer(row, 0));
  if (!all.at(1).empty()) state.newest_backup = std::string(all.at(1).text(0, 0));
  return state;
}

}  // namespace slipway::cloud::postgres_ledger
