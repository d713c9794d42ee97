// What a person may change while the service runs, kept in sync_meta. Configuration gives the first
// values; what was changed here later wins.
#pragma once

#include <functional>

#include "local_api/context.h"
#include "model/json.h"

namespace slipway::local_api {

struct Settings {
  Duration interval = limits::poll_interval;         // between questions for other desks' changes
  std::int64_t attempts_max = limits::attempts_max;  // of an entry's own faults before it is parked
  Duration backoff_base = entry_backoff.base;        // of a single entry
  Duration backoff_max = entry_backoff.cap;
  bool log_payloads = false;
};

class SettingsKeeper {
 public:
  // `applied` is called with the settings in force, at load() and after each change.
  SettingsKeeper(store::Store& store, Settings configured,
                 std::function<void(const Settings&)> applied);

  Result<void> load();
  Result<void> change(const json::object& wanted);  // any subset; errors name the field
  json::object to_json() const;

 private:
  store::Store& store_;
  Settings settings_;
  json::object changed_;  // what was changed here, as stored
  std::function<void(const Settings&)> applied_;
};

}  // namespace slipway::local_api
