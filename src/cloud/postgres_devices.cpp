#include <map>
#include <utility>

#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/refusals.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

// Refused unless the device is there or one more may be. Two nodes at once may make one too many.
// Gives whether it is one that was removed.
Result<bool> fits_beside(Transaction& transaction, TenantId tenant, const std::string& device,
                         const TenantBounds& bounds) {
  const auto rows =
      transaction.run({{query::device_scope, {tenant, device}}, {query::device_count, {tenant}}});
  const bool known = !rows[0].empty(), removed = known && !rows[0].is_null(0, 2);
  if (known && !removed) return false;
  if (auto fits = check_devices(rows[1].integer(0, 0), bounds); !fits)
    return std::unexpected(std::move(fits.error()));
  return removed;
}

Batch to_begin_anew(Transaction& transaction, Random& random, TenantId tenant,
                    const std::string& device, const std::string& at) {
  const auto head = transaction.run({{query::lock_head, {tenant}}});
  const NewCommit commit{head_of(head[0]).head.seq + 1, {random.hex(8), device, at}};
  Batch batch = to_store(tenant, {}, {}, commit);
  batch.push_back({query::begin_anew, {tenant, to_stored(device), at, commit.seq}});
  return batch;
}

}  // namespace

Result<void> create_token(postgres::Connection& connection, Random& random,
                          const TenantBounds& bounds, const std::string& tenant,
                          const std::string& device, const std::string& hash, WallTime now,
                          std::optional<WallTime> expires) {
  Transaction transaction(connection, {{query::begin}});
  const auto rows = transaction.run(
      {{query::add_tenant, {to_stored(tenant)}}, {query::tenant_by_name, {to_stored(tenant)}}});
  const TenantId id = rows[1].integer(0, 0);
  const std::string name = to_stored(device), at = to_text(now);
  transaction.run({{query::work_for, {std::to_string(id)}}});
  const auto removed = fits_beside(transaction, id, name, bounds);
  if (!removed) return std::unexpected(removed.error());
  const postgres::Parameter ends =
      expires ? postgres::Parameter(to_text(*expires)) : postgres::Parameter(nullptr);
  Batch batch{{query::add_head, {id, random.hex(8)}},
              {query::add_origin, {id, at}},
              {query::add_device, {id, name, at}}};
  if (*removed) batch = to_begin_anew(transaction, random, id, device, at);
  batch.push_back({query::add_token, {hash, id, name, at, ends}});
  transaction.commit(std::move(batch));
  return {};
}

std::optional<TokenOwner> find_token(postgres::Connection& connection, const std::string& hash) {
  const auto rows = connection.run({{query::token_owner, {hash}}});
  if (rows[0].empty()) return std::nullopt;
  TokenOwner owner{rows[0].integer(0, 0), from_stored(rows[0].text(0, 1)),
                   from_stored(rows[0].text(0, 2))};
  owner.expires = rows[0].optional_text(0, 3);
  owner.token_hash = hash;
  return owner;
}

Result<std::optional<TokenOwner>> find_device(postgres::Connection& connection,
                                              const TenantBounds& bounds, const std::string& tenant,
                                              const std::string& device, WallTime now) {
  const auto named = connection.run({{query::tenant_by_name, {to_stored(tenant)}}});
  if (named[0].empty()) return std::nullopt;
  const TenantId id = named[0].integer(0, 0);
  const std::string name = to_stored(device);
  TokenOwner owner{id, tenant, device};
  Transaction transaction(connection, begin_for(id));
  const auto known = transaction.run({{query::device_scope, {id, name}}});
  if (known[0].empty()) {
    if (auto fits = fits_beside(transaction, id, name, bounds); !fits)
      return std::unexpected(std::move(fits.error()));
    transaction.commit({{query::add_device, {id, name, to_text(now)}}});
  } else {
    if (const auto removed = known[0].optional_text(0, 2)) return removed_device(device, *removed);
    owner.scope = known[0].text(0, 0);
    transaction.commit({});
  }
  return owner;
}

Ledger::Owners find_again(postgres::Connection& connection, TenantId tenant,
                          const std::vector<TokenOwner>& owners) {
  std::vector<std::string> hashes, devices;
  for (const TokenOwner& owner : owners) {
    hashes.push_back(owner.token_hash);
    devices.push_back(to_stored(owner.device));
  }
  Transaction transaction(connection, begin_read_for(tenant));
  const auto rows = transaction.commit(
      {{query::valid_tokens, {tenant, hashes}}, {query::scopes_of_devices, {tenant, devices}}});
  std::map<std::string, std::optional<std::string>, std::less<>> expiries;
  for (int i = 0; i < rows[0].size(); ++i)
    expiries.emplace(rows[0].text(i, 0), rows[0].optional_text(i, 1));
  std::map<std::string, std::string, std::less<>> scopes;
  for (int i = 0; i < rows[1].size(); ++i)
    scopes.emplace(from_stored(rows[1].text(i, 0)), rows[1].text(i, 1));
  Ledger::Owners found;
  for (TokenOwner owner : owners) {
    const auto scope = scopes.find(owner.device);
    const auto token = expiries.find(owner.token_hash);
    const bool by_token = !owner.token_hash.empty();
    if (scope == scopes.end() || (by_token && token == expiries.end())) {
      found.emplace_back();
      continue;
    }
    owner.scope = scope->second;
    owner.expires = by_token ? token->second : std::nullopt;
    found.emplace_back(std::move(owner));
  }
  return found;
}

std::vector<TokenRow> list_tokens(postgres::Connection& connection) {
  const auto list = connection.run({{query::list_tokens}});
  std::vector<TokenRow> tokens;
  for (int row = 0; row < list[0].size(); ++row) {
    tokens.push_back({from_stored(list[0].text(row, 0)), from_stored(list[0].text(row, 1)),
                      std::string(list[0].text(row, 2)), list[0].optional_text(row, 3),
                      list[0].optional_text(row, 4)});
  }
  return tokens;
}

Result<std::int64_t> remove_device(postgres::Connection& connection, const std::string& tenant,
                                   const std::string& device, WallTime now) {
  const auto named = connection.run({{query::tenant_by_name, {to_stored(tenant)}}});
  if (named[0].empty()) return unknown_tenant(tenant);
  const TenantId id = named[0].integer(0, 0);
  const std::string name = to_stored(device), at = to_text(now);
  Transaction transaction(connection, begin_for(id));
  const auto known = transaction.run({{query::device_scope, {id, name}}});
  if (known[0].empty()) return unknown_device(tenant, device);
  if (const auto removed = known[0].optional_text(0, 2)) return removed_already(device, *removed);
  return transaction
      .commit({{query::remove_device, {id, name, at}},
               {query::drop_full_pull, {id, name}},
               {query::revoke_tokens, {to_stored(tenant), name, at}}})
      .back()
      .changed();
}

}  // namespace slipway::cloud::postgres_ledger
