// Where `slipway serve` learns what to do: command line, then environment (SLIPWAY_…, SYNC_…), then
// the TOML file, then defaults. An unknown key in the file is an error that names it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "local_api/settings.h"
#include "model/row_scope.h"
#include "model/sync_rules.h"
#include "transport/rest_api.h"

namespace slipway::app {

struct Config {
  std::string database;
  std::string cloud;
  std::string cloud_token_file;
  std::string listen = "127.0.0.1:0";
  std::string token_file;  // default: the database's path + "-slipway.token"
  std::string target;      // "slipway", "webhook" or "rest"; default by what is given
  std::string webhook_url;
  std::string ca_file;
  std::string desk;
  std::string log_file;  // default: the database's path + "-slipway.log"; "none": no log
  std::size_t log_bytes_max = 10 * 1024 * 1024;
  std::size_t log_files_max = 5;
  std::vector<std::string> allowed_origins;
  local_api::Settings settings;
  SyncRules rules;
  RowScope scope;
  RestApi rest;
};

// Fills what command line and environment left empty.
Result<void> read_config_file(const std::string& path, Config& config);
// SYNC_WEBHOOK_URL, SYNC_MAX_ATTEMPTS, SYNC_BACKOFF_BASE_MS, SYNC_BACKOFF_MAX_MS, SYNC_INTERVAL_MS.
Result<void> read_sync_environment(Config& config);
// Defaults that depend on other values, and what must be given.
Result<void> complete(Config& config);

}  // namespace slipway::app
