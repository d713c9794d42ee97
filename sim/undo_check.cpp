// I12: an undo brings back what was there before its entry, not what its writer saw where others'
// values were merged, and stands on what the entry left. Of single updates, of which the oracle
// knows by itself what came of them.

#include "meaning.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

// What an undo has to say of it; nothing: what was there before is not clear.
std::optional<Effects> to_bring_back(const Meaning& meaning, const Effects& effects) {
  Effects expected;
  for (const auto& [field, effect] : effects) {
    if (!effect.merged && !same_value(effect.before, meaning.seen(field).value))
      return std::nullopt;
    if (!same_value(effect.before, effect.after)) expected[field] = effect;
  }
  return expected;
}

bool brings_back(const Body& undo, const Effects& expected) {
  if (undo.op != Op::update || undo.payload.size() != expected.size()) return false;
  return std::ranges::all_of(expected, [&](const auto& one) {
    const json::value* value = find(undo.payload, one.first);
    const json::value* base = find(undo.base, one.first);
    return value && same_value(*value, one.second.before) && base &&
           same_value(*base, one.second.after);
  });
}

}  // namespace

void Meanings::check_undo(Device& device, const Before& before, const store::Entry& entry) const {
  const Meaning* old = before.decision->status == "SUCCESS" ? find(before.decision->id) : nullptr;
  if (!old || old->body.op != Op::update || old->body.group_id || old->body.supersedes) return;
  const std::vector<Effects>* outcomes = outcomes_of ? outcomes_of(old->id) : nullptr;
  if (!outcomes) return;
  for (const Effects& effects : *outcomes) {  // again and again, where the cloud was restored
    const auto expected = to_bring_back(*old, effects);
    if (!expected || brings_back(entry.body, *expected)) return;
  }
  run_.violated("I12", device.name() + ": the undo of " + old->id.substr(0, 8) + " writes " +
                           canonical_json(entry.body.payload) + " on " +
                           canonical_json(entry.body.base) + ", which is not what was there");
}

}  // namespace slipway::sim
