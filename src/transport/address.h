// Addresses of the other end. What is shown of one never holds a secret: webhook addresses carry
// theirs in the path or the query, proxies and old APIs theirs before the host.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

// For settings: http or https with a host, and no name, password, query or fragment in it (a
// webhook may have a query). Errors: "bad-address".
Result<void> check_cloud_address(const std::string& url);
Result<void> check_webhook_address(const std::string& url);

// "https://host:port", for messages; "the given address" when it is not one.
std::string origin_of(const std::string& url);

// base "https://host/prefix/" and path "/v1/push": "https://host/prefix/v1/push".
std::string join_address(std::string_view base, std::string_view path);

std::string percent_encoded(std::string_view text);  // RFC 3986, 2.3: all but the unreserved
std::string percent_decoded(std::string_view text);

}  // namespace slipway
