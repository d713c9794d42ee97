#include "app/cloud_backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/process.h"
#include "sqlite/sqlite.h"

namespace slipway::app {

namespace {

std::unexpected<Error> cannot_write(const std::string& path, int error) {
  return fail(ErrorKind::storage, "file-not-writable",
              "Cannot write " + path + ": " + std::strerror(error),
              "The database is as it was. Check the path, this user's rights and the space");
}

Result<void> sync(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return cannot_write(path, errno);
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (failed) return cannot_write(path, failed);
  return {};
}

std::string in_quotes(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

Result<void> copy(const std::string& database, const std::string& to) {
  const std::string beside = to + ".new";
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  try {
    sqlite::Database source(database, sqlite::OpenMode::existing, std::chrono::seconds(5));
    source.execute("VACUUM INTO " + in_quotes(beside));
  } catch (const sqlite::Failure& failure) {
    std::filesystem::remove(beside, ignored);
    return std::unexpected(sqlite::to_error(failure, "copying " + database + " to " + to));
  }
  if (auto synced = sync(beside); !synced) return synced;
  if (::rename(beside.c_str(), to.c_str()) != 0) return cannot_write(to, errno);
  return sync(std::filesystem::absolute(to).parent_path().string());
}

}  // namespace

Result<void> back_up(cloud::Ledger& ledger, const std::string& database, const std::string& to,
                     std::optional<std::int64_t> kept) {
  std::error_code ignored;
  if (std::filesystem::exists(to, ignored)) {
    return fail(ErrorKind::conflict, "file-exists", to + " exists already",
                "Nothing was copied. Give the path of a new file");
  }
  const auto backup =
      ledger.begin_backup(std::filesystem::absolute(to, ignored).string(), wall_clock());
  if (!backup) return std::unexpected(backup.error());
  const auto copied = copy(database, to);
  const auto noted = ledger.end_backup(*backup, copied.has_value(), kept);
  return copied ? noted : copied;
}

}  // namespace slipway::app
