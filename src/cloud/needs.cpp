#include "cloud/needs.h"

#include <algorithm>

namespace slipway::cloud {

std::vector<std::string> receipts_needed(const std::vector<Item>& items) {
  std::vector<std::string> ids;
  for (const Item& item : items) {
    ids.push_back(item.id);
    if (item.write && item.write->supersedes) ids.push_back(*item.write->supersedes);
    for (const Replaced& replaced : item.replaces) ids.push_back(replaced.id);
  }
  return ids;
}

std::vector<EntryNumber> numbers_needed(const std::vector<Item>& items) {
  std::vector<EntryNumber> numbers;
  for (const Item& item : items) {
    numbers.emplace_back(item.incarnation, item.number);
    for (const Replaced& replaced : item.replaces) {
      if (replaced.number != 0) numbers.emplace_back(replaced.incarnation, replaced.number);
    }
  }
  return numbers;
}

std::set<std::int64_t> base_commits(const std::vector<Item>& items) {
  std::set<std::int64_t> seqs;
  for (const Item& item : items) {
    if (!item.write) continue;
    for (const auto& member : item.write->base_versions) {
      const auto version = version_or_null_from_json(&member.value());
      if (version && *version) seqs.insert((*version)->seq);
    }
  }
  return seqs;
}

std::set<EntityKey> rows_named(const std::vector<Item>& items, const References& references) {
  std::set<EntityKey> keys;
  for (const Item& item : items) {
    if (!item.write) continue;
    keys.insert(item.write->entity);
    const auto of_type = references.find(item.write->entity.type);
    if (of_type == references.end()) continue;
    for (const Reference& reference : of_type->second) {
      if (auto target = referred(reference, item.write->payload)) keys.insert(std::move(*target));
    }
  }
  return keys;
}

std::set<EntityKey> rows_deleted(const std::vector<Item>& items) {
  std::set<EntityKey> deleted;
  for (const Item& item : items) {
    if (item.write && item.write->op == Op::remove) deleted.insert(item.write->entity);
  }
  return deleted;
}

bool creates(const std::vector<Item>& items, std::string_view type) {
  return std::ranges::any_of(items, [&](const Item& item) {
    return item.write && item.write->op == Op::create && item.write->entity.type == type;
  });
}

std::set<std::string> types_created(const std::vector<Item>& items) {
  std::set<std::string> types;
  for (const Item& item : items)
    if (item.write && item.write->op == Op::create) types.insert(item.write->entity.type);
  return types;
}

std::set<std::int64_t> commits_of(const CloudRow& row) {
  std::set<std::int64_t> seqs{row.seq, row.birth.seq, row.whole.seq};
  for (const auto& [field, mark] : row.fields) seqs.insert(mark.seq);
  return seqs;
}

std::vector<Reference> add_unknown(const std::vector<Reference>& references, References& known) {
  std::vector<Reference> added;
  for (const Reference& reference : references) {
    auto& of_type = known[reference.type];
    if (std::ranges::find(of_type, reference) != of_type.end()) continue;
    of_type.push_back(reference);
    added.push_back(reference);
  }
  return added;
}

std::int64_t count_of(const References& references) {
  std::int64_t count = 0;
  for (const auto& [type, of_type] : references) count += std::int64_t(of_type.size());
  return count;
}

Counter counter_after(const Numbering& numbering, std::optional<std::int64_t> newest) {
  return {numbering, std::max(newest ? *newest + 1 : numbering.first, numbering.first)};
}

}  // namespace slipway::cloud
