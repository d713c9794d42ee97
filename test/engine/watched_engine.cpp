#include "engine/watched_engine.h"

#include <gtest/gtest.h>

namespace slipway {

namespace {

// Whether the connection itself must wait now, whatever it was that failed.
bool backs_off(const event::ExchangeFailed& failed) {
  switch (failed.means) {
    case FailureClass::unreachable:
    case FailureClass::busy:
    case FailureClass::in_progress:
    case FailureClass::signed_out:
    case FailureClass::upgrade_needed:
    case FailureClass::other_cloud:
      return true;
    case FailureClass::history_changed:
    case FailureClass::horizon_passed:
      return false;
    default:
      return failed.entries.empty();  // else the entries wait, or the batch is halved
  }
}

template <class E>
const E* as(const Event& event) {
  return std::get_if<E>(&event);
}

}  // namespace

Actions WatchedEngine::step(const Event& event, Instant now) {
  EXPECT_GE(now, now_);
  now_ = now;
  note(event);
  Actions actions = engine_.step(event, now);
  for (const Action& action : actions) std::visit([&](const auto& a) { on(a); }, action);
  check_state();
  check_wakeup(event);
  return actions;
}

void WatchedEngine::note(const Event& event) {
  past_its_time_ = as<event::TimePassed>(event) && in_flight_ && !store_failed_ &&
                   engine_.next_wakeup() && now_ >= *engine_.next_wakeup();
  bool counts = false;
  const auto answers = [&](const auto& e) {
    if constexpr (requires { e.exchange; }) counts = is_in_flight(e.exchange);
  };
  std::visit(answers, event);
  note_full_pull(event, counts);
  if (counts) in_flight_.reset();
  if (const auto* failed = as<event::ExchangeFailed>(event); failed && counts)
    note_failure(*failed);
  if (const auto* ended = as<event::StreamEnded>(event); ended && stream_ == ended->stream)
    stream_.reset();
  if (const auto* asked = as<event::AskedToWait>(event))
    asked_to_wait_until_ = std::max(asked_to_wait_until_, now_ + asked->retry_after);
  if (const auto* policy = as<event::PolicyChanged>(event)) {
    poll_interval_ = policy->poll_interval;
    entry_rule_ = policy->entry_backoff;
  }
  if (as<event::StoreFailed>(event)) store_failed_ = true;
  if (as<event::StoreReopened>(event)) store_failed_ = false;
  note_wish(event);
}

void WatchedEngine::note_wish(const Event& event) {
  if (as<event::Started>(event)) started_ = true;
  if (const auto* paused = as<event::Paused>(event)) paused_ = paused->on;
  if (const auto* offline = as<event::OfflineSimulated>(event)) offline_ = offline->on;
  if (const auto* standby = as<event::Standby>(event)) standby_ = standby->on;
  if (as<event::SyncRequested>(event) || as<event::TokenChanged>(event))
    asked_to_wait_until_ = Instant{};
  const bool begins_anew = as<event::SyncRequested>(event) || as<event::TokenChanged>(event) ||
                           as<event::NetworkChanged>(event) || as<event::Paused>(event) ||
                           as<event::OfflineSimulated>(event) || as<event::Standby>(event) ||
                           as<event::CloudJoined>(event) || as<event::StoreReopened>(event);
  if (begins_anew) not_before_ = Instant{};
}

void WatchedEngine::note_full_pull(const Event& event, bool counts) {
  if (const auto* e = as<event::Started>(event)) full_pull_ = e->full_pull;
  if (const auto* e = as<event::StoreReopened>(event)) full_pull_ = e->full_pull;
  if (const auto* e = as<event::CloudJoined>(event)) full_pull_ = e->full_pull;
  if (const auto* e = as<event::Standby>(event); e && standby_ && !e->on) full_pull_ = e->full_pull;
  if (!counts) return;
  if (const auto* e = as<event::ProbeAnswered>(event)) full_pull_ = full_pull_ || e->full_pull;
  if (const auto* e = as<event::PullAnswered>(event)) full_pull_ = e->full_pull;
  if (const auto* e = as<event::HistoryCompared>(event); e && e->done) full_pull_ = e->full_pull;
  if (const auto* e = as<event::ExchangeFailed>(event))
    full_pull_ = full_pull_ || e->means == FailureClass::horizon_passed;
}

void WatchedEngine::note_failure(const event::ExchangeFailed& failed) {
  if (failed.retry_after)
    asked_to_wait_until_ = std::max(asked_to_wait_until_, now_ + *failed.retry_after);
  if (backs_off(failed)) not_before_ = now_ + connection_backoff.floor;
}

void WatchedEngine::begin(const Action& action, ExchangeId exchange, const char* kind) {
  seen_.insert(kind);
  EXPECT_FALSE(in_flight_) << "two exchanges in flight";
  EXPECT_TRUE(started_) << kind << " before the start";
  EXPECT_FALSE(paused_ || offline_ || standby_ || store_failed_)
      << kind << " although it is forbidden";
  EXPECT_EQ(exchange, last_ + 1);
  EXPECT_GE(now_, asked_to_wait_until_) << kind << " before Retry-After has passed";
  EXPECT_GE(now_, not_before_) << kind << " right after a failure";
  in_flight_ = action;
  last_ = exchange;
}

void WatchedEngine::expect_connection(Connection connection, const char* kind) {
  EXPECT_EQ(to_text(engine_.connection()), to_text(connection)) << "at " << kind;
}

void WatchedEngine::on(const action::Probe& a) {
  begin(a, a.exchange, "Probe");
}

void WatchedEngine::on(const action::Pull& a) {
  begin(a, a.exchange, "Pull");
  expect_connection(Connection::online, "Pull");
  EXPECT_FALSE(full_pull_) << "a pull in the midst of a full one";
}

void WatchedEngine::on(const action::PullAll& a) {
  begin(a, a.exchange, "PullAll");
  expect_connection(Connection::online, "PullAll");
  EXPECT_TRUE(full_pull_) << "a page of a full pull that the store has not begun";
}

void WatchedEngine::on(const action::CompareHistory& a) {
  begin(a, a.exchange, "CompareHistory");
  expect_connection(Connection::history_changed, "CompareHistory");
}

void WatchedEngine::on(const action::Push& a) {
  begin(a, a.exchange, "Push");
  expect_connection(Connection::online, "Push");
  EXPECT_FALSE(full_pull_) << "something is sent in the midst of a full pull";
  EXPECT_GE(a.units_max, 1u);
  EXPECT_LE(a.units_max, limits::push_entries_max);
  for (EntryId entry : a.waiting)
    EXPECT_GT(engine_.wait_until(entry), std::optional(now_)) << "a wait that is over";
}

void WatchedEngine::on(const action::Cancel& a) {
  seen_.insert("Cancel");
  EXPECT_TRUE(is_in_flight(a.exchange)) << "cancels what is not in flight";
  in_flight_.reset();
  if (past_its_time_) not_before_ = now_ + connection_backoff.floor;
}

void WatchedEngine::on(const action::ShowWait& a) {
  seen_.insert("ShowWait");
  EXPECT_GE(a.wait, entry_rule_.floor);
  EXPECT_LE(a.wait, entry_rule_.cap);
  for (EntryId entry : a.entries) EXPECT_EQ(engine_.wait_until(entry), now_ + a.wait);
}

void WatchedEngine::on(const action::OpenStream& a) {
  seen_.insert("OpenStream");
  EXPECT_FALSE(stream_) << "two streams";
  EXPECT_EQ(a.stream, last_stream_ + 1);
  stream_ = last_stream_ = a.stream;
}

void WatchedEngine::on(const action::CloseStream& a) {
  seen_.insert("CloseStream");
  EXPECT_EQ(stream_, a.stream) << "closes what is not open";
  stream_.reset();
}

void WatchedEngine::on(const action::ReopenStore&) {
  seen_.insert("ReopenStore");
  EXPECT_TRUE(store_failed_);
}

void WatchedEngine::check_state() const {
  EXPECT_EQ(engine_.is_paused(), paused_);
  EXPECT_EQ(engine_.simulates_offline(), offline_);
  EXPECT_EQ(engine_.stands_by(), standby_);
  EXPECT_FALSE(in_flight_ && (paused_ || offline_ || standby_ || store_failed_))
      << "an exchange that must not be";
  EXPECT_FALSE(stream_ && (paused_ || offline_ || standby_ || store_failed_))
      << "a stream that must not be";
  EXPECT_TRUE(stream_ || !engine_.is_live());
  // A stream that is listened to first stands for the exchange that would ask.
  EXPECT_TRUE(!stream_ || engine_.connection() == Connection::online || !in_flight_);
  EXPECT_TRUE(engine_.connection() == Connection::online || !engine_.is_live());
}

void WatchedEngine::check_wakeup(const Event& event) {
  const auto due = engine_.next_wakeup();
  const bool halted_by_person = (paused_ || offline_ || standby_) && !store_failed_;
  EXPECT_EQ(due.has_value(), started_ && !halted_by_person) << "no way forward by itself";
  if (due && in_flight_) {
    EXPECT_LE(*due, now_ + limits::exchange_time_max);
  } else if (due) {
    const Duration longest = std::max<Duration>(
        {limits::halted_retry_interval, poll_interval_, asked_to_wait_until_ - now_});
    EXPECT_LE(*due, now_ + longest) << "a wait that is longer than any rule allows";
  }
  // A wake-up that is due already may lead to nothing once, but not twice.
  const bool idle_wakeup = as<event::TimePassed>(event) && due && *due <= now_;
  idle_wakeups_ = idle_wakeup ? idle_wakeups_ + 1 : 0;
  EXPECT_LE(idle_wakeups_, 1) << "a hot loop";
}

}  // namespace slipway
