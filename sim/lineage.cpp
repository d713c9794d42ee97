#include "lineage.h"

#include <algorithm>

#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

std::string short_id(const std::string& id) {
  return id.substr(0, 8);
}

const json::value* member_of(const json::object& object, std::initializer_list<const char*> path) {
  const json::object* inner = &object;
  const json::value* value = nullptr;
  for (const char* key : path) {
    value = inner ? find(*inner, key) : nullptr;
    if (!value) return nullptr;
    inner = value->if_object();
  }
  return value;
}

bool shows(const LineageRow& row, const Body& body) {
  if (body.op == Op::remove) return !row.live;
  return row.live && std::ranges::all_of(body.payload, [&](const auto& member) {
           const json::value* value = find(row.values, member.key());
           return value && same_value(*value, member.value());
         });
}

}  // namespace

void Lineage::violated(const Meaning& meaning, const std::string& what) {
  run_.violated("I12", "commit " + std::to_string(commit_) + ", " +
                           std::string(to_text(meaning.body.op)) + " " + short_id(meaning.id) +
                           " of " + to_text(meaning.body.entity) + ": " + what);
}

const LineageRow* Lineage::row_at(const EntityKey& entity, std::int64_t tick) const {
  const auto found = history_.find(entity);
  if (found == history_.end()) return nullptr;
  const auto after = found->second.upper_bound(tick);
  if (after == found->second.begin()) return nullptr;
  const LineageRow& row = std::prev(after)->second;
  return row.image > 0 ? &row : nullptr;  // a restore may have taken all of its images away
}

bool Lineage::was_known(const EntityKey& entity, std::int64_t tick) const {
  const auto found = history_.find(entity);
  return found != history_.end() && std::ranges::any_of(found->second, [&](const auto& state) {
           return state.first <= tick && state.second.image > 0;
         });
}

Rule Lineage::rule(const Meaning& meaning, std::string_view field) const {
  return rule_of(pushed_->rules, meaning.body.entity.type, field);
}

bool Lineage::has_own_rule(const Meaning& meaning, std::string_view field) const {
  const auto& entities = pushed_->rules.entities;
  const auto entity = entities.find(meaning.body.entity.type);
  return entity != entities.end() && entity->second.merge.fields.contains(field);
}

// An earlier entry of the file that sends it, of which the cloud can know that it is.
bool Lineage::is_own(const std::string& by, const Meaning& meaning) const {
  const Meaning* writer = meanings_.find(by);
  return writer && pushed_->file.has(writer->file.name(), writer->entry) &&
         writer->body.incarnation == meaning.body.incarnation &&
         writer->body.lane_position < meaning.body.lane_position && is_known_as_own(by, meaning);
}

// It came with the same push, or its device has absorbed it, and knows of no other file that goes
// on by the same numbers.
bool Lineage::is_known_as_own(const std::string& by, const Meaning& meaning) const {
  if (pushed_->ids.contains(by)) return true;
  const auto effect = effects_.find(by);
  return effect != effects_.end() && !pushed_->shared.contains(meaning.id) &&
         effective_devices_.at(by) == pushed_->device &&
         effect->second <= past_.tick_of(pushed_->cursor);
}

// Whose writer saw a state of the row that no longer ever was knows nothing of it.
std::int64_t Lineage::still_known(const Meaning& meaning, std::int64_t knew) const {
  const LineageRow* row = row_at(meaning.body.entity, knew);
  return row && past_.is_gone(row->since.tick) ? -1 : knew;
}

// Since the writer looked, to something that was neither seen nor wished.
bool Lineage::is_changed(const LineageRow& row, const Meaning& meaning,
                         std::string_view field) const {
  const auto state = row.fields.find(field);
  if (state == row.fields.end()) return false;
  const FieldSeen seen = meaning.seen(field);
  const json::value& now = row.values.at(field);
  const json::value* local = find(meaning.body.payload, field);
  return state->second.since.changed_since(still_known(meaning, seen.knew)) &&
         !same_value(now, seen.value) && !(local && same_value(now, *local));
}

bool Lineage::is_foreign(const LineageRow& row, const Meaning& meaning,
                         std::string_view field) const {
  if (!is_changed(row, meaning, field)) return false;
  return accumulates(rule(meaning, field)) || !is_own(row.fields.find(field)->second.by, meaning);
}

void Lineage::put(LineageRow& row, const Meaning& meaning, const std::string& field,
                  json::value value) {
  const json::value* now = find(row.values, field);
  if (now && same_value(*now, value)) return;
  LineageRow::Field& state = row.fields[field];
  if (!accumulates(rule(meaning, field))) state.contains.clear();
  if (!state.contains.insert(meaning.id).second) violated(meaning, field + " holds it twice");
  state.by = meaning.id;
  state.since = {tick_, {}};
  row.values[field] = std::move(value);
  row.since = {tick_, {}};
  row.homes.insert(meaning.id);
}

// The latest of its chain that took effect.
const Meaning* Lineage::effective_before(const std::string& id) const {
  const Meaning* meaning = meanings_.find(id);
  if (!meaning) return nullptr;
  for (const Meaning* earlier : meanings_.chain_of(*meaning)) {
    if (effects_.contains(earlier->id)) return earlier;
  }
  return nullptr;
}

bool Lineage::repeats(const std::string& id) const {
  const Meaning* earlier = effective_before(id);
  if (!earlier) return false;
  const Meaning& meaning = *meanings_.find(id);
  return same_words(earlier->body, meaning.body) || meaning.knew < effects_.at(earlier->id);
}

// An entry may write into another life of its row only if an earlier one of its lane has.
void Lineage::check_life(const LineageRow& row, const Meaning& meaning) {
  if (row.born <= meaning.knew || is_own(row.made_by, meaning)) return;
  const auto is_home = [&](const std::string& id) { return is_own(id, meaning); };
  if (std::ranges::any_of(row.homes, is_home)) return;
  violated(meaning, "written into a life of the row that its writer never saw");
}

void Lineage::end_is_forgotten(const EntityKey& entity, std::int64_t since) {
  const auto row = rows_.find(entity);
  if (row == rows_.end() || row->second.live || row->second.since.tick > since) return;
  run_.seen("somebody writes to a row that is forgotten");
  rows_.erase(row);
}

void Lineage::create(LineageRow& row, const Meaning& meaning) {
  const Body& body = meaning.body;
  if (row.live) {
    if (!shows(row, body)) violated(meaning, "applied over another row");
    row.homes.insert(meaning.id);
    return;
  }
  const bool dead = !row.deleted_by.empty();
  if (dead && !is_own(row.deleted_by, meaning)) {
    const bool again = !body.base.empty();
    const bool knew = meaning.had_known || was_known(body.entity, meaning.knew);
    if (!knew || (again && row.since.changed_since(meaning.knew))) {
      violated(meaning, "it brings back a row whose end its writer never saw");
    }
  }
  LineageRow made;
  made.live = true;
  made.values = body.payload;
  made.since.tick = made.born = tick_;
  made.made_by = meaning.id;
  made.homes.insert(meaning.id);
  for (const auto& member : body.payload) {
    const json::value* last = find(body.base, member.key());
    const bool carried = dead && last && same_value(*last, member.value());
    made.fields[std::string(member.key())] =
        carried ? LineageRow::Field{"", row.since, {}}
                : LineageRow::Field{meaning.id, {tick_, {}}, {meaning.id}};
  }
  row = std::move(made);
}

json::value Lineage::becomes(const LineageRow& row, const Meaning& meaning, std::string_view field,
                             bool row_is_foreign) {
  const json::value& local = meaning.body.payload.at(field);
  const json::value* now = find(row.values, field);
  if (!now) return local;
  const Rule how = rule(meaning, field);
  const json::value saw = meaning.seen(field).value;
  if (adds_up(how)) return merged(how, saw, local, *now);
  if (row_is_foreign && !has_own_rule(meaning, field) && how == Rule::server) return *now;
  if (!is_foreign(row, meaning, field)) return local;
  if (how == Rule::manual) {
    violated(meaning, "it overwrites " + std::string(field) + " " + canonical_json(*now) + " by " +
                          short_id(row.fields.find(field)->second.by) + ", which its writer" +
                          " never saw (but " + canonical_json(saw) + ")");
  }
  return merged(how, saw, local, *now);
}

Lineage::Changes Lineage::update(LineageRow& row, const Meaning& meaning) {
  Changes changes;
  if (!row.live) {
    violated(meaning, "it writes into a dead row");
    return changes;
  }
  check_life(row, meaning);
  bool row_is_foreign = false;
  if (is_row_scope(pushed_->rules, meaning.body.entity.type)) {
    for (const auto& [field, state] : row.fields) {
      if (has_own_rule(meaning, field) || !is_foreign(row, meaning, field)) continue;
      row_is_foreign = true;
      if (rule(meaning, field) == Rule::manual) {
        violated(meaning, "its row is one thing, and " + field + " was changed by " +
                              short_id(state.by) + " unseen");
      }
    }
  }
  for (const auto& member : meaning.body.payload) {
    const std::string field(member.key());
    const json::value* now = find(row.values, field);
    const auto state = row.fields.find(field);
    changes[field] = {now ? *now : json::value(nullptr),
                      becomes(row, meaning, field, row_is_foreign), is_foreign(row, meaning, field),
                      state == row.fields.end() ? 0 : state->second.since.tick};
  }
  for (const auto& [field, change] : changes) put(row, meaning, field, change.after);
  return changes;
}

Lineage::Changes Lineage::remove(LineageRow& row, const Meaning& meaning) {
  Changes changes;
  if (!row.live) return changes;
  check_life(row, meaning);
  bool stays = false;
  for (const auto& [field, state] : row.fields) {
    if (!is_foreign(row, meaning, field)) continue;
    const Rule how = rule(meaning, field);
    stays = stays || how == Rule::server;
    changes[field] = {row.values.at(field), nullptr, true, state.since.tick};
    if (how == Rule::server || how == Rule::client) continue;
    violated(meaning, "it deletes " + field + " " + canonical_json(row.values.at(field)) + " by " +
                          short_id(state.by) + ", which its writer never saw");
  }
  if (stays) {
    for (auto& [field, change] : changes) change.after = change.before;
    return changes;
  }
  row.live = false;
  row.since = {tick_, {}};
  row.deleted_by = meaning.id;
  row.homes.clear();
  for (auto& [field, state] : row.fields) state = {meaning.id, {tick_, {}}, {}};
  return changes;
}

void Lineage::note_outcome(const Meaning& meaning, const Changes& changes) {
  Effects& effects = outcomes_[meaning.id].emplace_back();
  for (const auto& [field, change] : changes) {
    const bool as_written = same_value(change.after, meaning.body.payload.at(field));
    effects[field] = {change.before, change.after, change.foreign || !as_written};
  }
}

// What the receipt tells: nothing that was met is kept silent, and each value is what it was.
void Lineage::check_receipt(const Meaning& meaning, const Changes& changes,
                            const json::object& receipt) {
  const bool says_merged = text_at(receipt, "verdict") == "merged";
  const json::value* told = member_of(receipt, {"merge", "fields"});
  for (const auto& [field, change] : changes) {
    const json::value* local = find(meaning.body.payload, field);
    const bool as_written = meaning.body.op == Op::update && same_value(change.after, *local);
    const json::value* merge = told ? find(told->as_object(), field) : nullptr;
    if (as_written && !change.foreign && !merge) continue;
    const std::string name = field + ", which was " + canonical_json(change.before);
    if (!says_merged || !merge) {
      violated(meaning, "nobody is told of " + name);
      continue;
    }
    const json::object& one = merge->as_object();
    run_.seen("merged by " + std::string(text_at(one, "rule").value_or("?")));
    if (!same_value(one.at("server"), change.before) ||
        !same_value(one.at("value"), change.after)) {
      violated(meaning, "the receipt tells otherwise of " + name + " and became " +
                            canonical_json(change.after) + ": " + canonical_json(one));
    }
  }
  if (says_merged && changes.empty()) violated(meaning, "it was merged with nothing");
  if (says_merged && told) check_merge_author(meaning, changes, receipt.at("merge").as_object());
}

void Lineage::took_effect(const Version& commit, const std::string& id,
                          const json::object& receipt) {
  tick_ = past_.tick_of(commit);
  commit_ = commit.seq;
  const Meaning* meaning = meanings_.find(id);
  if (!meaning) return run_.violated("I3", "an effect that nobody captured: " + id);
  const EntityKey& entity = meaning->body.entity;
  LineageRow& row = rows_[entity];
  const bool repeated = repeats(id);
  if (!repeated) effects_[id] = tick_;
  if (!repeated) effective_devices_[id] = pushed_->device;
  if (repeated) return run_.seen("retry of what took effect");
  Changes changes;
  switch (meaning->body.op) {
    case Op::create:
      create(row, *meaning);
      break;
    case Op::update:
      changes = update(row, *meaning);
      note_outcome(*meaning, changes);
      break;
    case Op::remove:
      changes = remove(row, *meaning);
      break;
  }
  check_receipt(*meaning, changes, receipt);
  if (row.since.tick == tick_) row.image = commit_;
  if (row.since.tick > 0) history_[entity][tick_] = row;
}

// The times after `to` at which a row was not as it was then; the last one ends now.
void Lineage::bring_back(Since& since, const EntityKey& entity, std::int64_t to, std::int64_t now,
                         const std::function<bool(const LineageRow&)>& is_as_it_was) const {
  std::optional<std::int64_t> changed;
  const auto end = [&](std::int64_t tick) {
    if (changed) since.brought_back.emplace_back(*changed - 1, tick);
    changed.reset();
  };
  const auto& history = history_.at(entity);
  for (auto later = history.upper_bound(to); later != history.end(); ++later) {
    if (is_as_it_was(later->second))
      end(later->first);
    else if (!changed)
      changed = later->first;
  }
  end(now);
}

void Lineage::restored(std::int64_t to, std::int64_t tick) {
  for (const auto& [entity, history] : history_) {
    LineageRow& row = rows_[entity];
    const LineageRow* earlier = row_at(entity, to);
    if (earlier && row.since.tick == 0) row = *earlier;  // its end had been forgotten
  }
  for (auto& [entity, row] : rows_) {
    const auto& history = history_[entity];
    if (history.empty() || history.rbegin()->first <= to) continue;  // as it was
    const LineageRow* earlier = row_at(entity, to);
    LineageRow back = earlier ? *earlier : LineageRow{};
    bring_back(back.since, entity, to, tick,
               [was = back.since.tick](const LineageRow& one) { return one.since.tick == was; });
    for (auto& [name, state] : back.fields) {
      bring_back(state.since, entity, to, tick,
                 [&name, was = state.since.tick](const LineageRow& one) {
                   const auto field = one.fields.find(name);
                   return field != one.fields.end() && field->second.since.tick == was;
                 });
    }
    row = std::move(back);
    history_[entity][tick] = row;
  }
  std::erase_if(effects_, [&](const auto& effect) { return effect.second > to; });
}

// Base, local and server are what they were, and what stands against each other does.
void Lineage::conflicted(const std::string& id, const json::object& receipt) {
  const Meaning* meaning = meanings_.find(id);
  const json::value* told = find(receipt, "conflict");
  if (!meaning || !told || !told->is_object()) return;
  const Body& body = meaning->body;
  const json::object& conflict = told->get_object();
  const LineageRow& row = rows_[body.entity];
  const std::string_view reason = text_at(conflict, "reason").value_or("");
  const auto expect = [&](const char* part, const json::value& is, const json::value& should) {
    if (same_value(is, should)) return;
    violated(*meaning, "its conflict tells " + std::string(part) + " as " + canonical_json(is) +
                           ", it is " + canonical_json(should));
  };
  expect("base", conflict.at("base"), body.base);
  expect("local", conflict.at("local"), body.payload);
  json::value server(nullptr);
  if (row.live && (body.op != Op::update || reason == "re-created")) server = row.values;
  if (row.live && body.op == Op::update && reason != "re-created") {
    json::object touched;
    for (const json::object* fields : {&body.payload, &body.base}) {
      for (const auto& member : *fields) touched[member.key()] = row.values.at(member.key());
    }
    server = std::move(touched);
  }
  expect("server", conflict.at("server"), server);
  const json::value* version = member_of(conflict, {"version", "seq"});
  expect("version", version ? *version : json::value(0), row.image);
  if (reason == "superseded-applied" && !repeats(id))
    violated(*meaning, "it is said that one of its chain took effect; none did");
  if (!has_cause(reason, row, *meaning))
    violated(*meaning, "its conflict gives a reason that is not there: " + std::string(reason));
  check_blame(row, *meaning, receipt);
  if (reason != "changed" || meaning->is_undo) return;
  check_fields(row, *meaning, conflict.at("fields").as_array());
}

}  // namespace slipway::sim
