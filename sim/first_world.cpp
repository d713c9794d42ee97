#include "first_world.h"

#include "base/check.h"
#include "bench.h"
#include "first_desk.h"

namespace slipway::sim {

namespace {

const Failure lost{FailureClass::unreachable, "Lost.", 0, std::nullopt};

class FirstContact {
 public:
  FirstContact(Run& run, Random random) : run_(run), random_(random) {
    add_cloud("first cloud");
    offers_ = kind_ == Kind::two_full_desks || random_.chance(1, 4);
    const bool both_full = kind_ != Kind::another_cloud || random_.chance(1, 2);
    for (const char* name : {"desk", "other"}) {
      const bool has_rows = both_full || random_.chance(1, 2);
      desks_.push_back(std::make_unique<FirstDesk>(run_, random_, account_, name, has_rows));
      if (offers_ && random_.chance(2, 3)) desks_.back()->offer();
    }
    if (kind_ == Kind::never_offered) let_strangers_write(random_.below(5));
  }

  void play() {
    run_.trace("      ! first contact");
    for (std::uint64_t steps = random_.between(15, 45); steps > 0 && !run_.failed(); --steps) {
      if (kind_ == Kind::another_cloud && clouds_.size() == 1 && steps < 20) replace_the_cloud();
      FirstDesk& desk = *desks_[random_.below(desks_.size())];
      step(desk);
      check(desk);
    }
    if (!run_.failed()) drain();
    if (!run_.failed()) check_end();
  }

 private:
  enum class Kind { never_offered, two_full_desks, another_cloud };

  void add_cloud(const std::string& name) {
    clouds_.push_back(std::make_unique<FirstCloud>(run_, random_, account_, name));
  }
  FirstCloud& cloud() { return *clouds_.back(); }

  void let_strangers_write(std::uint64_t times) {
    for (; times > 0; --times) cloud().stranger_writes();
  }

  void replace_the_cloud() {
    account_.forget(cloud().name());
    add_cloud("second cloud");
    let_strangers_write(random_.below(8));
    run_.trace("      ! another cloud takes the place of the first");
  }

  void step(FirstDesk& desk) {
    if (!desk.is_up()) return desk.start();
    switch (random_.below(12)) {
      case 0:
        return desk.kill();
      case 1:
        if (kind_ != Kind::two_full_desks || clouds_.size() > 1) cloud().stranger_writes();
        return;
      case 2:
        return desk.decide(false);
      case 3:
        if (offers_) desk.offer();
        return;
      case 4:
      case 5:
      case 6:
        return desk.write();
      case 7:
        if (random_.chance(1, 3)) desk.write_a_lost_row_again();
        return;
      default:
        exchange(desk, true);
    }
  }

  void check(FirstDesk& desk) {
    if (run_.failed() || !desk.is_up()) return;
    desk.note_offers();
    if (!run_.failed()) desk.check_view();
  }

  const cloud::TokenOwner& owner(const FirstDesk& desk) { return cloud().owner(desk.name()); }

  // The cloud says who it is. False: it is another one than this desk knows, and nobody has said
  // yet that it takes the known one's place.
  bool meet(FirstDesk& desk) {
    const std::string before = desk.all_rows();
    const auto met =
        desk.store().meet_cloud(cloud().ledger().capabilities(owner(desk)).value(), bench_time);
    const bool is_known = desk.has_joined(cloud()) || !has_met_.contains(desk.name());
    if (met.has_value() != is_known || (!met && desk.all_rows() != before)) {
      run_.violated("I19", desk.name() + " follows another cloud, and nobody has said so");
      return false;
    }
    if (!met) return consider_joining(desk);
    if (has_met_.insert(desk.name()).second) {
      desk.meet(cloud());
      if (kind_ == Kind::two_full_desks && has_met_.size() == 2)
        run_.seen("two full desks meet at one empty cloud");
    }
    return true;
  }

  bool consider_joining(FirstDesk& desk) {
    if (!is_last_phase_ && random_.chance(1, 2)) return false;
    desk.join(cloud());
    run_.seen(cloud().head() > 0 ? "a desk joins a cloud that has a history of its own"
                                 : "a desk joins an empty cloud");
    return true;
  }

  // False: there was nothing to do.
  bool exchange(FirstDesk& desk, bool with_faults) {
    const bool need_not_ask = with_faults && desk.has_joined(cloud()) && random_.chance(3, 4);
    if (!need_not_ask && !meet(desk)) return false;
    if (desk.store().full_pull().value()) return pull_everything(desk, with_faults), true;
    const bool pushes = !with_faults || random_.chance(2, 3);
    const bool pushed = pushes && push(desk, with_faults);
    return desk.is_up() && (!pushes || !pushed) ? pull(desk) || pushed : pushed;
  }

  bool push(FirstDesk& desk, bool with_faults) {
    const auto begun = desk.store().begin_push("exchange", bench_limits, {}, bench_time);
    CHECK(begun);
    if (!*begun) return false;
    const std::uint64_t fate = with_faults ? random_.below(8) : 7;
    if (fate == 0) return lose(desk), true;
    if (fate == 1) return desk.kill(), true;
    const auto answer =
        cloud().ledger().push(owner(desk).tenant, owner(desk).device, **begun, bench_time);
    CHECK(answer);
    for (const Receipt& verdict : answer->verdicts)
      run_.trace(desk.name() + " -> " + std::string(to_text(verdict.verdict)) + " " + verdict.id);
    if (fate == 2) return lose(desk), true;
    if (fate == 3) return desk.kill(), true;
    const auto finished = desk.store().finish_push(*answer, bench_time);
    CHECK(finished);
    if (finished->page_absorbed && answer->page) desk.was_told(answer->page->rows);
    return true;
  }

  void lose(FirstDesk& desk) { CHECK(desk.store().fail_push(lost, 1, bench_time)); }

  bool pull(FirstDesk& desk) {
    const auto wanted = desk.store().pull_request("exchange", 3).value();
    auto pulled = cloud().ledger().changes(owner(desk).tenant, owner(desk).device, wanted.cursor,
                                           wanted.limit);
    CHECK(pulled);
    pulled->exchange = wanted.exchange;
    const auto absorbed = desk.store().absorb_page(*pulled, bench_time);
    CHECK(absorbed);
    if (absorbed->page_absorbed) desk.was_told(pulled->page.rows);
    return pulled->page.to != pulled->page.from;
  }

  void pull_everything(FirstDesk& desk, bool with_faults) {
    const auto request = desk.store().snapshot_request("exchange", 2).value();
    const auto snapshot =
        cloud().ledger().snapshot(owner(desk).tenant, owner(desk).device, request, bench_time);
    CHECK(snapshot);
    const auto page = snapshot_page_from_json(
        parse_json_object(cloud::snapshot_text(*snapshot, request), "a page").value());
    if (with_faults && random_.chance(1, 6)) return desk.kill();
    const auto absorbed = desk.store().absorb_snapshot(*page, bench_time);
    CHECK(absorbed);
    if (absorbed->page_absorbed) desk.was_told(page->rows);
  }

  // No more faults: people decide, and what is left after some rounds is discarded.
  void drain() {
    constexpr int rounds_max = 60, decided_rounds = 6;
    is_last_phase_ = true;
    const bool offers_all = random_.chance(1, 2);
    for (int round = 0; round < rounds_max && !run_.failed(); ++round) {
      bool is_idle = true;
      for (const auto& desk : desks_) {
        if (!desk->is_up()) desk->start();
        if (offers_all && round == 1) desk->offer();
        for (int turn = 0; turn < 100 && !run_.failed() && exchange(*desk, false); ++turn)
          is_idle = false, check(*desk);
        check(*desk);
        if (run_.failed() || !desk->has_parked()) continue;
        is_idle = false;
        desk->decide(round >= decided_rounds);
        check(*desk);
      }
      if (is_idle && round > 1) return;
    }
    if (!run_.failed()) run_.violated("I24", "desks after their first contact never drain");
  }

  void check_end() {
    for (const auto& [entity, image] : cloud().rows()) {
      if (image.live) account_.find_in(entity, image.values);
    }
    for (const auto& desk : desks_) {
      if (!run_.failed()) desk->check_account();
      if (!run_.failed()) desk->check_rows();
      if (!run_.failed()) desk->find_values();
    }
    if (!run_.failed()) account_.check(run_);
  }

  Run& run_;
  Random random_;
  FirstAccount account_;
  Kind kind_ = Kind(random_.below(3));
  std::vector<std::unique_ptr<FirstCloud>> clouds_;
  std::vector<std::unique_ptr<FirstDesk>> desks_;
  std::set<std::string> has_met_;
  bool offers_ = false, is_last_phase_ = false;
};

}  // namespace

void play_first_contact(Run& run, Random random) {
  FirstContact(run, random).play();
}

}  // namespace slipway::sim
