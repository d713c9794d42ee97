// Turns the bytes of one request into a Request, or into the problem that refuses it. Beast's
// parser does the reading; what it lets through and we do not is checked here: the target, Host,
// transfer codings, encodings, the size after decompression. Only for this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace slipway::http {

class RequestParser {
 public:
  RequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max);
  ~RequestParser();

  // Takes what it can and says how many bytes that were. The rest must be given again, with more
  // behind it. Not to be called once done() or refused().
  std::size_t feed(std::string_view bytes);

  bool done() const;                               // take() gives the request
  const std::optional<Response>& refusal() const;  // the request cannot be read on from here
  bool wants_continue() const;                     // the client waits for "100 Continue"
  bool keep_alive() const;

  const Request& so_far() const;  // what has been read of it
  Request take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::http
