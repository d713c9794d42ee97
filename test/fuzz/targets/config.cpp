// The configuration file, and the addresses in it.
#include "app/config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "transport/address.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

// A file in memory that has a path, used again and again.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("slipway.toml", 0)) {
    demand(descriptor_ >= 0, "a file");
  }
  void write(std::string_view text) const {
    demand(ftruncate(descriptor_, 0) == 0, "the file is emptied");
    demand(pwrite(descriptor_, text.data(), text.size(), 0) == ssize_t(text.size()),
           "it is filled");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void check_address(const std::string& address) {
  const bool is_address = check_cloud_address(address).has_value();
  const std::string origin = origin_of(address);
  demand(!origin.empty(), "an address can be named");
  if (!is_address) return;
  demand(check_webhook_address(address).has_value(),
         "a cloud's address is good enough for a webhook");
  demand(join_address(address, "/v1/push").ends_with("/v1/push"), "a path is added at the end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile file;
  const std::string_view text = text_of(data, size);
  file.write(text);
  app::Config config;
  const auto read = app::read_config_file(file.path(), config);
  if (!read) demand(!read.error().message.empty(), "a refusal says why");
  if (read) {
    check_address(config.cloud);
    (void)app::complete(config);
  }
  check_address(std::string(text));
  return 0;
}
