#include "cloud/rates.h"

namespace slipway::cloud {

std::optional<TooMuch> Rates::take_request(const TokenOwner& owner, Instant now) {
  return take(requests_, owner, 1, now);
}

std::optional<TooMuch> Rates::take_entries(const TokenOwner& owner, std::size_t entries,
                                           Instant now) {
  return take(entries_, owner, double(entries), now);
}

std::optional<TooMuch> Rates::may_stream(std::size_t of_device, std::size_t of_tenant) const {
  const auto reached = [](std::int64_t limit, std::size_t open) {
    return limit && std::int64_t(open) >= limit;
  };
  if (reached(device_streams_, of_device)) return TooMuch{"device-streams", streams_refused_time};
  if (reached(tenant_streams_, of_tenant)) return TooMuch{"tenant-streams", streams_refused_time};
  return std::nullopt;
}

std::optional<TooMuch> Rates::take(Kind& kind, const TokenOwner& owner, double cost, Instant now) {
  if (kind.buckets.size() > kind.forgets_at) forget_full_ones(kind, now);
  Bucket* device = bucket(kind, {owner.tenant, owner.device}, kind.device_rate, now);
  Bucket* tenant = bucket(kind, {owner.tenant, ""}, kind.tenant_rate, now);
  const auto wait = [&](const Bucket* of) { return of ? of->wait_for(cost, now) : Duration(0); };
  if (const Duration time = wait(device); time > Duration(0)) return {{kind.device_limit, time}};
  if (const Duration time = wait(tenant); time > Duration(0)) return {{kind.tenant_limit, time}};
  for (Bucket* of : {device, tenant}) {
    if (of) of->take(cost, now);
  }
  return std::nullopt;
}

// A full bucket is as good as a new one. Seldom enough that it costs each request next to nothing.
void Rates::forget_full_ones(Kind& kind, Instant now) {
  std::erase_if(kind.buckets, [&](const auto& known) { return known.second.is_full(now); });
  kind.forgets_at = std::max(buckets_kept_min, 2 * kind.buckets.size());
}

Bucket* Rates::bucket(Kind& kind, const Who& who, std::int64_t rate, Instant now) {
  if (!rate) return nullptr;
  const double burst = double(rate) * double(rate_burst_time.count());
  return &kind.buckets.try_emplace(who, double(rate), burst, now).first->second;
}

}  // namespace slipway::cloud
