// CHECK states what must be true unless we have a bug. It stays on in release builds: a process
// that is wrong about its own state must not go on to write.
// What a disk, a peer or a person can cause is not a CHECK but a Result (result.h).
#pragma once

namespace slipway {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace slipway

#define CHECK(condition) \
  ((condition) ? (void)0 : ::slipway::check_failed(#condition, __FILE__, __LINE__))
