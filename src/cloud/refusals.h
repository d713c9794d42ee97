// What every ledger refuses, in the same words.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloud/ledger.h"
#include "model/history.h"
#include "model/wire.h"

namespace slipway::cloud {

std::unexpected<Error> history_changed(const Version& cursor);
std::unexpected<Error> horizon_passed(const Version& cursor);
std::unexpected<Error> scope_changed(const Version& cursor);  // "horizon-passed", too
std::unexpected<Error> unknown_device(const std::string& tenant, const std::string& device);
std::unexpected<Error> unknown_tenant(const std::string& name);
// To who would remove it once more, and to who comes under its name ("unauthorized").
std::unexpected<Error> removed_already(const std::string& device, const std::string& when);
std::unexpected<Error> removed_device(const std::string& device, const std::string& when);
std::unexpected<Error> request_in_progress();
// "too-many-entries", "too-many-references", "invalid-reference"
Result<void> check_size(const PushRequest& request);
Result<void> check_size(const HistoryRequest& request);  // "too-many-versions"
// Whether one more device, so many references altogether, or so many types of rows beside those
// that are there, are within the bounds. "tenant-full"
Result<void> check_devices(std::int64_t there, const TenantBounds& bounds);
Result<void> check_references(std::int64_t wanted, const TenantBounds& bounds);
Result<void> check_types(std::int64_t there, std::int64_t added, const TenantBounds& bounds);

}  // namespace slipway::cloud
