// Work in processes of its own, some at a time: a task that ends its process (a CHECK of the
// product's, a signal) takes no other with it, and what it had written by then is kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace slipway::sim {

using WriteLine = std::function<void(const std::string&)>;

struct Finished {
  std::size_t task;
  std::vector<std::string> lines;  // whole lines, in order
  bool crashed;                    // or was ended, as it had been silent for too long
};

// Begins tasks 0, 1, 2 … until `next` says that there is no more; `work` runs in the child,
// `finished` in this process. The order of the ends is that of the machine.
struct Jobs {
  std::size_t at_once = 1;
  std::function<bool(std::size_t task)> next;
  std::function<void(std::size_t task, const WriteLine& write_line)> work;
  std::function<void(Finished)> finished;
  // A task that writes no line for so long hangs. A line takes a second or less, some minutes where
  // all disk calls of a transaction are tried on a busy machine.
  std::chrono::seconds silence_max{600};
};
void run(const Jobs& jobs);

}  // namespace slipway::sim
