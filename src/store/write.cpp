// The store's writing half: captures share a commit, a person's decisions have their own.

#include <algorithm>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "store/cloud_need.h"
#include "store/decide.h"
#include "store/rows.h"
#include "store/transact.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// What an idempotency key stands for.
std::string fingerprint(const WriteRequest& request) {
  json::array mutations;
  for (const Mutation& mutation : request.mutations) {
    mutations.push_back(json::object{{"action", mutation.action},
                                     {"entityId", text_or_null(mutation.entity_id)},
                                     {"entityType", mutation.entity_type},
                                     {"payload", mutation.payload}});
  }
  return client_request_id(
      json::object{{"group", request.as_group}, {"mutations", std::move(mutations)}});
}

json::object to_json(const Written& written) {
  return {{"groupId", text_or_null(written.group_id)},
          {"entries", json::value_from(written.entries)}};
}

Written written_from(const json::object& object) {
  Written written;
  if (const auto group = text_at(object, "groupId")) written.group_id = std::string(*group);
  written.entries = json::value_to<std::vector<EntryId>>(object.at("entries"));
  written.repeated = true;
  return written;
}

Result<std::optional<Written>> first_answer(Work& work, const WriteRequest& request) {
  auto query = work.database.cached(
      "SELECT \"bodyHash\", \"answer\" FROM \"SyncIdempotency\" WHERE \"key\" = ?1");
  query->bind(1, *request.idempotency_key);
  if (!query->step()) return std::nullopt;
  if (query->text(0) != fingerprint(request)) {
    return fail(ErrorKind::invalid, "key-reused",
                "This Idempotency-Key was used for another request",
                "Nothing was written. Use a new key.", "Idempotency-Key");
  }
  auto answer = parse_json_object(query->text(1), "an answer");
  if (!answer) return std::unexpected(answer.error());
  return written_from(*answer);
}

void remember_answer(Work& work, const WriteRequest& request, const Written& written) {
  work.database
      .cached(
          "INSERT INTO \"SyncIdempotency\" (\"key\", \"bodyHash\", \"answer\", \"createdAt\") "
          "VALUES (?1, ?2, ?3, ?4)")
      ->bind_all(*request.idempotency_key, fingerprint(request), canonical_json(to_json(written)),
                 work.now)
      .run();
}

}  // namespace

Result<Written> Store::write_one(Work& work, const WriteRequest& request) {
  if (request.idempotency_key) {
    auto first = first_answer(work, request);
    if (!first) return std::unexpected(first.error());
    if (*first) return std::move(**first);
  }
  auto entries = capture(work, request.mutations, request.as_group, options_.group_limits);
  if (!entries) return std::unexpected(entries.error());
  if (auto checked = check_cloud_need(work, *entries, cloud_away_); !checked)
    return std::unexpected(checked.error());
  Written written;
  for (const Entry& entry : *entries) written.entries.push_back(entry.id);
  written.group_id = entries->front().body.group_id;
  if (request.idempotency_key) remember_answer(work, request, written);
  return written;
}

// Each request in a part of its own, all in one commit: concurrent writers share the sync. The
// result is the commit's; each request's own is in `answers`.
Result<void> Store::write_together(std::span<const WriteRequest> requests, WallTime now,
                                   std::vector<Result<Written>>& answers) {
  auto done = transact("writing", now, [&](Work& work) -> Result<void> {
    for (const WriteRequest& request : requests) {
      Changes own;
      Work part_work{work.database, work.schema, work.rules, work.merge_rules,
                     work.random,   work.now,    own,        work.scope};
      sqlite::Savepoint part(work.database);
      answers.push_back(write_one(part_work, request));
      // RAISE(ROLLBACK) in a trigger of the app's undid everybody's part.
      if (!work.database.in_transaction())
        throw sqlite::Failure(19 /* SQLITE_CONSTRAINT */, "the app's schema rolled back");
      if (!answers.back() && !planted(Bug::keeps_part_of_refused_write)) continue;
      part.release();
      work.changes.add(own);
    }
    return {};
  });
  if (!done) answers.assign(requests.size(), std::unexpected(done.error()));
  return done;
}

std::vector<Result<Written>> Store::write(std::span<const WriteRequest> requests, WallTime now) {
  std::vector<Result<Written>> answers;
  const auto done = write_together(requests, now, answers);
  // A deferred constraint of the app's that one writer broke shows only at the commit, and failed
  // all of them: each tries again alone, so that only the guilty one is refused.
  if (done || requests.size() < 2 || done.error().type != "constraint") return answers;
  answers.clear();
  for (const WriteRequest& request : requests) {
    std::vector<Result<Written>> own;
    (void)write_together(std::span(&request, 1), now,
                         own);  // its answer is the commit's error, if any
    answers.push_back(std::move(own.front()));
  }
  return answers;
}

Result<void> Store::park_unsent_needs(WallTime now) {
  const bool declared = std::ranges::any_of(
      options_.rules.actions, [](const auto& action) { return action.second.requires_online; });
  if (!cloud_away_ || !declared) return {};
  return transact("parking what needs the cloud", now, [&](Work& work) -> Result<void> {
    store::park_unsent_needs(work, *cloud_away_);
    return {};
  });
}

Result<Decided> Store::decide(const Wish& wish, DecideMode mode, WallTime now) {
  const auto checked = guarded(
      "reading an entry", [&]() -> Result<bool> { return needs_foreign_keys(*database_, wish); });
  if (!checked) return std::unexpected(checked.error());
  Decided previewed;
  constexpr std::string_view preview = "preview";
  const auto carry_out = [&](Work& work) -> Result<Decided> {
    auto decided = store::decide(work, wish, options_.group_limits);
    if (!decided) return decided;
    const auto asked = std::visit([](const auto& one) { return one.id; }, wish);
    const std::vector<Entry> about = unit_of(work.database, *find_entry(work.database, asked));
    if (auto taken = check_cloud_need(work, decided->appended, cloud_away_, about); !taken)
      return std::unexpected(taken.error());
    if (mode == DecideMode::carry_out) return decided;
    // Done for real and rolled back: the preview cannot differ from the deed.
    previewed = std::move(*decided);
    if (planted(Bug::previews_leave_dependants_out)) previewed.dependants.clear();
    if (planted(Bug::carries_a_preview_out)) return previewed;
    return fail(ErrorKind::conflict, std::string(preview), "");
  };
  auto decided = *checked ? transact("deciding", now, carry_out)
                          : transact_without_foreign_keys("deciding", now, carry_out);
  if (!decided && decided.error().type == preview) return previewed;
  return decided;
}

namespace {

// Rows of which nothing is known: no shadow, so no open entry and no word from the cloud. Empty for
// keys whose ids are JSON texts that SQL cannot build in our canonical form; these rows are read.
std::string unoffered(const Table& table) {
  const FieldType type = table.field(table.key.front())->type;
  if (table.key.size() > 1 || (type != FieldType::text && type != FieldType::integer)) return {};
  const std::string name = sqlite::quoted(table.name),
                    key = name + "." + sqlite::quoted(table.column_of(table.key.front()));
  return " FROM " + name + " WHERE " + key +
         " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \"SyncShadow\" s"
         " WHERE s.\"entityType\" = ?1 AND s.\"entityId\" = CAST(" +
         key + " AS TEXT))";
}

std::vector<json::object> unoffered_rows(sqlite::Database& database, const Table& table) {
  std::vector<json::object> rows;
  const std::string condition = unoffered(table);
  auto query =
      database.prepare("SELECT " + select_list(table) +
                       (condition.empty() ? " FROM " + sqlite::quoted(table.name) : condition));
  if (!condition.empty()) query.bind(1, table.name);
  auto known = database.prepare(
      "SELECT 1 FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2");
  while (query.step()) {
    json::object row = row_from(table, query);
    known.bind_all(table.name, entity_id(table, row));
    const bool there = known.step();
    known.reset();
    // A key of NULL, which SQLite lets pass in old tables, names no row.
    const bool named = std::all_of(table.key.begin(), table.key.end(),
                                   [&](const std::string& key) { return !row.at(key).is_null(); });
    if (!there && named) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Result<std::size_t> Store::offer_existing_rows(WallTime now) {
  return transact("offering the rows that exist", now, [&](Work& work) -> Result<std::size_t> {
    std::size_t count = 0;
    // Parents before children, so that a child's dependency on its parent's entry is found.
    for (const Table* table : work.schema.parents_first()) {
      if (!work.rules.syncs(table->name)) continue;
      for (json::object& row : unoffered_rows(work.database, *table)) {
        if (!work.scope.covers(table->name, row)) continue;  // it stays, and is nobody else's
        append_offer(work, *table, std::move(row));
        ++count;
      }
    }
    return count;
  });
}

Result<std::int64_t> Store::count_existing_rows() {
  return guarded("counting rows", [&]() -> Result<std::int64_t> {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    std::int64_t count = 0;
    for (const auto& [name, table] : schema_.tables()) {
      if (!options_.rules.syncs(name)) continue;
      const std::string condition = unoffered(table);
      if (condition.empty() || !scope_.held.is_everything()) {
        count += std::ranges::count_if(
            unoffered_rows(*database_, table),
            [&](const json::object& row) { return scope_.held.covers(name, row); });
        continue;
      }
      auto query = database_->prepare("SELECT count(*)" + condition);
      query.bind(1, name);
      query.step();
      count += query.integer(0);
    }
    return count;
  });
}

}  // namespace slipway::store
