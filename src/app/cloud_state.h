// slipway-cloud tenants, devices, doctor, views: what state the cloud is in, for those who run it.
// Each reads only, may run beside serve, and gives the exit code.
#pragma once

#include <optional>
#include <string>

#include "cloud/ledger.h"

namespace slipway::app {

// One line of JSON each, those that are furthest behind first. `tenant` "": of all.
int list_tenants(cloud::Ledger& ledger);
int list_devices(cloud::Ledger& ledger, const std::string& tenant);

// In words; 1 when anything is wrong. `file`: of SQLite, which is read whole; nothing: elsewhere.
int cloud_doctor(cloud::Ledger& ledger, const std::optional<std::string>& file, bool as_json);

// The SQL that makes one view per entity type, with a column for each field, for reporting.
int print_views(cloud::Ledger& ledger, const std::string& tenant, bool is_postgres);

}  // namespace slipway::app
