#include "conformance/native_faults.h"

namespace slipway::conformance {

std::string describe(const Receipt& receipt) {
  std::string text(to_text(receipt.verdict));
  if (!receipt.reason.empty()) text += " " + receipt.reason;
  return receipt.seq ? text + ", commit " + std::to_string(receipt.seq) : text;
}

std::optional<Fault> not_judged(const Receipt& receipt, Verdict wanted, std::string expected,
                                std::string missing) {
  if (receipt.verdict == wanted) return std::nullopt;
  return Fault{std::move(expected), describe(receipt), std::move(missing)};
}

std::optional<Fault> not_same_receipt(const Receipt& first, const Receipt& again) {
  if (first.verdict == again.verdict && first.seq == again.seq && first.id == again.id)
    return std::nullopt;
  return Fault{"The receipt that was given first: " + describe(first), describe(again),
               again.seq != first.seq
                   ? "The entry was judged once more: look for the receipt of its id first, in the "
                     "transaction that judges."
                   : "A receipt is stored with its effect, and told unchanged for ever."};
}

std::optional<Fault> no_diff(const Receipt& receipt, const StaleWrite& stale) {
  const std::string expected =
      "The verdict conflict, with fields, base, local, server, who and when";
  if (auto fault =
          not_judged(receipt, Verdict::conflict, expected,
                     "A write on a value that somebody else has changed since overwrites "
                     "it unseen: compare per field what the writer saw with what is there."))
    return fault;
  if (!receipt.conflict)
    return Fault{expected, describe(receipt),
                 "The verdict tells that there is a conflict, but not of what with what: add the "
                 "member \"conflict\"."};
  const std::string lacking = lacking_in(*receipt.conflict, stale);
  if (lacking.empty()) return std::nullopt;
  return Fault{expected, json::serialize(*receipt.conflict), lacking};
}

}  // namespace slipway::conformance
