#include "run.h"

#include <cstdio>

namespace slipway::sim {

void Timeline::after(Duration delay, std::function<void()> task) {
  tasks_.emplace(std::pair(now_ + delay, ++count_), std::move(task));
}

std::optional<Instant> Timeline::next() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.begin()->first.first;
}

bool Timeline::run_one_due() {
  if (tasks_.empty() || tasks_.begin()->first.first > now_) return false;
  const auto task = std::move(tasks_.begin()->second);
  tasks_.erase(tasks_.begin());
  task();
  return true;
}

void Run::trace(const std::string& line) {
  char time[32];
  const long long ms = timeline.now().since_origin.count();
  std::snprintf(time, sizeof time, "%6lld.%03lld  ", ms / 1000, ms % 1000);
  const std::string text = time + line + "\n";
  for (const char c : text) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  if (options_.prints) std::fputs(text.c_str(), stdout);
}

void Run::seen(std::string_view what) {
  const auto at = counters_.find(what);
  if (at == counters_.end())
    counters_.emplace(what, 1);
  else
    ++at->second;
}

void Run::violated(std::string_view invariant, const std::string& what) {
  if (violation_) return;  // the first is the cause
  violation_ = Violation{std::string(invariant), what};
  trace("VIOLATION " + std::string(invariant) + ": " + what);
}

}  // namespace slipway::sim
