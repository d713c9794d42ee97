#include "cloud/pokes.h"

#include <algorithm>

#include "cloud/limits.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {
constexpr unsigned looks_between_purges = 32;  // those that left cost little until then
}

Result<Pokes::Text> Pokes::read(TenantId tenant, const Version& from) {
  auto news = ledger_.news(tenant, from);
  if (!news) return std::unexpected(std::move(news.error()));
  Text text{std::move(*news), {}, {}};
  text.plain = json_text(to_json(Poke{text.news.head, std::nullopt}));
  if (!text.news.page) return text;
  text.with_page = json_text(to_json(Poke{text.news.head, std::move(text.news.page)}));
  if (text.with_page.size() > poke_bytes_max) text.with_page.clear();
  return text;
}

void Pokes::tell(Entry& entry, const TokenOwner& owner, const Text& text) {
  // The page holds rows of everybody; a device with a scope pulls those that are its own.
  const bool whole = owner.holds_everything() && !text.with_page.empty() &&
                     !text.news.devices.contains(owner.device);
  entry.told = text.news.head;
  entry.listener->tell(text.news.head, whole ? text.with_page : text.plain, whole);
}

Result<void> Pokes::add(const TokenOwner& owner, const std::optional<Version>& cursor,
                        const Begin& begin) {
  Version from;
  if (cursor) {
    from = *cursor;
  } else {
    auto head = ledger_.head(owner.tenant);
    if (!head) return std::unexpected(std::move(head.error()));
    from = std::move(*head);
  }
  const auto text = read(owner.tenant, from);
  if (!text) return std::unexpected(text.error());
  const auto still = identity_.still(owner.tenant, {owner});
  if (!still) return std::unexpected(still.error());
  Entry entry{owner, {}, begin()};
  if (!still->front()) return {};
  tell(entry, *still->front(), *text);
  tenants_[owner.tenant].push_back(std::move(entry));
  return {};
}

void Pokes::committed(TenantId tenant) {
  const auto entries = tenants_.find(tenant);
  if (entries == tenants_.end()) return;
  if (tell_all(tenant, entries->second))
    owed_.erase(tenant);
  else
    owed_.insert(tenant);
}

bool Pokes::tell_all(TenantId tenant, std::vector<Entry>& entries) {
  const auto head = ledger_.head(tenant);
  if (!head) return false;
  std::erase_if(entries, [](const Entry& entry) { return entry.listener->gone(); });
  std::vector<TokenOwner> owners;
  for (const Entry& entry : entries) owners.push_back(entry.owner);
  const auto still = identity_.still(tenant, owners);
  if (!still) return false;
  auto owner = still->begin();
  bool all = true;
  std::map<std::string, Result<Text>> texts;  // by what was told
  std::erase_if(entries, [&](Entry& entry) {
    const auto& now = *owner++;
    if (entry.told == *head) return false;
    if (!now) return true;
    const std::string told = to_text(entry.told);
    auto text = texts.find(told);
    if (text == texts.end()) text = texts.emplace(told, read(tenant, entry.told)).first;
    if (text->second) {
      tell(entry, *now, *text->second);
      return false;
    }
    // Told of a past that is no more: it asks again, and learns of it.
    if (text->second.error().kind == ErrorKind::conflict) return true;
    all = false;
    return false;
  });
  return all;
}

// Of commits of other processes, told tenant by tenant: one question says whose they are.
void Pokes::note_behind() {
  if (tenants_.empty()) return;
  std::vector<TenantId> tenants;
  for (const auto& [tenant, entries] : tenants_) tenants.push_back(tenant);
  const auto heads = ledger_.heads(tenants);
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    const auto is_behind = [&](const Entry& entry) { return entry.told != (*heads)[i]; };
    if (!heads || std::ranges::any_of(tenants_[tenants[i]], is_behind)) owed_.insert(tenants[i]);
  }
}

void Pokes::look() {
  if (ledger_.changed_elsewhere()) note_behind();
  const bool purge = ++looks_ % looks_between_purges == 0;
  for (auto at = tenants_.begin(); at != tenants_.end();) {
    if (owed_.contains(at->first)) committed(at->first);
    if (purge) std::erase_if(at->second, [](const Entry& e) { return e.listener->gone(); });
    if (!at->second.empty()) {
      ++at;
      continue;
    }
    owed_.erase(at->first);
    at = tenants_.erase(at);
  }
}

Pokes::Open Pokes::open_for(const TokenOwner& owner) const {
  Open open;
  const auto entries = tenants_.find(owner.tenant);
  if (entries == tenants_.end()) return open;
  for (const Entry& entry : entries->second) {
    if (entry.listener->gone()) continue;
    ++open.of_tenant;
    open.of_device += entry.owner.device == owner.device;
  }
  return open;
}

std::size_t Pokes::size() const {
  std::size_t size = 0;
  for (const auto& [tenant, entries] : tenants_) size += entries.size();
  return size;
}

}  // namespace slipway::cloud
