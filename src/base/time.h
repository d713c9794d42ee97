// Time as an argument. There is no clock here: app/ and the worker's edge read clocks, everybody
// else is told.
//
// Instant: milliseconds on a monotonic clock of unknown origin; waits are measured with it.
// WallTime: milliseconds since 1970-01-01 UTC, possibly wrong; it is shown, never decided upon.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace slipway {

using Duration = std::chrono::milliseconds;

struct Instant {
  Duration since_origin{0};
  friend auto operator<=>(const Instant&, const Instant&) = default;
  friend Instant operator+(Instant at, Duration d) { return {at.since_origin + d}; }
  friend Duration operator-(Instant a, Instant b) { return a.since_origin - b.since_origin; }
};

struct WallTime {
  std::int64_t ms_since_1970 = 0;
  friend auto operator<=>(const WallTime&, const WallTime&) = default;
  friend WallTime operator+(WallTime at, Duration d) { return {at.ms_since_1970 + d.count()}; }
};

struct Now {
  Instant instant;
  WallTime wall;
};

// "2026-11-22T13:25:01.462+00:00": the text that Prisma writes for a DateTime in SQLite.
// Years 0000 to 9999; anything beyond is clamped.
std::string to_text(WallTime at);

}  // namespace slipway
