// slipway-cloud device remove: its options and its exit code.
#pragma once

#include <string>

#include "cloud/ledger.h"

namespace CLI {
class App;
}

namespace slipway::app {

struct RemovalOptions {
  std::string tenant, device;
  bool yes = false;
};

void add_options(CLI::App& command, RemovalOptions& options);
// Says what it means; done only where `yes` was given.
int remove_device(cloud::Ledger& ledger, const RemovalOptions& options);

}  // namespace slipway::app
