#include "stage.h"

#include <algorithm>

#include "first_world.h"
#include "id_world.h"
#include "panels.h"
#include "rest_world.h"
#include "schema_world.h"
#include "service_world.h"

namespace slipway::sim {

using std::chrono::seconds;

Stage::Stage(const RunOptions& options)
    : run_(options), cloud_(run_, devices_max), network_(run_, cloud_) {
  cloud_.before_restore = [this] { log_.read(); };
  cloud_.on_restored = [this] {
    log_.restored();
    lost_.restored(past_.last_restore());
  };
  lineage_.meanings().is_forgotten = [this](const EntityKey& entity, std::int64_t tick) {
    const std::int64_t since = past_.tick_of(cloud_.forgotten_at(entity));
    return since >= 0 && since <= tick;
  };
  lineage_.meanings().outcomes_of = [this](const std::string& id) {
    return lineage_.outcomes_of(id);
  };
}

void Stage::add_device() {
  devices_.push_back(std::make_unique<Device>(run_, network_, devices_.size(), rules_));
  Device& device = *devices_.back();
  device.before_append = [&](const store::Wish* wish) {
    lineage_.meanings().about_to_append(device, wish);
  };
  device.on_append = [&](const store::Entry& entry) {
    lineage_.meanings().appended(device, entry);
  };
}

Outcome Stage::finish() {
  end_faults();
  if (!run_.failed()) drain();
  if (!run_.failed()) ask_the_doctor();
  if (!run_.failed()) decide_what_is_parked();
  if (!run_.failed()) replay_everything();
  if (!run_.failed()) check_end(run_, devices_, log_);
  if (!run_.failed()) lost_.check_end(devices_);
  if (!run_.failed()) check_doctor(run_, *devices_[looks_ % devices_.size()]);
  // Drawn last, so that the large world of a seed stays as it was.
  if (!run_.failed() && run_.random.chance(1, 8)) play_given_ids(run_);
  if (!run_.failed() && run_.random.chance(1, 8)) play_given_numbers(run_);
  if (!run_.failed() && run_.random.chance(1, 8)) play_two_services(run_);
  if (!run_.failed() && run_.random.chance(1, 16)) play_migrations(run_);
  Random first_contact(run_.seed() + 80);  // aside, as all that was added later
  if (!run_.failed() && first_contact.chance(1, 16)) play_first_contact(run_, first_contact);
  if (!run_.failed()) play_hosted_api(run_);
  return {run_.violation(), run_.digest(), run_.counters()};
}

void Stage::end_faults() {
  run_.trace("      ! all faults end");
  network_.heal();
  cloud_.repair_disk();
  for (const auto& device : devices_) {
    device->look();
    device->repair_disk();
    if (!device->is_up()) device->open();
    if (run_.failed()) return;
    device->tell(event::Paused{false});
    device->tell(event::OfflineSimulated{false});
    device->transport().reset();
    device->tell(event::TokenChanged{});
  }
}

// I24: within the backoff's cap + 5 s, without a new local write. An entry that was refused by
// itself may be in a longer wait of its own, which ends as it is published, whatever the engine
// says (docs/semantics.md, "What a failure means").
void Stage::drain() {
  constexpr Duration margin = seconds(65);
  constexpr Duration own_wait_max = std::chrono::minutes(30);
  Duration longest = margin;
  for (const auto& device : devices_) {
    for (const EntryId id : device->entries_in("'PENDING','PROCESSING','DISCARDED','DISCARDING'")) {
      const auto until = device->worker().engine().wait_until(id);
      if (!until) continue;
      const Duration wait = std::min(*until - run_.timeline.now(), own_wait_max);
      longest = std::max(longest, wait + margin);
    }
  }
  const Instant deadline = run_.timeline.now() + longest;
  while (!run_.failed() && !drained()) {
    if (run_.timeline.now() >= deadline) {
      std::string text;
      for (const auto& device : devices_) text += what_waits(*device) + "; ";
      return run_.violated("I24", "not drained after " + std::to_string(longest.count() / 1000) +
                                      " s: " + text + "the cloud is at " +
                                      std::to_string(log_.head().seq));
    }
    run_for(std::min(Duration(500), deadline - run_.timeline.now()));
  }
  for (const auto& device : devices_) check_waiting(run_, *device);
}

// It reads whole files: in every other world is enough. Counted and not drawn, as below.
void Stage::ask_the_doctor() {
  if (looks_ % 2 != 0) return;
  for (const auto& device : devices_) check_doctor(run_, *device);
  constexpr std::uint64_t worlds_per_harm = 4;
  if (looks_ % worlds_per_harm == 0) check_doctor_sees(run_, *devices_[looks_ % devices_.size()]);
}

bool Stage::drained() {
  log_.read();
  return std::all_of(devices_.begin(), devices_.end(),
                     [&](const auto& device) { return is_drained(*device, log_); });
}

// People answer for some rounds, each on what their panels show; then what is left is discarded.
void Stage::decide_what_is_parked() {
  Panels panels(run_, 5);
  const std::uint64_t answers = run_.random.below(8);
  for (std::uint64_t rounds = 0; rounds < 60 && !run_.failed(); ++rounds) {
    bool any = false;
    for (const auto& device : devices_) {
      check_blames(run_, *device, log_);
      for (const EntryId id : device->entries_in("'CONFLICT','ERROR'")) {
        any = true;
        if (rounds < answers) {
          panels.answer(*device);
          continue;
        }
        run_.trace(device->name() + " : discard the parked " + std::to_string(id));
        (void)device->decide(store::wish::Discard{id, true});  // may be closed with an earlier one
      }
      check();
    }
    if (!any) return;
    drain();
  }
  if (!run_.failed()) run_.violated("I24", "discarding never ends");
}

bool Stage::is_all_judged(const PushRequest& request) const {
  return std::ranges::all_of(
      request.items, [&](const PushItem& item) { return log_.verdicts().contains(item.id); });
}

// Every push that the cloud ever got comes once more, in another order: nothing happens.
void Stage::replay_everything() {
  const std::int64_t before = cloud_.head();
  std::vector<std::pair<std::size_t, PushRequest>> again = std::move(network_.sent);
  for (std::size_t i = again.size(); i > 0 && !run_.failed(); --i) {
    std::swap(again[i - 1], again[run_.random.below(i)]);
    const bool was_restored = cloud_.was_restored() || log_.has_restored_desks();
    if (was_restored && !is_all_judged(again[i - 1].second)) continue;
    (void)cloud_.push(again[i - 1].first, Token::own, again[i - 1].second);
  }
  if (cloud_.head() != before) run_.violated("I6", "a replay of settled entries made a commit");
}

void Stage::check() {
  // The doctor reads a whole file. Counted and not drawn: the rest of the world stays what it is.
  constexpr std::uint64_t looks_per_examination = 200;
  if (run_.failed()) return;
  log_.read();
  for (const auto& device : devices_) {
    device->look();
    const bool changed = device->take_changed();
    lost_.look(*device, changed);
    if (changed) edges_.look(*device);
    if (changed) check_view(run_, *device, log_);
    if (changed) check_unsent_needs(run_, *device);
    if (changed && ++looks_ % looks_per_examination == 0) check_doctor(run_, *device);
  }
}

void Stage::run_for(Duration time) {
  const Instant end = run_.timeline.now() + time;
  std::int64_t events_at_once = 0;
  while (!run_.failed()) {
    Device* next_device = nullptr;
    std::optional<Instant> next = run_.timeline.next();
    for (const auto& device : devices_) {
      const auto due = device->next_wakeup();
      if (due && (!next || *due < *next)) next = due, next_device = device.get();
    }
    if (!next || *next > end) break;
    events_at_once = *next > run_.timeline.now() ? 0 : events_at_once + 1;
    run_.timeline.advance_to(*next);
    if (next_device)
      next_device->tell(event::TimePassed{});
    else
      run_.timeline.run_one_due();
    check();
    check_pace(events_at_once);
  }
  run_.timeline.advance_to(end);
}

// I25: without any progress, exchanges become rare.
void Stage::check_pace(std::int64_t events_at_once) {
  if (events_at_once > 2000) run_.violated("I25", "time stands still");
  for (const auto& device : devices_) {
    if (!device->is_up()) continue;
    auto& begun = device->transport().begun;
    const Instant now = run_.timeline.now();
    std::erase_if(begun, [&](Instant at) { return now - at > seconds(10); });
    if (begun.size() <= 60) continue;
    const std::string progress = device->progress();
    begun.clear();
    if (std::exchange(device->transport().progress, progress) == progress) {
      run_.violated("I25", device->name() + " began 60 exchanges in 10 s and made no progress");
    }
  }
}

}  // namespace slipway::sim
