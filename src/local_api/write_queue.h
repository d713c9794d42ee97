// Gathers the writes of requests that arrive together and gives them to the store as one commit;
// each request gets its own answer, at once (202) or when its entries are settled or parked
// (`Prefer: wait=SECONDS`, 200, RFC 7240).
#pragma once

#include <functional>
#include <vector>

#include "http/message.h"
#include "local_api/context.h"

namespace slipway::local_api {

class WriteQueue {
 public:
  using Answered = std::function<void(std::vector<Result<store::Written>>)>;

  WriteQueue(http::Loop& loop, store::Store& store, std::function<Now()> clock);

  void write(std::vector<store::WriteRequest> requests, Answered answered);

  // Answers when all entries are settled, parked or closed, or when `wait` is over.
  void wait_for(std::vector<EntryId> entries, Duration wait,
                std::function<void(bool settled)> done);
  void note(const store::Changes& changes);

 private:
  struct Pending {
    std::vector<store::WriteRequest> requests;
    Answered answered;
  };
  struct Waiter {
    std::vector<EntryId> entries;
    Instant until;
    std::function<void(bool)> done;
  };
  void flush();
  void check_waiters();
  bool all_settled(const std::vector<EntryId>& entries);
  void set_alarm();

  http::Loop& loop_;
  store::Store& store_;
  std::function<Now()> clock_;
  std::vector<Pending> pending_;
  std::vector<Waiter> waiters_;
  http::Loop::Alarm alarm_;
  bool check_posted_ = false;
};

}  // namespace slipway::local_api
