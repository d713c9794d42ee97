#include "decision_check.h"

#include "cloud_check.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

bool is(const json::object& values, std::string_view field, const json::value& value) {
  const json::value* other = find(values, field);
  return other && same_value(*other, value);
}

bool shows(const Image& row, const Body& body) {
  if (body.op == Op::remove) return !row.live;
  return row.live && std::ranges::all_of(body.payload, [&](const auto& member) {
           return is(row.values, member.key(), member.value());
         });
}

bool same_wish(const Body& a, const Body& b) {
  return a.op == b.op && same_value(a.payload, b.payload) && same_value(a.base, b.base);
}

}  // namespace

const Device::Decision* DecisionCheck::decision_of(const std::string& id) const {
  for (const auto& device : devices_) {
    const auto found = device->decisions.find(id);
    if (found != device->decisions.end()) return &found->second;
  }
  return nullptr;
}

void DecisionCheck::check_not_stale(const Body& body, std::int64_t seen_at, const Image& before,
                                    const Image* seen) {
  const auto stale = [&](std::string_view field, const Writer& writer) {
    run_.violated("I13", to_text(body.entity) + "." + std::string(field) +
                             ": a decision on commit " + std::to_string(seen_at) +
                             " overwrote what commit " + std::to_string(writer.seq) + " wrote");
  };
  const auto unseen = [&](const Writer& writer) {
    return writer.seq > seen_at && writer.incarnation != body.incarnation;
  };
  if (!before.live) {
    const auto end = ends_.find(body.entity);
    if (body.op == Op::create && !body.base.empty() && end != ends_.end() && unseen(end->second))
      stale("*", end->second);
    return;
  }
  const json::object& touched = body.op == Op::remove ? before.values : body.payload;
  const auto row = writers_.find(body.entity);
  for (const auto& member : touched) {
    const json::value* value = find(before.values, member.key());
    if (!value || row == writers_.end()) continue;
    const auto writer = row->second.find(member.key());
    if (writer == row->second.end() || !unseen(writer->second)) continue;
    const bool known = seen && is(seen->values, member.key(), *value);
    if (!known && !is(body.payload, member.key(), *value)) stale(member.key(), writer->second);
  }
}

bool DecisionCheck::is_the_only_effect(const Body& body, const std::string& id, std::int64_t seq,
                                       const Image& before) {
  std::optional<std::string> earlier = body.supersedes;
  while (earlier) {
    const auto effect = effects_.find(*earlier);
    const auto old = bodies_.find(*earlier);
    if (effect != effects_.end()) {
      run_.seen("an effect before in its chain");
      if (same_wish(body, old->second)) return false;
      const auto seen = base_version_of(body, "*");
      if ((seen && seen->seq >= effect->second) || shows(before, body)) return true;
      run_.violated("I13", id.substr(0, 8) + " took effect in commit " + std::to_string(seq) +
                               ", and what it takes the place of in " +
                               std::to_string(effect->second));
      return true;
    }
    std::optional<std::string> next;
    for (const auto& device : devices_) {
      const auto captured = device->captured.find(*earlier);
      if (captured == device->captured.end()) continue;
      next = body_from_json(object_from(captured->second)).value().supersedes;
    }
    earlier = next;
  }
  return true;
}

void DecisionCheck::note(const Body& body, std::int64_t seq, const Image& before) {
  const Writer writer{seq, body.incarnation};
  auto& fields = writers_[body.entity];
  if (body.op == Op::remove) {
    if (before.live) ends_[body.entity] = writer;
    fields.clear();
    return;
  }
  for (const auto& member : body.payload) {
    if (before.live && is(before.values, member.key(), member.value())) continue;
    const bool carried = body.op == Op::create && is(body.base, member.key(), member.value());
    fields[std::string(member.key())] = carried ? Writer{seq, {}} : writer;
  }
}

bool DecisionCheck::check(const Body& body, const std::string& id, std::int64_t seq,
                          const Image& before,
                          const std::function<const Image*(std::int64_t)>& row_at) {
  bodies_.emplace(id, body);
  effects_.emplace(id, seq);
  if (body.supersedes && !is_the_only_effect(body, id, seq, before)) return false;
  if (const Device::Decision* decision = decision_of(id)) {
    check_not_stale(body, decision->seen_seq, before, row_at(decision->seen_seq));
    run_.seen("decision took effect");
  }
  note(body, seq, before);
  return true;
}

void DecisionCheck::check_queue(Run& run, Device& device) {
  for (const TextRow& row :
       query(device.raw(),
             "SELECT supersedes, count(*) FROM SyncQueue WHERE supersedes IS NOT NULL"
             " GROUP BY supersedes HAVING count(*) > 1")) {
    run.violated("I13", device.name() + ": " + row[1] + " entries took the place of " + row[0]);
  }
}

}  // namespace slipway::sim
