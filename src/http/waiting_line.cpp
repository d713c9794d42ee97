#include "http/waiting_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <exception>
#include <utility>

namespace slipway::http {

namespace {
constexpr double retry_after_max_seconds = 60;  // as long as clients wait by themselves
}  // namespace

struct WaitingLine::State : std::enable_shared_from_this<WaitingLine::State> {
  struct Waiting {
    Request request;
    Reply reply;
    Instant since;
  };

  State(Loop& on_loop, WaitingLimits line_limits, Handler handler, std::function<Instant()> clock)
      : loop(on_loop),
        limits(std::move(line_limits)),
        inner(std::move(handler)),
        now(std::move(clock)) {}

  static Response overloaded() {
    return problem({ErrorKind::busy, "overloaded", "There is more to do than can be done in time.",
                    "Nothing was done. Try again in a moment."});
  }

  void turn_away(const Reply& reply) {
    ++turned_away;
    Response response = overloaded();
    std::erase_if(response.headers, [](const auto& h) { return h.first == "Retry-After"; });
    response.headers.emplace_back("Retry-After", std::to_string(next_seat()));
    reply(std::move(response));
  }

  double served_per_second() const { return served / busy_seconds; }

  // The seconds after which there is room again, given everybody who was told to come before.
  std::int64_t next_seat() {
    const double per_second = served_per_second();
    const double passed = double((now() - seated_at).count()) / 1000;
    seated = std::max(0.0, seated - passed * per_second) + 1;
    seated_at = now();
    double seconds = std::ceil(seated / per_second);
    // Whoever would have to wait longer than clients wait by themselves shares the second half.
    constexpr double half = retry_after_max_seconds / 2;
    if (seconds > retry_after_max_seconds) seconds = half + 1 + std::fmod(seconds, half);
    return std::int64_t(seconds);
  }

  // How fast the line is served while there is one, mostly as it was in the last second of that.
  void count_served(Instant since) {
    const Instant ended = now();
    served += 1;
    busy_seconds += double((ended - std::max(served_at, since)).count()) / 1000;
    served_at = ended;
    if (busy_seconds < 2) return;
    served /= 2;
    busy_seconds /= 2;
  }

  void arrive(Request request, Reply reply) {
    if (std::ranges::find(limits.passes_by, request.path) != limits.passes_by.end())
      return inner(std::move(request), std::move(reply));
    const std::size_t body = request.body.size();
    const bool room = waiting.size() < limits.requests_max &&
                      (waiting.empty() || bytes + body <= limits.bytes_max);
    if (!room) return turn_away(reply);
    bytes += body;
    waiting.push_back({std::move(request), std::move(reply), now()});
    if (waiting.size() == 1) loop.post([self = shared_from_this()] { self->serve_next(); });
  }

  // One request for each turn of the loop. It leaves the line when it is done.
  void serve_next() {
    Waiting next = std::move(waiting.front());
    const std::size_t body = next.request.body.size();
    const std::string path = next.request.raw_path;
    const Instant since = next.since;
    if (!next.reply.waiting())
      next.reply(overloaded());  // who sends no more may still listen (RFC 9112, 9.6)
    else if (now() > next.since + limits.time_max)
      turn_away(next.reply);
    else
      serve(std::move(next), path);
    waiting.pop_front();
    bytes -= body;
    count_served(since);
    if (!waiting.empty()) loop.post([self = shared_from_this()] { self->serve_next(); });
  }

  // A handler that throws is our bug; the reply that it drops is answered 500.
  void serve(Waiting next, const std::string& path) {
    try {
      inner(std::move(next.request), std::move(next.reply));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "slipway: internal error: the handler of %s threw: %s\n", path.c_str(),
                   error.what());
    } catch (...) {
      std::fprintf(stderr, "slipway: internal error: the handler of %s threw\n", path.c_str());
    }
  }

  Loop& loop;
  const WaitingLimits limits;
  const Handler inner;
  const std::function<Instant()> now;
  std::deque<Waiting> waiting;  // the first one is being served
  std::size_t bytes = 0;
  std::uint64_t turned_away = 0;
  double served = 10, busy_seconds = 0.1;  // until more is known
  Instant served_at{};
  double seated = 0;  // turned away and told when to come, and not due yet
  Instant seated_at = now();
};

WaitingLine::WaitingLine(Loop& loop, WaitingLimits limits, Handler inner,
                         std::function<Instant()> now)
    : state_(std::make_shared<State>(loop, std::move(limits), std::move(inner), std::move(now))) {}

Handler WaitingLine::handler() const {
  return [state = state_](Request request, Reply reply) {
    state->arrive(std::move(request), std::move(reply));
  };
}

std::size_t WaitingLine::size() const {
  return state_->waiting.size();
}

double WaitingLine::served_per_second() const {
  return state_->served_per_second();
}

std::uint64_t WaitingLine::turned_away() const {
  return state_->turned_away;
}

}  // namespace slipway::http
