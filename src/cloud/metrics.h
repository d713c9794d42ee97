// What a node counts, and its text for Prometheus (exposition format 0.0.4). Labels have few
// values, whatever clients send: routes, methods and verdicts that are known, statuses that we
// give, and of the tenants the few that are furthest behind. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "cloud/ledger.h"
#include "model/wire.h"

namespace slipway::cloud {

class Metrics {
 public:
  void answered(std::string_view method, std::string_view route, unsigned status, Duration took);
  void judged(Verdict verdict);
  void limited(std::string_view limit);  // rates.h
  // A device has asked onwards from a commit, and was told the head.
  void asked(TenantId tenant, const std::string& device, std::int64_t cursor, std::int64_t head,
             Instant now);
  // A device was told of the head by its stream; with the rows that lead there, it counts as being
  // there until it asks from less.
  void told(TenantId tenant, const std::string& device, std::int64_t head, bool with_rows,
            Instant now);
  // A commit of somebody who keeps no copy, and so is behind nothing.
  void wrote(TenantId tenant, const std::string& device, std::int64_t head, Instant now);
  // A figure that somebody else keeps; asked for when the text is made.
  void add(std::string name, std::string help, bool only_rises, std::function<double()> value);

  std::string text(Instant now);

 private:
  static constexpr std::array bounds_ms{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000};
  struct Times {
    std::array<std::uint64_t, bounds_ms.size() + 1> counts{};  // the last one: longer than all
    std::uint64_t sum_ms = 0;
  };
  struct Device {
    std::optional<std::int64_t> cursor;  // nothing: none is known
    Instant at;
  };
  struct Tenant {
    std::int64_t head = 0;
    std::map<std::string, Device, std::less<>> devices;
    std::int64_t behind() const;
  };
  struct Kept {
    std::string name, help;
    bool only_rises = false;
    std::function<double()> value;
  };
  Device& heard(TenantId tenant, const std::string& device, std::int64_t head, Instant now);
  void forget_silent(Instant now);

  std::map<std::tuple<std::string, std::string, unsigned>, std::uint64_t> requests_;
  std::map<std::string, Times, std::less<>> times_;  // by route
  std::map<Verdict, std::uint64_t> verdicts_;
  std::map<std::string, std::uint64_t, std::less<>> limited_;
  std::map<TenantId, Tenant> tenants_;
  std::vector<Kept> kept_;
};

}  // namespace slipway::cloud
