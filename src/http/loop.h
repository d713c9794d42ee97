// The event loop of a process: one thread, everything that happens in it happens in turn.
// It hides Boost.Asio, so that only this folder compiles it.
//
// post() and stop() may be called from any thread; everything else only before run() or on the
// loop's thread. Alarms, servers and whatever else lives on a loop must not outlive it.
#pragma once

#include <functional>
#include <memory>

#include "base/time.h"

namespace slipway::http {

class Loop {
 public:
  Loop();
  ~Loop();  // tasks that have not run are dropped
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();   // until stop(); a stop() that came before makes it return at once
  void stop();  // any thread; run() returns when the handler in progress has returned

  void post(std::function<void()> task);  // runs soon, after what is ready already
  Instant now() const;                    // the monotonic clock

  // A repeating alarm clock: set() replaces an earlier setting, `ring` runs at `at` or soon after,
  // once for each setting. `ring` may set, cancel or destroy its own alarm.
  class Alarm {
   public:
    Alarm(Loop& loop, std::function<void()> ring);
    ~Alarm();  // cancels
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    void set(Instant at);
    void cancel();

   private:
    struct State;
    std::shared_ptr<State> state_;
  };

  // `handler` runs on the loop at every arrival of the signal.
  void on_signal(int signal_number, std::function<void()> handler);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::http
