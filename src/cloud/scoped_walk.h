// How far a page goes through rows, in the order of their keys, of which a device is told some.
// For all ledgers; pure.
//
// A page is full after so many rows, told or not: else a device that holds little would have the
// cloud look at everything for each page. But where a device with a scope says by itself where to
// begin, the rows before the first one that it is told of do not count, for by trying one place
// after the other it could find out where exactly they lie.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/row_scope.h"
#include "model/snapshot.h"

namespace slipway::cloud {

class ScopedWalk {
 public:
  // `is_chosen`: the device says where to begin, and not the cloud with a page before.
  ScopedWalk(const RowScope& scope, bool is_chosen, std::int64_t limit)
      : counts_(scope.is_everything() || !is_chosen), limit_(limit) {}

  bool counts() const { return counts_; }
  std::int64_t left() const { return limit_ - counted_; }
  bool is_full() const { return left() <= 0; }
  // Gives whether the row counts.
  bool pass(bool told) {
    counts_ = counts_ || told;
    counted_ += counts_ ? 1 : 0;
    return counts_;
  }

 private:
  bool counts_;
  const std::int64_t limit_;
  std::int64_t counted_ = 0;
};

// Through the rows of a snapshot.
class SnapshotWalk {
 public:
  SnapshotWalk(const RowScope& scope, const SnapshotRequest& request, std::int64_t limit)
      : everything_(scope.is_everything()),
        begin_(place_in(request.after)),
        told_(request.after ? request.after->row : std::nullopt),
        rows_(scope, told_ && !is_walked(request.after), limit) {}

  const ScopedWalk& rows() const { return rows_; }
  // Beyond which row it begins; nothing: before all.
  const std::optional<EntityKey>& begin() const { return begin_; }
  std::int64_t passed() const { return passed_; }

  void pass(EntityKey key, bool live, bool told) {
    if (rows_.pass(told) && live) ++passed_;
    if (everything_) {
      told_ = std::move(key);
      return;
    }
    // Where nothing has been told yet: no row's name, and none of the type comes before it.
    if (!told_) told_ = EntityKey{key.type, std::string(1, '\0')};
    if (told || planted(Bug::names_rows_outside_the_scope)) told_ = key;
    walked_ = std::move(key);
  }

  // Where the next page begins.
  SnapshotPlace end() const {
    SnapshotPlace place{told_, 0};
    if (!everything_) place.walked = json_text(to_json(SnapshotPlace{walked_, 0}));
    return place;
  }

 private:
  static bool is_walked(const std::optional<SnapshotPlace>& after) {
    return after && after->walked;
  }
  static std::optional<EntityKey> place_in(const std::optional<SnapshotPlace>& after) {
    if (!is_walked(after)) return after ? after->row : std::nullopt;
    const auto text = parse_json(*after->walked, "a place");
    auto place = text ? snapshot_place_from_json(*text)
                      : Result<SnapshotPlace>(std::unexpected(text.error()));
    return place && place->row ? std::move(place->row) : after->row;
  }

  const bool everything_;
  const std::optional<EntityKey> begin_;
  std::optional<EntityKey> told_, walked_;
  ScopedWalk rows_;
  std::int64_t passed_ = 0;  // live ones among those that count
};

}  // namespace slipway::cloud
