// How the command line finds the running service of a database: a small private file beside it,
// which also holds the lock that keeps a second service away. The kernel drops the lock when the
// process ends, however it ends.
#pragma once

#include <string>

#include "base/result.h"

namespace slipway::app {

class RunFile {
 public:
  // Error "already-running" names the process that serves this database.
  static Result<RunFile> take(const std::string& database);
  RunFile(RunFile&& other) noexcept;
  RunFile(const RunFile&) = delete;
  ~RunFile();

  Result<void> publish(const std::string& url, const std::string& token_file);

 private:
  RunFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  std::string path_;
  int file_;
};

struct RunningService {
  std::string url;
  std::string token_file;
};
// Error "not-running".
Result<RunningService> find_service(const std::string& database);

}  // namespace slipway::app
