// The log for support: one JSON object a line, in a file that rotates by size. No payloads unless
// asked. A disk that is full costs log lines, never the service.
#pragma once

#include <memory>
#include <string>

#include "worker/worker.h"

namespace spdlog {
class logger;
}

namespace slipway::app {

class SyncLog {
 public:
  // "none": no log. Error "log-not-writable".
  static Result<SyncLog> open(const std::string& path, std::size_t bytes_max,
                              std::size_t files_max);

  void write(LogLevel level, std::string_view event, const json::object& details);
  void note(const store::Changes& changes);  // which entries became what

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace slipway::app
