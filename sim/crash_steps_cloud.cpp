// The transactions of the cloud's ledger, each from a state in which it has much to do.
#include "base/check.h"
#include "crash_steps.h"

namespace slipway::sim {

namespace {

std::vector<Step> judging() {
  return {
      {"cloud: push", Side::cloud, much_news, pushing,
       [](Bench& bench) {
         return told(bench.ledger().push(bench.owner().tenant, bench.owner().device, *bench.request,
                                         bench_time));
       }},
      {"cloud: push of what it has judged", Side::cloud, much_news, answered,
       [](Bench& bench) {
         return told(bench.ledger().push(bench.owner().tenant, bench.owner().device, *bench.request,
                                         bench_time));
       }},
  };
}

void without_the_other(Bench& bench) {
  busy_desk(bench);
  CHECK(bench.ledger().remove_device("tenant", "other", bench_time));
}

std::vector<Step> owning() {
  return {
      {"cloud: a token", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return bench.ledger().create_token("new", "desk", "its hash", bench_time);
       }},
      {"cloud: a token is revoked", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return told(bench.ledger().revoke_tokens("tenant", "other", bench_time));
       }},
      {"cloud: tokens end", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return told(bench.ledger().expire_tokens("tenant", "desk", bench_time));
       }},
      {"cloud: a device of somebody else's token", Side::cloud, nothing_yet, open,
       [](Bench& bench) {
         return told(bench.ledger().find_device("tenant", "third", bench_time));
       }},
      {"cloud: a device is removed", Side::cloud, busy_desk, open,
       [](Bench& bench) {
         return told(bench.ledger().remove_device("tenant", "other", bench_time));
       }},
      {"cloud: a removed device begins anew", Side::cloud, without_the_other, open,
       [](Bench& bench) {
         return bench.ledger().create_token("tenant", "other", "its hash", bench_time);
       }},
      {"cloud: a scope", Side::cloud, busy_desk, open,
       [](Bench& bench) {
         RowScope scope;
         scope.types.emplace();
         (*scope.types)["Parent"]["name"] = {"one", "uno"};
         return bench.ledger().set_scope("tenant", "desk", scope, bench_time);
       }},
      {"cloud: open the first time", Side::cloud, [](Bench& bench) { bench.cloud.replace({}); },
       as_found, [](Bench& bench) { return bench.open_ledger(); }},
  };
}

// --- what it forgets, and what is written down so that it may

constexpr WallTime much_later{bench_time.ms_since_1970 + 3 * 86'400'000LL};

// How far the desk is stands in memory only.
void heard_of_desk(Bench& bench) {
  pulled(bench);
  bench.ledger().keep_receipts(1);
}

void all_synced(Bench& bench) {
  busy_desk(bench);
  CHECK(bench.sync());
}

void copied(Bench& bench) {
  all_synced(bench);
  const std::int64_t earlier = bench.ledger().begin_backup("earlier", bench_time).value();
  CHECK(bench.ledger().end_backup(earlier, true, std::nullopt));
  CHECK(bench.ledger().begin_backup("copy", bench_time).value() == earlier + 1);
}

std::function<Result<void>(Bench&)> end_backup(bool made) {
  return [made](Bench& bench) { return bench.ledger().end_backup(2, made, 1); };
}

std::vector<Step> forgetting() {
  return {
      {"cloud: compact", Side::cloud, much_news, open,
       [](Bench& bench) {
         return told(bench.ledger().compact(std::nullopt, {1, std::nullopt}, much_later));
       }},
      {"cloud: a snapshot spares its commit", Side::cloud, much_news, open,
       [](Bench& bench) {
         SnapshotRequest asked;
         asked.limit = 1;
         return told(bench.ledger().snapshot(bench.owner().tenant, bench.owner().device, asked,
                                             bench_time));
       }},
      {"cloud: forget receipts", Side::cloud, all_synced, heard_of_desk,
       [](Bench& bench) { return told(bench.ledger().purge_receipts(much_later, 2)); }},
      {"cloud: note devices", Side::cloud, all_synced, heard_of_desk,
       [](Bench& bench) { return told(bench.ledger().note_devices(bench_time)); }},
      {"cloud: a backup begins", Side::cloud, all_synced, open,
       [](Bench& bench) { return told(bench.ledger().begin_backup("copy", bench_time)); }},
      {"cloud: a backup is made", Side::cloud, copied, open, end_backup(true)},
      {"cloud: a backup has failed", Side::cloud, copied, open, end_backup(false)},
  };
}

}  // namespace

std::vector<Step> cloud_steps() {
  std::vector<Step> steps;
  for (auto part : {judging, owning, forgetting}) {
    for (Step& step : part()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace slipway::sim
