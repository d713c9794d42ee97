// Transport: the worker's port to whatever stands at the other end. Two implementations run: curl
// (src/transport) and the simulator's network.
//
// Each call begins one exchange and is answered exactly once, on the worker's thread, by its
// callback, never from within the call itself; a cancelled exchange need not be answered, and an
// answer that comes all the same is ignored by the worker. Failures are classified here, at the
// edge; nobody behind reads a status code.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>

#include "model/failure.h"
#include "model/history.h"
#include "model/snapshot.h"
#include "model/wire.h"

namespace slipway {

template <class T>
using Answered = std::function<void(std::expected<T, Failure>)>;

struct TransportLimits {
  std::size_t push_entries_max;  // 1: a target that takes one entry a request
  std::size_t push_bytes_max;
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual void probe(Answered<Capabilities> answered) = 0;
  virtual void push(PushRequest request, Answered<PushAnswer> answered) = 0;
  virtual void pull(PullRequest request, Answered<PullAnswer> answered) = 0;
  virtual void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) = 0;
  virtual void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) = 0;
  virtual void cancel() = 0;  // the exchange in flight, if there is one
  virtual TransportLimits limits() const = 0;

  // The stream of pokes, where the target has one: beside the exchanges, one at a time. `heard` for
  // each poke, `ended` once when it breaks; neither from within the call, nor after close_stream().
  // What it says may be late, lost, repeated or out of order.
  virtual bool has_stream() const { return false; }
  virtual void open_stream(const std::optional<Version>& cursor, std::function<void(Poke)> heard,
                           std::function<void(Failure)> ended) {
    (void)cursor, (void)heard, (void)ended;
  }
  virtual void close_stream() {}
};

}  // namespace slipway
