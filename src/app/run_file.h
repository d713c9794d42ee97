// How the command line finds the running service of a database: a small private file beside it.
// Its lock keeps a second service of this machine away by the same path, with a clear word; by
// another path, or from another machine, the lease in the database does (store/lease.h). The kernel
// drops the lock when the process ends, however it ends: the next service need not wait.
#pragma once

#include <string>

#include "base/result.h"

namespace slipway::app {

// That there is a file to be joined, before anything is made beside it. Error "database-missing".
Result<void> check_database(const std::string& database);

class RunFile {
 public:
  // Error "already-running" names the process that serves this database.
  static Result<RunFile> take(const std::string& database);
  RunFile(RunFile&& other) noexcept;
  RunFile(const RunFile&) = delete;
  ~RunFile();

  // Names this lock: who holds one of the same name later proves that this process has ended. "":
  // the machine cannot tell.
  std::string claim() const;

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
// Errors "not-running", and "database-missing" where that is why.
Result<RunningService> find_service(const std::string& database);

}  // namespace slipway::app
