// The lease: of several services on one file, also by different paths or from different machines,
// one works and the others stand by.
//
// The holder's token is compared in every write transaction, so that a holder which was paused and
// has lost the lease writes nothing more. To keep an idle file still, the holder does not beat by
// itself: a contender asks for the next beat, and takes the lease over, token + 1, when the beat
// has stood still for `lease_patience` of the contender's own monotonic clock.
// Called by the store only. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "sqlite/sqlite.h"

namespace slipway::store {

// How often a service looks at the lease, and how long a holder may keep silent. A page or a
// checkpoint on a slow disk keeps it busy for a second or two.
inline constexpr Duration lease_interval = std::chrono::seconds(3);
inline constexpr Duration lease_patience = std::chrono::seconds(10);

struct Lease {
  std::int64_t token = 0;
  std::string holder;  // "": nobody
  std::int64_t beat = 0;
  std::int64_t asked = 0;
};
Lease read_lease(sqlite::Database& database);

// `holder` names an exclusive claim outside of the file, a lock of the operating system's: whoever
// comes with the same text proves that the holder of before has ended.
bool may_take(const Lease& lease, const std::string& holder);

// Inside a transaction. Gives the new token.
std::int64_t take_lease(sqlite::Database& database, const std::string& holder);
void answer_contender(sqlite::Database& database, const Lease& lease);
void ask_holder(sqlite::Database& database, const Lease& lease);
void give_lease_back(sqlite::Database& database);

// What a contender has seen of the holder.
class LeaseWatch {
 public:
  enum class Next { wait, ask, take };
  Next look(const Lease& lease, Instant now);

 private:
  std::int64_t token_ = -1, beat_ = -1;
  Instant since_{};
  bool asked_ = false;
};

}  // namespace slipway::store
