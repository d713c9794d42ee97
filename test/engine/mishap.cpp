#include "engine/mishap.h"

#include <iterator>

namespace slipway {

namespace {

using namespace std::chrono_literals;

constexpr Duration asked_wait = 7s;

std::vector<FailureClass> all_failures() {
  std::vector<FailureClass> all;
  for (int i = 0; i <= int(FailureClass::horizon_passed); ++i) all.push_back(FailureClass(i));
  return all;
}

std::string with_wait(std::string name, bool told) {
  return told ? std::move(name) + ", Retry-After" : std::move(name);
}

// Of a push: a batch, one entry alone, or none that is to blame.
std::vector<std::vector<EntryId>> blamed(const Action& asked) {
  if (!std::holds_alternative<action::Push>(asked)) return {{}};
  return {{1, 2}, {1}, {}};
}

std::vector<Mishap> of_the_exchange(const Desk& desk) {
  const WatchedEngine& watched = desk.watched();
  if (!watched.in_flight()) return {};
  const ExchangeId exchange = watched.last_exchange();
  std::vector<Mishap> list;
  for (FailureClass means : all_failures()) {
    for (const auto& entries : blamed(*watched.in_flight())) {
      for (bool told : {false, true}) {
        event::ExchangeFailed e{exchange, means, "It failed.", {}, entries, entries.size()};
        if (told) e.retry_after = asked_wait;
        const std::string name = "the exchange fails: " + std::string(to_text(means)) + ", " +
                                 std::to_string(entries.size()) + " entries";
        list.push_back({with_wait(name, told), {std::move(e)}});
      }
    }
  }
  list.push_back({"no answer until the watchdog barks",
                  {event::TimePassed{}},
                  *desk.engine().next_wakeup() - desk.now()});
  list.push_back({"the store fails at a refusal with Retry-After",
                  {event::AskedToWait{asked_wait}, event::StoreFailed{}}});
  return list;
}

std::vector<Mishap> of_the_stream(const Desk& desk) {
  const auto stream = desk.watched().stream();
  if (!stream) return {};
  std::vector<Mishap> list;
  for (FailureClass means : all_failures()) {
    for (bool told : {false, true}) {
      event::StreamEnded e{*stream, means};
      if (told) e.retry_after = asked_wait;
      list.push_back(
          {with_wait("the stream ends: " + std::string(to_text(means)), told), {std::move(e)}});
    }
  }
  list.push_back({"the cloud goes, and wants its devices back within 40 s",
                  {event::StreamEnded{*stream, FailureClass::unreachable, {}, 40s}}});
  return list;
}

// TimePassed right after the reopening was asked for stands for one that fails: nothing else comes.
std::vector<Mishap> of_the_store(const Desk& desk) {
  if (!desk.watched().started()) return {};
  const bool other_way = !desk.watched().full_pull();
  return {{"the store fails", {event::StoreFailed{}}},
          {"the store fails for hours", {event::StoreFailed{}, event::TimePassed{}}, 3h},
          {"the store fails while paused", {event::Paused{true}, event::StoreFailed{}}},
          {"another service takes over from a failed store",
           {event::StoreFailed{}, event::Standby{true, false}}},
          {"the store fails after it has begun a full pull, or ended it",
           {event::StoreFailed{}, event::StoreReopened{true, other_way}}}};
}

std::vector<Mishap> of_the_world() {
  return {{"another service takes over", {event::Standby{true, false}}},
          {"another service takes over, and ends in a full pull",
           {event::Standby{true, false}, event::Standby{false, true, true}}},
          {"a person pauses", {event::Paused{true}}},
          {"a person simulates offline", {event::OfflineSimulated{true}}},
          {"paused, and simulated offline", {event::Paused{true}, event::OfflineSimulated{true}}},
          {"another token", {event::TokenChanged{}}},
          {"the network goes", {event::NetworkChanged{false}}},
          {"the network comes", {event::NetworkChanged{true}}},
          {"a person asks to sync", {event::SyncRequested{}}},
          {"a person joins another cloud", {event::CloudJoined{true}}},
          {"nothing but time", {}},
          {"the machine sleeps", {event::TimePassed{}}, 3h}};
}

}  // namespace

std::vector<Mishap> mishaps(const Desk& desk) {
  std::vector<Mishap> all = of_the_world();
  for (auto& more : {of_the_exchange(desk), of_the_stream(desk), of_the_store(desk)})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace slipway
