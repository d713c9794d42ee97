// A desk whose other end is a hosted API: the production store, worker, engine and target `rest`,
// over a network that loses questions and answers.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app.h"
#include "device.h"
#include "hosted_api.h"
#include "transport/rest_transport.h"
#include "worker/worker.h"

namespace slipway::sim {

class RestDesk {
 public:
  // `counts`: it names its rows by numbers, as the API and other desks do.
  RestDesk(Run& run, Random& random, HostedApi& api, RestApi declared, std::string name,
           bool counts);
  ~RestDesk();

  void start();
  void kill();  // what is on its way is lost, before the API or after it
  bool run_task();
  std::optional<Instant> next_wakeup() const { return worker_->next_wakeup(); }
  void time_passed() { worker_->handle(event::TimePassed{}); }
  void repair_network() { has_faults_ = false; }

  void write(const std::string& text);
  void decide(bool only_discards);  // one of what is parked, by who can look at the API

  std::size_t open_entries();
  std::set<std::string> unsettled_creates();  // ids of rows, and of the writes
  void check_account();
  void check_rows();

 private:
  class Carrier;
  std::string new_id();
  void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }
  void decide(const store::Entry& entry, bool only_discards);
  std::vector<store::Entry> entries(std::vector<Status> statuses);

  Run& run_;
  Random& random_;
  HostedApi& api_;
  const RestApi declared_;
  const std::string name_;
  const bool counts_;
  Disk disk_;
  bool has_faults_ = true;
  std::set<std::string> made_;     // ids of rows
  std::set<std::string> written_;  // names, each once
  std::deque<std::function<void()>> tasks_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<RestTransport> transport_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace slipway::sim
