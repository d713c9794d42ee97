// What may befall a message, by name: so that a seed can draw how often each happens, and a shrunk
// world can leave some out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "base/time.h"

namespace slipway::sim {

enum class Fault {
  lost_before,  // on the way to the cloud
  lost_after,   // the answer, after the cloud's commit
  silence,      // no answer ever
  repeat,       // the same push again within seconds
  replay,       // the same push again after hours or days
  slow,
  late_answer,  // after the watchdog gave the exchange up
  garbled,      // verdicts missing, repeated, unknown, reordered
  no_page,
  stale,  // the answer to an earlier push
  refused_422,
  refused_500,
  refused_503,
  gateway,  // one push passes and its answer is lost; what is sent then is refused as invalid
  poke_lost,
  poke_repeated,
  stream_dead,     // silent, and not known to be
  disk_crash,      // the process dies inside a call to its disk
  disk_fails,      // calls to the disk fail, once or until it is repaired
  cloud_restored,  // from a copy
  receipts_expire,
  desk_restored,  // from a copy of its file, or of another desk's
};
inline constexpr std::array all_faults = {
    Fault::lost_before,     Fault::lost_after,   Fault::silence,     Fault::repeat,
    Fault::replay,          Fault::slow,         Fault::late_answer, Fault::garbled,
    Fault::no_page,         Fault::stale,        Fault::refused_422, Fault::refused_500,
    Fault::refused_503,     Fault::gateway,      Fault::poke_lost,   Fault::poke_repeated,
    Fault::stream_dead,     Fault::disk_crash,   Fault::disk_fails,  Fault::cloud_restored,
    Fault::receipts_expire, Fault::desk_restored};

std::string_view to_text(Fault fault);  // "lost-before"
std::optional<Fault> fault_from_text(std::string_view text);

// What the loop over all requests does to one of them (request_loop.h).
enum class Fate { lost_before, lost_after, doubled, replayed, torn };
inline constexpr Fate all_fates[] = {Fate::lost_before, Fate::lost_after, Fate::doubled,
                                     Fate::replayed, Fate::torn};
std::string_view to_text(Fate fate);  // "lost before the cloud"
inline constexpr Duration replay_after = std::chrono::hours(26);

struct FatedRequest {
  std::uint64_t at;  // among all requests of the run, from 1
  Fate fate;
};

// Chances in a thousand.
class FaultRates {
 public:
  std::uint64_t& operator[](Fault fault) { return rates_[std::size_t(fault)]; }
  std::uint64_t operator[](Fault fault) const { return rates_[std::size_t(fault)]; }

 private:
  std::array<std::uint64_t, all_faults.size()> rates_{};
};

}  // namespace slipway::sim
