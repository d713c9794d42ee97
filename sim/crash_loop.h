// One transaction, broken at each of its calls to the disk: the process dies there and the power
// fails with it; or that call fails, once or for good. Afterwards the file must hold exactly the
// state before or the state after, and go on by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "bench.h"

namespace slipway::sim {

enum class Side { desk, cloud };

struct Step {
  std::string name;
  Side side = Side::desk;                   // whose disk it is about
  std::function<void(Bench&)> prepare;      // once: the files as they are before
  std::function<void(Bench&)> begin;        // each time: opens what the step needs
  std::function<Result<void>(Bench&)> act;  // the transaction, and what its caller is told
  // What a caller does who was told that the disk failed: the same again, with the same
  // Idempotency-Key. Absent: nobody needs to.
  std::function<Result<void>(Bench&)> repeat = nullptr;
};

struct LoopResult {
  std::uint64_t calls = 0;              // of the transaction to its disk
  std::uint64_t crashes = 0;            // tried: at each call, and after the last
  std::uint64_t failures = 0;           // calls that failed, once or for good
  std::uint64_t before = 0, after = 0;  // how they ended
  std::vector<std::string> violations;
  std::set<std::string> errors;  // that the callers were told
};

LoopResult run_crash_loop(const Step& step, std::uint64_t damages);

}  // namespace slipway::sim
