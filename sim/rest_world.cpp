#include "rest_world.h"

#include <array>

#include "rest_desk.h"

namespace slipway::sim {

namespace {

class TwoDesks {
 public:
  TwoDesks(Run& run, std::uint64_t seed)
      : run_(run),
        random_(seed),
        api_(run, random_),
        declared_(HostedApi::declared(some_lookup(random_))),
        counts_(random_.chance(1, 2)),
        desks_{RestDesk(run, random_, api_, declared_, "a", counts_),
               RestDesk(run, random_, api_, declared_, "b", counts_)} {}

  void play() {
    for (std::uint64_t steps = random_.between(60, 200); steps > 0 && !run_.failed(); --steps)
      step(desks_[random_.below(desks_.size())]);
    for (RestDesk& desk : desks_) desk.repair_network();
    if (!run_.failed()) drain();
    if (!run_.failed()) read_anew();
    for (RestDesk& desk : desks_) {
      if (!run_.failed()) desk.check_account();
      if (!run_.failed()) desk.check_rows();
    }
  }

 private:
  static HostedApi::Lookup some_lookup(Random& random) {
    constexpr std::array lookups{HostedApi::Lookup::none, HostedApi::Lookup::by_row,
                                 HostedApi::Lookup::by_write};
    return lookups[random.below(lookups.size())];
  }

  std::string text() { return "text " + std::to_string(++texts_); }

  void step(RestDesk& desk) {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
        return desk.write(text());
      case 3:
        return random_.chance(1, 3) ? api_.create(text()) : api_.edit(text());
      case 4:
        return api_.remove(looked_for());
      case 5:
        desk.kill();
        desk.start();
        return run_.seen("a desk before a hosted API is restarted");
      case 6:
        return desk.decide(false);
      case 7:
      case 8:
        return pass_time();
      default:
        for (std::uint64_t tasks = random_.between(1, 6); tasks > 0; --tasks)
          if (!desk.run_task()) return pass_time();
    }
  }

  // Whose creator may still look for it, or would make it again.
  std::set<std::string> looked_for() {
    std::set<std::string> ids = desks_[0].unsettled_creates();
    ids.merge(desks_[1].unsettled_creates());
    return ids;
  }

  void pass_time() {
    std::optional<Instant> next;
    for (RestDesk& desk : desks_) {
      const auto due = desk.next_wakeup();
      if (due && (!next || *due < *next)) next = due;
    }
    if (!next) return;
    run_.timeline.advance_to(*next);
    for (RestDesk& desk : desks_) {
      const auto due = desk.next_wakeup();
      if (due && *due <= run_.timeline.now()) desk.time_passed();
    }
  }

  void run_for(Duration time) {
    const Instant end = run_.timeline.now() + time;
    for (int turns = 0; run_.timeline.now() < end && turns < 100'000 && !run_.failed(); ++turns) {
      const bool ran = desks_[0].run_task();
      if (!desks_[1].run_task() && !ran) pass_time();
    }
  }

  // No more faults and edits there: people decide, and what is left after some rounds is discarded.
  void drain() {
    constexpr int rounds_max = 200, decided_rounds = 20;
    for (int round = 0; round < rounds_max && !run_.failed(); ++round) {
      run_for(std::chrono::seconds(20));
      if (desks_[0].open_entries() + desks_[1].open_entries() == 0) return;
      for (RestDesk& desk : desks_) desk.decide(round >= decided_rounds);
    }
    if (!run_.failed()) run_.violated("I30", "desks before a hosted API never drain");
  }

  // A new process knows nothing of what was listed before, and reads all.
  void read_anew() {
    for (RestDesk& desk : desks_) {
      desk.kill();
      desk.start();
    }
    run_for(std::chrono::minutes(2));
  }

  Run& run_;
  Random random_;
  HostedApi api_;
  RestApi declared_;
  const bool counts_;  // desks name their rows by numbers, as the API does
  std::array<RestDesk, 2> desks_;
  int texts_ = 0;
};

}  // namespace

// Drawn aside, so that all other worlds stay as they were.
void play_hosted_api(Run& run) {
  Random chance(run.seed() + 90);
  if (chance.chance(1, 24)) TwoDesks(run, chance.next()).play();
}

}  // namespace slipway::sim
