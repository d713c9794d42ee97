#include "store/undo.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "base/planted.h"
#include "store/apply_write.h"
#include "store/closing.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

bool took_effect(const Entry& entry) {
  if (entry.status == Status::success) return true;
  // Discarded too late: the void was answered with the receipt that exists.
  const auto verdict = entry.receipt ? text_at(*entry.receipt, "verdict") : std::nullopt;
  return entry.status == Status::discarded && (verdict == "applied" || verdict == "merged");
}

bool is_unsent_decision(const Entry& entry) {
  return entry.status == Status::pending && !entry.sent_at && entry.body.supersedes.has_value();
}

std::unexpected<Error> not_settled(const Entry& entry) {
  const std::string name = "Entry " + std::to_string(entry.id);
  const std::string hint = is_parked(entry.status) ? "It needs you: decide about it."
                           : entry.body.supersedes
                               ? "It is on its way. Wait for the cloud's answer, then undo it."
                               : "It is not synced yet: discard it instead.";
  return fail(ErrorKind::conflict, "not-settled", name + " has not taken effect",
              "Nothing was changed. " + hint, {}, {entry.id});
}

bool overlap(const Body& a, const Body& b) {
  if (a.op != Op::update || b.op != Op::update) return true;
  return std::ranges::any_of(a.payload,
                             [&](const auto& member) { return b.payload.contains(member.key()); });
}

// One's own later write of the same fields would silently be undone, too.
Result<void> check_nothing_later(sqlite::Database& database, const Entry& entry,
                                 const std::set<EntryId>& unit) {
  static const std::string sql = "SELECT " + entry_columns +
                                 " FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = "
                                 "?2 AND \"lanePosition\" > ?3 ORDER BY \"lanePosition\", \"id\"";
  auto query = database.cached(sql);
  query->bind_all(entry.body.entity.type, entry.body.entity.id, entry.body.lane_position);
  while (query->step()) {
    const Entry later = entry_from(*query);
    if (unit.contains(later.id) || !overlap(entry.body, later.body)) continue;
    if (!is_open(later.status) && !took_effect(later)) continue;
    return fail(ErrorKind::conflict, "written-since",
                "Entry " + std::to_string(later.id) + " of this device wrote to " +
                    to_text(entry.body.entity) + " after entry " + std::to_string(entry.id),
                "Nothing was changed. Undo that one first.", {}, {later.id});
  }
  return {};
}

// What the app's tables are told, and on what it stands.
struct Inverse {
  Op op;
  Mutation mutation;
  json::object base;  // what its entry left, or saw
};

// What was said of a column that is gone cannot be said again.
json::object sayable(const Table* table, const json::object& values) {
  json::object left;
  for (const auto& member : values) {
    if (!table || table->field(member.key())) left.emplace(member.key(), member.value());
  }
  return left;
}

Mutation mutation_of(const Body& body, Op op, json::object payload) {
  return {body.entity.type, body.entity.id, default_action(op, body.entity.type),
          std::move(payload)};
}

// What an update or a delete left, and what was there before: for a field that the cloud merged,
// its word of both. The value that others had settled before is theirs, and comes back; not the one
// that the writer saw.
struct Change {
  json::object before, after;
};

Change change_of(const Entry& entry) {
  Change change{entry.body.base, entry.body.payload};
  const json::value* merge = entry.receipt ? find(*entry.receipt, "merge") : nullptr;
  const json::value* fields =
      merge && merge->is_object() ? find(merge->get_object(), "fields") : nullptr;
  if (!fields || !fields->is_object() || planted(Bug::undo_overlooks_what_was_merged))
    return change;
  for (const auto& field : fields->get_object()) {
    if (!field.value().is_object()) continue;
    const json::value* server = find(field.value().get_object(), "server");
    const json::value* value = find(field.value().get_object(), "value");
    if (server && find(change.before, field.key()))
      change.before.insert_or_assign(field.key(), *server);
    if (value && find(change.after, field.key()))
      change.after.insert_or_assign(field.key(), *value);
  }
  return change;
}

Result<Inverse> inverse_of(const Entry& entry, const Table* table) {
  const Body& body = entry.body;
  if (body.op == Op::create)
    return Inverse{Op::remove, mutation_of(body, Op::remove, {}), body.payload};
  Change change = change_of(entry);
  if (body.op == Op::remove) {
    return Inverse{Op::create, mutation_of(body, Op::create, sayable(table, change.before)),
                   std::move(change.before)};
  }
  json::object before;
  for (const auto& member : sayable(table, change.after)) {
    const json::value* value = find(change.before, member.key());
    if (value && !same_value(*value, member.value())) before.emplace(member.key(), *value);
  }
  if (before.size() > 1 && planted(Bug::undo_forgets_a_field)) before.erase(before.begin());
  if (before.empty()) {
    return fail(ErrorKind::conflict, "nothing-to-undo",
                "Entry " + std::to_string(entry.id) + " changed nothing", "Nothing was changed.");
  }
  return Inverse{Op::update, mutation_of(body, Op::update, std::move(before)),
                 std::move(change.after)};
}

Inverse once_more(const SyncRules& rules, const Entry& entry, const Table* table) {
  const Body& body = entry.body;
  Mutation mutation = mutation_of(body, body.op, sayable(table, body.payload));
  if (rules.op_of(body.action, body.entity.type) == body.op) mutation.action = body.action;
  return {body.op, std::move(mutation), body.base};
}

// Undoing a create deletes one row, never what has come to refer to it.
Result<void> check_no_children(Work& work, const EntityKey& entity) {
  const Table* table = work.schema.table(entity.type);
  if (!table || !key_values(*table, entity.id)) return {};  // no row can have that key
  for (const ReferringTable& referring : work.schema.referring_to(entity.type)) {
    for (const std::string& id : referring_rows(work.database, referring, *table, entity.id, 2)) {
      const EntityKey child{referring.table->name, id};
      if (child == entity) continue;
      return fail(ErrorKind::conflict, "has-children",
                  to_text(entity) + " cannot be taken back: " + to_text(child) + " refers to it",
                  "Nothing was changed. Undo or delete what refers to it first.");
    }
  }
  return {};
}

json::value version_of(const json::object& versions, std::string_view field) {
  const json::value* version = find(versions, field);
  if (!version) version = find(versions, "*");
  return version ? *version : json::value(nullptr);
}

// The new write has seen what its entry left, and no more than that.
void stand_on(Draft& draft, const Entry& entry, const json::object& base) {
  json::object versions{{"*", version_of(entry.body.base_versions, "*")}};
  const json::object& touched = draft.op == Op::create ? draft.payload : draft.base;
  for (const auto& member : touched) {
    const std::string_view field = member.key();
    const bool known = find(base, field) || find(entry.body.payload, field);
    const json::value version =
        version_of(known ? entry.body.base_versions : draft.base_versions, field);
    if (version != versions.at("*")) versions.insert_or_assign(field, version);
  }
  draft.base_versions = std::move(versions);
  if (draft.op == Op::create) {
    draft.base = base;
    return;
  }
  for (auto& member : draft.base) {
    if (const json::value* value = find(base, member.key())) member.value() = *value;
  }
}

// What the row shows of an inverse: of a sum or a list, what others added stays.
json::object shown_of(Work& work, const Inverse& inverse, const json::object& row) {
  const Mutation& mutation = inverse.mutation;
  const ViewStep step{Op::update, &mutation.payload, &inverse.base};
  const RowState view = view_of({true, row}, std::span(&step, 1),
                                shown_rules_of(work, {mutation.entity_type, *mutation.entity_id}));
  json::object shown;
  for (const auto& member : mutation.payload) {
    const json::value* value = find(view.values, member.key());
    shown.emplace(member.key(), value ? *value : member.value());
  }
  return shown;
}

Result<void> apply_inverse(Work& work, const Inverse& inverse, std::vector<Draft>& drafts) {
  if (inverse.op != Op::update) return apply_write(work, inverse.mutation, drafts);
  Mutation shown = inverse.mutation;
  const Table* table = work.schema.table(shown.entity_type);
  const auto row = table ? read_row(work.database, *table, *shown.entity_id) : std::nullopt;
  if (row) shown.payload = shown_of(work, inverse, *row);
  if (auto applied = apply_write(work, shown, drafts); !applied) return applied;
  drafts.back().payload = inverse.mutation.payload;
  return {};
}

Result<Decided> write_inverses(Work& work, const std::vector<Entry>& entries, bool inverse,
                               const CaptureLimits& limits) {
  std::vector<Draft> drafts;
  for (const Entry& entry : entries) {
    const Table* table = work.schema.table(entry.body.entity.type);
    auto change =
        inverse ? inverse_of(entry, table) : Result<Inverse>(once_more(work.rules, entry, table));
    if (!change) return std::unexpected(change.error());
    const bool removes = inverse ? entry.body.op == Op::create : entry.body.op == Op::remove;
    if (removes) {
      if (auto checked = check_no_children(work, entry.body.entity); !checked)
        return std::unexpected(checked.error());
    }
    const std::size_t before = drafts.size();
    if (auto applied = apply_inverse(work, *change, drafts); !applied)
      return std::unexpected(applied.error());
    CHECK(drafts.size() == before + 1);
    stand_on(drafts.back(), entry, change->base);
  }
  auto appended = append_drafts(work, std::move(drafts), limits);
  if (!appended) return std::unexpected(appended.error());
  return Decided{{}, std::move(*appended), {}, {}};
}

// The question comes back: what was decided about takes the decision's place, and is judged again.
Result<Decided> ask_again(Work& work, const Entry& decision) {
  std::map<EntryId, Entry> old;  // whose place is taken → with its contents
  std::map<EntryId, Entry> contents;
  for (const Entry& member : unit_of(work.database, decision)) {
    if (!is_unsent_decision(member)) return not_settled(member);
    const auto original = find_entry_by_request_id(work.database, *member.body.supersedes);
    CHECK(original.has_value());
    old.emplace(member.id, member);
    contents.emplace(member.id, *original);
    // Its mates that went without a successor come back with it.
    for (const Entry& mate : unit_of(work.database, *original)) {
      if (mate.status != Status::discarded || took_effect(mate)) continue;
      if (!successors_of(work.database, mate).empty()) continue;
      old.emplace(mate.id, mate);
      contents.emplace(mate.id, mate);
    }
  }
  std::vector<Entry> order;
  for (auto& [id, entry] : old) order.push_back(std::move(entry));
  std::ranges::stable_sort(order, {}, [](const Entry& entry) { return entry.body.lane_position; });
  std::optional<std::string> group_id;
  if (order.size() > 1) group_id = work.random.uuid();
  Decided decided;
  std::set<EntityKey> touched;
  for (const Entry& entry : order) {
    touched.insert(entry.body.entity);
    if (!is_open(entry.status)) continue;
    close(work, entry);
    decided.closed.push_back(entry);
  }
  for (const Entry& entry : order) {
    const Entry& content = contents.at(entry.id);
    decided.appended.push_back(append_successor(
        work, entry, {content.body, content.depends_on, group_id, std::int64_t(order.size())}));
  }
  refresh_views(work, touched);
  return decided;
}

}  // namespace

Result<Decided> undo(Work& work, EntryId id, const CaptureLimits& limits) {
  const auto entry = entry_to_decide(work.database, id);
  if (!entry) return std::unexpected(entry.error());
  if (is_unsent_decision(*entry)) return ask_again(work, *entry);
  const bool outcome_pending = entry->status == Status::discarding ||
                               (entry->void_state == "owed" && entry->sent_at.has_value());
  if (outcome_pending) {
    return fail(ErrorKind::conflict, "being-discarded",
                "Entry " + std::to_string(id) + " is being discarded",
                "Nothing was changed. Wait until the cloud has answered the discard.");
  }
  if (is_open(entry->status)) return not_settled(*entry);
  const bool inverse = took_effect(*entry);
  if (!inverse && !successors_of(work.database, *entry).empty())
    return refuse_closed(work.database, *entry);
  std::vector<Entry> acted;
  std::set<EntryId> unit;
  for (Entry& member : unit_of(work.database, *entry)) {
    if (is_open(member.status)) return not_settled(member);
    unit.insert(member.id);
    const bool dropped = !took_effect(member) && successors_of(work.database, member).empty();
    if (inverse ? took_effect(member) : dropped) acted.push_back(std::move(member));
  }
  for (const Entry& member : acted) {
    if (auto checked = check_nothing_later(work.database, member, unit); !checked)
      return std::unexpected(checked.error());
  }
  if (inverse) std::ranges::reverse(acted);
  return write_inverses(work, acted, inverse, limits);
}

bool takes_a_decision_back(sqlite::Database& database, EntryId id) {
  const auto entry = find_entry(database, id);
  return entry && is_unsent_decision(*entry);
}

}  // namespace slipway::store
