#include "store/decide.h"

#include <set>

#include "base/planted.h"
#include "store/closing.h"
#include "store/id_map.h"
#include "store/meta.h"
#include "store/misfit.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/supersede.h"
#include "store/undo.h"
#include "store/value.h"

namespace slipway::store {

namespace {

Result<Decided> discard(Work& work, const wish::Discard& wish) {
  const auto entry = entry_to_decide(work.database, wish.id);
  if (!entry) return std::unexpected(entry.error());
  if (!is_open(entry->status)) return refuse_closed(work.database, *entry);
  Closure closure = closure_of(work.database, *entry);
  if (auto checked = check_dependants(closure, wish.with_dependants); !checked)
    return std::unexpected(checked.error());
  std::set<EntityKey> touched;
  for (const Entry& closing : closure.entries) {
    close(work, closing);
    touched.insert(closing.body.entity);
  }
  if (!planted(Bug::discard_leaves_the_row)) refresh_views(work, touched);
  return Decided{std::move(closure.entries), {}, std::move(closure.dependants), {}};
}

// Under which id the row was made, where the target gives it one. What waits for the row needs to
// name it.
Result<void> take_said_id(Work& work, const Entry& entry, const wish::Outcome& wish,
                          std::set<EntityKey>& touched) {
  const EntityKey& entity = entry.body.entity;
  const Table* table = work.schema.table(entity.type);
  const bool is_given = entry.body.op == Op::create && table && gives_ids(work, *table);
  if (!is_given && wish.cloud_id) {
    return fail(
        ErrorKind::invalid, "no-id-given",
        "The target gave " + to_text(entity) + " no id with entry " + std::to_string(wish.id),
        "Nothing was changed. Leave the id out.", "cloudId");
  }
  if (wish.cloud_id) {
    if (auto refusal = remember_id(work, *table, entity.id, *wish.cloud_id, touched))
      return fail(ErrorKind::invalid, "id-taken", *refusal,
                  "Nothing was changed. Look there again for the id of this row.", "cloudId");
  } else if (is_given && closure_of(work.database, entry).entries.size() > 1) {
    return fail(
        ErrorKind::conflict, "id-needed",
        "Other entries wait for " + to_text(entity) + ", and nobody knows which id it has there",
        "Nothing was changed. Say the id as well (slipway outcome " + std::to_string(wish.id) +
            " --happened yes --cloud-id ID), or discard what waits for it first.",
        "cloudId");
  }
  return {};
}

bool was_said_without_id(const Entry& entry) {
  return entry.status == Status::success && entry.receipt && !find(*entry.receipt, "assigned") &&
         text_at(*entry.receipt, "reason") == "outcome-said";
}

// Of an entry of which it was said before that it happened, and not under which id.
Result<Decided> say_id(Work& work, const Entry& entry, const wish::Outcome& wish) {
  std::set<EntityKey> touched{entry.body.entity};
  if (auto taken = take_said_id(work, entry, wish, touched); !taken)
    return std::unexpected(taken.error());
  const Table& table = *work.schema.table(entry.body.entity.type);
  json::object receipt = *entry.receipt;
  receipt["assigned"] = json::object{{table.key.front(), *wish.cloud_id}};
  change_status(work, entry, {.to = Status::success, .receipt = std::move(receipt)});
  write_meta(work.database, meta_key::list_everything, "1");
  work.changes.work_appeared = true;
  refresh_views(work, touched);
  return Decided{{entry}, {}, {}, {}};
}

// The target keeps no receipts, so the person's word becomes one. What happened there is in its
// row from now on: the shadow gets it as it would have from a page.
Result<Decided> say_outcome(Work& work, const wish::Outcome& wish) {
  const auto entry = entry_to_decide(work.database, wish.id);
  if (!entry) return std::unexpected(entry.error());
  const bool unknown = entry->status == Status::error && entry->receipt &&
                       text_at(*entry->receipt, "reason") == "outcome-unknown";
  if (wish.happened && wish.cloud_id && was_said_without_id(*entry))
    return say_id(work, *entry, wish);
  if (!unknown) {
    return fail(ErrorKind::conflict, "outcome-known",
                "It is known what became of entry " + std::to_string(wish.id),
                "Nothing was changed. Only an entry whose outcome is unknown needs your word.");
  }
  const EntityKey& entity = entry->body.entity;
  std::set<EntityKey> touched{entity};
  if (!wish.happened) {
    change_status(work, *entry,
                  {.to = Status::discarded,
                   .error_message = "You said that it did not happen.",
                   .void_state = "done"});
  } else {
    if (auto taken = take_said_id(work, *entry, wish, touched); !taken)
      return std::unexpected(taken.error());
    const Table* table = work.schema.table(entity.type);
    if (table) {
      const Shadow shadow = read_shadow(work, *table, entity.id);
      const auto cursor = read_meta_version(work.database, meta_key::cursor);
      const ViewStep step{entry->body.op, &entry->body.payload, &entry->body.base};
      write_shadow(work, entity, shadow.version ? *shadow.version : cursor.value_or(Version{}),
                   view_of(shadow.row, std::span(&step, 1), rules_of(work, entity.type)));
    }
    // Where the target gave an id that is not said here, its list tells the row.
    write_meta(work.database, meta_key::list_everything, "1");
    json::object receipt = *entry->receipt;
    receipt["verdict"] = to_text(Verdict::applied);
    receipt["reason"] = "outcome-said";
    receipt["message"] = "You said that it happened.";
    if (wish.cloud_id) receipt["assigned"] = json::object{{table->key.front(), *wish.cloud_id}};
    change_status(work, *entry,
                  {.to = Status::success, .receipt = std::move(receipt), .void_state = "done"});
  }
  work.changes.work_appeared = true;  // its lane goes on
  refresh_views(work, touched);
  return Decided{{*entry}, {}, {}, {}};
}

// A question that is asked again may be one of tables that are gone.
void park_misfits(Work& work, const std::vector<Entry>& appended) {
  for (const Entry& entry : appended) {
    const auto misfit = misfit_of(work, entry.body);
    if (!misfit) continue;
    for (const Entry& mate : unit_of(work.database, entry)) {
      if (mate.status == Status::pending) park_misfit(work, mate, entry, *misfit);
    }
  }
}

struct CarryOut {
  Work& work;
  const CaptureLimits& limits;
  Result<Decided> operator()(const wish::Discard& wish) const { return discard(work, wish); }
  Result<Decided> operator()(const wish::Retry& wish) const { return retry(work, wish); }
  Result<Decided> operator()(const wish::Force& wish) const { return force(work, wish); }
  Result<Decided> operator()(const wish::Resolve& wish) const { return resolve(work, wish); }
  Result<Decided> operator()(const wish::Undo& wish) const { return undo(work, wish.id, limits); }
  Result<Decided> operator()(const wish::Outcome& wish) const { return say_outcome(work, wish); }
};

std::vector<RowAfter> rows_after(Work& work, const Decided& decided) {
  std::set<EntityKey> entities;
  for (const auto* entries : {&decided.closed, &decided.appended}) {
    for (const Entry& entry : *entries) entities.insert(entry.body.entity);
  }
  std::vector<RowAfter> rows;
  for (const EntityKey& entity : entities) {
    const Table* table = work.schema.table(entity.type);
    const bool named = table && key_values(*table, entity.id).has_value();
    rows.push_back({entity, named ? read_row(work.database, *table, entity.id) : std::nullopt});
  }
  return rows;
}

}  // namespace

Result<Decided> decide(Work& work, const Wish& wish, const CaptureLimits& limits) {
  auto decided = std::visit(CarryOut{work, limits}, wish);
  if (!decided) return decided;
  park_misfits(work, decided->appended);
  for (Entry& entry : decided->closed) entry = *find_entry(work.database, entry.id);
  decided->rows = rows_after(work, *decided);
  return decided;
}

bool needs_foreign_keys(sqlite::Database& database, const Wish& wish) {
  const auto* undoing = std::get_if<wish::Undo>(&wish);
  return undoing && !takes_a_decision_back(database, undoing->id);
}

}  // namespace slipway::store
