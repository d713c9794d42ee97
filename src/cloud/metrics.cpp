#include "cloud/metrics.h"

#include <algorithm>
#include <cstdio>

#include "cloud/limits.h"

namespace slipway::cloud {

namespace {

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

void begin(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  text.append(name).append(" ").append(type).append("\n");
}

void line(std::string& text, std::string_view name, const std::string& labels, double value) {
  text.append(name).append(labels).append(" ").append(number(value)).append("\n");
}

}  // namespace

void Metrics::answered(std::string_view method, std::string_view route, unsigned status,
                       Duration took) {
  ++requests_[{std::string(method), std::string(route), status}];
  Times& times = times_[std::string(route)];
  const auto bound = std::ranges::lower_bound(bounds_ms, took.count());
  ++times.counts[std::size_t(bound - bounds_ms.begin())];
  times.sum_ms += std::uint64_t(took.count());
}

void Metrics::judged(Verdict verdict) {
  ++verdicts_[verdict];
}

void Metrics::limited(std::string_view limit) {
  ++limited_[std::string(limit)];
}

Metrics::Device& Metrics::heard(TenantId tenant, const std::string& device, std::int64_t head,
                                Instant now) {
  Tenant& known = tenants_[tenant];
  known.head = head;  // may be less than before: a restored database
  Device& who = known.devices[device];
  who.at = now;
  return who;
}

void Metrics::asked(TenantId tenant, const std::string& device, std::int64_t cursor,
                    std::int64_t head, Instant now) {
  heard(tenant, device, head, now).cursor = cursor;
}

void Metrics::told(TenantId tenant, const std::string& device, std::int64_t head, bool with_rows,
                   Instant now) {
  Device& who = heard(tenant, device, head, now);
  if (with_rows) who.cursor = head;
}

void Metrics::wrote(TenantId tenant, const std::string& device, std::int64_t head, Instant now) {
  heard(tenant, device, head, now);
}

void Metrics::add(std::string name, std::string help, bool only_rises,
                  std::function<double()> value) {
  kept_.push_back({std::move(name), std::move(help), only_rises, std::move(value)});
}

std::int64_t Metrics::Tenant::behind() const {
  std::int64_t most = 0;
  for (const auto& [name, device] : devices)
    most = std::max(most, head - device.cursor.value_or(head));
  return most;
}

// They may have gone to another node, or home.
void Metrics::forget_silent(Instant now) {
  for (auto at = tenants_.begin(); at != tenants_.end();) {
    std::erase_if(at->second.devices,
                  [&](const auto& device) { return device.second.at + device_silence_max < now; });
    at = at->second.devices.empty() ? tenants_.erase(at) : std::next(at);
  }
}

std::string Metrics::text(Instant now) {
  std::string text;
  begin(text, "slipway_requests_total", "counter", "Requests that were answered.");
  for (const auto& [labels, count] : requests_) {
    const auto& [method, route, status] = labels;
    line(text, "slipway_requests_total",
         "{method=\"" + method + "\",route=\"" + route + "\",status=\"" + std::to_string(status) +
             "\"}",
         double(count));
  }
  const char* seconds = "slipway_request_seconds";
  begin(text, seconds, "histogram", "From a request's last byte to its answer, waiting included.");
  for (const auto& [route, times] : times_) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
      count += times.counts[i];
      const std::string bound = i < bounds_ms.size() ? number(bounds_ms[i] / 1000.0) : "+Inf";
      line(text, std::string(seconds) + "_bucket", "{route=\"" + route + "\",le=\"" + bound + "\"}",
           double(count));
    }
    line(text, std::string(seconds) + "_sum", "{route=\"" + route + "\"}",
         double(times.sum_ms) / 1000);
    line(text, std::string(seconds) + "_count", "{route=\"" + route + "\"}", double(count));
  }
  begin(text, "slipway_verdicts_total", "counter", "Verdicts that were given, repeats included.");
  for (const auto& [verdict, count] : verdicts_) {
    line(text, "slipway_verdicts_total", "{verdict=\"" + std::string(to_text(verdict)) + "\"}",
         double(count));
  }
  begin(text, "slipway_limited_total", "counter", "Requests that were answered 429.");
  for (const auto& [limit, count] : limited_)
    line(text, "slipway_limited_total", "{limit=\"" + limit + "\"}", double(count));
  for (const Kept& kept : kept_) {
    begin(text, kept.name, kept.only_rises ? "counter" : "gauge", kept.help);
    line(text, kept.name, "", kept.value());
  }
  forget_silent(now);
  std::vector<std::pair<std::int64_t, TenantId>> order;
  for (const auto& [id, tenant] : tenants_) order.emplace_back(-tenant.behind(), id);
  std::ranges::sort(order);
  order.resize(std::min(order.size(), tenants_told_max));
  begin(text, "slipway_tenant_head", "gauge",
        "The newest commit, of those tenants at this node that are furthest behind.");
  for (const auto& [behind, id] : order)
    line(text, "slipway_tenant_head", "{tenant=\"" + std::to_string(id) + "\"}",
         double(tenants_.at(id).head));
  begin(text, "slipway_tenant_behind_commits", "gauge",
        "How far that device is behind which is known to be at the oldest commit.");
  for (const auto& [behind, id] : order)
    line(text, "slipway_tenant_behind_commits", "{tenant=\"" + std::to_string(id) + "\"}",
         double(-behind));
  return text;
}

}  // namespace slipway::cloud
