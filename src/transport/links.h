// Web links in the headers of an answer (RFC 8288). Pure.
#pragma once

#include <string>

#include "transport/http_client.h"

namespace slipway {

// The target of the link whose relation is "next", as it is written:
//   Link: <https://…?page=1>; rel="prev", <https://…?page=3>; rel="next last"
// in as many lines as there are. "": there is none.
std::string next_in_links(const HttpAnswer& answer);

}  // namespace slipway
