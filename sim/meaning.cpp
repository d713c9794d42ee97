#include "meaning.h"

#include <algorithm>

#include "checks.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

constexpr std::string_view open_statuses = " NOT IN ('SUCCESS', 'DISCARDED')";

bool writes(const Body& body, std::string_view field) {
  return body.op != Op::update || find(body.payload, field) != nullptr;
}

const json::value& value_of(const json::object& object, std::string_view field) {
  static const json::value null;
  const json::value* value = find(object, field);
  return value ? *value : null;
}

void show(std::map<EntityKey, json::object>& screen, const Body& body) {
  if (body.op == Op::remove) {
    screen.erase(body.entity);
    return;
  }
  json::object& row = screen[body.entity];
  if (body.op == Op::create) row.clear();
  for (const auto& member : body.payload) row.insert_or_assign(member.key(), member.value());
}

EntryId named_by(const store::Wish& wish) {
  return std::visit([](const auto& one) { return one.id; }, wish);
}

std::optional<Version> seen_in(const store::Wish& wish) {
  return std::visit(
      [](const auto& one) -> std::optional<Version> {
        if constexpr (requires { one.seen; })
          return one.seen;
        else
          return std::nullopt;
      },
      wish);
}

}  // namespace

bool same_words(const Body& a, const Body& b) {
  return a.op == b.op && same_value(a.payload, b.payload) && same_value(a.base, b.base);
}

FieldSeen Meaning::seen(std::string_view field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? FieldSeen{nullptr, knew} : found->second;
}

const Meaning* Meanings::find(const std::string& id) const {
  const auto found = meanings_.find(id);
  return found == meanings_.end() ? nullptr : &found->second;
}

std::vector<const Meaning*> Meanings::chain_of(const Meaning& meaning) const {
  std::vector<const Meaning*> chain;
  for (const Meaning* one = &meaning; one->body.supersedes;) {
    one = find(*one->body.supersedes);
    if (!one) break;
    chain.push_back(one);
  }
  return chain;
}

void Meanings::about_to_append(Device& device, const store::Wish* wish) {
  Before& before = before_[device.index()];
  before = {screen_of(device.raw()), std::nullopt};
  if (!wish) return;
  Decision& decision = before.decision.emplace(Decision{*wish, {}, {}, {}, {}, {}});
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId, clientRequestId, status FROM"
                                  " SyncQueue"
                                  " WHERE id = ?1",
                                  named_by(*wish))) {
    decision.entity = {row[0], row[1]};
    decision.id = row[2];
    decision.status = row[3];
  }
  for (const TextRow& row :
       query(device.raw(),
             "SELECT clientRequestId, json_extract(conflict, '$.version.seq'),"
             " json_extract(conflict, '$.version.salt'), json_extract(conflict, '$.reason') FROM"
             " SyncQueue WHERE status = 'CONFLICT'")) {
    if (row[3] == "superseded-applied") decision.effective.insert(row[0]);
    if (row[1] == "NULL") continue;
    decision.shown[row[0]] = past_.tick_of(Version{std::atoll(row[1].c_str()), row[2]});
  }
}

void Meanings::appended(Device& device, const store::Entry& entry) {
  const Meaning* old = entry.body.supersedes ? find(*entry.body.supersedes) : nullptr;
  Before& before = before_[device.index()];
  Meaning meaning = old ? successor(device, before, entry, *old)
                    : before.decides_by<store::wish::Undo>() ? undone(entry)
                                                             : plain(device, before, entry);
  if (!old && before.decides_by<store::wish::Undo>()) check_undo(device, before, entry);
  meaning.id = entry.client_request_id;
  meaning.body = entry.body;
  meaning.file = device.branch();
  meaning.entry = entry.id;
  meaning.heard = {device.index(), past_.tick_of(device.has_receipts_since()),
                   past_.tick_of(device.cursor_version())};
  show(before.screen, entry.body);
  meanings_.insert_or_assign(entry.client_request_id, std::move(meaning));
}

// Of its lane, the latest first.
std::vector<const Meaning*> Meanings::open_before(Device& device, const store::Entry& entry) const {
  std::vector<const Meaning*> list;
  for (const TextRow& row :
       query(device.raw(),
             "SELECT e.clientRequestId FROM SyncQueue AS me JOIN SyncQueue AS e"
             " ON e.entityType = me.entityType AND e.entityId = me.entityId"
             " AND (e.lanePosition, e.id) < (me.lanePosition, me.id) WHERE me.id = ?1"
             " AND e.status" +
                 std::string(open_statuses) + " ORDER BY e.lanePosition DESC, e.id DESC",
             entry.id)) {
    if (const Meaning* meaning = find(row[0])) list.push_back(meaning);
  }
  return list;
}

// What is shown of a quarantined row is not the cloud's.
std::int64_t Meanings::known_of(Device& device, const EntityKey& entity) const {
  for (const TextRow& row : query(device.raw(),
                                  "SELECT entityType, entityId FROM SyncShadow WHERE quarantine"
                                  " IS NOT NULL")) {
    if (EntityKey{row[0], row[1]} == entity) return -1;
  }
  return device.known_at(entity, past_);
}

Meaning Meanings::plain(Device& device, const Before& before, const store::Entry& entry) {
  const Body& body = entry.body;
  Meaning meaning;
  meaning.knew = known_of(device, body.entity);
  meaning.had_known = device.was_told_of(body.entity);
  const auto lane = open_before(device, entry);
  const auto shown = before.screen.find(body.entity);
  const json::object none;
  const json::object& row = shown == before.screen.end() ? none : shown->second;
  for (const json::object* values : {&row, &body.payload}) {
    for (const auto& member : *values) {
      FieldSeen seen{value_of(row, member.key()), meaning.knew};
      for (const Meaning* earlier : lane) {
        if (!writes(earlier->body, member.key())) continue;
        seen.knew = earlier->seen(member.key()).knew;
        break;
      }
      meaning.fields.insert_or_assign(std::string(member.key()), std::move(seen));
    }
  }
  for (const auto& member : body.base) {
    if (same_value(member.value(), value_of(row, member.key()))) continue;
    run_.violated("I12", device.name() + ": the base of " + to_text(body.entity) + " has " +
                             std::string(member.key()) + " " + canonical_json(member.value()) +
                             ", the screen showed " + canonical_json(value_of(row, member.key())));
  }
  return meaning;
}

Meaning Meanings::undone(const store::Entry& entry) const {
  const Body& body = entry.body;
  const auto commit_of = [&](std::string_view field) {
    const auto version = base_version_of(body, field);
    return past_.tick_of(version);
  };
  Meaning meaning;
  meaning.is_undo = true;
  meaning.knew = commit_of("*");
  for (const json::object* values : {&body.payload, &body.base}) {
    for (const auto& member : *values) {
      meaning.fields.insert_or_assign(
          std::string(member.key()),
          FieldSeen{value_of(body.base, member.key()), commit_of(member.key())});
    }
  }
  return meaning;
}

// The commit whose state the person saw of the cloud's row, if any was shown.
std::optional<std::int64_t> Meanings::seen_of(const Before& before, const Meaning& old) const {
  if (!before.decision) return std::nullopt;
  const Decision& decision = *before.decision;
  const auto seen = seen_in(decision.wish);
  if (seen && old.body.entity == decision.entity) return past_.tick_of(seen);
  const auto shown = decision.shown.find(old.id);
  return shown == decision.shown.end() ? std::nullopt : std::optional(shown->second);
}

Meaning Meanings::successor(Device& device, const Before& before, const store::Entry& entry,
                            const Meaning& old) {
  if (before.decides_by<store::wish::Undo>()) {
    for (const Meaning* original : chain_of(old)) {
      if (same_words(original->body, entry.body)) return *original;
    }
    return old;
  }
  const auto tick = seen_of(before, old);
  const LineageRow* row = tick ? row_at_(old.body.entity, *tick) : nullptr;
  const bool named = before.decision && before.decision->id == old.id;
  const bool forced = before.decides_by<store::wish::Force>();
  const bool resolved = named && before.decides_by<store::wish::Resolve>();
  if (!forced && !resolved) return retried(device, entry, old, row, tick.value_or(-1));
  const bool is_update = old.body.op == Op::update;
  if (!tick || (!row && !is_update)) return old;
  return decided_anew(device, before, entry, old, row ? *row : LineageRow{}, *tick, forced);
}

// The same wish. What the cloud has as it was or as it is wished is known from now on.
Meaning Meanings::retried(const Device& device, const store::Entry& entry, const Meaning& old,
                          const LineageRow* row, std::int64_t tick) {
  Meaning meaning = old;
  const Body& body = entry.body;
  if (!same_value(body.payload, old.body.payload)) {
    run_.violated("I12", "a retry of " + to_text(body.entity) + " wishes something else");
  }
  if (!row || !row->live || body.op == Op::create) return meaning;
  for (auto& [field, seen] : meaning.fields) {
    const Rule rule = rule_of(device.rules(), body.entity.type, field);
    const json::value* now = slipway::find(row->values, field);
    if (!now || !slipway::find(body.base, field)) continue;
    const json::value* local = slipway::find(body.payload, field);
    const bool as_wished = local && same(rule, *now, *local) && !adds_up(rule);
    // A list in another order is another list: what was added to it cannot be told from it.
    const bool as_seen =
        adds_up(rule) ? same_value(*now, seen.value) : same(rule, *now, seen.value);
    if (!as_seen && !as_wished) continue;
    seen = {*now, tick};
  }
  return meaning;
}

Meaning Meanings::decided_anew(Device& device, const Before& before, const store::Entry& entry,
                               const Meaning& old, const LineageRow& row, std::int64_t tick,
                               bool forced) {
  const Body& body = entry.body;
  Meaning meaning = old;
  meaning.knew = tick;
  json::object seen = row.values;
  bool live = row.live;
  // What a row held is what the desk knew last, where its end is forgotten, or was passed over by a
  // full pull, which tells of no row's end; or where this past has never had it.
  const bool passed_over = row.since.tick <= past_.tick_of(device.full_pull_at());
  const bool is_untold = row.image == 0 || is_forgotten(body.entity, tick);
  if (!live && body.op == Op::create && (passed_over || is_untold)) {
    for (const auto& member : body.base) seen[member.key()] = member.value();
  }
  const auto lane = open_before(device, entry);
  for (auto mate = lane.rbegin(); mate != lane.rend(); ++mate) {
    if (!body.group_id || (*mate)->body.group_id != body.group_id) continue;
    const Body& earlier = (*mate)->body;
    live = earlier.op != Op::remove;
    for (const auto& member : earlier.payload) {
      const Rule rule = rule_of(device.rules(), earlier.entity.type, member.key());
      json::value& now = seen[member.key()];
      const bool adds = accumulates(rule) && earlier.op == Op::update && !now.is_null();
      now = adds ? merged(rule, (*mate)->seen(member.key()).value, member.value(), now)
                 : member.value();
    }
  }
  meaning.fields.clear();
  for (const json::object* values : {&std::as_const(seen), &body.payload}) {
    for (const auto& member : *values) {
      meaning.fields.insert_or_assign(std::string(member.key()),
                                      FieldSeen{value_of(seen, member.key()), tick});
    }
  }
  // “Keep mine” of a sum or a list is to keep the difference, unless it is in what was seen, or may
  // be in what only the desk remembers.
  if (before.decision && before.decision->effective.contains(old.id)) return meaning;
  if (!forced || old.body.op != Op::update || !(live || body.op == Op::create)) return meaning;
  for (const auto& member : old.body.payload) {
    const Rule rule = rule_of(device.rules(), body.entity.type, member.key());
    const json::value* now = slipway::find(seen, member.key());
    const json::value* left = slipway::find(body.payload, member.key());
    if (!adds_up(rule) || !now || !left) continue;
    const json::value wished = merged(rule, old.seen(member.key()).value, member.value(), *now);
    if (same(rule, *left, wished)) continue;
    if (is_untold && same(rule, *left, member.value())) continue;
    run_.violated("I12", device.name() + ": a forced " + std::string(member.key()) + " of " +
                             to_text(body.entity) + " is " + canonical_json(*left) +
                             ", the difference makes it " + canonical_json(wished));
  }
  return meaning;
}

}  // namespace slipway::sim
