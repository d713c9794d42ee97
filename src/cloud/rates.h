// How much a device, and its tenant, may ask of this node: requests, entries, open streams. Whoever
// asks for more is told how long to wait. Only of those who are known: a request without a valid
// token costs no more than a look at it. A function of time; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "cloud/bucket.h"
#include "cloud/ledger.h"
#include "cloud/limits.h"

namespace slipway::cloud {

struct RateLimits {  // 0: no bound
  std::int64_t device_requests = device_requests_per_second;
  std::int64_t tenant_requests = tenant_requests_per_second;
  std::int64_t device_entries = device_entries_per_second;
  std::int64_t tenant_entries = tenant_entries_per_second;
  std::int64_t device_streams = device_streams_max;
  std::int64_t tenant_streams = tenant_streams_max;
};

struct TooMuch {
  std::string_view limit;  // "device-requests" …
  Duration wait;
};

class Rates {
 public:
  explicit Rates(const RateLimits& limits)
      : device_streams_(limits.device_streams),
        tenant_streams_(limits.tenant_streams),
        requests_{"device-requests", "tenant-requests", limits.device_requests,
                  limits.tenant_requests},
        entries_{"device-entries", "tenant-entries", limits.device_entries, limits.tenant_entries} {
  }

  // Nothing: they are taken. Where one of two bounds is reached, nothing of the other is taken.
  std::optional<TooMuch> take_request(const TokenOwner& owner, Instant now);
  std::optional<TooMuch> take_entries(const TokenOwner& owner, std::size_t entries, Instant now);
  // `of_device` and `of_tenant` are open already.
  std::optional<TooMuch> may_stream(std::size_t of_device, std::size_t of_tenant) const;

 private:
  using Who = std::pair<TenantId, std::string>;  // device; "": the whole tenant
  struct Kind {                                  // of what is counted
    std::string_view device_limit, tenant_limit;
    std::int64_t device_rate, tenant_rate;
    std::map<Who, Bucket> buckets = {};
    std::size_t forgets_at = buckets_kept_min;
  };
  static std::optional<TooMuch> take(Kind& kind, const TokenOwner& owner, double cost, Instant now);
  static Bucket* bucket(Kind& kind, const Who& who, std::int64_t rate, Instant now);
  static void forget_full_ones(Kind& kind, Instant now);

  const std::int64_t device_streams_, tenant_streams_;
  Kind requests_, entries_;
};

}  // namespace slipway::cloud
