// Looks on while a node answers: each request gets an id (X-Request-Id: the one that came with it,
// or a new one), is counted with its time, and is written as one line of JSON where a log is
// wanted. Neither addresses nor contents are written: route, status, sizes, whose token it was, and
// the problem that it was answered with. What else is written about a request has its id, too.
//
// So are those that the server refuses before a handler sees them; their lines are bounded in
// number and length (limits.h) and say why, in printable ASCII.
//
// The loop's thread; it must outlive the server.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "cloud/bucket.h"
#include "cloud/ledger.h"
#include "cloud/limits.h"
#include "cloud/metrics.h"
#include "http/message.h"
#include "model/json.h"

namespace slipway::cloud {

class Observer {
 public:
  // `log`: nullptr for none.
  Observer(Random& random, std::function<Now()> now, std::ostream* log)
      : random_(random), now_(std::move(now)), log_(log) {}

  http::Handler observed(http::Handler inner);  // sees the id as the request's own header
  // Around what is called later than within observed(): what it throws is our bug, is told with the
  // request's id, and answered 500.
  http::Handler guarded(http::Handler inner);
  // Of http::Server: a refusal that it gives by itself, with its id.
  http::Response refused(const http::Request& so_far, http::Response refusal);
  void recognised(const TokenOwner& owner) { owner_ = owner; }  // of the request in progress

  Metrics metrics;
  Instant now() const { return now_().instant; }

 private:
  class Sink;
  struct Seen {
    std::string id, method, route;
    std::size_t bytes = 0;
    Instant began;
  };
  Seen seen(const http::Request& request);
  void answered(const Seen& seen, const http::Response& response);
  void tell_cause(const Seen& seen, const http::Response& response);
  void log_refusal(const Seen& seen, const http::Response& refusal);
  json::object line_of(const Seen& seen, const http::Response& response) const;
  void write(const json::object& line);
  void fault(const Seen& seen, const std::string& what);

  Random& random_;
  std::function<Now()> now_;
  std::ostream* log_;
  std::optional<TokenOwner> owner_;
  Bucket refusal_lines_{double(refusal_lines_per_second), double(refusal_lines_burst), Instant{}};
  Bucket cause_lines_{double(refusal_lines_per_second), double(refusal_lines_burst), Instant{}};
  std::uint64_t refusals_left_out_ = 0;  // of the log, since its last line about one
};

// The pattern that a path belongs to; "other".
std::string route_of(std::string_view raw_path);

}  // namespace slipway::cloud
