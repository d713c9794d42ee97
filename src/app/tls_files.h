// The certificate and the key that a node shows, from two files that others write (an ACME client,
// a person): read at the start, and again when they change, without a restart. What cannot be used
// is complained of once, and the one in use stays.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "cloud/metrics.h"
#include "http/certificate.h"
#include "http/loop.h"
#include "http/server.h"

namespace slipway::app {

class TlsFiles {
 public:
  TlsFiles(http::Loop& loop, std::string certificate, std::string key);

  // Before the server listens; an error ends the start. From then on server and metrics must
  // outlive it.
  Result<void> begin(http::Server& server, cloud::Metrics& metrics);

 private:
  struct Stamp {  // two that are equal: nobody has written in between
    std::int64_t certificate_inode = 0, certificate_ns = 0, certificate_bytes = 0;
    std::int64_t key_inode = 0, key_ns = 0, key_bytes = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  Stamp stamp() const;
  Result<void> read();
  void warn_of_open_key() const;
  void warn_of_end();
  void look();

  http::Loop& loop_;
  const std::string certificate_, key_;
  http::Server* server_ = nullptr;
  http::Loop::Alarm alarm_;
  Stamp read_, seen_;  // what was read last, or found unusable; what the last look saw
  bool is_stale_ = false;
  unsigned looks_since_try_ = 0;
  bool warned_of_end_ = false;
  WallTime expires_;
};

}  // namespace slipway::app
