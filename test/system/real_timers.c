// Preloaded before libfaketime 0.9.10, which moves timers of the monotonic clock along with the wall
// clock, whatever it is told: a program that waits for a second would wait for ten years.
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int timer, int flags, const struct itimerspec* wanted,
                    struct itimerspec* before) {
  return (int)syscall(SYS_timerfd_settime, timer, flags, wanted, before);
}
