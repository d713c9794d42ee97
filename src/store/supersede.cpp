#include "store/supersede.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/planted.h"
#include "store/closing.h"
#include "store/id_map.h"
#include "store/lineage.h"
#include "store/meta.h"
#include "store/misfit.h"
#include "store/naming.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

std::string name_of(const Entry& entry) {
  return "Entry " + std::to_string(entry.id);
}

std::string reason_of(const Entry& entry) {
  return entry.conflict ? std::string(text_at(*entry.conflict, "reason").value_or("")) : "";
}

// What the conflict shows of the cloud's row.
SeenState shown_by_conflict(const Entry& entry) {
  if (entry.status != Status::conflict || !entry.conflict) return {};
  const json::object& conflict = *entry.conflict;
  SeenState state{.known = true, .took_effect = reason_of(entry) == "superseded-applied"};
  if (auto version = version_or_null_from_json(find(conflict, "version"))) state.version = *version;
  const json::value* server = find(conflict, "server");
  const json::value* last = find(conflict, "lastValues");
  if (server && server->is_object()) {
    state.row = {true, server->get_object()};
  } else if (last && last->is_object()) {
    state.row = {false, last->get_object()};
  } else if (!state.version && reason_of(entry) == "changed") {
    state.known = false;  // a target that told nothing of its state
  }
  return state;
}

// The state that the person decided upon: the conflict's, or the newest, which is shown beside it.
Result<SeenState> seen_state(Work& work, const Entry& entry, const std::optional<Version>& seen) {
  SeenState shown = shown_by_conflict(entry);
  const Table* table = work.schema.table(entry.body.entity.type);
  Shadow now = table ? read_shadow(work, *table, entry.body.entity.id) : Shadow{};
  if (planted(Bug::decides_on_the_newest)) shown.version = now.version;
  if (!seen || seen == shown.version) return shown;
  if (now.version == seen) {
    // The cloud said that it never had it, and has told of none since.
    const bool is_older = now.version->seq <= entry.receipt_seq;
    shown.is_remembered = shown.known && !shown.version && !now.row.exists && is_older;
    shown.version = now.version;
    shown.row = std::move(now.row);
    shown.known = true;
    return shown;
  }
  return fail(
      ErrorKind::conflict, "moved-on", "The cloud's state of this row is not the one that was seen",
      "Nothing was changed. Look at the entry again and decide on what it shows now.", "seen");
}

// What a successor holds; nothing: the entry needs none.
using Content = Result<std::optional<Body>>;
using Maker =
    std::function<Content(const Entry&, const SeenState&, const Table&, const TypeRules&)>;

Content again(const Entry& entry, const SeenState& seen, const Table&, const TypeRules& rules) {
  return retried(entry.body, seen, rules);
}

class Succeeding {
 public:
  Succeeding(Work& work, const Entry& entry, std::optional<Version> seen)
      : work_(work), entry_(entry), seen_(std::move(seen)) {
    for (Entry& mate : unit_of(work.database, entry)) {
      if (!is_parked(mate.status)) continue;
      unit_.insert(mate.id);
      old_.push_back(std::move(mate));
    }
  }

  const std::vector<Entry>& unit() const { return old_; }

  // The contents of the successors, none of which is appended yet. `checked`: the contents are not
  // simply the old ones, so what they need is looked up anew.
  Result<void> plan(const Maker& make, bool checked) {
    for (const Entry& old : old_) {
      const Table* table = work_.schema.table(old.body.entity.type);
      if (!table) {
        return fail(ErrorKind::conflict, "unknown-type",
                    "This database has no table " + old.body.entity.type + " any more",
                    "Nothing was changed.");
      }
      auto state =
          seen_state(work_, old, old.body.entity == entry_.body.entity ? seen_ : std::nullopt);
      if (!state) return std::unexpected(state.error());
      const TypeRules& rules = rules_of(work_, table->name);
      Entry fitting = old;
      fitting.body = without_what_is_gone(std::move(fitting.body), *table);
      const bool nothing_left = fitting.body.op == Op::update && fitting.body.payload.empty();
      if (nothing_left && !old.body.payload.empty()) continue;
      auto body =
          make(fitting, with_mates(old.body.entity, std::move(*state), rules), *table, rules);
      if (!body) return std::unexpected(body.error());
      if (!*body) continue;
      if (const auto misfit = misfit_of(work_, **body)) {
        return fail(ErrorKind::conflict, "constraint", misfit->why,
                    "Nothing was changed. Give other values, or discard the entry.");
      }
      auto depends_on = checked ? dependencies_of(*table, old, **body)
                                : Result<std::vector<std::string>>(old.depends_on);
      if (!depends_on) return std::unexpected(depends_on.error());
      plan_.push_back({&old, std::move(**body), std::move(*depends_on)});
    }
    if (!checked) return {};
    for (const Planned& planned : plan_) {
      if (auto there = check_references(planned.body); !there) return there;
    }
    return {};
  }

  bool leaves_nothing() const { return plan_.empty(); }

  Result<Decided> carry_out() {
    Decided decided;
    std::optional<std::string> group_id;
    if (plan_.size() > 1) group_id = work_.random.uuid();
    std::map<EntityKey, std::optional<std::string>> trouble;
    for (const Planned& planned : plan_) trouble.emplace(planned.body.entity, trouble_of(planned));
    for (const Entry& old : old_) {
      if (!planted(Bug::decision_leaves_the_question)) close(work_, old);
      decided.closed.push_back(old);
    }
    std::set<EntityKey> touched;
    for (const Planned& planned : plan_) name_as_there(planned, touched);
    for (Planned& planned : plan_) {
      decided.appended.push_back(
          append_successor(work_, *planned.old,
                           {std::move(planned.body), std::move(planned.depends_on), group_id,
                            std::int64_t(plan_.size())}));
    }
    for (const Entry& old : old_) touched.insert(old.body.entity);
    refresh_views(work_, touched);
    for (const Planned& planned : plan_) {
      const auto now = trouble_of(planned);
      const bool was_there = trouble.at(planned.old->body.entity).has_value();
      if (!now || (was_there && !is_parked_as_misfit(*planned.old))) continue;
      return fail(ErrorKind::conflict, "constraint",
                  "The database refused " + to_text(planned.old->body.entity) + ": " + *now,
                  "Nothing was changed. Give other values, or discard the entry.");
    }
    return decided;
  }

 private:
  struct Planned {
    const Entry* old;
    Body body;
    std::vector<std::string> depends_on;
  };

  // A create that gives way to an update of the row which the target has already: that row's id is
  // this one's from now on, where the target gives ids.
  void name_as_there(const Planned& planned, std::set<EntityKey>& touched) {
    const Entry& old = *planned.old;
    if (old.body.op != Op::create || planned.body.op != Op::update) return;
    const EntityKey& entity = old.body.entity;
    const Table& table = *work_.schema.table(entity.type);
    const json::value* server = old.conflict ? find(*old.conflict, "server") : nullptr;
    if (!gives_ids(work_, table) || !server || !server->is_object()) return;
    const json::value* here = find(server->get_object(), table.key.front());
    if (!here) return;
    const auto there = target_id(work_.database, {entity.type, key_text(*here)});
    // One that is another row's is not taken: then nothing is sent (nameless_row).
    if (remember_id(work_, table, entity.id, there.value_or(*here), touched)) return;
    json::object values = server->get_object();
    values.erase(table.key.front());
    const auto cursor = read_meta_version(work_.database, meta_key::cursor);
    write_shadow(work_, entity, cursor.value_or(Version{}), {true, std::move(values)});
  }

  // Entries of one group follow each other: a later one stands on what the earlier ones make of it.
  SeenState with_mates(const EntityKey& entity, SeenState state, const TypeRules& rules) const {
    for (const Planned& planned : plan_) {
      if (planned.body.entity != entity) continue;
      const ViewStep step{planned.body.op, &planned.body.payload, &planned.body.base};
      state.row = view_of(std::move(state.row), std::span(&step, 1), rules);
      state.deleted_by_mate = planned.body.op == Op::remove;
      for (const auto& member : planned.body.payload) state.written_by_mates.emplace(member.key());
    }
    return state;
  }

  // What it needed before, and what its new content needs. A successor stands in an old place: what
  // comes later in the queue cannot be waited for, or two entries would wait for each other.
  Result<std::vector<std::string>> dependencies_of(const Table& table, const Entry& old,
                                                   const Body& body) {
    std::set<std::string> roots(old.depends_on.begin(), old.depends_on.end());
    for (Need& need : needs(work_, table, body.entity, body.op, body.payload, body.base)) {
      if (unit_.contains(need.id)) continue;
      if (need.lane_position < old.body.lane_position) {
        roots.insert(std::move(need.root));
      } else if (body.op != Op::remove) {
        return fail(ErrorKind::conflict, "needs-later",
                    name_of(old) + " would need entry " + std::to_string(need.id) +
                        ", which comes later in the queue",
                    "Nothing was changed. Decide when entry " + std::to_string(need.id) +
                        " is synced, or discard this entry and write the change anew.",
                    {}, {need.id});
      }
    }
    return std::vector<std::string>(roots.begin(), roots.end());
  }

  Result<void> check_references(const Body& body) {
    const Table& table = *work_.schema.table(body.entity.type);
    for (const ForeignKey& key : table.references) {
      const auto id = referred_id(key, body.payload);
      if (!id) continue;
      const Table& target = *work_.schema.table(key.target);
      const bool made_here = std::any_of(plan_.begin(), plan_.end(), [&](const Planned& planned) {
        return planned.body.op == Op::create && planned.body.entity == EntityKey{key.target, *id};
      });
      if (made_here || (key_values(target, *id) && read_row(work_.database, target, *id))) continue;
      return fail(ErrorKind::conflict, "reference-missing",
                  to_text(body.entity) + " would refer to " + key.target + " " + *id +
                      ", which is not here",
                  "Nothing was changed. Bring that row back first, give another in “fields”, or "
                  "discard this entry.",
                  "fields." + key.fields.front());
    }
    return {};
  }

  // Why the view cannot show the row, if it cannot.
  std::optional<std::string> trouble_of(const Planned& planned) {
    const EntityKey& entity = planned.old->body.entity;
    return read_shadow(work_, *work_.schema.table(entity.type), entity.id).quarantine;
  }

  Work& work_;
  const Entry& entry_;
  const std::optional<Version> seen_;
  std::vector<Entry> old_;
  std::set<EntryId> unit_;
  std::vector<Planned> plan_;
};

// The entry, if something can be decided about it now.
Result<Entry> open_entry(Work& work, EntryId id) {
  auto entry = entry_to_decide(work.database, id);
  if (!entry) return entry;
  if (!is_open(entry->status)) return refuse_closed(work.database, *entry);
  if (entry->status != Status::discarding) return entry;
  return fail(ErrorKind::conflict, "being-discarded", name_of(*entry) + " is being discarded",
              "Wait until the cloud has answered the discard.");
}

// The person speaks of the app's columns.
Result<Choices> choices_in_fields(Work& work, const Entry& entry, const Choices& by_column) {
  const Table* table = work.schema.table(entry.body.entity.type);
  if (!table) return by_column;  // nothing can be resolved there; it is said why
  Choices choices;
  for (const auto& [name, choice] : by_column) {
    const bool typed = std::holds_alternative<json::value>(choice);
    auto field = field_meant(*table, name, typed ? "fields" : "take");
    if (!field) return std::unexpected(field.error());
    choices.emplace(std::move(*field), choice);
  }
  return choices;
}

// What stands in the way of these cannot be overwritten.
Result<void> check_can_be_forced(const std::vector<Entry>& unit) {
  for (const Entry& entry : unit) {
    const std::string reason = reason_of(entry);
    if (reason != "reference-missing" && reason != "has-children") continue;
    const json::value* because = find(*entry.conflict, "because");
    std::string other;  // "": one that the cloud does not tell this desk of
    if (because && because->is_object()) {
      const json::object& row = because->get_object();
      other = std::string(text_at(row, "entityType").value_or("")) + " " +
              std::string(text_at(row, "entityId").value_or(""));
    }
    if (other.empty()) {
      return fail(ErrorKind::conflict, "cannot-be-forced",
                  name_of(entry) + " cannot be forced: " + to_text(entry.body.entity) +
                      " cannot be deleted while a row that this desk does not hold refers to it",
                  "Nothing was changed. Retry when whoever holds that row has deleted or changed "
                  "it, or discard.",
                  {}, {entry.id});
    }
    const bool missing = reason == "reference-missing";
    return fail(ErrorKind::conflict, "cannot-be-forced",
                name_of(entry) + " cannot be forced: " + to_text(entry.body.entity) +
                    (missing ? " refers to " + other + ", which the cloud does not have"
                             : " cannot be deleted while " + other + " refers to it"),
                missing
                    ? "Nothing was changed. Create " + other +
                          " again and retry, resolve the field to another row, or discard."
                    : "Nothing was changed. Delete or change " + other + " and retry, or discard.",
                {}, {entry.id});
  }
  return {};
}

}  // namespace

Result<Decided> retry(Work& work, const wish::Retry& wish) {
  const auto entry = open_entry(work, wish.id);
  if (!entry) return std::unexpected(entry.error());
  if (!is_parked(entry->status)) return Decided{};
  Succeeding succeeding(work, *entry, wish.seen);
  if (auto planned = succeeding.plan(again, false); !planned)
    return std::unexpected(planned.error());
  if (succeeding.leaves_nothing()) return decide(work, wish::Discard{wish.id}, {});
  return succeeding.carry_out();
}

Result<Decided> force(Work& work, const wish::Force& wish) {
  const auto entry = open_entry(work, wish.id);
  if (!entry) return std::unexpected(entry.error());
  if (entry->status != Status::conflict || !entry->conflict) {
    return fail(ErrorKind::conflict, "not-in-conflict", name_of(*entry) + " is not in conflict",
                "Nothing was changed. Only a conflict can be forced.");
  }
  Succeeding succeeding(work, *entry, wish.seen);
  if (auto can = check_can_be_forced(succeeding.unit()); !can) return std::unexpected(can.error());
  const auto make = [](const Entry& old, const SeenState& seen, const Table& table,
                       const TypeRules& rules) -> Content {
    auto body = forced(old.body, seen, table, rules);
    if (!body) return std::unexpected(body.error());
    return std::move(*body);
  };
  if (auto planned = succeeding.plan(make, true); !planned) return std::unexpected(planned.error());
  if (succeeding.leaves_nothing()) return decide(work, wish::Discard{wish.id}, {});
  return succeeding.carry_out();
}

Result<Decided> resolve(Work& work, const wish::Resolve& wish) {
  const auto entry = open_entry(work, wish.id);
  if (!entry) return std::unexpected(entry.error());
  if (!is_parked(entry->status)) {
    return fail(ErrorKind::conflict, "not-in-conflict", name_of(*entry) + " is not parked",
                "Nothing was changed. Only what needs you can be resolved; write the change anew.");
  }
  const auto choices = choices_in_fields(work, *entry, wish.choices);
  if (!choices) return std::unexpected(choices.error());
  const Table* of_entry = work.schema.table(entry->body.entity.type);
  if (of_entry && entry->body.op == Op::update && !entry->body.payload.empty() &&
      without_what_is_gone(entry->body, *of_entry).payload.empty()) {
    return fail(
        ErrorKind::invalid, "untouched-field",
        name_of(*entry) + " writes only what " + of_entry->name + " has no columns for any more",
        "Nothing was changed. Write the value anew where it belongs now, and discard the entry.");
  }
  Succeeding succeeding(work, *entry, wish.seen);
  const auto make = [&](const Entry& old, const SeenState& seen, const Table& table,
                        const TypeRules& rules) -> Content {
    if (old.id != wish.id) return again(old, seen, table, rules);
    return resolved(old.body, seen, table, rules, *choices);
  };
  if (auto planned = succeeding.plan(make, true); !planned) return std::unexpected(planned.error());
  if (succeeding.leaves_nothing())
    return decide(work, wish::Discard{wish.id, wish.with_dependants}, {});
  return succeeding.carry_out();
}

}  // namespace slipway::store
