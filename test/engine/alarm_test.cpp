#include <gtest/gtest.h>

#include "engine/engine.h"

// A failing entry is tried for ever, and after an hour a person is told.

namespace slipway {
namespace {

TEST(Alarm, AnEntryThatFailsAloneForAnHourIsShownAndStillTried) {
  Engine engine{Random(7)};
  Instant now{std::chrono::hours(1)};
  ASSERT_FALSE(engine.step(event::Started{true}, now).empty());
  Duration failing{0};
  ExchangeId exchange = 1;
  Actions actions = engine.step(event::ProbeAnswered{exchange}, now);
  std::size_t pushes = 0;
  for (int step = 0; step < 40000 && failing < limits::alarm_after; ++step) {
    for (const Action& action : actions) {
      if (const auto* wait = std::get_if<action::ShowWait>(&action)) failing = wait->failing_for;
    }
    Event next = event::TimePassed{};
    for (const Action& action : actions) {
      if (const auto* push = std::get_if<action::Push>(&action)) {
        exchange = push->exchange;
        if (push->waiting.contains(12))
          next = event::NothingToPush{exchange};
        else
          ++pushes, next = event::ExchangeFailed{
                        exchange, FailureClass::server_error, "500", std::nullopt, {12}, 1};
      } else if (const auto* pull = std::get_if<action::Pull>(&action)) {
        next = event::PullAnswered{pull->exchange, false, {}};
      }
    }
    if (std::holds_alternative<event::TimePassed>(next)) now = std::max(now, *engine.next_wakeup());
    actions = engine.step(next, now);
  }
  EXPECT_GE(failing, limits::alarm_after);
  EXPECT_TRUE(engine.alarms(12, now));
  EXPECT_GE(pushes, 5u);
  engine.step(event::WaitCleared{12}, now);
  EXPECT_FALSE(engine.alarms(12, now));
}

}  // namespace
}  // namespace slipway
