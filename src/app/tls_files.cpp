#include "app/tls_files.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "app/process.h"

namespace slipway::app {

namespace {

constexpr Duration look_interval = std::chrono::seconds(1);
constexpr unsigned looks_between_tries = 60;            // at files that could not be used
constexpr Duration renewal_due = std::chrono::days(7);  // ACME clients renew weeks before

void say(const std::string& line) {
  std::cerr << "slipway-cloud: " << line << std::endl;
}

std::int64_t ns_of(const timespec& at) {
  return at.tv_sec * 1'000'000'000 + at.tv_nsec;
}

// Also of who may read it: that changes the status only.
void stamp_file(const std::string& path, std::int64_t& inode, std::int64_t& ns,
                std::int64_t& bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  inode = std::int64_t(status.st_ino);
  ns = std::max(ns_of(status.st_mtim), ns_of(status.st_ctim));
  bytes = status.st_size;
}

}  // namespace

TlsFiles::TlsFiles(http::Loop& loop, std::string certificate, std::string key)
    : loop_(loop),
      certificate_(std::move(certificate)),
      key_(std::move(key)),
      alarm_(loop, [this] { look(); }) {}

Result<void> TlsFiles::begin(http::Server& server, cloud::Metrics& metrics) {
  server_ = &server;
  read_ = seen_ = stamp();
  if (auto done = read(); !done) return done;
  metrics.add("slipway_tls_certificate_expires_seconds",
              "When the certificate in use ends, in seconds since 1970.", false,
              [this] { return double(expires_.ms_since_1970) / 1000; });
  metrics.add("slipway_tls_certificate_stale",
              "1 while the files hold a certificate that cannot be used, and an older one is.",
              false, [this] { return is_stale_ ? 1.0 : 0.0; });
  alarm_.set(loop_.now() + look_interval);
  return {};
}

TlsFiles::Stamp TlsFiles::stamp() const {
  Stamp stamp;
  stamp_file(certificate_, stamp.certificate_inode, stamp.certificate_ns, stamp.certificate_bytes);
  stamp_file(key_, stamp.key_inode, stamp.key_ns, stamp.key_bytes);
  return stamp;
}

Result<void> TlsFiles::read() {
  auto chain = read_small_file(certificate_);
  if (!chain) return std::unexpected(chain.error());
  auto key = read_small_file(key_);
  if (!key) return std::unexpected(key.error());
  auto certificate = http::Certificate::from_pem({certificate_, std::move(*chain)},
                                                 {key_, std::move(*key)}, wall_clock());
  if (!certificate) return std::unexpected(certificate.error());
  expires_ = certificate->expires();
  warned_of_end_ = false;
  warn_of_open_key();
  server_->secure(std::move(*certificate));
  return {};
}

void TlsFiles::warn_of_open_key() const {
  struct stat status {};
  if (::stat(key_.c_str(), &status) != 0 || !(status.st_mode & (S_IRGRP | S_IROTH))) return;
  say("others on this machine may read the key in " + key_ + "; let only this user: chmod 600");
}

void TlsFiles::warn_of_end() {
  if (wall_clock() + renewal_due < expires_ || std::exchange(warned_of_end_, true)) return;
  say("the certificate in " + certificate_ + " ends at " + to_text(expires_) +
      "; have it renewed, else devices refuse it then. A new one is taken without a restart");
}

// Two files cannot be replaced at once, so a change is read when nothing has changed for one look.
// What could not be used is tried again now and then: time alone may have made it good.
void TlsFiles::look() {
  const Stamp now = stamp();
  const bool again = is_stale_ && ++looks_since_try_ >= looks_between_tries;
  if (now == std::exchange(seen_, now) && (now != read_ || again)) {
    looks_since_try_ = 0;
    read_ = now;
    const auto done = read();
    is_stale_ = !done;
    if (done) {
      say("a new certificate is in use; it ends at " + to_text(expires_));
    } else {
      complain("slipway-cloud", done.error());
      say("the certificate that was read before stays in use until " + to_text(expires_));
    }
  }
  warn_of_end();
  alarm_.set(loop_.now() + look_interval);
}

}  // namespace slipway::app
