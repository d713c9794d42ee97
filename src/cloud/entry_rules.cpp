#include "cloud/entry_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/planted.h"

namespace slipway::cloud {

namespace {

bool is_value(const json::object& object, std::string_view field, const json::value& value) {
  const json::value* other = find(object, field);
  return other && same_value(*other, value);
}

// What the cloud filled in agrees with its having been left open.
bool agrees(const CloudRow& row, std::string_view field, const json::value& written) {
  const json::value* value = find(row.values, field);
  if (!value) return false;
  return same_value(*value, written) || (written.is_null() && row.mark_of(field).assigned);
}

// Changed after the writer looked, by somebody else, to something the writer neither saw nor wrote.
// A field that the row does not have was never written by anybody. Where values accumulate, an
// earlier entry of the lane may have been merged with a foreign change, so it excuses nothing;
// nor does one that was, by rules that have been changed since.
bool is_foreign(const CloudRow& row, const Body& body, std::string_view field, Rule rule,
                const Beside& beside) {
  const json::value* value = find(row.values, field);
  if (!value) return false;
  if (planted(Bug::overwrites_blindly)) return false;
  const Mark& mark = row.mark_of(field);
  if (mark.seq <= place_in(beside.commits, base_version_of(body, field))) return false;
  // What the cloud filled in is nobody's write: who writes over it without having seen it is told.
  const bool filled_in = mark.assigned && find(body.payload, field);
  const bool contains_others = accumulates(rule) || mark.mixed || filled_in;
  const bool excused = !contains_others || planted(Bug::excuses_merged_earlier_edits);
  if (excused && beside.has(mark, body)) return false;
  return !is_value(body.base, field, *value) && !is_value(body.payload, field, *value);
}

// The row was deleted and made again since the writer looked: another thing under the same id.
bool is_re_created(const CloudRow& row, const Body& body, const Beside& beside) {
  if (row.birth.seq <= place_in(beside.commits, base_version_of(body, "*"))) return false;
  // An earlier entry of the lane that made this life, wrote into it, or found it equal to its own,
  // has made it the writer's.
  if (beside.has(row.birth, body)) return false;
  const auto is_own = [&](const auto& named) { return beside.has(named.second, body); };
  return std::ranges::none_of(row.adopted, is_own) && std::ranges::none_of(row.fields, is_own);
}

// The version that the writer names is not the row's: it was changed since, whatever its values are
// by now, or the version was never one of this row.
bool is_another_version(const CloudRow& row, const Body& body, const Beside& beside) {
  return beside.is_exact && row.seq != place_in(beside.commits, base_version_of(body, "*"));
}

Outcome conflict(std::string_view reason, std::vector<std::string> fields = {},
                 std::string note = {}) {
  return {Finding{reason, std::move(fields), std::nullopt, std::move(note)}};
}

Outcome changed_since(const CloudRow& row, const Body& body, const Beside& beside) {
  const std::int64_t seen = place_in(beside.commits, base_version_of(body, "*"));
  std::vector<std::string> fields;
  for (const auto& member : row.values) {
    if (row.mark_of(member.key()).seq > seen) fields.emplace_back(member.key());
  }
  const std::string note = fields.empty() ? "the version that is named is not one of this row" : "";
  return conflict("changed", std::move(fields), note);
}

Outcome create_over_live(CloudRow& row, const Body& body, const Mark& mark) {
  std::vector<std::string> differing;
  for (const auto& member : body.payload) {
    if (!find(row.values, member.key())) continue;
    if (!agrees(row, member.key(), member.value())) differing.emplace_back(member.key());
  }
  if (!differing.empty()) return conflict("already-exists", std::move(differing));
  Outcome outcome;
  if (row.adopted.emplace(mark.incarnation, mark).second) {
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

Outcome apply_create(CloudRow& row, const Body& body, const Mark& mark, const Beside& beside) {
  if (row.live()) return create_over_live(row, body, mark);
  const bool dead = row.life == Life::dead;
  if (dead && !beside.has(row.whole, body) && !planted(Bug::revives_the_deleted)) {
    const std::int64_t seen = place_in(beside.commits, base_version_of(body, "*"));
    // A row that is made again from its last values: from those that the writer saw, no others.
    const bool stale = !body.base.empty() && row.seq > seen;
    if (seen == before_everything || stale) return conflict("deleted");
  }
  const bool names_a_version = base_version_of(body, "*").has_value();
  if ((dead || names_a_version) && is_another_version(row, body, beside))
    return conflict("deleted");
  // Carried values are nobody's write: no entry of any lane may take them for its own.
  const Mark carried{row.seq, {}, 0};
  row = CloudRow{Life::live, body.payload, mark.seq, mark, mark, {}, {}};
  for (const auto& member : body.base) {
    if (!dead || !is_value(body.payload, member.key(), member.value())) continue;
    row.fields.emplace(member.key(), carried);
  }
  return {.effect = Effect::image};
}

// Not why the rule is what it is, but what it could not do.
std::string note_of(Unmergeable why, std::string_view field) {
  const std::string name(field);
  switch (why) {
    case Unmergeable::by_hand:
      return {};
    case Unmergeable::not_numbers:
      return name + " cannot be merged: not all of its values are numbers";
    case Unmergeable::too_large:
      return name + " cannot be merged: the sum cannot be written exactly";
    case Unmergeable::not_lists:
      return name + " cannot be merged: not all of its values are lists";
  }
  return {};
}

// An update, judged field by field; the row is written when all of them are settled.
class Update {
 public:
  Update(CloudRow& row, const Body& body, const TypeRules& rules, const Beside& beside)
      : row_(row), body_(body), rules_(rules), beside_(beside) {}

  Outcome run(const Mark& mark) {
    if (rules_.scope == Scope::row) look_at_whole_row();
    for (const auto& member : body_.payload) settle(member.key(), member.value());
    if (!conflicting_.empty()) return conflict("changed", std::move(conflicting_), note_);
    Outcome outcome;
    outcome.merges = std::move(merges_);
    for (auto& [field, value] : settled_) {
      if (is_value(row_.values, field, value)) continue;
      if (planted(Bug::writes_another_value) && value.is_int64()) ++value.as_int64();
      row_.values[field] = std::move(value);
      row_.fields[field] = mark;
      row_.fields[field].mixed = mixed_.contains(field);
      outcome.effect = Effect::image;
    }
    if (outcome.effect == Effect::image) row_.seq = mark.seq;
    return outcome;
  }

 private:
  bool has_own_rule(std::string_view field) const { return rules_.fields.contains(field); }

  // Fields with a rule of their own stand for themselves; the others are one thing.
  void look_at_whole_row() {
    if (accumulates(rules_.policy)) return;
    for (const auto& member : row_.values) {
      const std::string_view field = member.key();
      if (has_own_rule(field) || !is_foreign(row_, body_, field, rules_.policy, beside_)) continue;
      row_is_foreign_ = true;
      const bool untouched = !find(body_.payload, field);
      if (rules_.policy == Rule::manual && untouched) conflicting_.emplace_back(field);
    }
  }

  void settle(std::string_view field, const json::value& local) {
    const json::value* server = find(row_.values, field);
    const Rule rule = rules_.of(field);
    const bool whole = row_is_foreign_ && !has_own_rule(field);
    if (!server) return keep(field, local);
    if (whole && rule == Rule::server) return merge(field, rule, *server, *server);
    // The difference counts, so what the writer wrote is never the result by itself.
    const bool by_difference = rule == Rule::sum || rule == Rule::list_union;
    if (!by_difference && !is_foreign(row_, body_, field, rule, beside_)) {
      return keep(field, local);
    }
    static const json::value nothing;
    const json::value* base = find(body_.base, field);
    if (!base) base = &nothing;
    const bool last_word = (rule == Rule::sum && planted(Bug::sums_take_the_last_word)) ||
                           (rule == Rule::list_union && planted(Bug::unions_take_the_last_word));
    auto value = merge_field(last_word ? Rule::client : rule, *base, local, *server);
    if (!value) {
      conflicting_.emplace_back(field);
      if (note_.empty()) note_ = note_of(value.error(), field);
      return;
    }
    const bool two_changes =
        !same_value(*server, *base) && (rule == Rule::sum || !same_value(*server, local));
    if (two_changes) return merge(field, rule, *server, std::move(*value));
    keep(field, std::move(*value));
  }

  void keep(std::string_view field, json::value value) {
    settled_.emplace_back(field, std::move(value));
  }

  void merge(std::string_view field, Rule rule, json::value server, json::value value) {
    merges_.push_back(
        {std::string(field), rule, std::move(server), value, row_.mark_of(field).seq});
    if (rule == Rule::sum || rule == Rule::list_union) mixed_.emplace(field);
    keep(field, std::move(value));
  }

  CloudRow& row_;
  const Body& body_;
  const TypeRules& rules_;
  const Beside& beside_;
  bool row_is_foreign_ = false;
  std::vector<std::string> conflicting_;
  std::string note_;
  std::vector<FieldMerge> merges_;
  std::set<std::string, std::less<>> mixed_;
  std::vector<std::pair<std::string, json::value>> settled_;
};

Outcome apply_update(CloudRow& row, const Body& body, const TypeRules& rules, const Mark& mark,
                     const Beside& beside) {
  if (!row.live()) return conflict("deleted");
  if (is_re_created(row, body, beside)) return conflict("re-created");
  if (is_another_version(row, body, beside)) return changed_since(row, body, beside);
  return Update(row, body, rules, beside).run(mark);
}

// A delete is no value that could be merged: what others accumulated, or a person must weigh, is a
// conflict. `server`: the row stays. `client`: the last word is the delete's.
Outcome apply_delete(CloudRow& row, const Body& body, const TypeRules& rules, const Mark& mark,
                     const Beside& beside) {
  if (!row.live()) return {};
  if (is_re_created(row, body, beside)) return conflict("re-created");
  if (is_another_version(row, body, beside)) return changed_since(row, body, beside);
  std::vector<std::string> conflicting;
  Outcome outcome;
  bool stays = false;
  for (const auto& member : row.values) {
    const std::string_view field = member.key();
    const Rule rule = rules.of(field);
    if (!is_foreign(row, body, field, rule, beside)) continue;
    if (rule != Rule::server && rule != Rule::client) conflicting.emplace_back(field);
    stays = stays || rule == Rule::server;
    outcome.merges.push_back(
        {std::string(field), rule, member.value(), nullptr, row.mark_of(field).seq});
  }
  if (!conflicting.empty()) return conflict("changed", std::move(conflicting));
  if (stays) {
    for (FieldMerge& merge : outcome.merges) merge.value = merge.server;
    return outcome;
  }
  row.life = Life::dead;
  row.seq = mark.seq;
  row.whole = mark;
  row.fields.clear();
  row.adopted.clear();
  outcome.effect = Effect::image;
  return outcome;
}

}  // namespace

bool Beside::has(const Mark& mark, const Body& body) const {
  if (mark.incarnation != body.incarnation || mark.lane_position >= body.lane_position)
    return false;
  if (planted(Bug::excuses_by_the_lane_alone) || mark.seq == 0) return true;
  if (pushed.contains({mark.seq, mark.incarnation, mark.lane_position})) return true;
  const auto commit = commits.find(mark.seq);
  return !is_shared && mark.seq <= cursor && commit != commits.end() &&
         commit->second.device == device;
}

Outcome apply_entry(CloudRow& row, const Body& body, const TypeRules& rules, std::int64_t seq,
                    const Beside& beside) {
  const Mark mark{seq, body.incarnation, body.lane_position};
  switch (body.op) {
    case Op::create:
      return apply_create(row, body, mark, beside);
    case Op::update:
      return apply_update(row, body, rules, mark, beside);
    case Op::remove:
      return apply_delete(row, body, rules, mark, beside);
  }
  CHECK(false);
}

json::object fill_in(CloudRow& row, const Body& body, std::vector<Counter>& counters,
                     std::int64_t seq, std::vector<GivenNumber>& given) {
  json::object assigned;
  for (Counter& counter : counters) {
    const std::string& field = counter.numbering.field;
    const json::value* value = find(row.values, field);
    if (value && !value->is_null()) {
      const auto taken = number_in(counter.numbering, *value);
      if (!taken || *taken < counter.next) continue;
      counter.next = *taken + 1;
      given.push_back({body.entity, field, *taken});
      continue;
    }
    given.push_back({body.entity, field, counter.next});
    const bool again = planted(Bug::gives_a_number_twice) && counter.next > counter.numbering.first;
    row.values[field] = assigned[field] =
        value_of(counter.numbering, again ? counter.next - 1 : counter.next);
    ++counter.next;
    row.fields[field] = {seq, body.incarnation, body.lane_position, false, true};
  }
  return assigned;
}

bool shows(const CloudRow& row, const Body& body) {
  if (body.op == Op::remove) return !row.live();
  return row.live() && std::ranges::all_of(body.payload, [&](const auto& member) {
           return agrees(row, member.key(), member.value());
         });
}

}  // namespace slipway::cloud
