#include "world.h"

#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "checks.h"
#include "script.h"

namespace slipway::sim {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class World {
 public:
  explicit World(const RunOptions& options)
      : run_(options), cloud_(run_, devices_max), network_(run_, cloud_) {
    std::uint64_t count = run_.random.between(2, devices_max);
    count = std::min(count, run_.shrunk().devices_max.value_or(count));
    for (std::size_t i = 0; i < count; ++i) {
      devices_.push_back(std::make_unique<Device>(run_, network_, i));
    }
  }

  Outcome run() {
    safety_phase();
    liveness_phase();
    if (!run_.failed()) decide_what_is_parked();
    if (!run_.failed()) replay_everything();
    if (!run_.failed()) check_end(run_, devices_, log_);
    return {run_.violation(), run_.digest(), run_.counters()};
  }

 private:
  static constexpr std::size_t devices_max = 3;

  void safety_phase() {
    Script script(run_, network_, devices_);
    std::uint64_t steps = run_.random.between(10, 80);
    steps = std::min(steps, run_.shrunk().steps_max.value_or(steps));
    for (; steps > 0 && !run_.failed(); --steps) {
      run_for(script.pause());
      script.step();
      check();
      const Duration leap = script.leap();
      if (leap > minutes(30)) run_.seen("hours asleep");
      run_.timeline.advance_to(run_.timeline.now() + leap);
    }
  }

  // All faults end: cables, cloud, processes and people's switches.
  void liveness_phase() {
    run_.trace("      ! all faults end");
    network_.heal();
    for (const auto& device : devices_) {
      if (!device->is_up()) device->open();
      device->tell(event::Paused{false});
      device->tell(event::OfflineSimulated{false});
      device->transport().reset();
      device->tell(event::TokenChanged{});
    }
    drain();
  }

  // I24: within the backoff's cap + 5 s, without a new local write. An entry that was refused by
  // itself may be in a longer wait of its own.
  void drain() {
    Duration longest = seconds(65);
    for (const auto& device : devices_) {
      for (const EntryId id :
           device->entries_in("'PENDING','PROCESSING','DISCARDED','DISCARDING'")) {
        const auto until = device->worker().engine().wait_until(id);
        if (until) longest = std::max(longest, *until - run_.timeline.now() + seconds(65));
      }
    }
    const Instant deadline = run_.timeline.now() + longest;
    while (!run_.failed() && !drained()) {
      if (run_.timeline.now() >= deadline) {
        std::string text;
        for (const auto& device : devices_) text += what_waits(*device) + "; ";
        return run_.violated("I24", "not drained after " + std::to_string(longest.count() / 1000) +
                                        " s: " + text + "the cloud is at " +
                                        std::to_string(log_.last()));
      }
      run_for(std::min(Duration(500), deadline - run_.timeline.now()));
    }
    for (const auto& device : devices_) check_waiting(run_, *device);
  }

  bool drained() {
    log_.read();
    return std::all_of(devices_.begin(), devices_.end(),
                       [&](const auto& device) { return is_drained(*device, log_); });
  }

  // People answer for some rounds, each on what their panels show; then what is left is discarded.
  void decide_what_is_parked() {
    Panels panels(run_, 5);
    const std::uint64_t answers = run_.random.below(8);
    for (std::uint64_t rounds = 0; rounds < 60 && !run_.failed(); ++rounds) {
      bool any = false;
      for (const auto& device : devices_) {
        for (const EntryId id : device->entries_in("'CONFLICT','ERROR'")) {
          any = true;
          if (rounds < answers) {
            panels.answer(*device);
            continue;
          }
          run_.trace(device->name() + " : discard the parked " + std::to_string(id));
          (void)device->decide(
              store::wish::Discard{id, true});  // may be closed with an earlier one
        }
        check();
      }
      if (!any) return;
      drain();
    }
    if (!run_.failed()) run_.violated("I24", "discarding never ends");
  }

  // Every push that the cloud ever got comes once more, in another order: nothing happens.
  void replay_everything() {
    const std::int64_t before = cloud_.head();
    std::vector<std::pair<std::size_t, PushRequest>> again = std::move(network_.sent);
    for (std::size_t i = again.size(); i > 0 && !run_.failed(); --i) {
      std::swap(again[i - 1], again[run_.random.below(i)]);
      (void)cloud_.push(again[i - 1].first, Token::own, again[i - 1].second);
    }
    if (cloud_.head() != before) run_.violated("I6", "a replay of settled entries made a commit");
  }

  void check() {
    if (run_.failed()) return;
    log_.read();
    for (const auto& device : devices_) {
      if (device->take_changed()) check_view(run_, *device, log_);
    }
  }

  void run_for(Duration time) {
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
  void check_pace(std::int64_t events_at_once) {
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

  Run run_;
  Cloud cloud_;
  Network network_;
  std::vector<std::unique_ptr<Device>> devices_;
  CloudLog log_{run_, cloud_, devices_};
};

}  // namespace

Outcome run_world(const RunOptions& options) {
#ifdef SLIPWAY_PLANTED
  planted_bug = Bug(options.bug);
#endif
  return World(options).run();
}

}  // namespace slipway::sim
