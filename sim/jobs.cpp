#include "jobs.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <list>

#include "base/check.h"

namespace slipway::sim {

namespace {

constexpr int look_every_ms = 1000;

using Clock = std::chrono::steady_clock;

struct Child {
  std::size_t task;
  pid_t process;
  int pipe;
  Clock::time_point heard;  // when it wrote last
  std::string output;
};

void write_all(int pipe, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(pipe, text.data() + done, text.size() - done);
    if (written <= 0) _exit(1);  // nobody listens any more
    done += std::size_t(written);
  }
}

Child begin(std::size_t task, const Jobs& jobs) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  std::fflush(nullptr);  // or the child would print it once more
  const pid_t process = fork();
  CHECK(process >= 0);
  if (process == 0) {
    close(ends[0]);
    jobs.work(task, [&](const std::string& line) { write_all(ends[1], line + "\n"); });
    std::exit(0);  // not _exit: a build that counts coverage writes its counts at the end
  }
  close(ends[1]);
  return {task, process, ends[0], Clock::now(), {}};
}

std::vector<std::string> lines_of(const std::string& output) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end; (end = output.find('\n', from)) != std::string::npos; from = end + 1) {
    lines.push_back(output.substr(from, end - from));
  }
  return lines;
}

Finished end(Child& child) {
  close(child.pipe);
  int status = 0;
  CHECK(waitpid(child.process, &status, 0) == child.process);
  const bool crashed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  return {child.task, lines_of(child.output), crashed};
}

// Waits until a child has written or ended; false: it has ended.
bool read_some(Child& child) {
  char buffer[65536];
  const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
  if (count > 0) child.output.append(buffer, std::size_t(count));
  if (count > 0) child.heard = Clock::now();
  return count > 0;
}

// Its pipe closes, and it counts as crashed.
void end_if_silent(const Child& child, std::chrono::seconds silence_max) {
  if (Clock::now() - child.heard < silence_max) return;
  std::fprintf(stderr, "a task was silent for %lld s and is ended\n",
               static_cast<long long>(silence_max.count()));
  CHECK(kill(child.process, SIGKILL) == 0);
}

}  // namespace

void run(const Jobs& jobs) {
  std::list<Child> children;
  std::size_t task = 0;
  bool more = true;
  for (;;) {
    while (more && children.size() < jobs.at_once) {
      more = jobs.next(task);
      if (more) children.push_back(begin(task++, jobs));
    }
    if (children.empty()) return;
    std::vector<pollfd> waits;
    for (const Child& child : children) waits.push_back({child.pipe, POLLIN, 0});
    for (const Child& child : children) end_if_silent(child, jobs.silence_max);
    if (poll(waits.data(), waits.size(), look_every_ms) < 0) continue;
    std::size_t i = 0;
    for (auto child = children.begin(); child != children.end(); ++i) {
      if (waits[i].revents == 0 || read_some(*child)) {
        ++child;
        continue;
      }
      jobs.finished(end(*child));
      child = children.erase(child);
    }
  }
}

}  // namespace slipway::sim
