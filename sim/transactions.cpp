#include "transactions.h"

#include <algorithm>
#include <string_view>

#include "slipway_sim_transactions.h"

namespace slipway::sim {

namespace {

// With nothing to lose: it has no state after.
constexpr std::string_view only_reading[] = {"reading ",           "counting ",
                                             "listing ",           "looking ",
                                             "preparing a pull",   "preparing a full pull",
                                             "asking for changes", "checking its health"};

}  // namespace

std::vector<std::string> transactions_without(const std::set<std::string>& errors) {
  std::vector<std::string> missing;
  for (const std::string_view text : transaction_texts) {
    const auto begins = [&](std::string_view words) { return text.starts_with(words); };
    const std::string words = " while " + std::string(text) + (text.ends_with(' ') ? "" : ":");
    const auto speaks_of_it = [&](const std::string& error) {
      return error.find(words) != std::string::npos;
    };
    if (std::ranges::none_of(only_reading, begins) && std::ranges::none_of(errors, speaks_of_it))
      missing.emplace_back(text);
  }
  return missing;
}

}  // namespace slipway::sim
