// Every bound of what an identity provider may send, in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace slipway::jwt {

inline constexpr std::size_t token_bytes_max = 8 * 1024;  // what other servers take in a header
inline constexpr std::size_t name_bytes_max = 256;        // of a tenant or device
inline constexpr std::size_t key_id_bytes_max = 256;
inline constexpr std::size_t key_set_bytes_max = 256 * 1024;  // hundreds of keys; providers have 2
inline constexpr std::size_t rsa_bits_min = 2048;             // RFC 7518, 3.3
inline constexpr std::chrono::seconds leeway{60};             // between the two clocks

// Keys are read anew so often: one that the provider has withdrawn is believed no longer than that.
inline constexpr std::chrono::minutes reading_interval{15};
// A token with an unknown key asks for them at once, but whoever makes such tokens up costs the
// provider no more than a request in so long.
inline constexpr std::chrono::seconds reading_pause_min{5};
inline constexpr std::chrono::seconds reading_time_max{5};
inline constexpr std::size_t sought_keys_max = 64;  // more than a provider ever has new at once

}  // namespace slipway::jwt
