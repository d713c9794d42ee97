#include "engine/engine.h"

#include <algorithm>

#include "base/check.h"

namespace slipway {

std::string_view to_text(Connection connection) {
  switch (connection) {
    case Connection::probing: return "probing";
    case Connection::online: return "online";
    case Connection::busy: return "busy";
    case Connection::offline: return "offline";
    case Connection::signed_out: return "signed-out";
    case Connection::paused: return "paused";
    case Connection::upgrade_needed: return "upgrade-needed";
    case Connection::history_changed: return "history-changed";
  }
  return "";
}

Connection Engine::connection() const {
  if (paused_) return Connection::paused;
  if (simulates_offline_) return Connection::offline;
  switch (link_) {
    case Link::probing: return Connection::probing;
    case Link::online: return Connection::online;
    case Link::busy: return Connection::busy;
    case Link::offline: return Connection::offline;
    case Link::signed_out: return Connection::signed_out;
    case Link::upgrade_needed: return Connection::upgrade_needed;
    case Link::history_changed: return Connection::history_changed;
  }
  return Connection::offline;
}

std::optional<Instant> Engine::retry_at() const {
  if (link_ == Link::online || in_flight_ || paused_ || simulates_offline_) return std::nullopt;
  return not_before_;
}

std::optional<Instant> Engine::wait_until(EntryId entry) const {
  const auto found = waits_.find(entry);
  return found == waits_.end() ? std::nullopt : std::optional(found->second.until);
}

Actions Engine::step(const Event& event, Instant now) {
  actions_.clear();
  const Connection before = connection();
  const std::string reason_before = reason_;
  std::visit([&](const auto& e) { on(e, now); }, event);
  advance(now);
  if (connection() != before || reason_ != reason_before) actions_.push_back(action::Announce{});
  return std::move(actions_);
}

std::optional<Instant> Engine::next_wakeup() const {
  if (!started_) return std::nullopt;
  if (store_failed_) return not_before_;
  if (in_flight_) return in_flight_->deadline;
  if (paused_ || simulates_offline_) return std::nullopt;
  if (link_ != Link::online) return not_before_;
  Instant due = poll_at_;
  for (const auto& [entry, wait] : waits_) {
    if (wait.rings) due = std::min(due, wait.until);
  }
  return std::max(due, not_before_);
}

void Engine::on(const event::Started& e, Instant now) {
  CHECK(!started_);
  started_ = true;
  cursor_known_ = e.cursor_known;
  work_ = true;
  not_before_ = poll_at_ = now;
}

void Engine::on(const event::WorkAppeared&, Instant) { work_ = true; }

void Engine::on(const event::TimePassed&, Instant now) {
  if (store_failed_ && now >= not_before_) {
    not_before_ = now + limits::store_reopen_interval;
    actions_.push_back(action::ReopenStore{});
    return;
  }
  if (in_flight_ && now >= in_flight_->deadline) {
    drop_exchange();
    ++failures_;
    link_down(Link::offline, "The cloud did not answer in time.",
              backoff(connection_backoff, failures_, random_), now);
  }
  // A wait that has passed keeps its count of failures until the entry is answered.
  for (auto& [entry, wait] : waits_) {
    if (!wait.rings || wait.until > now) continue;
    wait.rings = false;
    work_ = true;
  }
}

void Engine::on(const event::ProbeAnswered& e, Instant now) {
  if (!ends(e.exchange)) return;
  cursor_known_ = true;
  work_ = true;
  poll_at_ = now;
  succeeded(now);
}

void Engine::on(const event::PushAnswered& e, Instant now) {
  if (!ends(e.exchange)) return;
  succeeded(now);
  pulled_last_ = false;
  more_ = e.more;
  work_ = true;  // the next push finds out whether anything is left
  units_max_ = std::min(units_max_ * 2, limits::push_entries_max);
  for (EntryId entry : e.settled) waits_.erase(entry);
  if (e.page_absorbed) poll_at_ = now + poll_interval_;
  if (e.page_absorbed && !e.unsettled.empty()) make_wait(e.unsettled, now);
  if (!e.page_absorbed) more_ = true;
}

void Engine::on(const event::PullAnswered& e, Instant now) {
  if (!ends(e.exchange)) return;
  succeeded(now);
  pulled_last_ = true;
  more_ = e.more;
  work_ = work_ || !e.settled.empty();
  for (EntryId entry : e.settled) waits_.erase(entry);
  poll_at_ = now + poll_interval_;
}

void Engine::on(const event::NothingToPush& e, Instant) {
  if (!ends(e.exchange)) return;
  work_ = false;
}

void Engine::on(const event::ExchangeFailed& e, Instant now) {
  if (!ends(e.exchange)) return;
  work_ = true;
  const Duration floor = e.retry_after.value_or(Duration(0));
  switch (e.means) {
    case FailureClass::unreachable:
      ++failures_;
      link_down(Link::offline, e.message, std::max(floor, backoff(connection_backoff, failures_, random_)), now);
      return;
    case FailureClass::busy:
    case FailureClass::in_progress:
      ++failures_;
      link_down(Link::busy, e.message, std::max(floor, backoff(connection_backoff, failures_, random_)), now);
      return;
    case FailureClass::signed_out:
      link_down(Link::signed_out, e.message, limits::halted_retry_interval, now);
      return;
    case FailureClass::upgrade_needed:
      link_down(Link::upgrade_needed, e.message, limits::halted_retry_interval, now);
      return;
    case FailureClass::history_changed:
      link_down(Link::history_changed, e.message, limits::halted_retry_interval, now);
      return;
    default:
      charge(e, now);
  }
}

// The connection works; something in the request does not.
void Engine::charge(const event::ExchangeFailed& e, Instant now) {
  if (e.entries.empty()) {  // a probe or a pull: nothing of ours is to blame
    ++failures_;
    link_down(Link::busy, e.message, backoff(connection_backoff, failures_, random_), now);
    return;
  }
  succeeded(now);
  if (e.units > 1) {
    units_max_ = std::max<std::size_t>(1, e.units / 2);
    return;
  }
  make_wait(e.entries, now);  // those that the store parked are never claimed; the wait is harmless
}

void Engine::on(const event::NetworkChanged& e, Instant now) {
  if (e.up && (link_ == Link::offline || link_ == Link::busy)) try_again_soon(now);
}

void Engine::on(const event::OfflineSimulated& e, Instant now) {
  if (e.on == simulates_offline_) return;
  simulates_offline_ = e.on;
  if (e.on) {
    drop_exchange();
    reason_ = "“Simulate offline” is switched on.";
  } else {
    try_again_soon(now);
  }
}

void Engine::on(const event::Paused& e, Instant now) {
  if (e.on == paused_) return;
  paused_ = e.on;
  if (e.on) drop_exchange();
  else if (!simulates_offline_) try_again_soon(now);
}

void Engine::on(const event::TokenChanged&, Instant now) {
  if (!simulates_offline_) try_again_soon(now);
}

void Engine::on(const event::SyncRequested&, Instant now) {
  for (auto& [entry, wait] : waits_) wait = {wait.failures, now, false};
  poll_at_ = now;
  work_ = true;
  if (link_ != Link::online && !in_flight_ && !simulates_offline_) try_again_soon(now);
}

void Engine::on(const event::WaitCleared& e, Instant) {
  waits_.erase(e.entry);
  work_ = true;
}

void Engine::on(const event::PolicyChanged& e, Instant now) {
  poll_interval_ = e.poll_interval;
  entry_backoff_ = e.entry_backoff;
  poll_at_ = std::min(poll_at_, now + poll_interval_);
}

void Engine::on(const event::StoreFailed&, Instant now) {
  if (store_failed_) return;
  drop_exchange();
  store_failed_ = true;
  reason_ = "The local database cannot be used; it is tried again every second.";
  not_before_ = now + limits::store_reopen_interval;
}

void Engine::on(const event::StoreReopened& e, Instant now) {
  store_failed_ = false;
  cursor_known_ = e.cursor_known;
  work_ = true;
  reason_.clear();
  try_again_soon(now);
}

bool Engine::ends(ExchangeId exchange) {
  if (!in_flight_ || in_flight_->exchange != exchange) return false;
  in_flight_.reset();
  return true;
}

void Engine::succeeded(Instant now) {
  link_ = Link::online;
  reason_.clear();
  failures_ = 0;
  not_before_ = now;
}

void Engine::make_wait(const std::vector<EntryId>& entries, Instant now) {
  if (entries.empty()) return;
  const unsigned failures = waits_[entries.front()].failures + 1;
  const Duration wait = backoff(entry_backoff_, failures, random_);
  for (EntryId entry : entries) waits_[entry] = {failures, now + wait, true};
  actions_.push_back(action::ShowWait{entries, wait});
}

void Engine::link_down(Link link, std::string reason, Duration wait, Instant now) {
  link_ = link;
  reason_ = std::move(reason);
  not_before_ = now + wait;
}

void Engine::drop_exchange() {
  if (!in_flight_) return;
  actions_.push_back(action::Cancel{in_flight_->exchange});
  in_flight_.reset();
  work_ = true;
}

void Engine::try_again_soon(Instant now) {
  link_ = Link::probing;
  reason_.clear();
  failures_ = 0;
  not_before_ = now;
}

void Engine::advance(Instant now) {
  if (!started_ || store_failed_ || paused_ || simulates_offline_ || in_flight_) return;
  if (now < not_before_) return;
  if (!cursor_known_ || link_ != Link::online) return start(Kind::probe, now);
  if (work_ && (!more_ || pulled_last_)) return start(Kind::push, now);
  if (more_ || now >= poll_at_) return start(Kind::pull, now);
}

void Engine::start(Kind kind, Instant now) {
  const ExchangeId exchange = ++last_exchange_;
  in_flight_ = {exchange, kind, now + limits::exchange_time_max};
  if (kind == Kind::probe) {
    actions_.push_back(action::Probe{exchange});
  } else if (kind == Kind::pull) {
    actions_.push_back(action::Pull{exchange});
  } else {
    std::set<EntryId> waiting;
    for (const auto& [entry, wait] : waits_) {
      if (wait.until > now) waiting.insert(entry);
    }
    pulled_last_ = false;
    actions_.push_back(action::Push{exchange, units_max_, std::move(waiting)});
  }
}

}  // namespace slipway
