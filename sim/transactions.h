// Which transactions there are: by the words in which an error says what failed, “The disk failed
// while absorbing a page: …”. They are taken from the sources of store and ledger when the
// simulator is built (cmake/transactions.cmake), so that a new one cannot be forgotten here.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace slipway::sim {

// Those that none of these errors speaks of, but for what only reads.
std::vector<std::string> transactions_without(const std::set<std::string>& errors);

}  // namespace slipway::sim
