#include "http/loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace slipway::http {
namespace {

using std::chrono::milliseconds;

TEST(Loop, RunsPostedTasksInTheirOrder) {
  Loop loop;
  std::string order;
  loop.post([&] { order += "a"; });
  loop.post([&] {
    order += "b";
    loop.post([&] {
      order += "d";
      loop.stop();
    });
  });
  loop.post([&] { order += "c"; });
  loop.run();
  EXPECT_EQ(order, "abcd");
}

TEST(Loop, TakesTasksFromOtherThreads) {
  Loop loop;
  const auto loop_thread = std::this_thread::get_id();
  std::thread other([&] {
    loop.post([&] {
      EXPECT_EQ(std::this_thread::get_id(), loop_thread);
      loop.stop();
    });
  });
  loop.run();
  other.join();
}

TEST(Loop, RemembersAStopThatCameBeforeRun) {
  Loop loop;
  loop.stop();
  loop.run();  // returns
  loop.post([&] { loop.stop(); });
  loop.run();  // and may run again
}

TEST(Alarm, RingsNotBeforeItsTimeAndInOrder) {
  Loop loop;
  std::string order;
  const Instant start = loop.now();
  Loop::Alarm late(loop, [&] {
    order += "late";
    EXPECT_GE(loop.now(), start + milliseconds(30));
    loop.stop();
  });
  Loop::Alarm early(loop, [&] { order += "early "; });
  late.set(start + milliseconds(30));
  early.set(start + milliseconds(10));
  loop.run();
  EXPECT_EQ(order, "early late");
}

TEST(Alarm, IsReplacedBySet) {
  Loop loop;
  int rings = 0;
  Loop::Alarm alarm(loop, [&] { ++rings; });
  Loop::Alarm end(loop, [&] { loop.stop(); });
  alarm.set(loop.now());
  alarm.set(loop.now() + milliseconds(5));
  end.set(loop.now() + milliseconds(20));
  loop.run();
  EXPECT_EQ(rings, 1);
}

TEST(Alarm, DoesNotRingOnceCancelledEvenWhenItWasDue) {
  Loop loop;
  int rings = 0;
  Loop::Alarm second(loop, [&] { ++rings; });
  Loop::Alarm first(loop, [&] {
    ++rings;
    second.cancel();
  });
  Loop::Alarm end(loop, [&] { loop.stop(); });
  const Instant at = loop.now() + milliseconds(1);
  first.set(at);
  second.set(at);
  end.set(at + milliseconds(10));
  while (loop.now() < at + milliseconds(2)) std::this_thread::yield();  // both are due at once
  loop.run();
  EXPECT_EQ(rings, 1);
}

TEST(Alarm, MayBeSetFromItsOwnRing) {
  Loop loop;
  int rings = 0;
  std::optional<Loop::Alarm> alarm;
  alarm.emplace(loop, [&] {
    if (++rings == 3) return loop.stop();
    alarm->set(loop.now() + milliseconds(1));
  });
  alarm->set(loop.now());
  loop.run();
  EXPECT_EQ(rings, 3);
}

TEST(Alarm, MayBeCancelledOrDestroyedFromItsOwnRing) {
  Loop loop;
  const std::string kept(100, 'x');  // the ring's own state must live until it returns
  std::optional<Loop::Alarm> alarm;
  alarm.emplace(loop, [&loop, &alarm, kept] {
    alarm->set(loop.now());
    alarm->cancel();
    alarm.reset();
    EXPECT_EQ(kept, std::string(100, 'x'));
    loop.post([&loop] { loop.stop(); });
  });
  alarm->set(loop.now());
  loop.run();
  EXPECT_FALSE(alarm.has_value());
}

TEST(Alarm, TakesTheEndOfTime) {
  Loop loop;
  bool rang = false;
  Loop::Alarm alarm(loop, [&] { rang = true; });
  alarm.set(Instant{Duration::max()});
  Loop::Alarm end(loop, [&] { loop.stop(); });
  end.set(Instant{Duration::min()});
  loop.run();
  EXPECT_FALSE(rang);
}

TEST(Loop, HearsASignalEveryTime) {
  Loop loop;
  int heard = 0;
  loop.on_signal(SIGUSR1, [&] {
    if (++heard == 2) return loop.stop();
    std::raise(SIGUSR1);
  });
  std::raise(SIGUSR1);
  loop.run();
  EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace slipway::http
