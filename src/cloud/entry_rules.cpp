#include "cloud/entry_rules.h"

#include "base/check.h"
#include "base/planted.h"

namespace slipway::cloud {

namespace {

bool by_earlier_of_lane(const Mark& mark, const Body& body) {
  return mark.incarnation == body.incarnation && mark.lane_position < body.lane_position;
}

bool is_value(const json::object& object, std::string_view field, const json::value& value) {
  const json::value* other = find(object, field);
  return other && same_value(*other, value);
}

// Changed after the writer looked, by somebody else, to something the writer neither saw nor wrote.
// A field that the row does not have was never written by anybody.
bool is_foreign(const CloudRow& row, const Body& body, std::string_view field,
                const Commits& commits) {
  const json::value* value = find(row.values, field);
  if (!value) return false;
  if (planted(Bug::overwrites_blindly)) return false;
  const Mark& mark = row.mark_of(field);
  if (mark.seq <= place_in(commits, base_version_of(body, field))) return false;
  if (by_earlier_of_lane(mark, body)) return false;
  return !is_value(body.base, field, *value) && !is_value(body.payload, field, *value);
}

// The row was deleted and made again since the writer looked: another thing under the same id.
bool is_re_created(const CloudRow& row, const Body& body, const Commits& commits) {
  if (row.birth.seq <= place_in(commits, base_version_of(body, "*"))) return false;
  if (by_earlier_of_lane(row.birth, body)) return false;
  // An earlier entry of the lane that found this life and wrote into it, or found it equal to its
  // own, has made it the writer's.
  if (const auto at = row.adopted.find(body.incarnation);
      at != row.adopted.end() && at->second < body.lane_position) {
    return false;
  }
  for (const auto& [field, mark] : row.fields) {
    if (by_earlier_of_lane(mark, body)) return false;
  }
  return true;
}

Outcome conflict(std::string_view reason, std::vector<std::string> fields = {}) {
  return {Finding{reason, std::move(fields), std::nullopt}, Effect::none};
}

Outcome create_over_live(CloudRow& row, const Body& body, const Mark& mark) {
  std::vector<std::string> differing;
  for (const auto& member : body.payload) {
    const json::value* value = find(row.values, member.key());
    if (value && !same_value(*value, member.value())) differing.emplace_back(member.key());
  }
  if (!differing.empty()) return conflict("already-exists", std::move(differing));
  Outcome outcome;
  if (row.adopted.emplace(mark.incarnation, mark.lane_position).second) {
    outcome.effect = Effect::bookkeeping;
  }
  // Fields of a newer schema, which the row does not have yet.
  for (const auto& member : body.payload) {
    if (find(row.values, member.key()) || member.value().is_null()) continue;
    row.values[member.key()] = member.value();
    row.fields[std::string(member.key())] = mark;
    outcome.effect = Effect::image;
  }
  if (outcome.effect == Effect::image) row.seq = mark.seq;
  return outcome;
}

Outcome apply_create(CloudRow& row, const Body& body, const Mark& mark, const Commits& commits) {
  if (row.live()) return create_over_live(row, body, mark);
  const bool dead = row.life == Life::dead;
  if (dead && !by_earlier_of_lane(row.whole, body) && !planted(Bug::revives_the_deleted)) {
    const std::int64_t seen = place_in(commits, base_version_of(body, "*"));
    // A row that is made again from its last values: from those that the writer saw, no others.
    const bool stale = !body.base.empty() && row.seq > seen;
    if (seen == before_everything || stale) return conflict("deleted");
  }
  // Carried values are nobody's write: no entry of any lane may take them for its own.
  const Mark carried{row.seq, {}, 0};
  row = CloudRow{Life::live, body.payload, mark.seq, mark, mark, {}, {}};
  for (const auto& member : body.base) {
    if (!dead || !is_value(body.payload, member.key(), member.value())) continue;
    row.fields.emplace(member.key(), carried);
  }
  return {std::nullopt, Effect::image};
}

Outcome apply_update(CloudRow& row, const Body& body, const Mark& mark, const Commits& commits) {
  if (!row.live()) return conflict("deleted");
  if (is_re_created(row, body, commits)) return conflict("re-created");
  std::vector<std::string> foreign;
  for (const auto& member : body.payload) {
    if (!is_foreign(row, body, member.key(), commits)) continue;
    switch (rule_of(body.entity, member.key())) {
      case Rule::manual:
        foreign.emplace_back(member.key());
        break;
    }
  }
  if (!foreign.empty()) return conflict("changed", std::move(foreign));
  Outcome outcome;
  for (const auto& member : body.payload) {
    if (is_value(row.values, member.key(), member.value())) continue;
    row.values[member.key()] = member.value();
    row.fields[std::string(member.key())] = mark;
    outcome.effect = Effect::image;
  }
  if (outcome.effect == Effect::image) row.seq = mark.seq;
  return outcome;
}

Outcome apply_delete(CloudRow& row, const Body& body, const Mark& mark, const Commits& commits) {
  if (!row.live()) return {};
  if (is_re_created(row, body, commits)) return conflict("re-created");
  std::vector<std::string> foreign;
  for (const auto& member : row.values) {
    if (is_foreign(row, body, member.key(), commits)) foreign.emplace_back(member.key());
  }
  if (!foreign.empty()) return conflict("changed", std::move(foreign));
  row.life = Life::dead;
  row.seq = mark.seq;
  row.whole = mark;
  row.fields.clear();
  row.adopted.clear();
  return {std::nullopt, Effect::image};
}

}  // namespace

Rule rule_of(const EntityKey&, std::string_view) {
  return Rule::manual;
}

Outcome apply_entry(CloudRow& row, const Body& body, std::int64_t seq, const Commits& commits) {
  const Mark mark{seq, body.incarnation, body.lane_position};
  switch (body.op) {
    case Op::create:
      return apply_create(row, body, mark, commits);
    case Op::update:
      return apply_update(row, body, mark, commits);
    case Op::remove:
      return apply_delete(row, body, mark, commits);
  }
  CHECK(false);
}

}  // namespace slipway::cloud
