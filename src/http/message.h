// Requests and responses as plain values. Nothing here knows a socket or a word of sync.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace slipway::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Every string is bytes from outside: not necessarily UTF-8.
struct Request {
  std::string method = {};    // "GET"
  std::string path = {};      // percent-decoded, without the query: "/sync/queue/12"
  std::string raw_path = {};  // as sent; tells "a%2Fb" from "a/b". May be empty in tests.
  std::vector<std::pair<std::string, std::string>> query = {};  // decoded, in order
  Headers headers = {};                                         // names in lower case
  std::map<std::string, std::string> params = {};               // what the route's {name} matched
  std::string body = {};  // decompressed, bounded by the server

  std::string_view header(std::string_view lower_case_name) const;  // "" when absent
  std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  Headers headers = {};
  std::string cause = {};  // for the log, not sent: Error::cause
};

Response json(unsigned status, std::string body);
Response no_content();

// RFC 9457. `type` becomes "https://slipway.dev/problems/<type>"; `title` is error.message,
// `detail` error.hint; `field` and `entries` are added where some are to blame. Status by
// ErrorKind: invalid 422, unauthorized 401 with WWW-Authenticate, forbidden 403, not_found 404,
// conflict 409, too_large 413, busy 503 with Retry-After: 1, unsupported 501, storage 507. The body
// is valid JSON in valid UTF-8, whatever bytes the error quotes.
Response problem(const Error& error);
// Where the kind's status does not fit (400, 405, 415 …).
Response problem(unsigned status, const Error& error);
Response our_fault();  // 500 "internal-error": a handler threw, or nobody answered

// The text with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view bytes);

// A server-sent event stream (WHATWG HTML, 9.2). Thread: the loop's. Keeping the pointer keeps
// the stream open; a client that reads too slowly (over 1 MiB waiting) is cut off.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void send(std::string_view event, std::string_view data, std::string_view id = {}) = 0;
  virtual bool open() const = 0;
  virtual void close() = 0;  // what was sent is still delivered
};

// How a handler answers: once, at once or later, on the loop's thread. Dropping every copy of a
// Reply without an answer is our bug and gives the client a 500.
class Reply {
 public:
  struct Sink {
    virtual ~Sink() = default;
    virtual void respond(Response response) = 0;
    virtual std::shared_ptr<EventStream> stream(Headers headers) = 0;
    virtual bool waiting() const = 0;  // the client is still connected and unanswered
  };
  explicit Reply(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}

  void operator()(Response response) const { sink_->respond(std::move(response)); }
  // Answers 200 with an event stream; never null, but not open() when the client has gone.
  std::shared_ptr<EventStream> stream(Headers headers = {}) const {
    return sink_->stream(std::move(headers));
  }
  bool waiting() const { return sink_->waiting(); }

 private:
  std::shared_ptr<Sink> sink_;
};

// By value, so that a handler which answers later may keep the request without copying a body.
using Handler = std::function<void(Request request, Reply reply)>;

}  // namespace slipway::http
