// What a ledger must load for a judgement, found in the batch itself. Pure; for all ledgers.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/judge.h"

namespace slipway::cloud {

// The ids whose receipts count: of the items, and of what they take the place of.
std::vector<std::string> receipts_needed(const std::vector<Item>& items);
// Their own numbers, and of those whose place they take.
std::vector<EntryNumber> numbers_needed(const std::vector<Item>& items);
std::set<std::int64_t> base_commits(const std::vector<Item>& items);  // that base versions name
// The rows that a batch certainly names: its own, and what its payloads refer to.
std::set<EntityKey> rows_named(const std::vector<Item>& items, const References& references);
std::set<EntityKey> rows_deleted(const std::vector<Item>& items);
bool creates(const std::vector<Item>& items, std::string_view type);
std::set<std::string> types_created(const std::vector<Item>& items);
std::set<std::int64_t> commits_of(const CloudRow& row);  // that its marks name

// Those that are not known yet; they are known from then on.
std::vector<Reference> add_unknown(const std::vector<Reference>& references, References& known);
std::int64_t count_of(const References& references);

// Where a declared field goes on, after the newest number that is known to be given.
Counter counter_after(const Numbering& numbering, std::optional<std::int64_t> newest);

}  // namespace slipway::cloud
