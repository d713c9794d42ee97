#include "app/run_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/place.h"
#include "app/process.h"
#include "model/canonical_json.h"

namespace slipway::app {

namespace {

// The same file by another path is the same database.
std::string run_path(const std::string& database) {
  std::error_code ignored;
  const auto real = std::filesystem::weakly_canonical(database, ignored);
  return (ignored ? database : real.string()) + "-slipway.run";
}

}  // namespace

Result<void> check_database(const std::string& database) {
  std::error_code ignored;
  const auto status = std::filesystem::status(database, ignored);
  if (!std::filesystem::exists(status)) {
    return fail(ErrorKind::not_found, "database-missing", "There is no database at " + database,
                "Nothing was created. Check the path; the app creates its database, slipway only "
                "joins it");
  }
  if (std::filesystem::is_regular_file(status)) return {};
  return fail(ErrorKind::not_found, "database-missing",
              database + (std::filesystem::is_directory(status) ? " is a folder" : " is no file") +
                  ", not a database",
              "Nothing was created. Give the app's SQLite file");
}

Result<RunFile> RunFile::take(const std::string& database) {
  const std::string path = run_path(database);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(ErrorKind::storage, "read-only",
                "Cannot write beside the database: " + path + ": " + std::strerror(errno),
                "Give this user the right to write to the database and its folder");
  }
  RunFile taken(path, file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return taken;
  auto service = find_service(database);
  return fail(
      ErrorKind::conflict, "already-running",
      "Another slipway serves " + database + " already" + (service ? " at " + service->url : ""),
      "Stop it first, or use it");
}

RunFile::RunFile(RunFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

RunFile::~RunFile() {
  if (file_ < 0) return;
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0 && ::ftruncate(file_, 0) != 0) {
    // A stale address is harmless: the command line finds nobody there and says so.
  }
  ::close(file_);
}

std::string RunFile::claim() const {
  struct stat found;
  const std::string boot = boot_of_machine();
  if (boot.empty() || ::fstat(file_, &found) != 0) return "";
  return "boot " + boot + " lock " + std::to_string(found.st_dev) + ":" +
         std::to_string(found.st_ino);
}

Result<void> RunFile::publish(const std::string& url, const std::string& token_file) {
  std::error_code ignored;
  const std::string text =
      json_text(json::object{{"url", url},
                             {"tokenFile", std::filesystem::absolute(token_file, ignored).string()},
                             {"process", std::int64_t(::getpid())}}) +
      "\n";
  if (::ftruncate(file_, 0) != 0 ||
      ::pwrite(file_, text.data(), text.size(), 0) != ssize_t(text.size())) {
    return fail(ErrorKind::storage, "disk-full",
                "Cannot write " + path_ + ": " + std::strerror(errno), "Free some space");
  }
  return {};
}

Result<RunningService> find_service(const std::string& database) {
  const auto not_running = [&]() -> std::unexpected<Error> {
    if (auto there = check_database(database); !there) return std::unexpected(there.error());
    return fail(ErrorKind::not_found, "not-running", "No slipway serves " + database,
                "Start it with: slipway serve --database " + database + " …");
  };
  const auto text = read_small_file(run_path(database));
  if (!text || text->empty()) return not_running();
  const auto object = parse_json_object(*text, "the run file");
  if (!object) return not_running();
  const auto url = text_at(*object, "url"), token_file = text_at(*object, "tokenFile");
  if (!url || !token_file) return not_running();
  return RunningService{std::string(*url), std::string(*token_file)};
}

}  // namespace slipway::app
