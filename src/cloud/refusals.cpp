#include "cloud/refusals.h"

#include <algorithm>

#include "cloud/limits.h"

namespace slipway::cloud {

std::unexpected<Error> history_changed(const Version& cursor) {
  return fail(ErrorKind::conflict, "history-changed",
              "Commit " + to_text(cursor) + " is not in this cloud's log",
              "The cloud was restored from a backup, or this is another cloud. Nothing was judged; "
              "no entry is lost.");
}

std::unexpected<Error> horizon_passed(const Version& cursor) {
  return fail(ErrorKind::conflict, "horizon-passed",
              "Commit " + to_text(cursor) + " lies before what this cloud keeps of the past",
              "Nothing was judged; no entry is lost. Pull everything anew (/v1/snapshot).");
}

std::unexpected<Error> scope_changed(const Version& cursor) {
  return fail(ErrorKind::conflict, "horizon-passed",
              "What this device holds was decided anew after commit " + to_text(cursor),
              "Nothing was judged; no entry is lost. Pull everything anew (/v1/snapshot).");
}

std::unexpected<Error> unknown_device(const std::string& tenant, const std::string& device) {
  return fail(ErrorKind::not_found, "unknown-device",
              "There is no device " + device + " of tenant " + tenant,
              "slipway-cloud token list shows what there is.");
}

std::unexpected<Error> unknown_tenant(const std::string& name) {
  return fail(ErrorKind::not_found, "unknown-tenant", "There is no tenant " + name,
              "slipway-cloud token list shows what there is.");
}

std::unexpected<Error> removed_already(const std::string& device, const std::string& when) {
  return fail(ErrorKind::conflict, "device-removed",
              "The device " + device + " was removed already, at " + when,
              "Nothing was changed. slipway-cloud token create makes one of that name anew.");
}

std::unexpected<Error> removed_device(const std::string& device, const std::string& when) {
  return fail(ErrorKind::unauthorized, "unauthorized",
              "The device " + device + " was removed here at " + when,
              "Nothing was done. Whoever runs the cloud can make one of that name anew: "
              "slipway-cloud token create");
}

std::unexpected<Error> request_in_progress() {
  return fail(ErrorKind::conflict, "request-in-progress",
              "The first request with this Idempotency-Key is still being carried out",
              "Nothing was done twice. Send it again with the same key in a moment: its result is "
              "given then.");
}

namespace {

// They are remembered for good, and stand in indexes.
Result<void> check_references(const std::vector<Reference>& references) {
  if (std::int64_t(references.size()) > push_references_max) {
    return fail(ErrorKind::too_large, "too-many-references",
                "A push may name " + std::to_string(push_references_max) +
                    " references, this one names " + std::to_string(references.size()),
                "Nothing was judged. Name those of the app's tables only.");
  }
  for (const Reference& reference : references) {
    std::size_t bytes = reference.type.size();
    for (const std::string& field : reference.fields) bytes += field.size();
    if (std::max(bytes, reference.target.size()) <= entity_name_bytes_max) continue;
    return fail(ErrorKind::invalid, "invalid-reference",
                "The names of a reference have more than " + std::to_string(entity_name_bytes_max) +
                    " bytes",
                "Nothing was judged. Give shorter names.");
  }
  return {};
}

}  // namespace

Result<void> check_size(const PushRequest& request) {
  if (std::int64_t(request.items.size()) > push_entries_max) {
    return fail(ErrorKind::too_large, "too-many-entries",
                "A push may hold " + std::to_string(push_entries_max) + " items, this one holds " +
                    std::to_string(request.items.size()),
                "Nothing was judged. Send it in smaller parts.");
  }
  return check_references(request.references);
}

Result<void> check_size(const HistoryRequest& request) {
  if (std::int64_t(request.versions.size()) <= history_versions_max) return {};
  return fail(ErrorKind::too_large, "too-many-versions",
              "A question may name " + std::to_string(history_versions_max) +
                  " commits, this one names " + std::to_string(request.versions.size()),
              "Ask in several.");
}

Result<void> check_devices(std::int64_t there, const TenantBounds& bounds) {
  if (bounds.devices == 0 || there < bounds.devices) return {};
  return fail(
      ErrorKind::storage, "tenant-full",
      "The tenant has " + std::to_string(there) + " devices, and may have " +
          std::to_string(bounds.devices),
      "No device was added; those that are known go on. Whoever runs the cloud sees them by "
      "slipway-cloud devices, can take out those that never come again (device remove) and can "
      "allow more: --tenant-devices");
}

Result<void> check_references(std::int64_t wanted, const TenantBounds& bounds) {
  if (wanted <= bounds.references) return {};
  return fail(
      ErrorKind::storage, "tenant-full",
      "The tenant's devices name " + std::to_string(wanted) +
          " different references altogether, and may name " + std::to_string(bounds.references),
      "Nothing was judged; no entry is lost. References are the foreign keys of the app's own "
      "tables: whoever runs the cloud should look which device makes up so many.");
}

Result<void> check_types(std::int64_t there, std::int64_t added, const TenantBounds& bounds) {
  if (added == 0 || there + added <= bounds.types) return {};
  return fail(
      ErrorKind::storage, "tenant-full",
      "The tenant has rows of " + std::to_string(there) + " types and may have " +
          std::to_string(bounds.types) + ", this push makes " + std::to_string(added) + " more",
      "Nothing was judged; no entry is lost. Types are the app's own tables: whoever runs the "
      "cloud should look which device makes up so many.");
}

}  // namespace slipway::cloud
