#include "engine/desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <utility>

namespace slipway {

namespace {

constexpr Duration round_trip = std::chrono::milliseconds(20);

template <class A>
concept Asks = std::same_as<A, action::Probe> || std::same_as<A, action::Push> ||
    std::same_as<A, action::Pull> || std::same_as<A, action::PullAll> ||
    std::same_as<A, action::CompareHistory>;

struct GoodAnswer {
  bool full_pull, unsent;
  std::int64_t head;

  Event operator()(const action::Probe& a) const {
    return event::ProbeAnswered{a.exchange, full_pull};
  }
  Event operator()(const action::Push& a) const {
    if (!unsent) return event::NothingToPush{a.exchange};
    std::vector<EntryId> settled;
    for (EntryId entry = 1; entry < 10; ++entry) {
      if (!a.waiting.contains(entry)) settled.push_back(entry);
    }
    return event::PushAnswered{a.exchange, true, false, {}, std::move(settled), head};
  }
  Event operator()(const action::Pull& a) const {
    return event::PullAnswered{a.exchange, false, {}, head};
  }
  Event operator()(const action::PullAll& a) const {
    return event::PullAnswered{a.exchange, false, {}, head};
  }
  Event operator()(const action::CompareHistory& a) const {
    return event::HistoryCompared{a.exchange, true, full_pull};
  }
  template <class A>
  Event operator()(const A&) const {
    ADD_FAILURE() << "no exchange";
    return event::TimePassed{};
  }
};

}  // namespace

Actions Desk::step(const Event& event, Duration later) {
  now_ = now_ + later;
  std::visit([&](const auto& e) { note(e); }, event);
  const Actions actions = engine_.step(event, now_);
  for (const Action& action : actions) note(action);
  return actions;
}

void Desk::be_answered_well() {
  if (std::exchange(reopens_, false)) {
    step(reopened());
  } else if (std::exchange(greets_, false) && engine_.stream()) {
    step(event::Poked{*engine_.stream(), {head_, "a"}, {head_, "a"}});
  } else if (engine_.in_flight()) {
    step(good_answer(), round_trip);
  } else if (const auto due = engine().next_wakeup()) {
    step(event::TimePassed{}, std::max(Duration(0), *due - now_));
  } else {
    ADD_FAILURE() << "nothing goes on by itself";
  }
}

bool Desk::has_drained() const {
  return engine().connection() == Connection::online && !engine_.store_failed() && !unsent_ &&
         !unheard_ && !engine_.full_pull();
}

Event Desk::good_answer() {
  const Event answer =
      std::visit(GoodAnswer{engine_.full_pull(), unsent_, head_}, *engine_.in_flight());
  if (std::holds_alternative<event::PushAnswered>(answer)) unsent_ = false;  // that was all
  return answer;
}

void Desk::note(const event::Started& e) {
  cursor_known_ = e.cursor_known;
  unsent_ = unheard_ = true;
}

void Desk::note(const event::WorkAppeared&) {
  unsent_ = true;
}

void Desk::note(const event::WaitCleared&) {
  unsent_ = true;
}

void Desk::note(const event::SyncRequested&) {
  unsent_ = unheard_ = true;
}

void Desk::note(const event::ProbeAnswered& e) {
  if (!engine_.is_in_flight(e.exchange)) return;
  cursor_known_ = unheard_ = true;
}

void Desk::note(const event::PushAnswered& e) {
  if (!engine_.is_in_flight(e.exchange)) return;
  unheard_ = e.more || !e.page_absorbed || head_ > e.cursor;
  settle(e.settled);
}

void Desk::note(const event::PullAnswered& e) {
  if (!engine_.is_in_flight(e.exchange)) return;
  unheard_ = e.more || head_ > e.cursor;
  settle(e.settled);
  unsent_ = unsent_ || !e.settled.empty();  // what stood behind them may go now
}

void Desk::note(const event::NothingToPush& e) {
  if (engine_.is_in_flight(e.exchange)) unsent_ = false;
}

void Desk::note(const event::ExchangeFailed& e) {
  if (engine_.is_in_flight(e.exchange)) unheard_ = true;
}

void Desk::note(const event::HistoryCompared& e) {
  if (!engine_.is_in_flight(e.exchange)) return;
  unsent_ = unsent_ || e.done;  // what the new past does not have is offered again
  unheard_ = true;
}

void Desk::note(const event::CloudJoined&) {
  unsent_ = unheard_ = true;
}

void Desk::note(const event::Standby& e) {
  if (e.on || !engine().stands_by()) return;
  cursor_known_ = e.cursor_known;
  unsent_ = unheard_ = true;
}

void Desk::note(const event::StoreReopened& e) {
  cursor_known_ = e.cursor_known;
  reopens_ = false;
}

void Desk::note(const event::Poked& e) {
  if (engine_.stream() != e.stream) return;
  greets_ = false;
  settle(e.settled);
  unsent_ = unsent_ || !e.settled.empty();
  const bool first_word_differs = !engine().is_live() && e.head != e.cursor;
  if (engine_.in_flight())
    head_ = std::max(head_, e.head.seq);
  else if (e.head == e.cursor)
    unheard_ = false;  // the cloud says so
  else
    unheard_ = unheard_ || e.head.seq > e.cursor.seq || first_word_differs;
}

// Why a stream that worked has broken, or was refused for a reason, must be found out.
void Desk::note(const event::StreamEnded& e) {
  if (engine_.stream() != e.stream) return;
  unheard_ = unheard_ || engine().is_live() || e.means == FailureClass::signed_out ||
             e.means == FailureClass::history_changed;
}

void Desk::note(const Action& action) {
  if (const auto* shown = std::get_if<action::ShowWait>(&action))
    sleepers_.insert(shown->entries.begin(), shown->entries.end());
  if (const auto* push = std::get_if<action::Push>(&action))
    std::erase_if(sleepers_, [&](EntryId entry) { return !push->waiting.contains(entry); });
  const auto begins = []<class A>(const A&) { return Asks<A>; };
  if (std::visit(begins, action)) head_ = 0;
  if (std::holds_alternative<action::Cancel>(action)) unheard_ = true;
  if (std::holds_alternative<action::ReopenStore>(action)) reopens_ = true;
  if (std::holds_alternative<action::OpenStream>(action)) greets_ = !deaf_;
  if (std::holds_alternative<action::CloseStream>(action)) greets_ = false;
}

void Desk::settle(const std::vector<EntryId>& entries) {
  for (EntryId entry : entries) sleepers_.erase(entry);
}

}  // namespace slipway
