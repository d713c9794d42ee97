#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace slipway {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "slipway: internal error: CHECK(%s) failed at %s:%d\n", condition, file,
               line);
  std::abort();
}

}  // namespace slipway
