// The bounds of talking to the other end. Times can be set per client (HttpOptions); these are what
// holds when nobody says otherwise.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace slipway::limits {

constexpr Duration connect_time_max{10'000};     // a phone's hot spot needs several seconds
constexpr Duration request_time_max{60'000};     // a full batch over a slow line
constexpr std::chrono::seconds silence_max{20};  // under 1 byte/s for so long: the line is dead
constexpr std::chrono::seconds stream_silence_max{45};  // the cloud says something every 15 s
constexpr std::size_t stream_event_bytes_max = std::size_t{256} << 10;  // pokes are at most 32 KiB
constexpr std::size_t stream_waiting_bytes_max = std::size_t{4} << 20;  // heard and not looked at
constexpr std::size_t answer_bytes_max = std::size_t{64} << 20;  // decompressed; a bomb stops here
constexpr Duration retry_after_max{3'600'000};  // a peer must not silence a device for a day
constexpr std::size_t failure_text_bytes_max =
    500;  // a message is for reading, not for storing pages
constexpr std::size_t token_file_bytes_max =
    16 * 1024;                                       // the cloud's server takes no longer header
constexpr std::size_t cloud_push_entries_max = 500;  // what the native protocol promises to take
constexpr std::size_t transport_push_bytes_max = std::size_t{1} << 20;

// A hosted API (target `rest`).
constexpr std::size_t rest_rows_max = 200'000;  // of one listing; they are held in memory
constexpr std::size_t rest_pages_max = 10'000;  // of one list: one that never ends is an error
constexpr int rest_pulls_per_list = 100;  // what `changes` does not tell is found after so many
constexpr int rest_judgements_max = 3;    // of one entry, while others change its row meanwhile

}  // namespace slipway::limits
