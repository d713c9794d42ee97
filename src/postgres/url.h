// What is wrong with a URL of a database before anybody is asked. In words of ours: libpq quotes
// the part that it stumbles over, which is the password as a rule.
#pragma once

#include <optional>
#include <string>

namespace slipway::postgres {

// One sentence without its full stop that holds nothing of the URL; nothing: libpq can read it, and
// no part of a password has ended up in host, port or database.
std::optional<std::string> mistake_in(const std::string& url);

}  // namespace slipway::postgres
