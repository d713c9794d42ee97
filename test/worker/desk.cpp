#include "worker/desk.h"

#include <unistd.h>

#include "base/check.h"

namespace slipway {

namespace {

template <class T>
std::expected<T, Failure> unreachable() {
  return std::unexpected(Failure{FailureClass::unreachable, "No route.", 0, std::nullopt});
}

// What the cloud says of a commit that the device stands at.
std::optional<Failure> refusal(const FakeCloud& cloud, const std::optional<Version>& version,
                               bool needs_its_past = true) {
  if (version && !cloud.has(*version))
    return Failure{FailureClass::history_changed, "The cloud was restored.", 409, std::nullopt};
  if (version && needs_its_past && version->seq < cloud.horizon)
    return Failure{FailureClass::horizon_passed, "Too long ago.", 409, std::nullopt};
  return std::nullopt;
}

}  // namespace

void ScriptedNetwork::probe(Answered<Capabilities> answered) {
  CHECK(!busy());
  ++probes;
  waiting_ = [this, answered] {
    if (reachable)
      answered(cloud_.capabilities());
    else
      answered(unreachable<Capabilities>());
  };
}

Fate ScriptedNetwork::next_fate() {
  if (!reachable) return Fate::lost_before;
  if (fates.empty()) return Fate::passes;
  const Fate fate = fates.front();
  fates.pop_front();
  return fate;
}

void ScriptedNetwork::push(PushRequest request, Answered<PushAnswer> answered) {
  CHECK(!busy());
  pushes.push_back(request);
  waiting_ = [this, request = std::move(request), answered] {
    const Fate fate = next_fate();
    if (fate == Fate::lost_before) return answered(unreachable<PushAnswer>());
    if (fate == Fate::refused_500) {
      return answered(
          std::unexpected(Failure{FailureClass::server_error, "It broke.", 500, std::nullopt}));
    }
    if (fate == Fate::busy) {
      return answered(
          std::unexpected(Failure{FailureClass::busy, "Busy.", 503, std::chrono::seconds(300)}));
    }
    if (fate == Fate::refused_422) {
      return answered(
          std::unexpected(Failure{FailureClass::invalid, "It is wrong.", 422, std::nullopt}));
    }
    if (fate == Fate::of_another_past) {
      return answered(std::unexpected(
          Failure{FailureClass::history_changed, "It knows no such commit.", 409, std::nullopt}));
    }
    if (auto refused = refusal(cloud_, request.cursor))
      return answered(std::unexpected(std::move(*refused)));
    PushAnswer answer = cloud_.push(request);
    if (fate == Fate::lost_after) return answered(unreachable<PushAnswer>());
    if (fate == Fate::under_another_id || answers_under_another_id) answer.exchange = "another";
    answered(std::move(answer));
  };
}

void ScriptedNetwork::pull(PullRequest request, Answered<PullAnswer> answered) {
  CHECK(!busy());
  ++pulls;
  waiting_ = [this, request = std::move(request), answered] {
    if (!reachable) return answered(unreachable<PullAnswer>());
    if (auto refused = refusal(cloud_, request.cursor))
      return answered(std::unexpected(std::move(*refused)));
    auto answer = cloud_.pull(request);
    if (answers_under_another_id) answer.exchange = "another";
    answered(std::move(answer));
  };
}

void ScriptedNetwork::snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) {
  CHECK(!busy());
  ++snapshots;
  waiting_ = [this, request = std::move(request), answered] {
    if (!reachable) return answered(unreachable<SnapshotPage>());
    auto refused = refusal(cloud_, request.cursor, false);
    if (!refused) refused = refusal(cloud_, request.at);
    if (refused) return answered(std::unexpected(std::move(*refused)));
    auto answer = cloud_.snapshot(request);
    if (answers_under_another_id) answer.exchange = "another";
    answered(std::move(answer));
  };
}

void ScriptedNetwork::compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) {
  CHECK(!busy());
  ++comparisons;
  waiting_ = [this, request = std::move(request), answered] {
    if (!reachable) return answered(unreachable<HistoryAnswer>());
    auto answer = cloud_.compare_history(request);
    if (answers_under_another_id) answer.exchange = "another";
    answered(std::move(answer));
  };
}

void ScriptedNetwork::go_on() {
  CHECK(busy());
  std::exchange(waiting_, nullptr)();
}

Desk::Desk() {
  std::string name = std::filesystem::temp_directory_path() / "slipway-worker-XXXXXX";
  CHECK(mkdtemp(name.data()) != nullptr);
  folder_ = name;
  sqlite::Database(path(), sqlite::OpenMode::create, Duration(0))
      .execute(
          R"(CREATE TABLE "Note" ("id" TEXT NOT NULL PRIMARY KEY, "text" TEXT, "number" INTEGER))");
  open();
}

Desk::~Desk() {
  crash();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Desk::open() {
  store::StoreOptions options;
  options.path = path();
  options.busy_timeout = Duration(1);
  options.holder = holder;
  options.archive_kept = archive_kept;
  auto opened = store::Store::open(options, Random(1000 + ++lives_), now.wall);
  if (!opened) throw std::runtime_error(opened.error().message);
  store = std::move(*opened);
  worker = std::make_unique<Worker>(
      *store, network, Random(2000 + lives_), [this] { return now; },
      [this](LogLevel, std::string_view event, const json::object& details) {
        log_.emplace_back(event, details);
      });
  store->on_change([this](const store::Changes& changes) { worker->on_store_change(changes); });
  store->on_failure([this] { worker->handle(event::StoreFailed{}); });
}

void Desk::crash() {
  network.answers_after_cancel = false;
  network.cancel();
  worker.reset();
  store.reset();
}

EntryId Desk::write(const std::string& action, const std::string& id, json::object payload) {
  const store::WriteRequest request{
      {{"Note", id, action, std::move(payload)}}, false, std::nullopt};
  auto written = store->write(std::span(&request, 1), now.wall);
  if (!written.front()) throw std::runtime_error(written.front().error().message);
  return written.front()->entries.front();
}

void Desk::run_for(Duration time) {
  const Instant end = now.instant + time;
  for (int steps = 0; steps < 100'000; ++steps) {
    if (network.busy()) {
      if (before_answer) before_answer();
      if (network.busy()) network.go_on();
      continue;
    }
    const auto due = worker->next_wakeup();
    const Instant next = due && *due < end ? std::max(*due, now.instant) : end;
    now.wall = now.wall + (next - now.instant);
    now.instant = next;
    if (next == end) return;
    worker->handle(event::TimePassed{});
  }
  ADD_FAILURE() << "a hot loop";
}

std::vector<std::string> Desk::outcomes(EntryId id) {
  std::vector<std::string> list;
  const auto attempts = store->attempts(id, std::nullopt, 100);
  for (const store::Attempt& attempt : attempts.value()) list.push_back(attempt.outcome);
  std::reverse(list.begin(), list.end());
  return list;
}

std::vector<json::object> Desk::logged(std::string_view event) const {
  std::vector<json::object> list;
  for (const auto& [name, details] : log_) {
    if (name == event) list.push_back(details);
  }
  return list;
}

std::optional<json::object> Desk::row(const std::string& id) {
  auto found = store->row({"Note", id});
  if (!found || !*found) return std::nullopt;
  return (*found)->values;
}

}  // namespace slipway
