// The commands that ask a running service: status, queue, show, lost, restore, dismiss, join-cloud;
// those that decide about an entry are in decisions.h. For people by default, JSON with --json,
// live with --watch. Each returns the exit code.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/service_client.h"

namespace slipway::app {

struct CommandOptions {
  ServiceAddress service;
  bool json = false;
  bool watch = false;
  std::int64_t entry = 0;
  std::string filter = "open";
  std::int64_t limit = 50;
  bool dry_run = false;
  bool with_dependants = false;
  std::vector<std::string> fields, take;  // "city=Kiel", "city=server"
  std::string happened;                   // "yes", "no"
  std::string given_id;                   // JSON, or a text as it is; "": not said
  std::string cloud_id;
};

int show_status(const CommandOptions& options);
int show_queue(const CommandOptions& options);
int show_entry(const CommandOptions& options);
int show_lost(const CommandOptions& options);
int restore_lost(const CommandOptions& options);
int dismiss_lost(const CommandOptions& options);
int join_cloud(const CommandOptions& options);

}  // namespace slipway::app
