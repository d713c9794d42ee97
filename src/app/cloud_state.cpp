#include "app/cloud_state.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <vector>

#include "app/ledger_file.h"
#include "app/process.h"
#include "cloud/refusals.h"
#include "model/canonical_json.h"

namespace slipway::app {

namespace {

using cloud::DeviceRow, cloud::LedgerState, cloud::TenantRow;

constexpr auto token_ends_soon = std::chrono::hours(14 * 24);
constexpr auto backup_is_old = std::chrono::hours(7 * 24);

int complain(const Error& error, int exit_code = failed) {
  return app::complain("slipway-cloud", error, exit_code);
}

// Who keeps no copy is behind nothing.
std::int64_t behind(const DeviceRow& device, const TenantRow& tenant) {
  return device.keeps_a_copy() ? std::max<std::int64_t>(tenant.head - device.cursor, 0) : 0;
}

// The devices of a tenant, the one that is furthest behind first, and last those that keep no copy;
// without those that were removed.
std::vector<DeviceRow> devices_of(const LedgerState& state, const TenantRow& tenant) {
  std::vector<DeviceRow> devices;
  for (const DeviceRow& device : state.devices) {
    if (device.tenant == tenant.name && !device.removed) devices.push_back(device);
  }
  std::ranges::stable_sort(devices, {}, [](const DeviceRow& device) {
    return std::pair(!device.keeps_a_copy(), device.cursor);
  });
  return devices;
}

struct Finding {
  std::string subject;
  bool bad = false;
  bool note = false;
  std::string text;
};
using Findings = std::vector<Finding>;

void examine_tenant(const LedgerState& state, const TenantRow& tenant, Findings& findings) {
  const std::string of = "Tenant " + tenant.name;
  if (tenant.commits != tenant.head) {
    findings.push_back({"log", true, false,
                        of + " has " + std::to_string(tenant.commits) +
                            " commits, but its head is " + std::to_string(tenant.head) +
                            ": the log has gaps. Restore the database from a backup."});
  } else if (tenant.rows != tenant.counted) {
    findings.push_back(
        {"rows", true, false,
         of + " has " + std::to_string(tenant.rows) + " rows, but counts " +
             std::to_string(tenant.counted) +
             ": somebody has written into the tables. Full pulls say a wrong total."});
  } else {
    findings.push_back({"log", false, false,
                        of + ": " + std::to_string(tenant.head) + " commits without gaps, " +
                            std::to_string(tenant.rows) + " rows, the last change at " +
                            tenant.last_commit + "."});
  }
  for (const DeviceRow& device : devices_of(state, tenant)) {
    if (!device.seen) {
      findings.push_back({"device", false, true,
                          device.name + " of " + tenant.name + " has not been heard of yet."});
    } else if (device.keeps_a_copy() && device.cursor < tenant.horizon) {
      findings.push_back({"device", false, true,
                          device.name + " of " + tenant.name + " was last heard of at " +
                              *device.seen +
                              ", before what is kept of the past: when it comes it "
                              "takes everything anew. If it never will: slipway-cloud device "
                              "remove."});
    }
  }
}

void examine_tokens(const std::vector<cloud::TokenRow>& tokens, Findings& findings) {
  const std::string now = to_text(wall_clock()), soon = to_text(wall_clock() + token_ends_soon);
  std::map<std::pair<std::string, std::string>, std::string> lasts;  // by tenant and device
  constexpr const char* for_ever = "~";                              // after every time
  for (const cloud::TokenRow& token : tokens) {
    if (token.revoked) continue;
    std::string& last = lasts[{token.tenant, token.device}];
    last = std::max(last, token.expires.value_or(for_ever));
  }
  for (const auto& [device, last] : lasts) {
    if (last > soon) continue;
    const std::string name = device.second + " of " + device.first;
    findings.push_back({"token", false, true,
                        last <= now
                            ? "The token of " + name + " has expired at " + last +
                                  "; it cannot sync. slipway-cloud token rotate gives a new one."
                            : "The token of " + name + " ends at " + last +
                                  ". slipway-cloud token rotate gives a new one."});
  }
}

void examine_file(const std::string& file, Findings& findings) {
  const auto damage = damage_of(file);
  for (const std::string& what : damage)
    findings.push_back(
        {"file", true, false, what + ". Stop the nodes, and restore the file from a backup."});
  if (damage.empty()) findings.push_back({"file", false, false, "The file is whole."});
}

void examine_warnings(const std::vector<std::string>& warnings, Findings& findings) {
  for (const std::string& warning : warnings) findings.push_back({"role", false, true, warning});
}

void examine_backups(const LedgerState& state, Findings& findings) {
  const std::string& newest = state.newest_backup.value_or("");
  const bool old = newest <= to_text(wall_clock() + -backup_is_old);
  findings.push_back(
      {"backup", false, old,
       newest.empty() ? "No backup is known. slipway-cloud backup makes one, and tells devices how "
                        "much of their archive they may forget."
                      : "The newest backup was begun at " + newest + "."});
}

int print(const Findings& findings, bool as_json) {
  const auto bad = std::ranges::count(findings, true, &Finding::bad);
  json::array list;
  for (const Finding& finding : findings) {
    const char* grade = finding.bad ? "unexplained" : finding.note ? "note" : "fine";
    if (as_json)
      list.push_back({{"subject", finding.subject}, {"grade", grade}, {"text", finding.text}});
    else
      std::cout << (finding.bad    ? "BAD  "
                    : finding.note ? "note "
                                   : "ok   ")
                << std::left << std::setw(12) << finding.subject << finding.text << '\n';
  }
  if (as_json)
    std::cout << json_text(json::object{{"findings", std::move(list)}, {"unexplained", bad}})
              << std::endl;
  else if (bad == 0)
    std::cout << "Everything is explained." << std::endl;
  else
    std::cout << bad << " unexplained." << std::endl;
  return bad == 0 ? done : failed;
}

}  // namespace

int list_tenants(cloud::Ledger& ledger) {
  auto state = ledger.state();
  if (!state) return complain(state.error());
  std::vector<std::pair<std::int64_t, json::object>> lines;
  for (const TenantRow& tenant : state->tenants) {
    const auto devices = devices_of(*state, tenant);
    json::object line{
        {"tenant", tenant.name},    {"id", tenant.id},  // as /metrics names it
        {"head", tenant.head},      {"rows", tenant.rows}, {"lastCommit", tenant.last_commit},
        {"devices", devices.size()}};
    const std::int64_t most = devices.empty() ? 0 : behind(devices.front(), tenant);
    line["behind"] = most;
    line["furthestBehind"] =
        devices.empty() || most == 0 ? json::value(nullptr) : json::value(devices.front().name);
    lines.emplace_back(-most, std::move(line));
  }
  std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.first; });
  for (const auto& [order, line] : lines) std::cout << json_text(line) << '\n';
  std::cout << std::flush;
  return done;
}

int list_devices(cloud::Ledger& ledger, const std::string& tenant) {
  const auto state = ledger.state();
  if (!state) return complain(state.error());
  const auto named = std::ranges::find(state->tenants, tenant, &TenantRow::name);
  if (!tenant.empty() && named == state->tenants.end())
    return complain(cloud::unknown_tenant(tenant).error());
  for (const TenantRow& row : state->tenants) {
    if (!tenant.empty() && row.name != tenant) continue;
    for (const DeviceRow& device : devices_of(*state, row)) {
      json::object line{{"tenant", device.tenant},
                        {"device", device.name},
                        {"created", device.created},
                        {"seen", text_or_null(device.seen)},
                        {"cursor", device.cursor},
                        {"head", row.head},
                        {"behind", device.keeps_a_copy() ? json::value(behind(device, row))
                                                         : json::value(nullptr)},
                        {"scope", device.holds_everything ? "everything" : "part"}};
      std::cout << json_text(line) << '\n';
    }
  }
  std::cout << std::flush;
  return done;
}

int cloud_doctor(cloud::Ledger& ledger, const std::optional<std::string>& file, bool as_json) {
  const auto state = ledger.state();
  const auto tokens = ledger.list_tokens();
  const auto warnings = ledger.warnings();
  Findings findings;
  if (file) examine_file(*file, findings);
  if (!state || !tokens || !warnings) {
    const Error& error = !state ? state.error() : !tokens ? tokens.error() : warnings.error();
    findings.push_back({"database", true, false, in_words(error)});
    return print(findings, as_json);
  }
  for (const TenantRow& tenant : state->tenants) examine_tenant(*state, tenant, findings);
  if (state->tenants.empty()) {
    findings.push_back({"tenant", false, true,
                        "There is no tenant yet. slipway-cloud token create makes the first one."});
  }
  examine_tokens(*tokens, findings);
  examine_backups(*state, findings);
  examine_warnings(*warnings, findings);
  return print(findings, as_json);
}

}  // namespace slipway::app
