// Every bound of the hosted API, in one place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipway::cloud {

inline constexpr std::int64_t push_entries_max = 1000;           // one commit stays under ~50 ms
inline constexpr std::int64_t push_bytes_max = 8 * 1024 * 1024;  // a request body, unpacked
inline constexpr std::int64_t page_rows_default = 1000;          // rows and receipts together
inline constexpr std::int64_t page_rows_max = 5000;              // what a client may ask for
inline constexpr std::int64_t push_page_rows_max = 2000;         // the page inside a push answer
inline constexpr std::int64_t history_versions_max = 500;       // of one question for a common past
inline constexpr std::int64_t images_walked_per_page_row = 50;  // bounds the walk over a hot row

}  // namespace slipway::cloud
