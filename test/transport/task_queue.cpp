#include "transport/task_queue.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/check.h"

namespace slipway::test {

TokenFile::TokenFile(const std::string& text) {
  char name[] = "/tmp/slipway-token-XXXXXX";
  const int file = mkstemp(name);
  CHECK(file >= 0);
  ::close(file);
  path_ = name;
  write(text);
}

TokenFile::~TokenFile() {
  unlink(path_.c_str());
}

void TokenFile::write(const std::string& text) {
  std::ofstream(path_, std::ios::trunc) << text;
}

HttpOptions direct() {
  HttpOptions options;
  options.proxy = "";
  return options;
}

}  // namespace slipway::test
