#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/planted.h"

namespace slipway {

std::string_view to_text(Connection connection) {
  switch (connection) {
    case Connection::probing:
      return "probing";
    case Connection::online:
      return "online";
    case Connection::busy:
      return "busy";
    case Connection::offline:
      return "offline";
    case Connection::signed_out:
      return "signed-out";
    case Connection::paused:
      return "paused";
    case Connection::standby:
      return "standby";
    case Connection::upgrade_needed:
      return "upgrade-needed";
    case Connection::history_changed:
      return "history-changed";
    case Connection::other_cloud:
      return "other-cloud";
  }
  return "";
}

Connection Engine::connection() const {
  if (standby_) return Connection::standby;
  if (paused_) return Connection::paused;
  if (simulates_offline_) return Connection::offline;
  switch (link_) {
    case Link::probing:
      return Connection::probing;
    case Link::online:
      return past_changed_ ? Connection::history_changed : Connection::online;
    case Link::busy:
      return Connection::busy;
    case Link::offline:
      return Connection::offline;
    case Link::signed_out:
      return Connection::signed_out;
    case Link::upgrade_needed:
      return Connection::upgrade_needed;
    case Link::other_cloud:
      return Connection::other_cloud;
  }
  return Connection::offline;
}

std::optional<Instant> Engine::retry_at() const {
  if (link_ == Link::online || in_flight_ || paused_ || simulates_offline_ || standby_)
    return std::nullopt;
  return earliest();
}

std::string Engine::reason() const {
  if (store_failed_) return "The local database cannot be used; it is tried again every second.";
  if (standby_) {
    return "Another slipway works on this database. This one takes over when it ends.";
  }
  if (paused_) return "";
  if (simulates_offline_) return "“Simulate offline” is switched on.";
  return past_changed_ && link_ == Link::online ? past_reason_ : link_reason_;
}

std::optional<std::string> Engine::away() const {
  const Connection now = connection();
  if (now == Connection::online && !store_failed_) {
    if (!full_pull_) return std::nullopt;
    return "Everything is pulled anew; until that is through nothing is sent.";
  }
  if (std::string known = reason(); !known.empty()) {
    const bool ends = std::string_view(".!?").contains(known.back());
    return ends ? known : known + ".";
  }
  if (now == Connection::paused) return "Syncing is paused.";
  if (now == Connection::probing) return "Whether the cloud can be reached is not known yet.";
  return "The cloud does not answer.";
}

bool Engine::alarms(EntryId entry, Instant now) const {
  const auto found = waits_.find(entry);
  return found != waits_.end() && now - found->second.since >= limits::alarm_after;
}

std::optional<Instant> Engine::wait_until(EntryId entry) const {
  const auto found = waits_.find(entry);
  return found == waits_.end() ? std::nullopt : std::optional(found->second.until);
}

Actions Engine::step(const Event& event, Instant now) {
  actions_.clear();
  const Connection before = connection();
  const std::string reason_before = reason();
  const bool live_before = is_live();
  std::visit([&](const auto& e) { on(e, now); }, event);
  advance(now);
  if (connection() != before || reason() != reason_before || is_live() != live_before)
    actions_.push_back(action::Announce{});
  return std::move(actions_);
}

std::optional<Instant> Engine::next_wakeup() const {
  if (!started_) return std::nullopt;
  if (store_failed_) return reopen_at_;
  const bool opens_stream = may_stream() && !stream_;
  if (in_flight_) {
    return opens_stream ? std::min(in_flight_->deadline, stream_not_before_) : in_flight_->deadline;
  }
  if (paused_ || simulates_offline_ || standby_) return std::nullopt;
  if (link_ != Link::online || work_ || more_ || past_changed_ || full_pull_) return earliest();
  Instant due = opens_stream ? std::min(poll_at_, stream_not_before_) : poll_at_;
  for (const auto& [entry, wait] : waits_) {
    if (wait.rings) due = std::min(due, wait.until);
  }
  return std::max(due, earliest());
}

void Engine::on(const event::Started& e, Instant now) {
  CHECK(!started_);
  started_ = true;
  cursor_known_ = e.cursor_known;
  full_pull_ = e.full_pull;
  work_ = true;
  not_before_ = poll_at_ = asked_to_wait_until_ = now;
}

void Engine::on(const event::WorkAppeared&, Instant) {
  work_ = true;
}

void Engine::on(const event::TimePassed&, Instant now) {
  if (store_failed_ && now >= reopen_at_) {
    reopen_at_ = now + limits::store_reopen_interval;
    actions_.push_back(action::ReopenStore{});
    return;
  }
  if (awaits_first_word() && now >= in_flight_->deadline) return stop_listening(now);
  if (in_flight_ && now >= in_flight_->deadline) {
    failed(in_flight_->kind);
    drop_exchange();
    back_off(Link::offline, "The cloud did not answer in time.", now);
  }
  // A wait that has passed keeps its count of failures until the entry is answered.
  for (auto& [entry, wait] : waits_) {
    if (!wait.rings || wait.until > now) continue;
    wait.rings = false;
    work_ = true;
  }
}

void Engine::on(const event::ProbeAnswered& e, Instant now) {
  if (!end(e.exchange)) return;
  cursor_known_ = true;
  full_pull_ = full_pull_ || e.full_pull;
  work_ = true;
  poll_at_ = now;
  come_online(now);
}

void Engine::on(const event::PushAnswered& e, Instant now) {
  if (!end(e.exchange)) return;
  come_online(now);
  note_success(Kind::push);
  more_ = e.more || !e.page_absorbed || heard_ > e.cursor;
  work_ = true;  // the next push finds out whether anything is left
  units_max_ = std::min(units_max_ * 2, limits::push_entries_max);
  for (EntryId entry : e.settled) waits_.erase(entry);
  if (e.page_absorbed) poll_at_ = now + poll_interval();
  make_wait(e.unsettled, now);  // without a page, too: the pull that follows settles and ends it
}

void Engine::on(const event::PullAnswered& e, Instant now) {
  if (!end(e.exchange)) return;
  come_online(now);
  note_success(Kind::pull);
  more_ = e.more || heard_ > e.cursor;
  full_pull_ = e.full_pull;
  work_ = work_ || !e.settled.empty();
  for (EntryId entry : e.settled) waits_.erase(entry);
  poll_at_ = now + poll_interval();
}

// A poke that comes during an exchange is weighed when that has been answered: one's own push must
// not lead to a pull. The first word of a stream is the cloud's answer to where we stand; another
// head than ours, even an older one, is looked into. Later words may be old.
void Engine::on(const event::Poked& e, Instant now) {
  if (!stream_ || stream_->id != e.stream) return;
  const bool first = !std::exchange(stream_->live, true);
  streams_speak_ = true;
  stream_failures_ = 0;
  if (awaits_first_word()) {
    in_flight_.reset();
    come_online(now);
    note_success(Kind::probe);
    work_ = true;
    more_ = false;  // as far as is known; the head tells
  }
  work_ = work_ || !e.settled.empty();
  for (EntryId entry : e.settled) waits_.erase(entry);
  if (in_flight_)
    heard_ = std::max(heard_, e.head.seq);
  else if (e.head.seq > e.cursor.seq || (first && e.head != e.cursor))
    more_ = true;
  else if (e.head == e.cursor)
    poll_at_ = now + poll_interval();
}

// Why a stream that worked has broken, or what is wrong with our token or our past, an exchange
// finds out, so that a person is told. Streams that never come to be are no news.
void Engine::on(const event::StreamEnded& e, Instant now) {
  if (!stream_ || stream_->id != e.stream) return;
  if (e.return_within) return_within_ = *e.return_within;
  if (awaits_first_word()) return not_heard(e, now);
  const bool tells = stream_->live || e.means == FailureClass::signed_out ||
                     e.means == FailureClass::history_changed;
  stream_.reset();
  ++stream_failures_;
  const bool lost = e.means == FailureClass::unreachable;
  const BackoffRule rule = lost ? after_loss(stream_failures_) : connection_backoff;
  stream_not_before_ =
      now + std::max(backoff(rule, stream_failures_, random_), e.retry_after.value_or(Duration(0)));
  poll_at_ = tells ? stream_not_before_ : std::min(poll_at_, now + poll_interval());
}

// The first try after a loss was at a moment drawn for it: what fails now has failed before. Of
// what is wrong with us or our past, and of a cloud that has no stream for us, exchanges find out.
void Engine::not_heard(const event::StreamEnded& e, Instant now) {
  const bool busy_again = link_ == Link::busy;
  in_flight_.reset();
  stream_.reset();
  ++stream_failures_;
  stream_not_before_ = now + std::max(backoff(connection_backoff, stream_failures_, random_),
                                      e.retry_after.value_or(Duration(0)));
  switch (e.means) {
    case FailureClass::unreachable:
      failures_ = std::max(failures_, 1u);
      failed(Kind::probe);
      return back_off(Link::offline, e.message, now);
    case FailureClass::busy:
    case FailureClass::in_progress:
      if (busy_again) streams_speak_ = false;
      if (e.retry_after && !planted(Bug::ignores_retry_after))
        asked_to_wait_until_ = now + *e.retry_after;
      failed(Kind::probe);
      return back_off(Link::busy, e.message, now);
    default:
      streams_speak_ = false;
      poll_at_ = now;
  }
}

void Engine::on(const event::NothingToPush& e, Instant) {
  if (!end(e.exchange)) return;
  if (failed_kind_ == Kind::push) failures_ = 0;  // what failed to go out is gone
}

void Engine::on(const event::ExchangeFailed& e, Instant now) {
  const std::optional<Kind> kind = end(e.exchange);
  if (!kind) return;
  work_ = true;
  if (*kind == Kind::push) more_ = true;  // a stuck upload never blocks pulling
  if (e.retry_after && !planted(Bug::ignores_retry_after)) {
    asked_to_wait_until_ = now + *e.retry_after;
  }
  switch (e.means) {
    case FailureClass::unreachable:
      failed(*kind);
      return back_off(Link::offline, e.message, now);
    case FailureClass::busy:
    case FailureClass::in_progress:
      failed(*kind);
      return back_off(Link::busy, e.message, now);
    case FailureClass::signed_out:
      return halt(Link::signed_out, e.message, now);
    case FailureClass::upgrade_needed:
      return halt(Link::upgrade_needed, e.message, now);
    case FailureClass::history_changed:
      return past_changed(e.message, now);
    case FailureClass::horizon_passed:
      return begin_full_pull(*kind, e, now);
    case FailureClass::other_cloud:
      past_changed_ = false;
      return halt(Link::other_cloud, e.message, now);
    default:
      charge(*kind, e, now);
  }
}

// The store has noted it. A full pull that has to begin again was too slow, or the cloud is not
// what it says: that must not go on without a pause.
void Engine::begin_full_pull(Kind kind, const event::ExchangeFailed& e, Instant now) {
  if (full_pull_) {
    failed(kind);
    back_off(Link::busy, e.message, now);
  } else {
    come_online(now);
  }
  full_pull_ = true;
}

// The connection works; something in the request does not. The pull that comes next tells a sick
// entry from a sick cloud.
void Engine::charge(Kind kind, const event::ExchangeFailed& e, Instant now) {
  if (e.entries.empty()) {  // a probe or a pull: nothing of ours is to blame
    failed(kind);
    return back_off(Link::busy, e.message, now);
  }
  come_online(now);
  if (e.units > 1) {
    units_max_ = e.units / 2;
    return;
  }
  make_wait(e.entries, now);  // those that the store parked are never claimed; the wait is harmless
}

void Engine::on(const event::HistoryCompared& e, Instant now) {
  if (!end(e.exchange)) return;
  come_online(now);
  note_success(Kind::history);
  if (!e.done) return;
  past_changed_ = false;
  full_pull_ = e.full_pull;
  compared_at_ = now;
  more_ = work_ = true;
  pulled_last_ = false;  // first hear what the cloud has, then send
}

void Engine::on(const event::Standby& e, Instant now) {
  if (e.on == standby_) return;
  standby_ = e.on;
  if (e.on) return drop_exchange();
  cursor_known_ = e.cursor_known;
  full_pull_ = e.full_pull;  // the other one has gone on meanwhile
  more_ = work_ = true;
  try_again_soon(now);
}

void Engine::on(const event::CloudJoined& e, Instant now) {
  drop_exchange();
  past_changed_ = false;
  full_pull_ = e.full_pull;
  more_ = work_ = true;
  pulled_last_ = false;
  try_again_soon(now);
}

void Engine::on(const event::NetworkChanged& e, Instant now) {
  const bool backs_off = link_ == Link::probing || link_ == Link::offline || link_ == Link::busy;
  if (e.up && backs_off) try_again_soon(now);
  // A stream over the old network would be silent for a while before it is known to be dead.
  drop_stream();
  stream_not_before_ = now;
}

void Engine::on(const event::OfflineSimulated& e, Instant now) {
  if (e.on == simulates_offline_) return;
  simulates_offline_ = e.on;
  if (e.on)
    drop_exchange();
  else
    try_again_soon(now);
}

void Engine::on(const event::Paused& e, Instant now) {
  if (e.on == paused_) return;
  paused_ = e.on;
  if (e.on)
    drop_exchange();
  else
    try_again_soon(now);
}

// An exchange under the old token is given up: its refusal would be taken for the new one's.
void Engine::on(const event::TokenChanged&, Instant now) {
  drop_exchange();
  drop_stream();
  asked_to_wait_until_ = now;
  past_changed_ = false;  // it may name another company's log; the next exchange tells
  if (planted(Bug::trusts_any_token)) return come_online(now);
  try_again_soon(now);
}

void Engine::on(const event::SyncRequested&, Instant now) {
  for (auto& [entry, wait] : waits_) wait = {wait.failures, now, false, wait.since};
  poll_at_ = not_before_ = asked_to_wait_until_ = now;
  work_ = true;
  if (link_ != Link::online && !in_flight_) try_again_soon(now);
}

void Engine::on(const event::WaitCleared& e, Instant) {
  waits_.erase(e.entry);
  work_ = true;
}

void Engine::on(const event::PolicyChanged& e, Instant now) {
  poll_interval_ = e.poll_interval;
  entry_backoff_ = e.entry_backoff;
  poll_at_ = std::min(poll_at_, now + poll_interval());
}

void Engine::on(const event::AskedToWait& e, Instant now) {
  if (!planted(Bug::ignores_retry_after)) asked_to_wait_until_ = now + e.retry_after;
}

void Engine::on(const event::StoreFailed&, Instant now) {
  if (store_failed_) return;
  if (in_flight_) failed(in_flight_->kind);
  drop_exchange();
  store_failed_ = true;
  reopen_at_ = now + limits::store_reopen_interval;
}

// An answer that the store fails to absorb each time must not be fetched again each second.
void Engine::on(const event::StoreReopened& e, Instant now) {
  store_failed_ = false;
  cursor_known_ = e.cursor_known;
  full_pull_ = e.full_pull;
  work_ = true;
  if (failures_ > 0)
    back_off(Link::probing, "", now);
  else
    try_again_soon(now);
}

std::optional<Engine::Kind> Engine::end(ExchangeId exchange) {
  if (!in_flight_ || awaits_first_word() || in_flight_->exchange != exchange) return std::nullopt;
  const Kind kind = in_flight_->kind;
  in_flight_.reset();
  return kind;
}

void Engine::come_online(Instant now) {
  link_ = Link::online;
  link_reason_.clear();
  not_before_ = now;
}

void Engine::failed(Kind kind) {
  ++failures_;
  failed_kind_ = kind;
}

// A probe that passes proves little: where pushes fail, the next one shall still wait longer.
void Engine::note_success(Kind kind) {
  if (failed_kind_ == kind || failed_kind_ == Kind::probe) failures_ = 0;
  halted_as_.reset();
}

void Engine::make_wait(const std::vector<EntryId>& entries, Instant now) {
  std::map<unsigned, std::vector<EntryId>> by_failures;
  for (EntryId entry : entries) by_failures[waits_[entry].failures + 1].push_back(entry);
  for (auto& [failures, same] : by_failures) {
    const Duration wait = planted(Bug::waits_for_years)
                              ? Duration(std::chrono::years(10))
                              : backoff(entry_backoff_, failures, random_);
    Instant since = now;
    for (EntryId entry : same) {
      Wait& known = waits_[entry];
      known = {failures, now + wait, !planted(Bug::wait_never_ends),
               known.failures == 0 ? now : known.since};
      since = std::min(since, known.since);
    }
    actions_.push_back(action::ShowWait{std::move(same), wait, now - since});
  }
}

// A cloud that is gone is lost to all its devices at once: each draws its own moment in the window
// that it was told, and keeps its place from then on, so that they come evenly however long the
// cloud was gone. A tenth less than the window keeps those apart who drew the same. Who is told to
// wait is told how long.
BackoffRule Engine::after_loss(unsigned failures) const {
  BackoffRule rule = connection_backoff;
  const Duration window = std::min(return_within_, limits::return_within_max);
  rule.base = std::max(window, rule.base);
  rule.cap = std::max(window, rule.cap);
  if (failures > 1) rule.floor = std::max(rule.floor, window * 9 / 10);
  return rule;
}

void Engine::back_off(Link link, std::string reason, Instant now) {
  link_ = link;
  link_reason_ = std::move(reason);
  const BackoffRule rule = link == Link::busy ? connection_backoff : after_loss(failures_);
  not_before_ = now + backoff(rule, failures_, random_);
  if (planted(Bug::does_not_back_off)) not_before_ = now;
}

// Two clouds behind one address, one of them restored, must not make the device go to and fro.
void Engine::past_changed(std::string reason, Instant now) {
  come_online(now);
  past_changed_ = true;
  past_reason_ = std::move(reason);
  if (compared_at_) not_before_ = std::max(now, *compared_at_ + limits::history_interval);
}

// A request that was damaged on its way must not stop a device for minutes: it is asked again soon,
// and stopped when the same is said once more.
void Engine::halt(Link link, std::string reason, Instant now) {
  const bool said_before = std::exchange(halted_as_, link) == link;
  link_ = link;
  link_reason_ = std::move(reason);
  not_before_ =
      now + (said_before ? limits::halted_retry_interval : backoff(connection_backoff, 1, random_));
}

void Engine::drop_exchange() {
  if (!in_flight_) return;
  if (awaits_first_word()) return drop_stream();
  actions_.push_back(action::Cancel{in_flight_->exchange});
  in_flight_.reset();
  work_ = true;
}

void Engine::drop_stream() {
  if (!stream_) return;
  if (awaits_first_word()) in_flight_.reset();
  actions_.push_back(action::CloseStream{stream_->id});
  stream_.reset();
}

void Engine::open_stream() {
  stream_ = Stream{++last_stream_};
  actions_.push_back(action::OpenStream{stream_->id});
}

bool Engine::may_stream() const {
  return has_stream_ && started_ && !store_failed_ && !paused_ && !simulates_offline_ &&
         !standby_ && cursor_known_ && !past_changed_ && !full_pull_ &&
         (link_ == Link::online || awaits_first_word());
}

// Whether a stream is opened instead of a probe, or of a look for changes that is due. Not behind
// what holds streams back, and not before the time that was told to one.
bool Engine::listens_first(Instant now) const {
  if (!has_stream_ || !streams_speak_ || stream_) return false;
  if (!cursor_known_ || past_changed_ || full_pull_) return false;
  if (link_ == Link::offline || link_ == Link::busy) return true;
  return link_ == Link::online && !work_ && !more_ && now >= std::max(poll_at_, stream_not_before_);
}

void Engine::listen(Instant now) {
  heard_ = 0;
  in_flight_ = {0, Kind::listen, now + limits::first_word_time_max};
  open_stream();
}

void Engine::stop_listening(Instant now) {
  in_flight_.reset();
  streams_speak_ = false;
  poll_at_ = now;
}

Duration Engine::poll_interval() const {
  return is_live() ? std::max(poll_interval_, limits::live_poll_interval) : poll_interval_;
}

void Engine::try_again_soon(Instant now) {
  link_ = Link::probing;
  link_reason_.clear();
  halted_as_.reset();
  failures_ = 0;
  stream_failures_ = 0;
  not_before_ = stream_not_before_ = now;
}

void Engine::advance(Instant now) {
  const bool may_ask = started_ && !store_failed_ && !paused_ && !simulates_offline_ && !standby_ &&
                       !in_flight_ && now >= earliest();
  if (may_ask && listens_first(now)) listen(now);
  if (!may_stream())
    drop_stream();
  else if (!stream_ && now >= stream_not_before_)
    open_stream();
  if (!may_ask || in_flight_) return;
  if (!cursor_known_ || link_ != Link::online) return start(Kind::probe, now);
  if (past_changed_) return start(Kind::history, now);
  if (full_pull_) return start(Kind::pull, now);
  if (work_ && (!more_ || pulled_last_)) return start(Kind::push, now);
  if (more_ || now >= poll_at_) return start(Kind::pull, now);
}

void Engine::start(Kind kind, Instant now) {
  const ExchangeId exchange = ++last_exchange_;
  heard_ = 0;
  in_flight_ = {exchange, kind, now + limits::exchange_time_max};
  if (kind == Kind::probe) {
    actions_.push_back(action::Probe{exchange});
    return;
  }
  if (kind == Kind::history) {
    actions_.push_back(action::CompareHistory{exchange});
    return;
  }
  pulled_last_ = kind == Kind::pull;  // whatever comes of it: neither may block the other
  if (kind == Kind::pull) {
    if (full_pull_)
      actions_.push_back(action::PullAll{exchange});
    else
      actions_.push_back(action::Pull{exchange});
    return;
  }
  work_ = false;  // until something is ready that this push does not see, or its entries are back
  std::set<EntryId> waiting;
  for (const auto& [entry, wait] : waits_) {
    if (wait.until > now) waiting.insert(entry);
  }
  actions_.push_back(action::Push{exchange, units_max_, std::move(waiting)});
}

}  // namespace slipway
