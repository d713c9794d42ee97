#include <algorithm>

#include "base/planted.h"
#include "cloud/limits.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"

namespace slipway::cloud {

namespace {

struct Image {
  EntityKey entity;
  std::int64_t seq = 0;
  bool deleted = false;
};

// Of whole commits: the first one always, then more while there are fewer than the limit.
std::vector<Image> images_of(sqlite::Database& database, const TenantLog& log,
                             std::int64_t images_max, std::int64_t& up_to) {
  std::vector<Image> images;
  auto query = database.cached(query::images_between);
  query->bind_all(log.tenant, log.purged, log.horizon);
  while (query->step()) {
    const std::int64_t seq = query->integer(0);
    if (std::int64_t(images.size()) >= images_max && seq != images.back().seq) {
      up_to = images.back().seq;
      return images;
    }
    images.push_back(
        {{std::string(query->text(1)), std::string(query->text(2))}, seq, query->integer(3) != 0});
  }
  up_to = log.horizon;
  return images;
}

}  // namespace

// Commits' times need not rise with a clock
// that was set back; then it is one of several, and any of them is as good.
std::int64_t commit_at(sqlite::Database& database, const TenantLog& log, const std::string& time) {
  const auto is_older = [&](std::int64_t seq) {
    auto query = database.cached(query::commit_time);
    query->bind_all(log.tenant, seq);
    return query->step() && query->text(0) <= time;
  };
  std::int64_t older = 0, younger = log.head + 1;  // commit 0 is as old as the log
  while (younger - older > 1) {
    const std::int64_t middle = older + (younger - older) / 2;
    (is_older(middle) ? older : younger) = middle;
  }
  return older;
}

std::int64_t wanted_horizon(sqlite::Database& database, const TenantLog& log,
                            const Retention& retention, WallTime now) {
  std::int64_t horizon = log.head;
  if (retention.commits) horizon = std::min(horizon, log.head - *retention.commits);
  if (retention.days) {
    const WallTime then = now + -std::chrono::days(*retention.days);
    horizon = std::min(horizon, commit_at(database, log, to_text(then)));
  }
  auto pull = database.cached(query::oldest_full_pull);
  pull->bind_all(log.tenant, to_text(now + -full_pull_time_max));
  if (pull->step() && !pull->is_null(0)) horizon = std::min(horizon, pull->integer(0));
  return std::max(horizon, log.horizon);
}

// An image is needed as long as it is the newest of its row up to the horizon or lies beyond it. A
// tombstone up to the horizon is needed by nobody: the row is not there in any state that can be
// read, and no difference that can be read leads to it.
Compaction purge(sqlite::Database& database, const TenantLog& log, std::int64_t images_max) {
  Compaction done;
  std::int64_t up_to = log.horizon;
  const auto drop = [&](std::string_view statement, const Image& image) {
    auto query = database.cached(statement);
    query->bind_all(log.tenant, image.entity.type, image.entity.id, image.seq);
    query->run();
    return database.changes();
  };
  for (const Image& image : images_of(database, log, images_max, up_to)) {
    done.images += drop(query::drop_images_before, image);
    if (planted(Bug::purges_what_is_needed)) drop(query::drop_image, image);
    if (!image.deleted) continue;
    done.images += drop(query::drop_image, image);
    done.tombstones += drop(query::drop_tombstone, image);
  }
  database.cached(query::note_purged)->bind_all(log.tenant, up_to).run();
  done.more = up_to < log.horizon;
  return done;
}

}  // namespace slipway::cloud
