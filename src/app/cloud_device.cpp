#include "app/cloud_device.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <vector>

#include "app/process.h"
#include "cloud/refusals.h"

namespace slipway::app {

namespace {

using cloud::DeviceRow, cloud::LedgerState, cloud::TenantRow;

int complain(const Error& error, int exit_code = failed) {
  return app::complain("slipway-cloud", error, exit_code);
}

struct Refused {
  Error error;
  int exit_code;
};

// Without --tenant the device's name must say which tenant is meant.
std::expected<DeviceRow, Refused> device_of(const LedgerState& state,
                                            const RemovalOptions& options) {
  const bool any = options.tenant.empty();
  if (!any &&
      std::ranges::find(state.tenants, options.tenant, &TenantRow::name) == state.tenants.end()) {
    return std::unexpected(Refused{cloud::unknown_tenant(options.tenant).error(), failed});
  }
  std::vector<DeviceRow> found;
  for (const DeviceRow& device : state.devices) {
    if (device.name == options.device && (any || device.tenant == options.tenant))
      found.push_back(device);
  }
  // Those that were removed count where nothing else is meant: to be told so.
  if (std::ranges::any_of(found, [](const DeviceRow& device) { return !device.removed; }))
    std::erase_if(found, [](const DeviceRow& device) { return device.removed.has_value(); });
  if (found.size() > 1) {
    return std::unexpected(
        Refused{{ErrorKind::invalid, "", "Several tenants have a device " + options.device,
                 "Name one with --tenant. Nothing was changed"},
                wrong_use});
  }
  if (found.empty()) {
    return std::unexpected(
        Refused{{ErrorKind::not_found, "unknown-device",
                 "There is no device " + options.device + (any ? "" : " of " + options.tenant),
                 "Nothing was changed. slipway-cloud devices shows what there is"},
                failed});
  }
  if (found.front().removed) {
    return std::unexpected(
        Refused{cloud::removed_already(options.device, *found.front().removed).error(), failed});
  }
  return found.front();
}

std::string what_it_means(const DeviceRow& device, const TenantRow& tenant) {
  const std::int64_t behind = std::max<std::int64_t>(tenant.head - device.cursor, 0);
  std::string seen = " has not been heard of yet.";
  if (device.seen) seen = " was last heard of at " + *device.seen;
  if (device.seen && !device.keeps_a_copy()) seen += "; no copy is known that it keeps.";
  if (device.seen && device.keeps_a_copy())
    seen += ", " + std::to_string(behind) + (behind == 1 ? " commit behind." : " commits behind.");
  return device.name + " of " + tenant.name + seen +
         "\nOnce it is removed, its tokens end, and a JWT that names it is refused. Writes that "
         "are "
         "only on that\ndesk stay there and are taken no more: let it sync first, if it can.\n"
         "What it wrote stays, under its name. It counts as a device no more, and nothing waits "
         "for it.\n";
}

}  // namespace

void add_options(CLI::App& command, RemovalOptions& options) {
  command.add_option("--tenant", options.tenant, "Needed where several have such a device");
  command.add_option("--device", options.device, "The device's name")->required();
  command.add_flag("--yes", options.yes, "Removes it; without it this only says what that means");
}

int remove_device(cloud::Ledger& ledger, const RemovalOptions& options) {
  const auto state = ledger.state();
  if (!state) return complain(state.error());
  const auto device = device_of(*state, options);
  if (!device) return complain(device.error().error, device.error().exit_code);
  const auto tenant = std::ranges::find(state->tenants, device->tenant, &TenantRow::name);
  std::cout << what_it_means(*device, *tenant) << std::flush;
  if (!options.yes) {
    return complain({ErrorKind::invalid, "", "Nothing was removed", "Give --yes to remove it"},
                    wrong_use);
  }
  const auto ended = ledger.remove_device(device->tenant, device->name, wall_clock());
  if (!ended) return complain(ended.error());
  std::cout << "Removed. Tokens that ended: " << *ended << std::endl;
  return done;
}

}  // namespace slipway::app
