// Keeps a node's key ring fresh: reads an issuer's keys at the start, and whenever the ring wants
// it, off the loop's thread.
#pragma once

#include <string>

#include "cloud/metrics.h"
#include "http/loop.h"
#include "jwt/key_reader.h"
#include "jwt/key_ring.h"

namespace slipway::app {

class JwtKeys {
 public:
  // Loop and metrics must outlive it.
  JwtKeys(http::Loop& loop, const std::string& place, cloud::Metrics& metrics);

  // Before the loop runs. An issuer that cannot be reached yet is complained of and tried again;
  // keys that cannot be used are an error.
  Result<void> begin();
  jwt::KeyRing& ring() { return ring_; }

 private:
  void look();
  void take(Result<jwt::KeySet> read);

  http::Loop& loop_;
  const std::string place_;
  jwt::KeyRing ring_;
  http::Loop::Alarm alarm_;
  jwt::KeyReader reader_;  // last: its thread posts to the loop until it is gone
};

}  // namespace slipway::app
