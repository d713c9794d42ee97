#include "schema_world.h"

#include "base/check.h"
#include "bench.h"
#include "migrating_desk.h"

namespace slipway::sim {

namespace {

const Failure lost{FailureClass::unreachable, "Lost.", 0, std::nullopt};

Rows without_nulls(const Rows& rows) {
  Rows stripped;
  for (const auto& [entity, values] : rows) {
    json::object& left = stripped[entity];
    for (const auto& member : values) {
      if (!member.value().is_null()) left.emplace(member.key(), member.value());
    }
  }
  return stripped;
}

class Migrations {
 public:
  explicit Migrations(Run& run)
      : run_(run), bench_(Bench::empty()), raw_(bench_.cloud, cloud_file) {
    CHECK(bench_.open_ledger());
    for (const char* token : {"desk", "other"}) {
      const auto owner = bench_.ledger().find_token(token).value().value();
      desks_.push_back(std::make_unique<MigratingDesk>(run, owner));
      CHECK(desks_.back()->store().meet_cloud(bench_.ledger().capabilities(owner).value(),
                                              bench_time));
    }
    history_[0] = {};
  }

  void play() {
    for (std::uint64_t steps = run_.random.between(30, 70); steps > 0 && !run_.failed(); --steps) {
      MigratingDesk& desk = *desks_[run_.random.below(desks_.size())];
      step(desk);
      check(desk);
    }
    if (!run_.failed()) drain();
    for (const auto& desk : desks_) {
      if (!run_.failed()) desk->check_account(effects_);
    }
  }

 private:
  void step(MigratingDesk& desk) {
    if (!desk.is_up() && run_.random.chance(1, 2)) return desk.migrate();
    if (!desk.is_up()) return desk.start();
    switch (run_.random.below(12)) {
      case 0:
        return desk.stop();
      case 1:
        return desk.migrate();
      case 2:
        return desk.decide(false);
      case 3:
      case 4:
      case 5:
      case 6:
        return desk.write();
      default:
        exchange(desk, true);
    }
  }

  // What the service does by itself, whatever happens.
  void check(MigratingDesk& desk) {
    if (run_.failed() || !desk.is_up()) return;
    CHECK(desk.store().tend_lease({}, bench_time));
    desk.check_entries();
    if (!run_.failed()) desk.check_view(std::prev(history_.upper_bound(desk.cursor()))->second);
  }

  // False: there was nothing to do.
  bool exchange(MigratingDesk& desk, bool with_faults) {
    if (desk.store().full_pull().value()) return pull_everything(desk), true;
    const bool pushes = !with_faults || run_.random.chance(2, 3);
    const bool pushed = pushes && push(desk, with_faults);
    return desk.is_up() && (!pushes || !pushed) ? pull(desk) || pushed : pushed;
  }

  bool push(MigratingDesk& desk, bool with_faults) {
    const auto begun = desk.store().begin_push("exchange", bench_limits, {}, bench_time);
    CHECK(begun);
    if (!*begun) return false;
    desk.check_push(**begun);
    const std::uint64_t fate = with_faults ? run_.random.below(10) : 9;
    if (fate == 0) return in_vain(desk, **begun), true;
    if (fate == 1) return lose(desk), true;
    if (fate == 2) return desk.kill(), true;
    const PushAnswer answer = judge(desk, **begun);
    if (fate == 3) return lose(desk), true;
    if (fate == 4) return desk.kill(), true;
    if (fate == 5) desk.migrate();
    CHECK(desk.store().finish_push(answer, bench_time));
    return true;
  }

  void lose(MigratingDesk& desk) { CHECK(desk.store().fail_push(lost, 1, bench_time)); }

  void in_vain(MigratingDesk& desk, const PushRequest& request) {
    Failure failure = lost;
    failure.without_effect = true;
    CHECK(desk.store().fail_push(failure, 1, bench_time));
    desk.was_in_vain(request);
  }

  // The real cloud judges; the oracle carries out what it applied, each id once.
  PushAnswer judge(MigratingDesk& desk, const PushRequest& request) {
    const auto answer =
        bench_.ledger().push(desk.owner().tenant, desk.owner().device, request, bench_time);
    CHECK(answer);
    for (const PushItem& item : request.items) {
      for (const Receipt& verdict : answer->verdicts) {
        if (verdict.id != item.id || verdict.verdict != Verdict::applied || !item.write) continue;
        if (!effects_.insert(item.id).second) continue;
        const Body body = body_from_json(*item.write).value();
        for (const auto& member : body.payload) rows_[body.entity][member.key()] = member.value();
      }
    }
    history_[answer->head.seq] = rows_;
    check_cloud();
    return *answer;
  }

  void check_cloud() {
    Rows there;
    for (const TextRow& row : query(raw_.get(), "SELECT type, id, \"values\" FROM entity"))
      there[{row[0], row[1]}] = object_from(row[2]);
    // A create of a row that is there with the same values writes nothing: what it says of a column
    // as null the row may not have at all.
    if (without_nulls(there) != without_nulls(rows_))
      run_.violated("I22", "the cloud has other rows than what was applied");
  }

  bool pull(MigratingDesk& desk) {
    const auto wanted = desk.store().pull_request("exchange", 1000).value();
    auto pulled = bench_.ledger().changes(desk.owner().tenant, desk.owner().device, wanted.cursor,
                                          wanted.limit);
    CHECK(pulled);
    pulled->exchange = wanted.exchange;
    CHECK(desk.store().absorb_page(*pulled, bench_time));
    return pulled->page.to != pulled->page.from;
  }

  void pull_everything(MigratingDesk& desk) {
    const auto request = desk.store().snapshot_request("exchange", 3).value();
    const auto snapshot =
        bench_.ledger().snapshot(desk.owner().tenant, desk.owner().device, request, bench_time);
    CHECK(snapshot);
    const std::string text = cloud::snapshot_text(*snapshot, request);
    CHECK(desk.store().absorb_snapshot(
        snapshot_page_from_json(parse_json_object(text, "a page").value()).value(), bench_time));
  }

  // No more migrations and faults: people decide, and what is left after some rounds is discarded.
  void drain() {
    constexpr int rounds_max = 60, decided_rounds = 6;
    for (int round = 0; round < rounds_max && !run_.failed(); ++round) {
      bool is_idle = true;
      for (const auto& desk : desks_) {
        if (!desk->is_up()) desk->start();
        for (int turn = 0; turn < 100 && !run_.failed() && exchange(*desk, false); ++turn)
          is_idle = false;
        check(*desk);
        if (run_.failed() || !desk->has_parked()) continue;
        is_idle = false;
        desk->decide(round >= decided_rounds);
      }
      if (is_idle) return;
    }
    if (!run_.failed()) run_.violated("I22", "desks whose app has migrated never drain");
  }

  Run& run_;
  Bench bench_;  // its cloud only
  Reader raw_;
  std::vector<std::unique_ptr<MigratingDesk>> desks_;
  std::set<std::string> effects_;
  Rows rows_;
  std::map<std::int64_t, Rows> history_;  // from each commit on
};

}  // namespace

void play_migrations(Run& run) {
  Migrations(run).play();
}

}  // namespace slipway::sim
