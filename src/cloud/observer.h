// Looks on while a node answers: each request gets an id (X-Request-Id: the one that came with it,
// or a new one), is counted with its time, and is written as one line of JSON where a log is
// wanted. Neither addresses nor contents are written: route, status, sizes, whose token it was, and
// the problem that it was answered with. What else is written about a request has its id, too.
//
// The loop's thread; it must outlive the server.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "cloud/ledger.h"
#include "cloud/metrics.h"
#include "http/message.h"

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
  void fault(const Seen& seen, const std::string& what);

  Random& random_;
  std::function<Now()> now_;
  std::ostream* log_;
  std::optional<TokenOwner> owner_;
};

// The pattern that a path belongs to; "other".
std::string route_of(std::string_view raw_path);

}  // namespace slipway::cloud
