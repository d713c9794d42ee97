// The posting thread of these tests: the test's own, which runs what was posted when it is told to.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "transport/http_client.h"

namespace slipway::test {

class TaskQueue {
 public:
  Post post() {
    return [this](std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      posted_.notify_all();
    };
  }

  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      wait_for_task();
      run_one();
    }
  }

  void wait_for_task() {
    std::unique_lock lock(mutex_);
    if (!posted_.wait_for(lock, std::chrono::seconds(10), [&] { return !tasks_.empty(); })) {
      throw std::runtime_error("nothing was posted");
    }
  }

  void run_what_is_left() {
    while (run_one()) {
    }
  }

 private:
  bool run_one() {
    std::function<void()> task;
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.empty()) return false;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
};

// A file that is gone after the test.
class TokenFile {
 public:
  explicit TokenFile(const std::string& text);
  ~TokenFile();
  void write(const std::string& text);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

HttpOptions direct();  // no proxy, whatever the environment says

}  // namespace slipway::test
