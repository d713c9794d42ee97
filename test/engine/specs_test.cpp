// The engine's behaviour, as transcripts: each file in specs/ is one story of events and actions.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/spec.h"
#include "model/canonical_json.h"

namespace slipway {
namespace {

void expect_wakeup(const json::value& expected, const std::optional<Instant>& actual, Instant now) {
  if (expected.is_null()) {
    EXPECT_FALSE(actual) << "nothing but an event should move the engine";
    return;
  }
  ASSERT_TRUE(actual) << "the engine waits for nothing";
  const std::int64_t wait_ms = (*actual - now).count();
  if (const auto* range = expected.if_object()) {
    const json::array& between = range->at("between").as_array();
    EXPECT_GE(wait_ms, between.at(0).as_int64());
    EXPECT_LE(wait_ms, between.at(1).as_int64());
  } else {
    EXPECT_EQ(wait_ms, expected.as_int64());
  }
}

// What an action names besides these is its order; both lists are compared whole.
json::value actual_actions(const Actions& actions) {
  json::array list;
  for (const Action& action : actions) list.push_back(spec::to_json(action));
  return list;
}

void play(const json::object& spec, std::uint64_t seed) {
  Engine engine{Random(seed), spec.contains("has_stream")};
  Instant now{};
  int number = 0;
  for (const json::value& value : spec.at("steps").as_array()) {
    const json::object& step = value.as_object();
    const std::string event = json_text(step.at("event"));
    SCOPED_TRACE("step " + std::to_string(++number) + ": " + event);
    for (const auto& member : step) {
      const std::set<std::string> known{"at_ms",      "later_ms",    "at",     "event", "expect",
                                        "connection", "wakes_in_ms", "reason", "say"};
      EXPECT_TRUE(known.contains(std::string(member.key()))) << member.key();
    }
    EXPECT_TRUE(!step.contains("at") || engine.next_wakeup()) << "the engine waits for nothing";
    now = spec::time_of(step, now, engine);
    const Actions actions = engine.step(spec::event_from(step.at("event")), now);
    EXPECT_EQ(json_text(actual_actions(actions)), json_text(step.at("expect")));
    if (const auto* connection = step.if_contains("connection")) {
      EXPECT_EQ(to_text(engine.connection()), connection->as_string());
    }
    if (const auto* reason = step.if_contains("reason")) {
      EXPECT_EQ(engine.reason(), reason->as_string());
    }
    if (const auto* wakeup = step.if_contains("wakes_in_ms"))
      expect_wakeup(*wakeup, engine.next_wakeup(), now);
    if (testing::Test::HasFailure()) return;
  }
}

class Spec : public testing::TestWithParam<std::string> {};

TEST_P(Spec, IsFollowedWhateverTheSeed) {
  const json::object spec = spec::load(GetParam());
  ASSERT_FALSE(spec.at("steps").as_array().empty());
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(std::string(spec.at("name").as_string()) + ", seed " + std::to_string(seed));
    play(spec, seed);
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Engine, Spec, testing::ValuesIn(spec::names()), test_name);

}  // namespace
}  // namespace slipway
