// Base64 (RFC 4648, section 4), for bytes that travel inside JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // nothing when it is not Base64

// Whether the bytes are UTF-8 without surrogates or overlong forms (RFC 3629).
bool is_utf8(std::string_view bytes);

}  // namespace slipway
