#include "cloud/needs.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

constexpr int sqlite_corrupt = 11;  // SQLITE_CORRUPT

[[noreturn]] void damaged(std::string_view what) {
  throw sqlite::Failure(sqlite_corrupt, std::string(what) + " cannot be read");
}

std::string key_list(const std::set<EntityKey>& keys) {
  json::array list;
  for (const EntityKey& key : keys) list.push_back(json::array{key.type, key.id});
  return json_text(json::value(std::move(list)));
}

std::string seq_list(const std::set<std::int64_t>& seqs) {
  return json_text(json::value_from(std::vector(seqs.begin(), seqs.end())));
}

void load_receipts(sqlite::Database& database, TenantId tenant, const std::vector<Item>& items,
                   State& state) {
  json::array ids, numbers;
  for (const std::string& id : receipts_needed(items)) ids.emplace_back(id);
  for (const auto& [incarnation, number] : numbers_needed(items))
    numbers.push_back(json::array{incarnation, number});
  auto receipts = database.cached(query::receipts);
  receipts->bind_all(tenant, json_text(json::value(std::move(ids))));
  while (receipts->step()) {
    Receipt receipt = stored_receipt(receipts->text(0));
    std::string id = receipt.id;
    state.receipts.emplace(std::move(id), std::move(receipt));
  }
  auto judged = database.cached(query::judged);
  const std::string number_list = json_text(json::value(std::move(numbers)));
  judged->bind_all(tenant, number_list);
  while (judged->step()) {
    state.judged.emplace(EntryNumber(judged->text(0), judged->integer(1)), judged->text(2));
  }
  auto purged = database.cached(query::ranges);
  purged->bind_all(tenant, number_list);
  while (purged->step()) state.purged.emplace(purged->text(0), purged->integer(1));
}

void load_commits(sqlite::Database& database, TenantId tenant, const std::set<std::int64_t>& seqs,
                  State& state) {
  auto commits = database.cached(query::commits);
  commits->bind_all(tenant, seq_list(seqs));
  while (commits->step()) {
    state.commits.insert_or_assign(
        commits->integer(0), Commit{std::string(commits->text(1)), std::string(commits->text(2)),
                                    std::string(commits->text(3))});
  }
}

void load_referrers(sqlite::Database& database, TenantId tenant, const std::set<EntityKey>& keys,
                    State& state) {
  if (keys.empty()) return;
  auto referrers = database.cached(query::referrers);
  referrers->bind_all(tenant, key_list(keys));
  while (referrers->step()) {
    const EntityKey to{std::string(referrers->text(0)), std::string(referrers->text(1))};
    state.referrers[to].insert({std::string(referrers->text(2)), std::string(referrers->text(3))});
  }
}

}  // namespace

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

Head load_head(sqlite::Database& database, TenantId tenant) {
  auto head = database.cached(query::head);
  head->bind(1, tenant);
  if (!head->step()) damaged("the tenant");
  return {{head->integer(0), std::string(head->text(1))},
          {0, std::string(head->text(2))},
          head->integer(3)};
}

bool is_in_log(sqlite::Database& database, TenantId tenant, const Version& version) {
  auto salt = database.cached(query::commit_salt);
  salt->bind_all(tenant, version.seq);
  return salt->step() && salt->text(0) == version.salt;
}

std::string salt_of(sqlite::Database& database, TenantId tenant, std::int64_t seq) {
  auto query = database.cached(query::commit_salt);
  query->bind_all(tenant, seq);
  return query->step() ? std::string(query->text(0)) : std::string();
}

References load_references(sqlite::Database& database, TenantId tenant) {
  References references;
  auto query = database.cached(query::references);
  query->bind(1, tenant);
  while (query->step()) {
    auto fields = parse_json(query->text(1), "a reference");
    if (!fields || !fields->is_array()) damaged("a reference");
    Reference reference{std::string(query->text(0)), {}, std::string(query->text(2))};
    for (const json::value& field : fields->get_array()) {
      if (!field.is_string()) damaged("a reference");
      reference.fields.emplace_back(field.get_string());
    }
    references[reference.type].push_back(std::move(reference));
  }
  return references;
}

void load_rows(sqlite::Database& database, TenantId tenant, const std::set<EntityKey>& keys,
               State& state) {
  std::set<std::int64_t> seqs;
  for (const EntityKey& key : keys) state.rows.try_emplace(key);  // unless found: never existed
  auto query = database.cached(query::rows);
  query->bind_all(tenant, key_list(keys));
  while (query->step()) {
    CloudRow row;
    row.values = stored_object(query->text(2), "a row");
    row.seq = query->integer(3);
    if (!marks_from_text(query->text(4), row)) damaged("the marks of a row");
    row.life = query->integer(5) ? Life::dead : Life::live;
    seqs.merge(commits_of(row));
    state.rows[{std::string(query->text(0)), std::string(query->text(1))}] = std::move(row);
  }
  load_commits(database, tenant, seqs, state);
}

Counters load_counters(sqlite::Database& database, TenantId tenant,
                       const std::vector<Numbering>& numberings, const std::vector<Item>& items) {
  Counters counters;
  for (const Numbering& numbering : numberings) {
    if (!creates(items, numbering.type)) continue;
    auto newest = database.cached(query::newest_number);
    newest->bind_all(tenant, numbering.type, numbering.field);
    const auto number = newest->step() ? std::optional(newest->integer(0)) : std::nullopt;
    counters[numbering.type].push_back(counter_after(numbering, number));
  }
  return counters;
}

State load_state(sqlite::Database& database, TenantId tenant, const std::vector<Item>& items) {
  State state;
  state.references = load_references(database, tenant);
  load_receipts(database, tenant, items, state);
  std::set<std::int64_t> seqs = base_commits(items);
  for (const auto& [id, receipt] : state.receipts) seqs.insert(receipt.seq);
  load_commits(database, tenant, seqs, state);
  load_rows(database, tenant, rows_named(items, state.references), state);
  load_referrers(database, tenant, rows_deleted(items), state);
  return state;
}

}  // namespace slipway::cloud
