// Requests as bytes. The first two bytes of the input say where the rest is cut: in whatever pieces
// a request arrives, it is the same request or the same refusal.
#include <algorithm>

#include "fuzz.h"
#include "http/guard.h"
#include "http/request_parser.h"
#include "http/target.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

constexpr std::size_t header_bytes_max = 1024, body_bytes_max = 4096;

struct Outcome {
  bool done = false;
  unsigned refused = 0;  // status
  http::Request request;
};

// Feeds what is there until the parser has what it wants, as a connection does.
Outcome read(std::string_view bytes, std::size_t piece) {
  http::RequestParser parser(header_bytes_max, body_bytes_max);
  std::string waiting;
  while (!parser.done() && !parser.refusal()) {
    const std::size_t more = std::min(piece, bytes.size());
    waiting += bytes.substr(0, more);
    bytes.remove_prefix(more);
    const std::size_t taken = parser.feed(waiting);
    demand(taken <= waiting.size(), "no more is taken than was given");
    waiting.erase(0, taken);
    if (taken == 0 && more == 0) break;
  }
  Outcome outcome;
  if (const auto& refusal = parser.refusal()) {
    outcome.refused = refusal->status;
    demand(refusal->status >= 400 && refusal->status < 500, "a refusal is the client's fault");
    demand(parse_json(refusal->body, "a problem").has_value(), "a refusal is a problem document");
    return outcome;
  }
  if (!parser.done()) return outcome;
  outcome.done = true;
  parser.keep_alive();
  outcome.request = parser.take();
  return outcome;
}

void check_request(const http::Request& request) {
  demand(request.body.size() <= body_bytes_max, "a body is bounded, compressed or not");
  demand(!request.path.empty(), "a request has a path");
  demand(http::bearer_token(request).size() <= header_bytes_max, "a token is bounded");
  demand(is_valid_utf8(http::to_valid_utf8(request.path)), "a path can be made valid UTF-8");
  for (const auto& [name, value] : request.headers) {
    demand(std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
           "names of headers are in lower case");
    demand(value.find('\n') == value.npos, "no header holds a line's end");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = std::max<std::size_t>(1, data[0]);
  const std::string_view bytes = text_of(data + 1, size - 1);
  (void)http::percent_decode(bytes);
  (void)http::parse_target(bytes);
  const Outcome whole = read(bytes, bytes.size()), pieces = read(bytes, piece);
  demand(whole.done == pieces.done, "pieces make a request where the whole does");
  // What is wrong with an unfinished request may show later in the one than in the other.
  if (whole.refused && pieces.refused) demand(whole.refused == pieces.refused, "the same refusal");
  if (!whole.done) return 0;
  demand(whole.request.method == pieces.request.method &&
             whole.request.path == pieces.request.path &&
             whole.request.query == pieces.request.query &&
             whole.request.headers == pieces.request.headers &&
             whole.request.body == pieces.request.body,
         "pieces make the same request");
  check_request(whole.request);
  return 0;
}
