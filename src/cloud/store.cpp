#include <algorithm>

#include "cloud/needs.h"
#include "cloud/refusals.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

void store_edges(sqlite::Database& database, TenantId tenant, const EntityKey& key,
                 const std::vector<Edge>& edges) {
  auto add = database.cached(query::add_edge);
  for (const Edge& edge : edges) {
    add->bind_all(tenant, key.type, key.id, edge.target.type, edge.target.id, edge.fields);
    add->run();
  }
}

void store_row(sqlite::Database& database, TenantId tenant, const EntityKey& key,
               const WrittenRow& written, const References& references) {
  const CloudRow& row = written.row;
  const std::string values = canonical_json(row.values);
  const std::int64_t deleted = row.live() ? 0 : 1;
  auto put = database.cached(query::put_row);
  put->bind_all(tenant, key.type, key.id, values, row.seq, marks_to_text(row), deleted);
  put->run();
  if (!written.image) return;
  auto image = database.cached(query::add_image);
  image->bind_all(tenant, row.seq, key.type, key.id, values, deleted);
  image->run();
  auto drop = database.cached(query::drop_edges);
  drop->bind_all(tenant, key.type, key.id);
  drop->run();
  store_edges(database, tenant, key, edges_of(key, row, references));
}

void store_receipt(sqlite::Database& database, TenantId tenant, const std::string& device,
                   const NewReceipt& receipt) {
  auto add = database.cached(query::add_receipt);
  add->bind_all(tenant, receipt.receipt.id, receipt.incarnation, receipt.number, device,
                receipt.receipt.seq, to_text(receipt.receipt.verdict),
                json_text(to_json(receipt.receipt)));
  add->run();
}

}  // namespace

void store_judgement(sqlite::Database& database, TenantId tenant, const Judgement& judgement,
                     const References& references, const NewCommit& commit) {
  auto add = database.cached(query::add_commit);
  add->bind_all(tenant, commit.seq, commit.commit.salt, commit.commit.device, commit.commit.at);
  add->run();
  auto move = database.cached(query::move_head);
  move->bind_all(tenant, commit.seq, commit.commit.salt);
  move->run();
  for (const auto& [key, written] : judgement.rows) {
    store_row(database, tenant, key, written, references);
  }
  for (const GivenNumber& given : judgement.given) {
    auto number = database.cached(query::add_number);
    number->bind_all(tenant, given.entity.type, given.field, given.number, given.entity.id);
    number->run();
  }
  for (const NewReceipt& receipt : judgement.receipts) {
    store_receipt(database, tenant, commit.commit.device, receipt);
  }
}

Result<void> remember_references(sqlite::Database& database, TenantId tenant,
                                 const std::vector<Reference>& references,
                                 const TenantBounds& bounds) {
  if (references.empty()) return {};
  References known = load_references(database, tenant);
  const std::vector<Reference> added = add_unknown(references, known);
  if (added.empty()) return {};
  if (auto fits = check_references(count_of(known), bounds); !fits) return fits;
  for (const Reference& reference : added) {
    auto add = database.cached(query::add_reference);
    add->bind_all(tenant, reference.type, json_text(json::value_from(reference.fields)),
                  reference.target);
    add->run();
    auto rows = database.cached(query::rows_of_type);
    rows->bind_all(tenant, reference.type);
    while (rows->step()) {
      const EntityKey key{reference.type, std::string(rows->text(0))};
      if (auto edge = edge_of(reference, stored_object(rows->text(1), "a row")))
        store_edges(database, tenant, key, {std::move(*edge)});
    }
  }
  return {};
}

}  // namespace slipway::cloud
