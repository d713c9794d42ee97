#include "base/time.h"

#include <algorithm>
#include <cstdio>

namespace slipway {

std::string to_text(WallTime at) {
  using namespace std::chrono;
  constexpr std::int64_t first_ms = -62167219200000;  // 0000-01-01T00:00:00Z
  constexpr std::int64_t last_ms = 253402300799999;   // 9999-12-31T23:59:59.999Z
  const sys_time<milliseconds> point{milliseconds{std::clamp(at.ms_since_1970, first_ms, last_ms)}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss time{point - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d+00:00", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                int(time.minutes().count()), int(time.seconds().count()),
                int(time.subseconds().count()));
  return text;
}

}  // namespace slipway
