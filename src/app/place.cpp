#include "app/place.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "app/process.h"

namespace slipway::app {

namespace {

std::string first_line(const char* path) {
  const std::string text = read_small_file(path).value_or("");
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::string place_of(const std::string& file) {
  struct statx found;
  const std::string machine = first_line("/etc/machine-id");
  if (machine.empty() || ::statx(AT_FDCWD, file.c_str(), 0, STATX_INO | STATX_BTIME, &found) != 0)
    return "";
  std::string place = machine + " " + std::to_string(found.stx_ino);
  if (found.stx_mask & STATX_BTIME) {
    place += " " + std::to_string(found.stx_btime.tv_sec) + "." +
             std::to_string(found.stx_btime.tv_nsec);
  }
  return place;
}

std::string boot_of_machine() {
  return first_line("/proc/sys/kernel/random/boot_id");
}

}  // namespace slipway::app
