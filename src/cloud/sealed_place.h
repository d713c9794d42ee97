// Places in pages as a device with a scope carries them: it gives them back and cannot read them,
// for they name rows that it must not hear of. A sealed place opens for the device that it was
// made for, and for nothing else than what it is a place in. It tells of an id's length no more
// than within 64 bytes, and two of one place do not look alike.
// Called by the routes of the cloud. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cloud/ledger.h"

namespace slipway::cloud {

// 256 bits from the operating system, as text.
std::string new_seal_key();

// `of`: whose place in what it is.
std::string seal(std::string_view place, std::string_view of, std::string_view key);
// Nothing: it is no sealed place, or another's.
std::optional<std::string> open_sealed(std::string_view text, std::string_view of,
                                       std::string_view key);

// Whether it has the form of one, whoever's.
bool looks_sealed(std::string_view text);

// With the key that all nodes of a cloud have, which is asked for once it is needed.
class SealedPlaces {
 public:
  explicit SealedPlaces(Ledger& ledger) : ledger_(ledger) {}

  Result<std::string> seal(const TokenOwner& owner, std::string_view in, std::string_view place);
  Result<std::optional<std::string>> open(const TokenOwner& owner, std::string_view in,
                                          std::string_view text);

 private:
  Result<void> need_key();

  Ledger& ledger_;
  std::string key_;
};

}  // namespace slipway::cloud
