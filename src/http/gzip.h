// gzip (RFC 1952) in memory, with a bound on what comes out. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::http {

std::string gzip_compress(std::string_view bytes);

// Gives at most `bytes_max` bytes, and stops reading there: a bomb costs no more than that.
// Errors: "bad-gzip" (invalid; also when the end is missing), "body-too-large" (too_large).
Result<std::string> gzip_decompress(std::string_view bytes, std::size_t bytes_max);

}  // namespace slipway::http
