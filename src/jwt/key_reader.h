// Reads an issuer's keys from a file or an address, on a thread of its own. Bounded: size, time, no
// redirects; https, or http on loopback, since whoever changes the keys on their way makes tokens.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "jwt/key_set.h"

namespace slipway::jwt {

// Error "bad-key-place": an address of another kind, or one with a password in it.
Result<void> check_key_place(const std::string& place);

// Now, on this thread; `stop` cuts it short. Errors: "keys-unreachable" (an address),
// "no-key-set" (a file), "bad-key-set".
Result<KeySet> read_keys(const std::string& place, std::stop_token stop = {});

class KeyReader {
 public:
  // `read` is called on the reader's thread, once for each begin().
  KeyReader(std::string place, std::function<void(Result<KeySet>)> read);
  ~KeyReader();  // cuts a reading in progress
  KeyReader(const KeyReader&) = delete;
  KeyReader& operator=(const KeyReader&) = delete;

  void begin();  // not while one is in progress

 private:
  void run(std::stop_token stop);

  const std::string place_;
  const std::function<void(Result<KeySet>)> read_;
  std::mutex mutex_;
  std::condition_variable_any wanted_changed_;
  bool wanted_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace slipway::jwt
