// The app of every simulated desk: its tables, and its database file as worlds begin with it.
#pragma once

#include <string>

#include "disk.h"
#include "store/store.h"

namespace slipway::sim {

inline constexpr const char* app_file = "app.db";
inline constexpr const char* cloud_file = "cloud.db";

// The app's tables only, as before Slipway has ever been there.
DiskImage app_before_slipway(int page_size);
// With ours, migrated once for all worlds; without an identity yet.
const DiskImage& empty_device(int page_size);
// The ledger's tables, no tenant.
const DiskImage& empty_cloud();

// Of the lease on the file: the service that is started again and again by the same path.
inline constexpr const char* first_holder = "first";
store::StoreOptions store_options(const Disk& disk);

}  // namespace slipway::sim
