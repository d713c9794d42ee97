#include "sometimes.h"

namespace slipway::sim {

namespace {

constexpr std::string_view must_be_seen[] = {
    "verdict applied",
    "verdict conflict",
    "verdict voided",
    "conflict: changed",
    "conflict: deleted",
    "conflict: already-exists",
    "conflict: has-children",
    "conflict: reference-missing",
    "conflict: group",
    "conflict: re-created",
    "group applied",
    "successor applied",
    "cascade",
    "discard",
    "discard takes dependants along",
    "discard too late",
    "retry",
    "force",
    "resolve",
    "undo",
    "a group is forced",
    "a deleted row is made again",
    "a decision became a fresh conflict",
    "decided on an old look",
    "decided in two panels",
    "decision refused: already-resolved",
    "decision refused: has-dependants",
    "decision refused: cannot-be-forced",
    "decision refused: written-since",
    "held behind a parked entry",
    "quarantine",
    "crash with a push in flight",
    "cloud restart",
    "partition",
    "hours asleep",
    "lost before the cloud",
    "lost after the cloud's commit",
    "no answer ever",
    "slow message",
    "duplicate delivery",
    "replay after hours",
    "garbled verdicts",
    "push answer without a page",
    "pull in several pages",
    "stale answer",
    "stale page of a full pull",
    "answer after it was given up",
    "busy",
    "server error",
    "refused as invalid",
    "signed out",
    "another company's token",
    "the neighbour writes",
    "full pull",
    "full pull in several pages",
    "full pull goes on after a crash",
    "full pull begins again",
    "crash during a full pull",
    "horizon passed",
    "tombstone purged",
    "receipts expired",
    "verdict expired",
    "poke",
    "page by the stream",
    "poke lost",
    "poke repeated",
    "poke out of order",
    "dead stream noticed",
    "stream ended",
    "crash inside a transaction",
    "cloud crash inside a transaction",
    "power loss with something not synced",
    "store failed",
    "told: disk-error",
    "told: disk-full",
    "told: database-locked",
    "the cloud told: disk-error",
    "the cloud told: disk-full",
    "an entry is purged from the archive",
    "an id is given",
    "a row is named by the id that it was given",
    "a group is answered in part",
    "crash while an id is absorbed",
    "a service takes over",
    "a service that stands by refuses",
    "a holder that was paused is fenced",
    "an answer from before the lease was lost",
    "a number is given",
    "crash while a number is given",
    "cloud restored",
    "cloud restored, its safe point told",
    "cloud restored during a full pull",
    "a device follows a restored cloud",
    "a row is lost",
    "a row stays lost",
    "a row of the past that is gone",
    "a desk with a scope",
    "a desk's scope is changed",
    "a row outside of a desk's scope",
    "a row that left stays with its entries",
    "refused: outside-scope",
};

}  // namespace

const char* const checked_and_pending =
    "checked: I1 I2 I3 I4 I5 I6 I7 I8 I9 I10 I11 I12 I13 I14 I15 I16 I17 I18 I19 I20 I21 I23 I24 "
    "I25 "
    "I26 I27\n"
    "pending: I22; I19: of clouds only, not of desks (docs/reliability.md)\n";

std::vector<std::string_view> never_met(const Counters& counters) {
  std::vector<std::string_view> missing;
  for (const std::string_view what : must_be_seen) {
    if (!counters.contains(what)) missing.push_back(what);
  }
  return missing;
}

}  // namespace slipway::sim
