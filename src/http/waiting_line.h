// Requests that wait for a handler which is slower than the network: one after the other, in a line
// of bounded length. Whoever would have to wait too long is turned away at once (503 "overloaded"
// with Retry-After: each a little later than the one before, as fast as the line is served, so that
// they do not come back together), so that those who are let in are served in time; sockets are
// read in between.
//
// What must be answered also then, and costs next to nothing, passes by the line. Whoever has gone
// when his turn comes is passed over. The loop's thread; the loop must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/loop.h"
#include "http/message.h"

namespace slipway::http {

struct WaitingLimits {
  std::size_t requests_max = 0;
  std::size_t bytes_max = 0;  // of their bodies
  Duration time_max{};        // whoever has waited longer when his turn comes is turned away, too
  std::vector<std::string> passes_by = {};  // exact paths
};

class WaitingLine {
 public:
  // `now`: the monotonic clock, as the loop has it.
  WaitingLine(Loop& loop, WaitingLimits limits, Handler inner, std::function<Instant()> now);

  Handler handler() const;  // may outlive this object
  std::size_t size() const;
  std::uint64_t turned_away() const;
  double served_per_second() const;  // while there is a line, as it was lately; > 0

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::http
