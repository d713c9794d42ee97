#include "crash_loop.h"

#include <algorithm>
#include <cctype>

#include "base/check.h"

namespace slipway::sim {

namespace {

// The answers after which the caller may be sure that nothing has happened.
bool is_definite(const Error& error) {
  return error.type != "disk-error" && error.type != "cannot-open" &&
         error.type != "database-closed" && error.type != "corrupt" &&
         error.type != "not-a-database";
}

std::string lines_only_in(const std::string& a, const std::string& b) {
  constexpr std::size_t lines_shown = 4, length_shown = 200;
  std::string text;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < a.size();) {
    const std::size_t end = a.find('\n', at) + 1;
    const std::string line = a.substr(at, end - at);
    if (b.find(line) == std::string::npos && ++lines <= lines_shown) {
      text += "\n      " + line.substr(0, std::min(line.size() - 1, length_shown));
    }
    at = end;
  }
  return text;
}

// A repeated write has other random ids than the first.
std::string without_ids(const std::string& text) {
  constexpr std::size_t id_length = 32;
  std::string masked, run;
  for (const char c : text + "\n") {
    if (std::isxdigit(static_cast<unsigned char>(c)) || c == '-') {
      run += c;
      continue;
    }
    masked += run.size() >= id_length ? "#" : run;
    run.clear();
    masked += c;
  }
  masked.pop_back();
  return masked;
}

class CrashLoop {
 public:
  CrashLoop(const Step& step, std::uint64_t damages) : step_(step), damages_(damages) {
    Bench bench(Bench::empty());
    step_.prepare(bench);
    image_ = bench.image();
  }

  LoopResult run() {
    measure();
    for (std::uint64_t call = 1; call <= result_.calls + 1; ++call) {
      crash(call, std::nullopt);
      for (std::uint64_t seed = 0; seed < damages_; ++seed) crash(call, seed);
    }
    for (const DiskFault fault :
         {DiskFault::io_error, DiskFault::full, DiskFault::short_write, DiskFault::busy}) {
      for (const bool for_good : {false, true}) fail_each(fault, for_good);
    }
    return std::move(result_);
  }

 private:
  Disk& disk(Bench& bench) const { return step_.side == Side::desk ? bench.desk : bench.cloud; }

  void violated(const std::string& where, const std::string& what) {
    result_.violations.push_back(step_.name + ", " + where + ": " + what);
  }

  // The process is gone; the next one opens the file, and what it then holds is given.
  std::string reopened(Bench& bench, const std::string& where) {
    disk(bench).kill();
    const bool at_desk = step_.side == Side::desk;
    const Result<void> opened = at_desk ? bench.open_store() : bench.open_ledger();
    if (!opened) violated(where, "it does not open again: " + opened.error().message);
    try {
      return at_desk ? bench.dump_desk() : bench.dump_cloud();
    } catch (const sqlite::Failure& failure) {
      return std::string("unreadable: ") + failure.what();
    }
  }

  void measure() {
    Bench untouched(image_);
    step_.begin(untouched);
    before_ = reopened(untouched, "before");
    Bench bench(image_);
    step_.begin(bench);
    const std::uint64_t calls = disk(bench).calls();
    const Result<void> told = step_.act(bench);
    if (!told) return violated("undisturbed", told.error().message);
    result_.calls = disk(bench).calls() - calls;
    disk(bench).kill();
    after_ = reopened(bench, "after");
  }

  // Exactly before or after; which of them, if the caller was told so.
  void judge(const std::string& state, bool must_be_after, bool must_be_before,
             const std::string& where) {
    const bool is_before = state == before_, is_after = state == after_;
    if (!is_before && !is_after) {
      return violated(where, "neither before nor after:\n   " + difference(state));
    }
    if (must_be_after && !is_after) violated(where, "told that it happened, but it is gone");
    if (must_be_before && !is_before) violated(where, "told that nothing happened, but it has");
    ++(is_after ? result_.after : result_.before);
  }

  std::string difference(const std::string& state) const {
    return " as after, but:" + lines_only_in(state, after_) +
           "\n    missing of it:" + lines_only_in(after_, state) +
           "\n    as before, but:" + lines_only_in(state, before_) +
           "\n    missing of it:" + lines_only_in(before_, state);
  }

  // Without a damage only the process dies.
  void crash(std::uint64_t call, std::optional<std::uint64_t> seed) {
    const Damage damage = all_damages[seed.value_or(0) % std::size(all_damages)];
    std::string where =
        "crash at call " + std::to_string(call) + " of " + std::to_string(result_.calls) + ", ";
    where += seed ? std::string(to_text(damage)) + " " + std::to_string(*seed) : "killed";
    Bench bench(image_);
    step_.begin(bench);
    disk(bench).plan({DiskFault::crash, call});
    const Result<void> told = step_.act(bench);
    ++result_.crashes;
    Random random(call * 1000 + seed.value_or(0));
    if (seed) disk(bench).lose_power(damage, random);
    judge_lasting(bench, told.has_value(), false, where);
  }

  // What the next process shows is exactly before or after, and no power loss takes it away again.
  void judge_lasting(Bench& bench, bool must_be_after, bool must_be_before,
                     const std::string& where) {
    const std::string state = reopened(bench, where);
    judge(state, must_be_after, must_be_before, where);
    Random none(0);
    disk(bench).lose_power(Damage::dropped, none);
    if (reopened(bench, where) != state) violated(where, "what was shown after it has vanished");
  }

  void fail_each(DiskFault fault, bool for_good) {
    for (std::uint64_t call = 1; call <= result_.calls; ++call) {
      if (!fail(fault, for_good, call)) return;
    }
  }

  // False: no call from there on can meet the fault. `call`: then the one that met it.
  bool fail(DiskFault fault, bool for_good, std::uint64_t& call) {
    Bench bench(image_);
    step_.begin(bench);
    const std::uint64_t calls = disk(bench).calls();
    disk(bench).plan({fault, call, for_good});
    const Result<void> told = step_.act(bench);
    if (!disk(bench).met()) return false;
    call = disk(bench).met_at() - calls;
    ++result_.failures;
    if (!told) result_.errors.insert(told.error().message);
    const std::string where = std::string(to_text(fault)) + (for_good ? " for good" : "") +
                              " at call " + std::to_string(call) + " of " +
                              std::to_string(result_.calls);
    disk(bench).repair();
    if (step_.side == Side::desk && bench.is_open() && bench.store().failed()) {
      const auto again = bench.store().reopen(bench_time);
      if (!again) violated(where, "it does not resume: " + again.error().message);
    }
    const bool repeats = !told && step_.repeat && bench.is_open() && !is_definite(told.error());
    if (repeats) {
      const Result<void> repeated = step_.repeat(bench);
      if (!repeated) violated(where, "it cannot be asked for again: " + repeated.error().message);
      Random none(0);
      disk(bench).lose_power(Damage::dropped, none);
      const std::string state = reopened(bench, where);
      if (without_ids(state) != without_ids(after_)) {
        violated(where, "asked for again, it is neither there once nor:\n   " + difference(state));
      }
      ++result_.after;
      return true;
    }
    judge_lasting(bench, told.has_value(), !told && is_definite(told.error()), where);
    return true;
  }

  const Step& step_;
  std::uint64_t damages_;
  BenchImage image_;
  std::string before_, after_;
  LoopResult result_;
};

}  // namespace

LoopResult run_crash_loop(const Step& step, std::uint64_t damages) {
  return CrashLoop(step, damages).run();
}

}  // namespace slipway::sim
