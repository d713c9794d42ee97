// The keys of an issuer as they are known now, and when they are to be read anew: now and then, and
// soon when a token names a key that is not there, since the issuer may have made it just now. A
// function of events and time; key_reader.h does the reading. Keys stay when a reading fails.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "jwt/key_set.h"

namespace slipway::jwt {

class KeyRing {
 public:
  const KeySet& keys() const { return keys_; }

  bool wants_reading(Instant now) const;
  void reading_began(Instant now);
  void reading_ended(Result<KeySet> read);

  // Of a key that is not there: whether a reading may still bring it, which is then wanted. False
  // when one that began after the key was first asked for has not brought it.
  bool may_come(std::string_view key_id);

  std::uint64_t failures() const { return failures_; }  // readings that failed

 private:
  KeySet keys_;
  std::optional<Instant> began_;  // the newest reading
  bool in_progress_ = false;
  bool failed_ = false;  // the newest that ended
  std::uint64_t failures_ = 0;
  std::set<std::string, std::less<>> sought_;   // since the newest reading began
  std::set<std::string, std::less<>> awaited_;  // before it
  std::set<std::string, std::less<>> missing_;  // it has not brought them
};

}  // namespace slipway::jwt
