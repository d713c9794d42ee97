#include "cloud.h"

#include "base/check.h"

namespace slipway::sim {

namespace {

constexpr const char* file = "cloud.db";

// Migrated once for all worlds.
const DiskImage& empty_cloud() {
  static const DiskImage image = [] {
    Disk disk;
    Random random(0);
    CHECK(cloud::open_sqlite_ledger(file, random, disk.vfs(Program::process)));
    return disk.image();
  }();
  return image;
}

}  // namespace

std::string device_name(std::size_t device) {
  return "desk" + std::to_string(device + 1);
}

Cloud::Cloud(Run& run, std::size_t devices)
    : run_(run),
      disk_(empty_cloud()),
      random_(run.random.next()),
      wall_offset_ms_(std::int64_t(run.clocks.below(20ull * 365 * 86'400'000))),
      raw_(disk_, file) {
  restart();
  for (std::size_t i = 0; i < devices; ++i) {
    CHECK(ledger_->create_token("tenant", device_name(i), "hash" + device_name(i), {0}));
    owners_.push_back(ledger_->find_token("hash" + device_name(i)).value().value());
  }
}

void Cloud::restart() {
  ledger_.reset();
  auto opened = cloud::open_sqlite_ledger(file, random_, disk_.vfs(Program::process));
  CHECK(opened);
  ledger_ = std::move(*opened);
}

template <class T>
std::expected<T, Failure> Cloud::answer(Result<T> result) {
  if (result) return std::move(*result);
  // No cloud is restored and no disk fails in this world: each refusal is a bug of somebody.
  run_.violated("I6", "the cloud refused: " + result.error().type + ": " + result.error().message);
  return std::unexpected(Failure{FailureClass::busy, result.error().message, 503, std::nullopt});
}

std::expected<Capabilities, Failure> Cloud::probe(std::size_t device) {
  return answer(ledger_->capabilities(owners_[device]));
}

std::expected<PushAnswer, Failure> Cloud::push(std::size_t device, const PushRequest& request) {
  // Through its JSON form, as on the wire.
  const auto received = push_request_from_json(to_json(request));
  CHECK(received);
  const WallTime now{wall_offset_ms_ + run_.timeline.now().since_origin.count()};
  auto result = ledger_->push(owners_[device].tenant, owners_[device].device, *received, now);
  if (result) head_ = result->head.seq;
  if (result) result = push_answer_from_json(to_json(*result));
  return answer(std::move(result));
}

std::expected<PullAnswer, Failure> Cloud::pull(std::size_t device, const PullRequest& request) {
  auto result = ledger_->changes(owners_[device].tenant, owners_[device].device, request.cursor,
                                 request.limit);
  if (result) result->exchange = request.exchange;
  if (result) result = pull_answer_from_json(to_json(*result));
  return answer(std::move(result));
}

}  // namespace slipway::sim
