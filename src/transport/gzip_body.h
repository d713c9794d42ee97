// Request bodies, compressed (RFC 1952). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace slipway {

std::string gzip_body(std::string_view bytes);

}  // namespace slipway
