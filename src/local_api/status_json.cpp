#include "local_api/status_json.h"

namespace slipway::local_api {

json::value DrainProgress::update(std::int64_t waiting) {
  if (waiting == 0) most_ = 0;
  most_ = std::max(most_, waiting);
  if (most_ == 0) return nullptr;
  return {{"done", most_ - waiting}, {"total", most_}};
}

Result<json::object> status_json(Context& context, DrainProgress& progress) {
  auto identity = context.store.identity();
  if (!identity) return std::unexpected(identity.error());
  auto counts = context.store.counts();
  if (!counts) return std::unexpected(counts.error());
  auto held = context.store.held();
  if (!held) return std::unexpected(held.error());
  auto lost = context.store.count_lost_rows();
  if (!lost) return std::unexpected(lost.error());
  json::object by_status;
  for (Status status : all_statuses) by_status[to_text(status)] = counts->of(status);
  const std::int64_t waiting = counts->of(Status::pending) + counts->of(Status::processing) +
                               counts->of(Status::discarding) - held->count();
  auto full_pull = context.store.full_pull();
  if (!full_pull) return std::unexpected(full_pull.error());
  auto scope = context.store.scope();
  if (!scope) return std::unexpected(scope.error());
  const Engine& engine = context.worker.engine();
  json::object status{
      {"connection", to_text(engine.connection())},
      {"reason", engine.reason().empty() ? json::value(nullptr) : json::value(engine.reason())},
      {"live", engine.is_live()},
      {"simulateOffline", engine.simulates_offline()},
      {"paused", engine.is_paused()},
      {"target", context.target.name},
      {"cloud", context.target.cloud},
      {"device", identity->device},
      {"deviceName", text_or_null(identity->device_name)},
      {"incarnation", identity->incarnation},
      {"generation", identity->generation},
      {"counts", std::move(by_status)},
      {"waiting", waiting},
      {"held", held->count()},
      {"needsYou", counts->of(Status::conflict) + counts->of(Status::error)},
      {"lost", *lost},
      {"otherCloud", nullptr},
      {"cursor", to_json(identity->cursor)},
      {"head", to_json(identity->head)},
      {"lastSyncedAt", text_or_null(identity->last_synced_at)},
      {"nextAttemptInMs", nullptr},
      {"drain", progress.update(waiting)},
      {"fullPull", nullptr},
      {"scope", to_json(*scope)}};
  if (*full_pull)
    status["fullPull"] = {{"done", (*full_pull)->passed}, {"total", (*full_pull)->total}};
  if (const auto& other = identity->other_cloud)
    status["otherCloud"] = {{"cloudId", other->cloud_id}, {"tenant", other->tenant}};
  if (const auto at = engine.retry_at()) {
    status["nextAttemptInMs"] = std::max<std::int64_t>(0, (*at - context.clock().instant).count());
  }
  return status;
}

}  // namespace slipway::local_api
