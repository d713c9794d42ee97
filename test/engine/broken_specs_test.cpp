// Each spec, broken at each of its steps: in place of the step comes each thing that can befall a
// device then (mishap.h). What the engine promises must hold (watched_engine.h). And once all is
// answered well the desk must come back and drain in time: right after the mishap, and also when
// the rest of the story has followed it, as far as it still makes sense.
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <type_traits>

#include "engine/mishap.h"
#include "engine/spec.h"
#include "model/canonical_json.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

constexpr Duration time_to_drain = connection_backoff.cap + 5s;
// From the mishap to the end of the drain: some failures are found out by one exchange more, but
// whoever asks on and on is in a hot loop.
constexpr ExchangeId exchanges_max = 12;

struct Step {
  json::object json;
  Event event;
};

std::vector<Step> steps_of(const json::object& spec) {
  std::vector<Step> steps;
  for (const json::value& step : spec.at("steps").as_array())
    steps.push_back({step.as_object(), spec::event_from(step.at("event"))});
  return steps;
}

Duration wait_before(const Step& step, const Desk& desk) {
  return spec::time_of(step.json, desk.now(), desk.engine()) - desk.now();
}

bool answers(const event::ProbeAnswered&, const Action& asked) {
  return std::holds_alternative<action::Probe>(asked);
}
bool answers(const event::PushAnswered&, const Action& asked) {
  return std::holds_alternative<action::Push>(asked);
}
bool answers(const event::NothingToPush&, const Action& asked) {
  return std::holds_alternative<action::Push>(asked);
}
bool answers(const event::PullAnswered&, const Action& asked) {
  return std::holds_alternative<action::Pull>(asked) ||
         std::holds_alternative<action::PullAll>(asked);
}
bool answers(const event::HistoryCompared&, const Action& asked) {
  return std::holds_alternative<action::CompareHistory>(asked);
}
bool answers(const event::ExchangeFailed& e, const Action& asked) {
  return e.entries.empty() || std::holds_alternative<action::Push>(asked);
}

// The event of a story that has taken another turn: said of the exchange or the stream that there
// is now. Nothing: it makes no sense any more.
std::optional<Event> as_it_fits(const Event& event, const Desk& desk) {
  const auto fit = [&](auto e) -> std::optional<Event> {
    using E = decltype(e);
    const WatchedEngine& watched = desk.watched();
    if constexpr (requires { e.exchange; }) {
      if (!watched.in_flight() || !answers(e, *watched.in_flight())) return std::nullopt;
      e.exchange = watched.last_exchange();
    } else if constexpr (requires { e.stream; }) {
      if (!watched.stream()) return std::nullopt;
      e.stream = *watched.stream();
    } else if constexpr (std::is_same_v<E, event::Started>) {
      if (watched.started()) return std::nullopt;
    } else if constexpr (std::is_same_v<E, event::StoreReopened>) {
      if (!desk.reopens()) return std::nullopt;
      return desk.reopened();
    }
    return e;
  };
  return std::visit(fit, event);
}

void play_on(Desk& desk, std::span<const Step> steps) {
  for (const Step& step : steps) {
    const Duration wait = wait_before(step, desk);
    if (const auto event = as_it_fits(step.event, desk)) desk.step(*event, wait);
  }
}

void befall(Desk& desk, const Mishap& mishap) {
  for (const Event& event : mishap.events)
    desk.step(event, &event == &mishap.events.back() ? mishap.later : Duration(0));
}

// An exchange that was given up is answered after all.
void expect_late_answer_to_count_for_nothing(Desk& desk, const Event& event) {
  const auto is_late = [&](const auto& e) {
    if constexpr (requires { e.exchange; }) return !desk.watched().is_in_flight(e.exchange);
    return false;
  };
  if (!std::visit(is_late, event)) return;
  EXPECT_TRUE(desk.step(event).empty()) << "a late answer counts";
}

// Whatever time passes meanwhile: that nothing is asked, the watched engine knows.
void undo_what_keeps_it_still(Desk& desk) {
  for (int i = 0; i < 5 && desk.watched().store_failed(); ++i) desk.be_answered_well();
  EXPECT_FALSE(desk.watched().store_failed()) << "the store is not opened again";
  desk.step(event::TimePassed{}, 1h);
  if (desk.engine().stands_by()) desk.step(desk.taken_over());
  if (desk.engine().is_paused()) desk.step(event::Paused{false});
  if (desk.engine().simulates_offline()) desk.step(event::OfflineSimulated{false});
}

void expect_drain(Desk& desk, Duration within) {
  const Instant deadline = std::max(desk.now(), desk.watched().asked_to_wait_until()) + within;
  const ExchangeId last = desk.watched().last_exchange() + exchanges_max;
  while (!desk.has_drained() && desk.now() <= deadline && desk.watched().last_exchange() <= last &&
         !testing::Test::HasFailure())
    desk.be_answered_well();
  EXPECT_TRUE(desk.has_drained()) << "not drained; " << to_text(desk.engine().connection());
  EXPECT_LE(desk.now(), deadline) << "drained too late";
  EXPECT_LE(desk.watched().last_exchange(), last) << "a hot loop";
}

// Entries that wait by themselves do so for as long as is published, and no longer.
void expect_sleepers_to_be_offered(Desk& desk) {
  const Instant deadline = desk.now() + desk.watched().entry_rule().cap + 5s;
  while (desk.has_sleepers() && desk.now() <= deadline && !testing::Test::HasFailure())
    desk.be_answered_well();
  EXPECT_FALSE(desk.has_sleepers()) << "an entry that waited is not offered";
}

std::optional<Event> act_of_a_person(Connection connection) {
  if (connection == Connection::signed_out) return event::TokenChanged{};
  if (connection == Connection::other_cloud) return event::CloudJoined{true};
  if (connection == Connection::upgrade_needed) return event::SyncRequested{};
  return std::nullopt;
}

// A refusal that people must mend is asked about by itself, too, but rarely.
void expect_to_come_back(Desk desk) {
  const WatchedEngine& watched = desk.watched();
  if (desk.engine().stands_by() || desk.engine().is_paused() || desk.engine().simulates_offline())
    undo_what_keeps_it_still(desk);
  if (const auto act = act_of_a_person(desk.engine().connection()); act && !watched.in_flight()) {
    Desk left_alone = desk;
    expect_drain(left_alone, limits::halted_retry_interval + time_to_drain);
    desk.step(*act);
  }
  Desk deaf = desk;  // behind a proxy that swallows streams
  deaf.hear_no_stream();
  expect_drain(deaf, time_to_drain);
  expect_drain(desk, time_to_drain);
  expect_sleepers_to_be_offered(desk);
}

// `desk` is where the story stands before `step`.
void expect_to_survive(const Mishap& mishap, Desk desk, const Step& step,
                       std::span<const Step> rest) {
  befall(desk, mishap);
  expect_late_answer_to_count_for_nothing(desk, step.event);
  const bool starts = std::holds_alternative<event::Started>(step.event);
  if (starts) desk.step(step.event);  // a service that never starts has no story
  if (desk.watched().started()) expect_to_come_back(desk);
  play_on(desk, rest);
  expect_to_come_back(desk);
}

void break_at_every_step(const json::object& spec, std::uint64_t seed) {
  const std::vector<Step> steps = steps_of(spec);
  Desk desk(seed, spec.contains("has_stream"));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const Mishap& mishap : mishaps(desk)) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", in place of step " + std::to_string(i + 1) +
                   ", " + json_text(steps[i].json.at("event")) + ": " + mishap.name);
      expect_to_survive(mishap, desk, steps[i], std::span(steps).subspan(i + 1));
      if (testing::Test::HasFailure()) return;
    }
    desk.step(steps[i].event, wait_before(steps[i], desk));
  }
  expect_to_come_back(desk);
}

class BrokenSpec : public testing::TestWithParam<std::string> {};

TEST_P(BrokenSpec, ComesBackFromWhateverBefallsItAtAnyStep) {
  const json::object spec = spec::load(GetParam());
  for (std::uint64_t seed = 1; seed <= 3 && !HasFailure(); ++seed) break_at_every_step(spec, seed);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Engine, BrokenSpec, testing::ValuesIn(spec::names()), test_name);

}  // namespace
}  // namespace slipway
