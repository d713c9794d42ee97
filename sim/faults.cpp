#include "faults.h"

#include <algorithm>

namespace slipway::sim {

std::string_view to_text(Fault fault) {
  switch (fault) {
    case Fault::lost_before:
      return "lost-before";
    case Fault::lost_after:
      return "lost-after";
    case Fault::silence:
      return "silence";
    case Fault::repeat:
      return "repeat";
    case Fault::replay:
      return "replay";
    case Fault::slow:
      return "slow";
    case Fault::late_answer:
      return "late-answer";
    case Fault::garbled:
      return "garbled";
    case Fault::no_page:
      return "no-page";
    case Fault::stale:
      return "stale";
    case Fault::refused_422:
      return "refused-422";
    case Fault::refused_500:
      return "refused-500";
    case Fault::refused_503:
      return "refused-503";
    case Fault::gateway:
      return "gateway";
    case Fault::poke_lost:
      return "poke-lost";
    case Fault::poke_repeated:
      return "poke-repeated";
    case Fault::disk_crash:
      return "disk-crash";
    case Fault::disk_fails:
      return "disk-fails";
    case Fault::stream_dead:
      return "stream-dead";
    case Fault::cloud_restored:
      return "cloud-restored";
    case Fault::desk_restored:
      return "desk-restored";
    case Fault::receipts_expire:
      return "receipts-expire";
  }
  return "";
}

std::string_view to_text(Fate fate) {
  switch (fate) {
    case Fate::lost_before:
      return "lost before the cloud";
    case Fate::lost_after:
      return "lost after the commit";
    case Fate::doubled:
      return "doubled";
    case Fate::replayed:
      return "replayed after 26 h";
    case Fate::torn:
      return "torn";
  }
  return "";
}

std::optional<Fault> fault_from_text(std::string_view text) {
  const auto found = std::find_if(all_faults.begin(), all_faults.end(),
                                  [&](Fault fault) { return to_text(fault) == text; });
  return found == all_faults.end() ? std::nullopt : std::optional(*found);
}

}  // namespace slipway::sim
