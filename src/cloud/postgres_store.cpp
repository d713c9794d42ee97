#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "model/canonical_json.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

// Rows and their images, column by column.
struct RowColumns {
  std::vector<std::string> types, ids, values, marks;
  std::vector<std::int64_t> seqs;
  std::vector<bool> deleted;

  void add(const EntityKey& key, const CloudRow& row, const std::string& text) {
    types.push_back(to_stored(key.type));
    ids.push_back(to_stored(key.id));
    values.push_back(text);
    seqs.push_back(row.seq);
    marks.push_back(marks_to_text(row));
    deleted.push_back(!row.live());
  }
};

void store_rows(Batch& batch, TenantId tenant, const Judgement& judgement, const State& state,
                std::int64_t seq) {
  RowColumns rows, images;
  std::vector<std::pair<EntityKey, Edge>> edges;
  std::map<std::string, std::int64_t> more;  // live rows, by type
  for (const auto& [key, written] : judgement.rows) {
    const std::string values = canonical_json(written.row.values);
    rows.add(key, written.row, values);
    const auto before = state.rows.find(key);
    const bool was_live = before != state.rows.end() && before->second.live();
    more[to_stored(key.type)] += int(written.row.live()) - int(was_live);
    if (!written.image) continue;
    images.add(key, written.row, values);
    for (Edge& edge : edges_of(key, written.row, state.references))
      edges.emplace_back(key, std::move(edge));
  }
  std::vector<std::string> types;
  std::vector<std::int64_t> counts;
  for (const auto& [type, count] : more) {
    if (count == 0) continue;
    types.push_back(type);
    counts.push_back(count);
  }
  batch.push_back(
      {query::put_rows,
       {tenant, rows.types, rows.ids, rows.values, rows.seqs, rows.marks, rows.deleted}});
  batch.push_back(
      {query::add_images, {tenant, seq, images.types, images.ids, images.values, images.deleted}});
  batch.push_back({query::drop_edges, {tenant, images.types, images.ids}});
  for (postgres::Statement& statement : to_add_edges(tenant, edges))
    batch.push_back(std::move(statement));
  batch.push_back({query::count_rows, {tenant, types, counts}});
}

postgres::Statement to_add_receipts(TenantId tenant, const Judgement& judgement,
                                    const std::string& device) {
  std::vector<std::string> ids, incarnations, verdicts, bodies;
  std::vector<std::optional<std::int64_t>> numbers;
  std::vector<std::int64_t> seqs, places;
  for (const NewReceipt& receipt : judgement.receipts) {
    ids.push_back(to_stored(receipt.receipt.id));
    incarnations.push_back(to_stored(receipt.incarnation));
    numbers.push_back(receipt.number);
    seqs.push_back(receipt.receipt.seq);
    places.push_back(std::int64_t(places.size()));
    verdicts.emplace_back(to_text(receipt.receipt.verdict));
    bodies.push_back(json_text(to_json(receipt.receipt)));
  }
  return {query::add_receipts,
          {tenant, to_stored(device), ids, incarnations, numbers, seqs, places, verdicts, bodies}};
}

postgres::Statement to_add_numbers(TenantId tenant, const std::vector<GivenNumber>& given) {
  std::vector<std::string> types, fields, entities;
  std::vector<std::int64_t> numbers;
  for (const GivenNumber& number : given) {
    types.push_back(to_stored(number.entity.type));
    fields.push_back(to_stored(number.field));
    numbers.push_back(number.number);
    entities.push_back(to_stored(number.entity.id));
  }
  return {query::add_numbers, {tenant, types, fields, numbers, entities}};
}

}  // namespace

Batch to_add_edges(TenantId tenant, const std::vector<std::pair<EntityKey, Edge>>& edges) {
  if (edges.empty()) return {};
  std::vector<std::string> from_types, from_ids, to_types, to_ids, fields;
  for (const auto& [from, edge] : edges) {
    from_types.push_back(to_stored(from.type));
    from_ids.push_back(to_stored(from.id));
    to_types.push_back(to_stored(edge.target.type));
    to_ids.push_back(to_stored(edge.target.id));
    fields.push_back(to_stored(edge.fields));
  }
  return {{query::add_edges, {tenant, from_types, from_ids, to_types, to_ids, fields}}};
}

Batch to_store(TenantId tenant, const Judgement& judgement, const State& state,
               const NewCommit& commit) {
  const auto& [salt, device, at] = commit.commit;
  Batch batch{{query::add_commit, {tenant, commit.seq, salt, to_stored(device), at}},
              {query::move_head, {tenant, commit.seq, salt}}};
  if (!judgement.rows.empty()) store_rows(batch, tenant, judgement, state, commit.seq);
  if (!judgement.given.empty()) batch.push_back(to_add_numbers(tenant, judgement.given));
  if (!judgement.receipts.empty()) batch.push_back(to_add_receipts(tenant, judgement, device));
  return batch;
}

}  // namespace slipway::cloud::postgres_ledger
