#include "local_api/write_queue.h"

#include <algorithm>

namespace slipway::local_api {

WriteQueue::WriteQueue(http::Loop& loop, store::Store& store, std::function<Now()> clock)
    : loop_(loop),
      store_(store),
      clock_(std::move(clock)),
      alarm_(loop, [this] { check_waiters(); }) {}

void WriteQueue::write(std::vector<store::WriteRequest> requests, Answered answered) {
  pending_.push_back({std::move(requests), std::move(answered)});
  // The flush runs after everything that is ready now, so that requests which arrived during the
  // last commit share the next.
  if (pending_.size() == 1) loop_.post([this] { flush(); });
}

void WriteQueue::flush() {
  const std::vector<Pending> together = std::exchange(pending_, {});
  std::vector<store::WriteRequest> all;
  for (const Pending& pending : together)
    all.insert(all.end(), pending.requests.begin(), pending.requests.end());
  std::vector<Result<store::Written>> answers = store_.write(all, clock_().wall);
  auto next = answers.begin();
  for (const Pending& pending : together) {
    const auto end = next + std::ptrdiff_t(pending.requests.size());
    pending.answered({std::make_move_iterator(next), std::make_move_iterator(end)});
    next = end;
  }
}

void WriteQueue::wait_for(std::vector<EntryId> entries, Duration wait,
                          std::function<void(bool)> done) {
  waiters_.push_back({std::move(entries), clock_().instant + wait, std::move(done)});
  check_waiters();
}

void WriteQueue::note(const store::Changes& changes) {
  if (waiters_.empty() || changes.entries.empty() || check_posted_) return;
  check_posted_ = true;
  loop_.post([this] {
    check_posted_ = false;
    check_waiters();
  });
}

bool WriteQueue::all_settled(const std::vector<EntryId>& entries) {
  return std::all_of(entries.begin(), entries.end(), [&](EntryId id) {
    const auto entry = store_.entry(id);
    return entry && *entry && (!is_open((*entry)->status) || is_parked((*entry)->status));
  });
}

void WriteQueue::check_waiters() {
  const Instant now = clock_().instant;
  std::vector<std::pair<std::function<void(bool)>, bool>> done;
  std::erase_if(waiters_, [&](Waiter& waiter) {
    const bool settled = all_settled(waiter.entries);
    if (!settled && now < waiter.until) return false;
    done.emplace_back(std::move(waiter.done), settled);
    return true;
  });
  set_alarm();
  for (auto& [answer, settled] : done) answer(settled);
}

void WriteQueue::set_alarm() {
  if (waiters_.empty()) return alarm_.cancel();
  Instant first = waiters_.front().until;
  for (const Waiter& waiter : waiters_) first = std::min(first, waiter.until);
  alarm_.set(first);
}

}  // namespace slipway::local_api
