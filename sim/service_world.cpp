#include "service_world.h"

#include <array>
#include <set>

#include "base/check.h"
#include "bench.h"
#include "device.h"

namespace slipway::sim {

namespace {

struct Service {
  std::string holder;
  std::unique_ptr<store::Store> store = nullptr;
  bool paused = false;                              // does nothing, and keeps what it has in hand
  std::optional<PushAnswer> answer = std::nullopt;  // that has arrived and is not read yet
};

class TwoServices {
 public:
  explicit TwoServices(Run& run)
      : run_(run),
        bench_(Bench::empty()),
        desk_(bench_.desk, app_file),
        cloud_(bench_.cloud, cloud_file) {
    CHECK(bench_.open_ledger());
    for (Service& service : services_) begin(service);
    CHECK(services_[0].store->meet_cloud(bench_.ledger().capabilities(bench_.owner()).value(),
                                         bench_time));
  }

  void play() {
    for (std::uint64_t steps = run_.random.between(20, 60); steps > 0 && !run_.failed(); --steps) {
      step(services_[run_.random.below(services_.size())]);
    }
    if (!run_.failed()) drain();
    if (!run_.failed()) compare();
  }

 private:
  void begin(Service& service) {
    store::StoreOptions options = store_options(bench_.desk);
    options.holder = service.holder;
    auto opened = store::Store::open(options, Random(run_.random.next()), bench_time);
    CHECK(opened);
    service.store = std::move(*opened);
    service.answer.reset();
    service.paused = false;
  }

  void step(Service& service) {
    switch (run_.random.below(10)) {
      case 0:
      case 1:
        service.paused = !service.paused;
        return;
      case 2:  // its process ends, and the next one begins
        service.store.reset();
        return begin(service);
      case 3:
        if (!service.paused) CHECK(service.store->release_lease());
        return;
      case 4:
      case 5:
        return pass_time(run_.random.between(1, 6));
      case 6:
      case 7:
        if (!service.paused) write(service);
        return;
      default:
        if (!service.paused) exchange(service);
    }
  }

  void pass_time(std::uint64_t intervals) {
    for (; intervals > 0; --intervals) {
      now_ = now_ + store::lease_interval;
      for (Service& service : services_) {
        if (service.paused) continue;
        const bool stood_by = service.store->stands_by();
        const auto works = service.store->tend_lease(now_, bench_time);
        CHECK(works);
        if (stood_by && *works) run_.seen("a service takes over");
      }
    }
  }

  // What was done, or refused as it must be: only the holder of the lease changes the file.
  template <class T>
  void judge(Service& service, const Result<T>& done, bool stood_by, const std::string& what) {
    if (done) {
      const auto holder =
          query(desk_.get(), "SELECT value FROM sync_meta WHERE key = 'leaseHolder'");
      if (holder.front().front() != service.holder)
        run_.violated("I20", service.holder + " " + what + " while the lease is not its own");
      return;
    }
    if (done.error().type != "standby")
      return run_.violated("I20", service.holder + " " + what + ": " + done.error().type);
    run_.seen(stood_by ? "a service that stands by refuses" : "a holder that was paused is fenced");
  }

  void write(Service& service) {
    const std::string id = "p" + std::to_string(++rows_);
    const store::WriteRequest request{
        {{"Parent", id, "CREATE_PARENT", {{"name", "n"}}}}, false, std::nullopt};
    const bool stood_by = service.store->stands_by();
    const auto written = service.store->write(std::span(&request, 1), bench_time).front();
    judge(service, written, stood_by, "writes");
    if (written) accepted_.insert(id);
  }

  void exchange(Service& service) {
    const bool stood_by = service.store->stands_by();
    if (service.answer) {
      const auto finished = service.store->finish_push(*service.answer, bench_time);
      service.answer.reset();
      // It lost the lease and took it again before: nothing waits for this answer, nothing is
      // written.
      if (finished && !finished->page_absorbed && finished->unsettled.empty())
        return run_.seen("an answer from before the lease was lost");
      return judge(service, finished, stood_by, "settles");
    }
    const auto begun = service.store->begin_push("exchange " + std::to_string(++exchanges_),
                                                 bench_limits, {}, bench_time);
    if (begun && !*begun) return;
    judge(service, begun, stood_by, "sends");
    if (!begun) return;
    service.answer = bench_.push(**begun);
  }

  bool is_drained(Service& service) {
    const auto counts = service.store->counts().value();
    return counts.of(Status::success) == std::int64_t(accepted_.size());
  }

  // Both are awake; whoever works sends all there is.
  void drain() {
    constexpr int turns_max = 200;
    for (Service& service : services_) service.paused = false;
    for (int turn = 0; turn < turns_max && !run_.failed(); ++turn) {
      pass_time(1);
      for (Service& service : services_) exchange(service);
      if (is_drained(services_[0])) return;
    }
    if (!run_.failed()) run_.violated("I24", "two services on one file never drain");
  }

  void compare() {
    const auto only_once = [&](const std::vector<TextRow>& rows, const std::string& where) {
      std::multiset<std::string> ids;
      for (const TextRow& row : rows) ids.insert(row[0]);
      if (ids != std::multiset<std::string>(accepted_.begin(), accepted_.end()))
        run_.violated("I20", std::to_string(ids.size()) + " effects " + where + " of " +
                                 std::to_string(accepted_.size()) + " writes");
    };
    only_once(query(desk_.get(), "SELECT entityId FROM SyncQueue"), "in the queue");
    only_once(query(desk_.get(), "SELECT id FROM Parent"), "in the table");
    only_once(query(cloud_.get(), "SELECT id FROM row_image"), "at the cloud");
  }

  Run& run_;
  Bench bench_;
  Reader desk_, cloud_;
  std::array<Service, 2> services_{Service{"first"}, Service{"second"}};
  Instant now_{};
  std::set<std::string> accepted_;  // ids of rows
  int rows_ = 0, exchanges_ = 0;
};

}  // namespace

void play_two_services(Run& run) {
  TwoServices(run).play();
}

}  // namespace slipway::sim
