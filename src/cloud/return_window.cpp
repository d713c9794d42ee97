#include "cloud/return_window.h"

#include <algorithm>

#include "base/check.h"
#include "cloud/limits.h"

namespace slipway::cloud {

Duration return_window(std::size_t streams, double requests_per_second) {
  CHECK(requests_per_second > 0);
  constexpr Duration least = return_window_min, most = return_window_max;
  const double seconds = double(streams * requests_of_a_return) / requests_per_second;
  return seconds >= std::chrono::duration<double>(most).count()
             ? most
             : std::max(least, Duration(std::int64_t(seconds * 1000)));
}

std::string heartbeat_of(Duration window) {
  return "retry: " + std::to_string(window.count()) + "\n\n";
}

}  // namespace slipway::cloud
