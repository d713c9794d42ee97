#include "panels.h"

#include <algorithm>

namespace slipway::sim {

namespace {

constexpr std::string_view parked = "'CONFLICT','ERROR'";
constexpr std::string_view open_ones = "'PENDING','PROCESSING','CONFLICT','ERROR'";
constexpr std::string_view closed = "'SUCCESS','DISCARDED','PENDING'";
constexpr std::size_t looks_max = 20;

}  // namespace

// One entry, with the state that its conflict shows, the newest, which is shown beside it, or in a
// panel that nobody has looked at since, the one on which the entry was written.
std::optional<Panels::Look> Panels::look(Device& device, std::string_view statuses) {
  const auto ids = device.entries_in(statuses);
  if (ids.empty()) return std::nullopt;
  const EntryId id = ids[run_.random.below(ids.size())];
  if (run_.random.chance(1, 6)) return Look{device.index(), id, device.written_on(id)};
  const bool newest = run_.random.chance(1, 2);
  return Look{device.index(), id, newest ? device.shown(id) : device.shown_by_conflict(id)};
}

bool Panels::carry_out(Device& device, const Look& look, const char* what,
                       const store::Wish& wish) {
  run_.trace(device.name() + " : " + what + " " + std::to_string(look.entry));
  if (!device.decide(wish)) return false;
  run_.seen(what);
  return true;
}

json::value Panels::another_value(std::string_view field) {
  if (field == "amount") return std::int64_t(run_.random.below(9));
  if (field == "stock" || field == "peak") return std::int64_t(run_.random.between(1, 60));
  if (field == "tags") return json::array{"t" + std::to_string(run_.random.below(5))};
  if (field == "parentId") return json::value("p" + std::to_string(run_.random.below(rows_)));
  return json::value("r" + std::to_string(run_.random.below(4)));
}

store::Choices Panels::choices(Device& device, EntryId id) {
  store::Choices choices;
  const auto entry = device.store().entry(id);
  if (!entry || !*entry) return choices;
  constexpr store::Side sides[] = {store::Side::local, store::Side::server, store::Side::base};
  for (const auto& member : (*entry)->body.payload) {
    if (member.key() == "id" || run_.random.chance(1, 6)) continue;
    if (run_.random.chance(1, 3))
      choices.emplace(member.key(), another_value(member.key()));
    else
      choices.emplace(member.key(), sides[run_.random.below(std::size(sides))]);
  }
  return choices;
}

bool Panels::decide_on(Device& device, const Look& look) {
  const EntryId id = look.entry;
  switch (run_.random.below(6)) {
    case 0:
      return carry_out(device, look, "retry", store::wish::Retry{id, look.seen});
    case 1:
      return carry_out(device, look, "discard", store::wish::Discard{id, run_.random.chance(2, 3)});
    case 2:
    case 3:
      return carry_out(device, look, "force", store::wish::Force{id, look.seen});
    default:
      return carry_out(
          device, look, "resolve",
          store::wish::Resolve{id, choices(device, id), look.seen, run_.random.chance(1, 2)});
  }
}

void Panels::open(Device& device) {
  auto seen = look(device, parked);
  if (!seen) return;
  seen->seen = device.shown(seen->entry);
  if (looks_.size() == looks_max) looks_.erase(looks_.begin());
  looks_.push_back(*seen);
}

void Panels::decide_on_old_look(Device& device) {
  const auto old = std::ranges::find(looks_, device.index(), &Look::device);
  if (old == looks_.end()) return;
  const Look seen = *old;
  looks_.erase(old);
  if (decide_on(device, seen)) run_.seen("decided on an old look");
}

// I13: the second of two panels decides nothing more about the same entry.
void Panels::decide_twice(Device& device) {
  const auto seen = look(device, parked);
  if (!seen || !decide_on(device, *seen)) return;
  if (device.entry_is_open(seen->entry)) return;  // a discard waits for the cloud's word
  if (decide_on(device, *seen)) {
    run_.violated("I13",
                  device.name() + ": entry " + std::to_string(seen->entry) + " was decided twice");
  }
  run_.seen("decided in two panels");
}

void Panels::forget(const Device& device) {
  std::erase_if(looks_, [&](const Look& look) { return look.device == device.index(); });
}

void Panels::answer(Device& device) {
  switch (run_.random.below(8)) {
    case 0:
    case 1:
      return open(device);
    case 2:
    case 3:
      return decide_on_old_look(device);
    case 4:
      return decide_twice(device);
    default:
      if (const auto now = look(device, parked)) decide_on(device, *now);
  }
}

void Panels::decide(Device& device) {
  switch (run_.random.below(4)) {
    case 0:
      if (const auto any = look(device, open_ones)) {
        carry_out(device, *any, "discard",
                  store::wish::Discard{any->entry, run_.random.chance(2, 3)});
      }
      return;
    case 1:
      if (const auto any = look(device, closed))
        carry_out(device, *any, "undo", store::wish::Undo{any->entry});
      return;
    default:
      return answer(device);
  }
}

}  // namespace slipway::sim
