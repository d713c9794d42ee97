// The store's syncing half: what is sent, what came back, what is shown while waiting.

#include <algorithm>

#include "base/planted.h"
#include "model/client_request_id.h"
#include "store/id_map.h"
#include "store/identity.h"
#include "store/meta.h"
#include "store/misfit.h"
#include "store/transact.h"

namespace slipway::store {

namespace {

PushItem item_of(const BatchVoid& voided) {
  PushItem item;
  item.id = voided.client_request_id;
  item.void_incarnation = voided.incarnation;
  item.void_number = voided.number;
  item.void_lane_position = voided.lane_position;
  item.void_sent = voided.sent;
  return item;
}

PushItem item_of(Work& work, const BatchWrite& write, const std::set<std::string>& shared) {
  PushItem item;
  const Table* table = work.schema.table(write.entry.body.entity.type);
  if (table && table->key.size() == 1) item.key_field = table->key.front();
  item.given = given_ids(work.database, table, write.entry.body);
  Body body = write.entry.body;
  if (planted(Bug::sends_again_under_new_id) && write.entry.sent_at) body.nonce[0] ^= 1;
  item.id = planted(Bug::sends_again_under_new_id) ? client_request_id(body)
                                                   : write.entry.client_request_id;
  item.write = to_json(body);
  item.after = write.after;
  item.sent = write.entry.sent_at.has_value();
  item.replaces = write.replaces;
  item.shared = shared.contains(body.incarnation);
  return item;
}

constexpr std::string_view altered =
    "The entry was altered in the database after it had been written, so it was not sent. Compare "
    "the row with the "
    "cloud's, then discard this entry and write it again.";

std::string has_no_name(const EntityKey& entity) {
  return "Nobody knows which id " + to_text(entity) +
         " has there, or it was never made there, so this could not be said, and was not sent. "
         "Say the id (slipway outcome, --cloud-id, of the entry that made it) and retry; or, if "
         "that row comes with a list, write this again beside it and discard this one.";
}

// Why an entry cannot be sent, whatever the other end says; the text is for people.
std::optional<std::string> unsendable(Work& work, const Entry& entry) {
  if (client_request_id(entry.body) != entry.client_request_id) return std::string(altered);
  const Table* table = work.schema.table(entry.body.entity.type);
  const auto nameless =
      table && !entry.sent_at ? nameless_row(work, *table, entry.body) : std::nullopt;
  return nameless ? std::optional(has_no_name(*nameless)) : std::nullopt;
}

// An altered body is noticed before it leaves, one that the app's tables no longer fit, and one
// that cannot be said in the target's words. Its whole group is parked with it; what needs one of
// them in this batch stays behind.
void park_unfit(Work& work, Batch& batch) {
  std::set<EntryId> parked;
  std::set<std::string> gone;
  for (const BatchWrite& write : batch.writes) {
    const auto why = unsendable(work, write.entry);
    std::optional<Misfit> misfit;
    if (!why && !write.entry.sent_at) misfit = misfit_of(work, write.entry.body);
    if (!why && !misfit) continue;
    const std::vector<Entry> unit = unit_of(work.database, write.entry);
    // A mate that may have been sent must be asked for, and the group goes with it.
    if (!why && std::ranges::any_of(unit, [](const Entry& e) { return e.sent_at.has_value(); }))
      continue;
    for (const Entry& mate : unit) {
      if (mate.status != Status::pending || !parked.insert(mate.id).second) continue;
      if (misfit)
        park_misfit(work, mate, write.entry, *misfit);
      else
        change_status(work, mate, {Status::error, *why, {}, {}, {}, {}});
      gone.insert(mate.client_request_id);
    }
  }
  if (gone.empty()) return;
  work.changes.work_appeared = true;  // the rest of the queue may be sent
  std::set<std::string> groups;
  const auto stays = [&](const BatchWrite& write) {
    const auto& group = write.entry.body.group_id;
    return gone.contains(write.entry.client_request_id) || (group && groups.contains(*group)) ||
           std::any_of(write.after.begin(), write.after.end(),
                       [&](const std::string& id) { return gone.contains(id); });
  };
  for (std::size_t before = 0;
       before != gone.size();) {  // a group's later entry holds its earlier ones
    before = gone.size();
    for (const BatchWrite& write : batch.writes) {
      if (!stays(write)) continue;
      gone.insert(write.entry.client_request_id);
      if (write.entry.body.group_id) groups.insert(*write.entry.body.group_id);
    }
  }
  std::erase_if(batch.writes, stays);
}

void mark_processing(Work& work, const Entry& entry) {
  work.database
      .cached(
          "UPDATE \"SyncQueue\" SET \"status\" = 'PROCESSING', \"attempts\" = \"attempts\" + 1, "
          "\"sentAt\" = ?2,"
          " \"updatedAt\" = ?2 WHERE \"id\" = ?1")
      ->bind_all(entry.id, work.now)
      .run();
  work.changes.entries.push_back({entry.id, entry.body.entity, Status::processing});
}

// What the cloud does not say any more may not be relied upon any more.
void note_safe(Work& work, const std::optional<Version>& safe) {
  if (read_meta_version(work.database, meta_key::safe) == safe) return;
  write_meta(work.database, meta_key::safe, safe ? to_text(*safe) : "");
}

// What was left out while a create was in doubt is told once it is not.
bool must_list_everything(sqlite::Database& database) {
  if (read_meta(database, meta_key::list_everything) == "1") return true;
  if (read_meta(database, meta_key::held_back).value_or("") != "1") return false;
  auto create = database.cached("SELECT 1 FROM \"SyncQueue\" WHERE \"op\" = 'create' AND " +
                                std::string(in_doubt) + " LIMIT 1");
  return !create->step();
}

bool parks(FailureClass means) {
  if (planted(Bug::takes_busy_for_final) && means == FailureClass::busy) return true;
  return means == FailureClass::invalid || means == FailureClass::forbidden ||
         means == FailureClass::too_large || means == FailureClass::key_reused;
}

}  // namespace

Result<std::optional<PushRequest>> Store::begin_push(const std::string& exchange,
                                                     const BatchLimits& limits,
                                                     const std::set<EntryId>& waiting,
                                                     WallTime now) {
  using Answer = Result<std::optional<PushRequest>>;
  std::optional<InFlight> sending;
  auto request = transact("preparing a push", now, [&](Work& work) -> Answer {
    const Version cursor = known_meta_version(work.database, meta_key::cursor);
    if (in_flight_) {  // its answer could not be stored, because another program held the lock
      record_attempts(work, {}, "unanswered", "the answer could not be stored");
      put_back(work);
    }
    Batch batch = select_batch(work.database, limits, waiting);
    park_unfit(work, batch);
    if (batch.empty()) return std::nullopt;
    PushRequest push{exchange, known_meta(work.database, meta_key::device),
                     cursor,   work.schema.references(),
                     {},       work.merge_rules};
    sending = InFlight{exchange,
                       work.now,
                       {},
                       batch.units,
                       read_meta_integer(work.database, meta_key::generation)};
    for (const BatchVoid& voided : batch.voids) {
      push.items.push_back(item_of(voided));
      sending->items.push_back({voided.entry, voided.client_request_id, true, {}});
    }
    const auto shared = shared_incarnations(work.database);
    for (const BatchWrite& write : batch.writes) {
      push.items.push_back(item_of(work, write, shared));
      sending->items.push_back(
          {write.entry.id, write.entry.client_request_id, false, write.entry.sent_at});
      mark_processing(work, write.entry);
    }
    return push;
  });
  if (request) in_flight_ = std::move(sending);  // none: nothing is in flight
  return request;
}

void Store::record_attempts(Work& work, const std::map<std::string, std::string>& outcomes,
                            const std::string& otherwise, const std::string& detail) {
  for (const Sent& sent : in_flight_->items) {
    const auto outcome = outcomes.find(sent.client_request_id);
    work.database
        .cached(
            "INSERT INTO \"SyncAttempt\" (\"entryId\", \"exchangeId\", \"kind\", \"outcome\", "
            "\"detail\","
            " \"sentAt\", \"endedAt\") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        ->bind_all(sent.entry, in_flight_->exchange, sent.is_void ? "void" : "write",
                   outcome == outcomes.end() ? otherwise : outcome->second,
                   detail.empty() ? std::nullopt : std::optional(detail), in_flight_->sent_at,
                   work.now)
        .run();
  }
}

// What no answer moved is PENDING again; returns it. Of what was sent without effect it is not said
// that it was sent.
std::vector<EntryId> Store::put_back(Work& work, const std::set<std::string>& without_effect) {
  std::vector<EntryId> open;
  for (const Sent& sent : in_flight_->items) {
    const auto entry = find_entry(work.database, sent.entry);
    if (!entry) continue;
    if (sent.is_void && entry->void_state == "owed") open.push_back(entry->id);
    if (sent.is_void || entry->status != Status::processing) continue;
    change_status(work, *entry, {Status::pending, entry->error_message, {}, {}, {}, {}});
    if (without_effect.contains(sent.client_request_id)) {
      work.database.cached("UPDATE \"SyncQueue\" SET \"sentAt\" = ?2 WHERE \"id\" = ?1")
          ->bind_all(entry->id, sent.sent_before)
          .run();
    }
    open.push_back(entry->id);
  }
  return open;
}

// The verdicts that answer what was asked: a repeated one, or one about something else, means
// nothing.
std::vector<Receipt> Store::answers_to(const std::vector<Receipt>& verdicts,
                                       const std::vector<Sent>& asked) {
  std::map<std::string_view, int> times;
  for (const Sent& sent : asked) times.emplace(sent.client_request_id, 0);
  for (const Receipt& verdict : verdicts) {
    if (const auto item = times.find(verdict.id); item != times.end()) ++item->second;
  }
  std::vector<Receipt> answers;
  for (const Receipt& verdict : verdicts) {
    const auto item = times.find(verdict.id);
    if (item != times.end() && item->second == 1) answers.push_back(verdict);
  }
  if (planted(Bug::matches_verdicts_by_place)) {
    answers = verdicts;
    answers.resize(std::min(answers.size(), asked.size()));
    for (std::size_t i = 0; i < answers.size(); ++i) answers[i].id = asked[i].client_request_id;
  }
  return answers;
}

Result<PushOutcome> Store::finish_push(const PushAnswer& answer, WallTime now) {
  // The lease was lost and taken again meanwhile: all of it is sent once more.
  if (!in_flight_) {
    const auto at = cursor();
    if (!at) return std::unexpected(at.error());
    return PushOutcome{false, true, at->value_or(Version{}), {}, {}};
  }
  auto outcome = transact_without_foreign_keys(
      "absorbing an answer", now, [&](Work& work) -> Result<PushOutcome> {
        PushOutcome result;
        if (read_meta_integer(work.database, meta_key::generation) != in_flight_->generation) {
          record_attempts(work, {}, "unanswered", "the answer belongs to another past");
          result.unsettled = put_back(work);
          result.more = true;
          return result;
        }
        if (answer.page) {
          Settled settled = apply_page(work, *answer.page);
          result.page_absorbed = settled.page_absorbed;
          result.settled = std::move(settled.entries);
        }
        std::vector<EntryId> moved =
            apply_verdicts(work, answers_to(answer.verdicts, in_flight_->items), answer.head);
        result.settled.insert(result.settled.end(), moved.begin(), moved.end());
        std::map<std::string, std::string> outcomes;
        for (const Receipt& verdict : answer.verdicts)
          outcomes[verdict.id] = std::string(to_text(verdict.verdict));
        record_attempts(work, outcomes, "unanswered", "");
        result.unsettled =
            put_back(work, {answer.without_effect.begin(), answer.without_effect.end()});
        write_meta(work.database, meta_key::head, to_text(answer.head));
        note_safe(work, answer.safe);
        if (result.page_absorbed) write_meta(work.database, meta_key::last_synced_at, work.now);
        result.cursor = read_meta_version(work.database, meta_key::cursor).value_or(Version{});
        result.more = result.cursor != answer.head;
        return result;
      });
  if (outcome) in_flight_.reset();
  return outcome;
}

Result<FailedPush> Store::fail_push(const Failure& failure, std::int64_t faults_max, WallTime now) {
  if (!in_flight_) return FailedPush{};
  auto result = transact("recording a failed send", now, [&](Work& work) -> Result<FailedPush> {
    record_attempts(work, {}, std::string(to_text(failure.means)), failure.message);
    std::set<std::string> without_effect;
    for (const Sent& sent : in_flight_->items) {
      const bool others = !failure.in_doubt.empty() && failure.in_doubt != sent.client_request_id;
      if (failure.without_effect || others) without_effect.insert(sent.client_request_id);
    }
    FailedPush failed{put_back(work, without_effect), in_flight_->units};
    if (in_flight_->units > 1 || !parks(failure.means)) return failed;
    for (EntryId id : failed.entries) {
      auto faults = work.database.cached(
          planted(Bug::takes_busy_for_final)
              ? "SELECT count(*) FROM \"SyncAttempt\" WHERE \"entryId\" = ?1"
              : "SELECT count(*) FROM \"SyncAttempt\" WHERE \"entryId\" = ?1 AND \"outcome\" IN"
                " ('invalid', 'forbidden', 'too-large', 'key-reused')");
      faults->bind(1, id);
      faults->step();
      const auto entry = find_entry(work.database, id);
      if (faults->integer(0) < faults_max || !entry || entry->status != Status::pending) continue;
      change_status(work, *entry, {Status::error, failure.message, {}, {}, {}, {}});
    }
    return failed;
  });
  if (result) in_flight_.reset();
  return result;
}

// An idle device asks again and again; an answer without news costs no sync of the disk.
Result<bool> Store::brings_no_news(const PullAnswer& answer) {
  return guarded("reading the cursor", [&]() -> Result<bool> {
    const auto cursor = read_meta_version(*database_, meta_key::cursor);
    return cursor == answer.page.from && answer.page.to == answer.page.from &&
           answer.page.receipts.empty() && answer.page.rows.empty() &&
           read_meta_version(*database_, meta_key::safe) == answer.safe &&
           read_meta_version(*database_, meta_key::head) == answer.head;
  });
}

Result<Settled> Store::absorb_page(const PullAnswer& answer, WallTime now) {
  const auto no_news = brings_no_news(answer);
  if (!no_news) return std::unexpected(no_news.error());
  if (*no_news) {
    last_heard_at_ = to_text(now);
    return Settled{true, {}};
  }
  return transact_without_foreign_keys("absorbing a page", now, [&](Work& work) -> Result<Settled> {
    if (read_meta_integer(work.database, meta_key::generation) != pull_generation_)
      return Settled{};  // the answer belongs to another past
    Settled settled = apply_page(work, answer.page);
    if (settled.page_absorbed) {
      write_meta(work.database, meta_key::head, to_text(answer.head));
      note_safe(work, answer.safe);
      write_meta(work.database, meta_key::last_synced_at, work.now);
    }
    return settled;
  });
}

Result<SnapshotRequest> Store::snapshot_request(const std::string& exchange, std::int64_t limit) {
  return guarded("preparing a full pull", [&]() -> Result<SnapshotRequest> {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    pull_generation_ = read_meta_integer(*database_, meta_key::generation);
    const auto pull = read_full_pull(*database_);
    if (!pull) throw_damaged(meta_key::full_pull);  // the engine asks for it only then
    SnapshotRequest request = store::snapshot_request(*database_, schema_, options_.rules, *pull);
    request.exchange = exchange;
    request.limit = limit;
    return request;
  });
}

Result<Settled> Store::absorb_snapshot(const SnapshotPage& page, WallTime now) {
  // What the cloud grants may be another scope than before: these rows are judged by it.
  const bool as_before = planted(Bug::holds_by_the_scope_of_the_past) && pull_generation_ > 0;
  HeldScope scope = held_scope(options_.scope, as_before ? scope_.granted : page.scope);
  auto absorbed = transact_without_foreign_keys(
      "absorbing a full pull", now, [&](Work& outer) -> Result<Settled> {
        Work work{outer.database, outer.schema, outer.rules,   outer.merge_rules,
                  outer.random,   outer.now,    outer.changes, scope.held};
        if (read_meta_integer(work.database, meta_key::generation) != pull_generation_)
          return Settled{};  // the answer belongs to another past
        Settled settled = apply_snapshot(work, page);
        if (!settled.page_absorbed) return settled;
        write_granted_scope(work.database, page.scope);
        write_meta(work.database, meta_key::head, to_text(page.head));
        if (!page.next) write_meta(work.database, meta_key::last_synced_at, work.now);
        return settled;
      });
  if (absorbed && absorbed->page_absorbed) scope_ = std::move(scope);
  return absorbed;
}

Result<void> Store::begin_full_pull(WallTime now) {
  return transact("beginning a full pull", now, [&](Work& work) -> Result<void> {
    store::begin_full_pull(work.database);
    return {};
  });
}

Result<std::optional<FullPull>> Store::full_pull() {
  return guarded("reading a full pull",
                 [&]() -> Result<std::optional<FullPull>> { return read_full_pull(*database_); });
}

Result<Settled> Store::absorb_streamed(Poke poke, WallTime now) {
  CHECK(poke.page);
  if (auto request = pull_request("", 0); !request) return std::unexpected(request.error());
  auto safe = meta(meta_key::safe);  // a poke does not speak of it
  if (!safe) return std::unexpected(safe.error());
  const auto known = version_from_text(safe->value_or(""));
  return absorb_page({"", std::move(poke.head), std::move(*poke.page),
                      known ? std::optional(*known) : std::nullopt},
                     now);
}

Result<void> Store::meet_cloud(const Capabilities& capabilities, WallTime now) {
  return transact("meeting the cloud", now, [&](Work& work) -> Result<void> {
    const auto known = read_meta(work.database, meta_key::cloud_id);
    const bool is_another = known && *known != capabilities.origin.salt;
    if (is_another && !planted(Bug::follows_any_cloud)) {
      return std::unexpected(other_cloud(
          {capabilities.origin.salt, capabilities.tenant, capabilities.snapshot_rows_max > 0}));
    }
    other_cloud_.reset();
    if (!known) write_meta(work.database, meta_key::cloud_id, capabilities.origin.salt);
    // A cursor that was damaged tells nothing of what is known: everything is told once more.
    if (!known || !read_meta_version(work.database, meta_key::cursor)) {
      write_meta(work.database, meta_key::cursor, to_text(capabilities.origin));
      if (capabilities.snapshot_rows_max > 0)
        store::begin_full_pull(work.database);
      else if (known)
        write_meta(work.database, meta_key::list_everything, "1");
    }
    write_meta(work.database, meta_key::has_snapshots,
               capabilities.snapshot_rows_max > 0 ? "1" : "");
    if (!capabilities.device.empty())
      write_meta(work.database, meta_key::device_name, capabilities.device);
    return {};
  });
}

Result<void> Store::show_wait(const std::vector<EntryId>& entries, WallTime until) {
  return guarded("noting a wait", [&]() -> Result<void> {
    sqlite::Transaction transaction(*database_);
    if (auto held = check_lease(*database_); !held) return held;
    for (EntryId id : entries) {
      database_
          ->cached(
              "UPDATE \"SyncQueue\" SET \"nextAttemptAt\" = ?2 WHERE \"id\" = ?1 AND \"status\" = "
              "'PENDING'")
          ->bind_all(id, to_text(until))
          .run();
    }
    transaction.commit();
    return {};
  });
}

Result<std::optional<Version>> Store::cursor() {
  return guarded("reading the cursor", [&]() -> Result<std::optional<Version>> {
    return read_meta_version(*database_, meta_key::cursor);
  });
}

Result<PullRequest> Store::pull_request(const std::string& exchange, std::int64_t limit) {
  return guarded("preparing a pull", [&]() -> Result<PullRequest> {
    pull_generation_ = read_meta_integer(*database_, meta_key::generation);
    return PullRequest{exchange, known_meta_version(*database_, meta_key::cursor), limit,
                       must_list_everything(*database_)};
  });
}

}  // namespace slipway::store
