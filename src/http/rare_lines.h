// Lines on stderr about what strangers do, however often they do it: of each kind one a minute,
// with how many came since. There are few kinds. Only for this folder; the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace slipway::http {

class RareLines {
 public:
  using Clock = std::chrono::steady_clock;
  // `kind`: a text that lives as long as the program does.
  void note(std::string_view kind, std::string_view detail, Clock::time_point now);
  std::uint64_t count() const { return count_; }

 private:
  struct Kind {
    Clock::time_point written_at;
    std::uint64_t left_out = 0;
  };
  std::map<std::string_view, Kind> kinds_;
  std::uint64_t count_ = 0;
};

}  // namespace slipway::http
