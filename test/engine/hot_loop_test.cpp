// An hour with a cloud that misbehaves in one way all the time: the engine is woken whenever it
// asks, and the exchanges are counted. Nothing may loop, and nothing may fall asleep.
#include <gtest/gtest.h>

#include <functional>

#include "engine/engine.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

struct Counts {
  int probes = 0, pushes = 0, pulls = 0, comparisons = 0, wakeups = 0, reopens = 0;
  int exchanges() const { return probes + pushes + pulls + comparisons; }
};

struct Cloud {
  std::function<Event(ExchangeId)> probe = [](ExchangeId x) { return event::ProbeAnswered{x}; };
  std::function<Event(const action::Push&)> push = [](const action::Push& p) {
    return event::NothingToPush{p.exchange};
  };
  std::function<Event(ExchangeId)> pull = [](ExchangeId x) {
    return event::PullAnswered{x, false, {}};
  };
};

Event failed(ExchangeId exchange, FailureClass means, std::vector<EntryId> entries = {}) {
  const std::size_t units = entries.size();
  return event::ExchangeFailed{exchange, means, "no", std::nullopt, std::move(entries), units};
}

Counts live(const Cloud& cloud, Duration how_long, std::uint64_t seed) {
  Engine engine{Random(seed)};
  Counts counts;
  Instant now{};
  const Instant end = now + how_long;
  Event event = event::Started{true};
  while (now < end && counts.wakeups + counts.exchanges() < 1'000'000) {
    std::optional<Event> answer;
    for (const Action& action : engine.step(event, now)) {
      if (const auto* a = std::get_if<action::Probe>(&action))
        ++counts.probes, answer = cloud.probe(a->exchange);
      if (const auto* a = std::get_if<action::Push>(&action)) {
        const Event said = cloud.push(*a);
        counts.pushes +=
            std::holds_alternative<event::NothingToPush>(said) ? 0 : 1;  // nothing was sent
        answer = said;
      }
      if (const auto* a = std::get_if<action::Pull>(&action))
        ++counts.pulls, answer = cloud.pull(a->exchange);
      if (const auto* a = std::get_if<action::PullAll>(&action))
        ++counts.pulls, answer = cloud.pull(a->exchange);
      if (const auto* a = std::get_if<action::CompareHistory>(&action))
        ++counts.comparisons, answer = event::HistoryCompared{a->exchange, true, true};
      if (std::holds_alternative<action::ReopenStore>(action))
        ++counts.reopens, answer = event::StoreReopened{true};
    }
    if (answer) {
      event = *answer;
      continue;
    }
    const auto due = engine.next_wakeup();
    EXPECT_TRUE(due);
    if (!due) break;
    now = std::max(now, *due);
    event = event::TimePassed{};
    ++counts.wakeups;
  }
  return counts;
}

constexpr int polls_of_an_hour = 3600 / 2;

class AnHour : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnHour, OfIdlenessPollsAtTheInterval) {
  const Counts counts = live({}, 1h, GetParam());
  EXPECT_NEAR(counts.pulls, polls_of_an_hour, 2);
  EXPECT_LE(counts.wakeups, polls_of_an_hour + 5);
}

// Full jitter: 30 s on average once the bound is a minute, some ten more while it grows.
TEST_P(AnHour, WithoutANetworkKnocksOnceAMinuteOrTwice) {
  for (FailureClass means :
       {FailureClass::unreachable, FailureClass::busy, FailureClass::server_error,
        FailureClass::in_progress, FailureClass::invalid, FailureClass::forbidden}) {
    const Counts counts =
        live({.probe = [&](ExchangeId x) { return failed(x, means); }}, 1h, GetParam());
    EXPECT_LE(counts.probes, 220) << to_text(means);
    EXPECT_GE(counts.probes, 60) << to_text(means);
    EXPECT_EQ(counts.exchanges(), counts.probes);
  }
}

TEST_P(AnHour, OfRefusalAsksEveryFiveMinutes) {
  for (FailureClass means :
       {FailureClass::signed_out, FailureClass::upgrade_needed, FailureClass::other_cloud}) {
    const Counts counts =
        live({.probe = [&](ExchangeId x) { return failed(x, means); }}, 1h, GetParam());
    EXPECT_EQ(counts.probes, 13) << to_text(means) << ": the first is asked twice";
  }
}

TEST_P(AnHour, OfAPastThatKeepsChangingComparesEveryTenSeconds) {
  const Counts counts =
      live({.pull = [](ExchangeId x) { return failed(x, FailureClass::history_changed); }}, 1h,
           GetParam());
  EXPECT_NEAR(counts.comparisons, 360, 2);
  EXPECT_LE(counts.exchanges(), 3 * counts.comparisons);
}

TEST_P(AnHour, OfAHorizonThatIsAlwaysPassedBacksOff) {
  const Counts counts =
      live({.pull = [](ExchangeId x) { return failed(x, FailureClass::horizon_passed); }}, 1h,
           GetParam());
  EXPECT_LE(counts.pulls, 220);
  EXPECT_GE(counts.pulls, 60);
}

TEST_P(AnHour, OfPushesThatFailBacksOffAlthoughTheRestWorks) {
  for (FailureClass means : {FailureClass::unreachable, FailureClass::busy}) {
    const Counts counts = live({.push =
                                    [&](const action::Push& p) {
                                      return failed(p.exchange, means, {1, 2});
                                    }},
                               1h, GetParam());
    EXPECT_LE(counts.pushes, 220) << to_text(means);
    EXPECT_GE(counts.pushes, 60) << to_text(means);
    EXPECT_GE(counts.pulls, counts.pushes - 1) << "a stuck upload blocks pulling";
  }
}

TEST_P(AnHour, OfPullsThatFailBacksOffAndStillPushes) {
  const Counts counts =
      live({.push =
                [](const action::Push& p) {
                  return event::PushAnswered{p.exchange, false, true, {}, {1}};
                },
            .pull = [](ExchangeId x) { return failed(x, FailureClass::unreachable); }},
           1h, GetParam());
  EXPECT_LE(counts.pulls, 220);
  EXPECT_GE(counts.pushes, counts.pulls - 1);
}

// 1–5 s, ≤ 15 s, … ≤ 30 min: an hour holds few tries of one entry, whatever else goes on.
TEST_P(AnHour, OfOneSickEntryTriesItRarelyAndPollsOn) {
  const auto sick = [](const action::Push& p) -> Event {
    if (p.waiting.contains(1)) return event::NothingToPush{p.exchange};
    return failed(p.exchange, FailureClass::server_error, {1});
  };
  const Counts counts = live({.push = sick}, 1h, GetParam());
  EXPECT_LE(counts.pushes, 25);
  EXPECT_GE(counts.pushes, 5);
  EXPECT_GE(counts.pulls, polls_of_an_hour - 2);
}

TEST_P(AnHour, OfAnEntryThatIsAlwaysBlockedTriesItRarely) {
  for (bool with_page : {true, false}) {
    const auto blocked = [&](const action::Push& p) -> Event {
      if (p.waiting.contains(1)) return event::NothingToPush{p.exchange};
      return event::PushAnswered{p.exchange, with_page, false, {1}, {}};
    };
    const Counts counts = live({.push = blocked}, 1h, GetParam());
    EXPECT_LE(counts.pushes, 25) << with_page;
    EXPECT_GE(counts.pushes, 5) << with_page;
  }
}

TEST_P(AnHour, OfErrorsFromEverySideBacksOff) {
  const Counts counts =
      live({.push =
                [](const action::Push& p) {
                  return failed(p.exchange, FailureClass::server_error, {1, 2, 3, 4});
                },
            .pull = [](ExchangeId x) { return failed(x, FailureClass::server_error); }},
           1h, GetParam());
  EXPECT_LE(counts.exchanges(), 4 * 220);
  EXPECT_GE(counts.exchanges(), 60);
}

TEST_P(AnHour, OfAnAnswerThatCannotBeStoredBacksOff) {
  const Counts counts =
      live({.push = [](const action::Push&) { return event::StoreFailed{}; }}, 1h, GetParam());
  EXPECT_LE(counts.pushes, 220);
  EXPECT_GE(counts.pushes, 60);
  EXPECT_NEAR(counts.reopens, counts.pushes, 1);  // the hour may end between the two
}

TEST_P(AnHour, OfSilenceIsMeasuredByTheWatchdog) {
  Engine engine{Random(GetParam())};
  Instant now{};
  engine.step(event::Started{true}, now);
  int wakeups = 0;
  for (; now < Instant{1h}; ++wakeups) {
    ASSERT_TRUE(engine.next_wakeup());
    ASSERT_GT(*engine.next_wakeup(), now);
    now = *engine.next_wakeup();
    engine.step(event::TimePassed{}, now);
  }
  EXPECT_LE(wakeups, 2 * 3600 / 90 + 2);
  EXPECT_GE(wakeups, 2 * 3600 / 150 - 2);
}

INSTANTIATE_TEST_SUITE_P(HotLoop, AnHour, testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace slipway
