#include "http/rare_lines.h"

#include <cstdio>

namespace slipway::http {

namespace {
constexpr auto interval = std::chrono::minutes(1);
}

void RareLines::note(std::string_view kind, std::string_view detail, Clock::time_point now) {
  ++count_;
  const auto [found, is_new] = kinds_.try_emplace(kind, Kind{now});
  Kind& known = found->second;
  if (!is_new && now - known.written_at < interval) {
    ++known.left_out;
    return;
  }
  std::string line = "slipway: " + std::string(kind);
  if (!detail.empty()) line += ": " + std::string(detail);
  if (known.left_out > 0) line += " (and " + std::to_string(known.left_out) + " more before)";
  std::fprintf(stderr, "%s\n", line.c_str());
  known = {now};
}

}  // namespace slipway::http
