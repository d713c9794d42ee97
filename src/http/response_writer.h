// Responses as the bytes of HTTP/1.1, appended to a buffer. Only for this folder.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace slipway::http {

struct WriteOptions {
  bool keep_alive = true;
  bool head_only = false;  // the answer to HEAD: all headers, no body
  bool gzip = false;       // the client takes gzip; used where it is worth it
  std::size_t gzip_bytes_min = 1024;
};

void write_response(std::string& out, Response response, const WriteOptions& options);

// The head of an event stream, whose end is the end of the connection.
void write_stream_head(std::string& out, const Headers& headers);

// One event (WHATWG HTML, 9.2.6): line breaks in `data` make more data lines; in `event` and `id`
// they are dropped.
void write_event(std::string& out, std::string_view event, std::string_view data,
                 std::string_view id);

// What an Accept-Encoding header says about gzip (RFC 9110, 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace slipway::http
