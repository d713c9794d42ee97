// The local API: requests of the app and its panels → store and worker → responses. The routes and
// their JSON are described by protocol/local_api.openapi.json, which is served at /openapi.json.
// One thread, the loop's.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "http/message.h"
#include "local_api/context.h"
#include "local_api/settings.h"

namespace slipway::local_api {

struct Options {
  Target target;
  Settings settings;
  std::optional<std::filesystem::path> desk;  // a folder with a web app to serve at "/"
};

class LocalApi {
 public:
  LocalApi(http::Loop& loop, store::Store& store, Worker& worker, std::function<Now()> clock,
           Options options, std::function<void(const Settings&)> settings_applied);
  ~LocalApi();

  Result<void> load_settings();
  http::Handler handler();
  static std::vector<std::string> open_paths();  // those that need no token

  void note(const store::Changes& changes);
  void note_progress();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace slipway::local_api
