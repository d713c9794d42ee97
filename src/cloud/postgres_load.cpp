#include <algorithm>

#include "cloud/needs.h"
#include "cloud/postgres_queries.h"
#include "cloud/postgres_tables.h"
#include "cloud/refusals.h"
#include "model/canonical_json.h"

namespace slipway::cloud::postgres_ledger {

namespace query = postgres_query;

namespace {

[[noreturn]] void damaged(std::string_view what) {
  throw postgres::Failure(postgres::FailureKind::damaged, std::string(what) + " cannot be read");
}

struct Keys {
  std::vector<std::string> types, ids;
};

Keys columns_of(const std::set<EntityKey>& keys) {
  Keys columns;
  for (const EntityKey& key : keys) {
    columns.types.push_back(to_stored(key.type));
    columns.ids.push_back(to_stored(key.id));
  }
  return columns;
}

EntityKey key_in(const Rows& rows, int row, int column) {
  return {from_stored(rows.text(row, column)), from_stored(rows.text(row, column + 1))};
}

References references_in(const Rows& rows) {
  References references;
  for (int row = 0; row < rows.size(); ++row) {
    auto fields = parse_json(rows.text(row, 1), "a reference");
    if (!fields || !fields->is_array()) damaged("a reference");
    Reference reference{from_stored(rows.text(row, 0)), {}, from_stored(rows.text(row, 2))};
    for (const json::value& field : fields->get_array()) {
      if (!field.is_string()) damaged("a reference");
      reference.fields.emplace_back(field.get_string());
    }
    references[reference.type].push_back(std::move(reference));
  }
  return references;
}

CloudRow row_in(const Rows& rows, int at) {
  CloudRow row;
  row.values = stored_object(rows.text(at, 2), "a row");
  row.seq = rows.integer(at, 3);
  if (!marks_from_text(rows.text(at, 4), row)) damaged("the marks of a row");
  row.life = rows.boolean(at, 5) ? Life::dead : Life::live;
  return row;
}

void add_commits(const Rows& rows, State& state) {
  for (int row = 0; row < rows.size(); ++row) {
    state.commits.insert_or_assign(
        rows.integer(row, 0), Commit{std::string(rows.text(row, 1)), from_stored(rows.text(row, 2)),
                                     std::string(rows.text(row, 3))});
  }
}

postgres::Statement to_read_commits(TenantId tenant, const std::set<std::int64_t>& seqs) {
  return {query::commits, {tenant, std::vector(seqs.begin(), seqs.end())}};
}

}  // namespace

Batch begin_for(TenantId tenant) {
  return {{query::begin}, {query::work_for, {std::to_string(tenant)}}};
}

Batch begin_read_for(TenantId tenant) {
  return {{query::begin_read}, {query::work_for, {std::to_string(tenant)}}};
}

std::string to_stored(std::string_view text) {
  std::string stored;
  stored.reserve(text.size());
  for (const char c : text) {
    if (c == '\0' || c == '\1') stored += '\1';
    stored += c == '\0' ? '\1' : c == '\1' ? '\2' : c;
  }
  return stored;
}

std::string from_stored(std::string_view stored) {
  std::string text;
  text.reserve(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const bool marked = stored[i] == '\1' && i + 1 < stored.size();
    text += marked ? char(stored[++i] - 1) : stored[i];
  }
  return text;
}

json::object stored_object(std::string_view text, std::string_view what) {
  auto object = parse_json_object(text, what);
  if (!object) damaged(what);
  return std::move(*object);
}

Receipt stored_receipt(std::string_view text) {
  auto receipt = receipt_from_json(json::value(stored_object(text, "a receipt")));
  if (!receipt) damaged("a receipt");
  return std::move(*receipt);
}

void add_receipts_to(std::vector<Receipt>& receipts, const Rows& rows) {
  for (int row = 0; row < rows.size(); ++row) receipts.push_back(stored_receipt(rows.text(row, 0)));
}

Head head_of(const Rows& rows) {
  if (rows.empty()) damaged("the tenant");
  return {{rows.integer(0, 0), std::string(rows.text(0, 1))},
          {0, std::string(rows.text(0, 2))},
          rows.integer(0, 3)};
}

bool is_salt_of(const Rows& rows, const Version& version) {
  return !rows.empty() && rows.text(0, 0) == version.salt;
}

DeviceScope scope_in(const Rows& rows) {
  if (rows.empty()) return {};
  const std::string_view text = rows.text(0, 0);
  if (text.empty()) return {RowScope{}, rows.integer(0, 1)};
  auto scope = scope_from_json(json::value(stored_object(text, "a scope")));
  if (!scope) damaged("a scope");
  return {std::move(*scope), rows.integer(0, 1)};
}

Batch to_load_first(TenantId tenant, const std::vector<Numbering>& numberings,
                    const std::vector<Item>& items) {
  std::vector<std::string> ids, incarnations, types, fields;
  std::vector<std::int64_t> numbers;
  for (const std::string& id : receipts_needed(items)) ids.push_back(to_stored(id));
  for (const auto& [incarnation, number] : numbers_needed(items)) {
    incarnations.push_back(to_stored(incarnation));
    numbers.push_back(number);
  }
  for (const Numbering& numbering : numberings) {
    if (!creates(items, numbering.type)) continue;
    types.push_back(to_stored(numbering.type));
    fields.push_back(to_stored(numbering.field));
  }
  // Receipts before ranges: a number whose receipt goes meanwhile is found among the latter.
  return {{query::references, {tenant}},
          {query::receipts, {tenant, ids}},
          {query::judged, {tenant, incarnations, numbers}},
          {query::ranges, {tenant, incarnations, numbers}},
          {query::newest_numbers, {tenant, types, fields}}};
}

State loaded_first(const std::vector<Rows>& all, std::size_t first,
                   const std::vector<Numbering>& numberings) {
  State state;
  state.references = references_in(all.at(first));
  const Rows &receipts = all.at(first + 1), &judged = all.at(first + 2),
             &ranges = all.at(first + 3), &newest = all.at(first + 4);
  for (int row = 0; row < receipts.size(); ++row) {
    Receipt receipt = stored_receipt(receipts.text(row, 0));
    std::string id = receipt.id;
    state.receipts.emplace(std::move(id), std::move(receipt));
  }
  for (int row = 0; row < judged.size(); ++row) {
    state.judged.emplace(EntryNumber(from_stored(judged.text(row, 0)), judged.integer(row, 1)),
                         from_stored(judged.text(row, 2)));
  }
  for (int row = 0; row < ranges.size(); ++row)
    state.purged.emplace(from_stored(ranges.text(row, 0)), ranges.integer(row, 1));
  for (int row = 0; row < newest.size(); ++row) {
    const std::string type = from_stored(newest.text(row, 0)),
                      field = from_stored(newest.text(row, 1));
    for (const Numbering& numbering : numberings) {
      if (numbering.type != type || numbering.field != field) continue;
      state.counters[type].push_back(counter_after(numbering, newest.optional_integer(row, 2)));
    }
  }
  return state;
}

void load(Transaction& transaction, TenantId tenant, const Wanted& wanted, State& state) {
  const Keys keys = columns_of(wanted.rows), targets = columns_of(wanted.referrers_of);
  const std::vector<Rows> all =
      transaction.run({{query::rows, {tenant, keys.types, keys.ids}},
                       to_read_commits(tenant, wanted.commits),
                       {query::referrers, {tenant, targets.types, targets.ids}}});
  add_commits(all[1], state);
  for (int row = 0; row < all[2].size(); ++row)
    state.referrers[key_in(all[2], row, 0)].insert(key_in(all[2], row, 2));
  std::set<std::int64_t> unknown;
  for (const EntityKey& key : wanted.rows) state.rows.try_emplace(key);  // unless found: never was
  for (int at = 0; at < all[0].size(); ++at) {
    CloudRow row = row_in(all[0], at);
    for (const std::int64_t seq : commits_of(row)) {
      if (!state.commits.contains(seq)) unknown.insert(seq);
    }
    state.rows[key_in(all[0], at, 0)] = std::move(row);
  }
  if (!unknown.empty())
    add_commits(transaction.run({to_read_commits(tenant, unknown)}).at(0), state);
}

namespace {

// Rows that were there before the reference, in runs: neither our memory nor a pause that the
// server allows depends on how many there are.
void add_edges_of_type(Transaction& transaction, TenantId tenant, const std::string& type,
                       const std::vector<Reference>& references) {
  constexpr std::int64_t rows_per_run = 1000;
  std::string after;
  for (;;) {
    const Rows rows =
        std::move(transaction
                      .run({{query::rows_of_type_after,
                             {tenant, to_stored(type), after, rows_per_run, run_bytes_max}}})
                      .at(0));
    std::vector<std::pair<EntityKey, Edge>> edges;
    for (int row = 0; row < rows.size(); ++row) {
      if (rows.boolean(row, 3)) continue;  // deleted
      const EntityKey key{type, from_stored(rows.text(row, 0))};
      const json::object values = stored_object(rows.text(row, 1), "a row");
      for (const Reference& reference : references) {
        if (auto edge = edge_of(reference, values)) edges.push_back({key, std::move(*edge)});
      }
    }
    if (!edges.empty()) transaction.run(to_add_edges(tenant, edges));
    if (!has_more_runs(rows, 1, rows_per_run)) return;
    after = std::string(rows.text(rows.size() - 1, 0));
  }
}

}  // namespace

Result<void> remember_references(Transaction& transaction, TenantId tenant,
                                 const std::vector<Reference>& references,
                                 const TenantBounds& bounds, References& known) {
  const std::vector<Reference> unknown = add_unknown(references, known);
  if (unknown.empty()) return {};
  if (auto fits = check_references(count_of(known), bounds); !fits) return fits;
  References added;
  std::vector<std::string> types, fields, targets;
  for (const Reference& reference : unknown) {
    added[reference.type].push_back(reference);
    types.push_back(to_stored(reference.type));
    fields.push_back(json_text(json::value_from(reference.fields)));
    targets.push_back(to_stored(reference.target));
  }
  transaction.run({{query::add_references, {tenant, types, fields, targets}}});
  for (const auto& [type, of_type] : added) add_edges_of_type(transaction, tenant, type, of_type);
  return {};
}

}  // namespace slipway::cloud::postgres_ledger
