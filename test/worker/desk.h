// A desk for tests: the real worker and store over a database file of its own, a scripted network,
// and a clock that the test turns.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>

#include "sqlite/sqlite.h"
#include "worker/fake_cloud.h"
#include "worker/worker.h"

namespace slipway {

// What befalls an exchange on its way.
enum class Fate {
  passes,
  lost_before,
  lost_after,
  under_another_id,
  refused_500,
  refused_422,
  busy,
  of_another_past
};

// Holds one exchange until the test lets it go on.
class ScriptedNetwork : public Transport {
 public:
  explicit ScriptedNetwork(FakeCloud& cloud) : cloud_(cloud) {}

  void probe(Answered<Capabilities> answered) override;
  void push(PushRequest request, Answered<PushAnswer> answered) override;
  void pull(PullRequest request, Answered<PullAnswer> answered) override;
  void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override {
    ++cancelled;
    if (!answers_after_cancel) waiting_ = nullptr;
  }
  TransportLimits limits() const override { return {500, 1'000'000}; }
  bool has_stream() const override { return streams; }
  void open_stream(const std::optional<Version>&, std::function<void(Poke)> heard,
                   std::function<void(Failure)> ended) override {
    poke = std::move(heard), end_stream = std::move(ended);
    ++streams_opened;
  }

  bool busy() const { return waiting_ != nullptr; }
  void go_on();  // the exchange that waits; CHECKs that there is one
  Fate next_fate();

  bool reachable = true;
  bool answers_after_cancel = false;
  bool answers_under_another_id = false;
  bool streams = false;
  std::function<void(Poke)> poke;  // says something on the newest stream
  std::function<void(Failure)> end_stream;
  int streams_opened = 0;
  std::deque<Fate> fates;  // of the next pushes; then they pass
  std::vector<PushRequest> pushes;
  int probes = 0, pulls = 0, snapshots = 0, comparisons = 0, cancelled = 0;

 private:
  FakeCloud& cloud_;
  std::function<void()> waiting_;
};

class Desk {
 public:
  Desk();
  ~Desk();

  void open();
  void crash();  // drops everything in memory, as a killed process does
  EntryId write(const std::string& action, const std::string& id, json::object payload);
  void run_for(Duration time);  // lets every exchange pass, and wakes the worker when it asks
  void start() {
    worker->handle(event::Started{store->identity()->cursor.has_value(),
                                  store->full_pull().value().has_value()});
  }

  Status status(EntryId id) { return store->entry(id).value().value().status; }
  std::string request_id(EntryId id) { return store->entry(id).value().value().client_request_id; }
  std::vector<std::string> outcomes(EntryId id);
  std::vector<json::object> logged(std::string_view event) const;  // its details, oldest first
  std::optional<json::object> row(const std::string& id);
  std::string path() const { return folder_ / "app.db"; }

  FakeCloud cloud;
  ScriptedNetwork network{cloud};
  Now now{{}, {1'795'353'901'462}};
  std::string holder;                   // of the lease, for the next open()
  std::int64_t archive_kept = 1000;     // for the next open()
  std::function<void()> before_answer;  // called by run_for() while an exchange waits
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Worker> worker;

 private:
  std::filesystem::path folder_;
  std::uint64_t lives_ = 0;
  std::vector<std::pair<std::string, json::object>> log_;
};

}  // namespace slipway
