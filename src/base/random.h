// Chance as an argument: xoshiro256** 1.0 (Blackman and Vigna, 2018), seeded through splitmix64.
// Integers only, so that one seed gives one sequence on every machine. Not for secrets: tokens
// come from the operating system.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace slipway {

class Random {
 public:
  explicit Random(std::uint64_t seed);
  // For production: all 256 bits from the operating system, so that a nonce is worth its length.
  explicit Random(const std::array<std::uint64_t, 4>& entropy) : state_(entropy) {}

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);                      // 0 … bound-1; bound > 0
  std::uint64_t between(std::uint64_t low, std::uint64_t high);  // low … high, both included
  bool chance(std::uint64_t in, std::uint64_t out_of) { return below(out_of) < in; }
  std::string hex(std::size_t bytes);  // lower case, two digits a byte
  std::string uuid();                  // RFC 9562 version 4

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace slipway
