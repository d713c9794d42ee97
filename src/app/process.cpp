#include "app/process.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>

#include "base/check.h"

namespace slipway::app {

WallTime wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Random random_from_system() {
  std::array<std::uint64_t, 4> words;
  CHECK(getrandom(words.data(), sizeof words, 0) == ssize_t(sizeof words));
  return Random(words);
}

std::size_t raise_open_files() {
  rlimit limit{};
  CHECK(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  const bool done = ::setrlimit(RLIMIT_NOFILE, &raised) == 0;
  return std::size_t(done ? limit.rlim_max : limit.rlim_cur);
}

std::string in_words(const Error& error) {
  const std::string what = error.cause.empty() ? error.message : error.message + ": " + error.cause;
  if (error.hint.empty()) return what;
  const bool ends = what.ends_with('.') || what.ends_with('?');
  return what + (ends ? " " : ". ") + error.hint;
}

int complain(std::string_view program, const Error& error, int exit_code) {
  std::cerr << program << ": " << in_words(error) << std::endl;
  return exit_code;
}

namespace {

std::unexpected<Error> file_error(std::string_view type, std::string_view doing,
                                  const std::string& path) {
  return fail(ErrorKind::storage, std::string(type),
              "Cannot " + std::string(doing) + " " + path + ": " + std::strerror(errno),
              "Check the path and this user's rights");
}

}  // namespace

// Written beside and renamed, so that a reader sees the old or the new content and nothing between.
Result<void> write_private_file(const std::string& path, const std::string& content) {
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return file_error("file-not-writable", "write", path);
  const bool written = ::write(file, content.data(), content.size()) == ssize_t(content.size());
  const bool closed = ::close(file) == 0;
  if (!written || !closed || ::rename(beside.c_str(), path.c_str()) != 0) {
    auto error = file_error("file-not-writable", "write", path);
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

Result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t bytes_max = 64 * 1024;
  std::ifstream file(path, std::ios::binary);
  if (!file) return file_error("file-not-readable", "read", path);
  std::string content(bytes_max + 1, '\0');
  file.read(content.data(), std::streamsize(content.size()));
  if (file.bad() || std::size_t(file.gcount()) > bytes_max) {
    return fail(ErrorKind::storage, "file-not-readable",
                "Cannot read " + path + ": it is not a small text file");
  }
  content.resize(std::size_t(file.gcount()));
  return content;
}

}  // namespace slipway::app
