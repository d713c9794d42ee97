#include "transport/rest_memory.h"

#include <algorithm>
#include <span>

#include "model/canonical_json.h"
#include "transport/limits.h"
#include "transport/webhook_page.h"

namespace slipway {

namespace {

std::uint64_t hash_of(const json::object& row) {
  return std::stoull(salt_of(canonical_json(row)), nullptr, 16);
}

bool is_later(const json::value& a, const json::value& b) {
  if (b.is_null()) return true;
  if (a.is_string() && b.is_string()) return a.get_string() > b.get_string();
  if (a.is_number() && b.is_number()) return a.to_number<double>() > b.to_number<double>();
  return false;
}

void raise(json::value& largest, const json::value& value) {
  if (!value.is_null() && is_later(value, largest)) largest = value;
}

// The `since` field of the first `count` rows, at most.
json::value largest_of(const RestEntity& entity, const std::vector<json::object>& rows,
                       std::size_t count) {
  json::value largest;
  if (entity.changes.since.empty()) return largest;
  for (const json::object& row : std::span(rows).first(std::min(count, rows.size())))
    if (const json::value* at = at_place(row, entity.changes.since)) raise(largest, *at);
  return largest;
}

}  // namespace

void RestMemory::stand_at(const Version& cursor) {
  if (proposed_at_ == cursor) {
    seen_ = std::move(proposed_);
    at_ = cursor;
  } else if (at_ != cursor) {
    seen_.reset();
    at_ = cursor;
  }
  proposed_.reset();
  proposed_at_.reset();
}

bool RestMemory::needs_everything() const {
  return !seen_ || pulls_since_everything_ >= limits::rest_pulls_per_list;
}

const json::value* RestMemory::since(const std::string& type) const {
  const auto of_type = seen_ ? seen_->find(type) : Seen::const_iterator();
  if (!seen_ || of_type == seen_->end() || of_type->second.since.is_null()) return nullptr;
  return &of_type->second.since;
}

Page RestMemory::page_of(const RestApi& api, const Version& from, const Listing& listing) {
  Page page{from, from, {}, {}, true, {}};
  const bool anew = needs_everything();
  Seen seen = seen_ && !anew ? *seen_ : Seen();
  for (const auto& [type, rows] : listing.rows) {
    const RestEntity& entity = api.entities.at(type);
    OfType& known = seen[type];
    const bool whole = listing.whole.contains(type);
    std::set<std::string> named;
    const auto several = listing.first_page.find(type);
    const bool one_page = several == listing.first_page.end();
    json::value sure = known.largest;
    raise(sure, largest_of(entity, rows, one_page ? rows.size() : several->second));
    raise(known.since, sure);
    raise(known.largest, largest_of(entity, rows, rows.size()));
    for (const json::object& row : rows) {
      const auto id = id_there(entity, row);
      if (!id || !named.insert(key_text(*id)).second) continue;
      const bool deleted = is_deleted_there(entity, row);
      const auto before = known.rows.find(key_text(*id));
      const std::uint64_t hash = hash_of(row);
      if (before != known.rows.end() && before->second == hash) continue;
      if (deleted) {
        if (before != known.rows.end() || !whole)
          page.rows.push_back({{type, key_text(*id)}, {}, true, std::nullopt});
        known.rows.erase(key_text(*id));
        continue;
      }
      known.rows[key_text(*id)] = hash;
      page.rows.push_back({{type, key_text(*id)}, {}, false, row_here(entity, row)});
    }
    if (!whole) continue;
    if (anew) page.whole_types.push_back(type);
    std::erase_if(known.rows, [&](const auto& row) {
      if (named.contains(row.first)) return false;
      page.rows.push_back({{type, row.first}, {}, true, std::nullopt});
      return true;
    });
  }
  pulls_since_everything_ = anew ? 0 : pulls_since_everything_ + 1;
  if (page.rows.empty() && page.whole_types.empty()) {
    seen_ = std::move(seen);
    return page;
  }
  std::string ids;
  for (const PageRow& row : page.rows) ids += row.entity.type + '/' + row.entity.id + '\n';
  page.to = {from.seq + 1, salt_of(ids + to_text(from))};
  for (PageRow& row : page.rows) row.version = page.to;
  proposed_ = std::move(seen);
  proposed_at_ = page.to;
  return page;
}

void RestMemory::note(const Version& to, const std::vector<Told>& told) {
  if (!seen_) return;
  proposed_ = seen_;
  proposed_at_ = to;
  for (const Told& row : told) {
    auto& rows = (*proposed_)[row.entity.type].rows;
    if (row.row)
      rows[row.entity.id] = hash_of(*row.row);
    else
      rows.erase(row.entity.id);
  }
}

}  // namespace slipway
