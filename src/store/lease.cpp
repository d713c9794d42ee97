#include "store/lease.h"

#include "store/meta.h"

namespace slipway::store {

Lease read_lease(sqlite::Database& database) {
  return {read_meta_integer(database, meta_key::lease_token),
          read_meta(database, meta_key::lease_holder).value_or(""),
          read_meta_integer(database, meta_key::lease_beat),
          read_meta_integer(database, meta_key::lease_asked)};
}

bool may_take(const Lease& lease, const std::string& holder) {
  return lease.holder.empty() || lease.holder == holder || holder.empty();
}

std::int64_t take_lease(sqlite::Database& database, const std::string& holder) {
  const Lease lease = read_lease(database);
  const std::int64_t token = lease.token + 1;
  write_meta(database, meta_key::lease_token, std::to_string(token));
  if (lease.holder != holder) write_meta(database, meta_key::lease_holder, holder);
  return token;
}

void answer_contender(sqlite::Database& database, const Lease& lease) {
  write_meta(database, meta_key::lease_beat, std::to_string(lease.asked));
}

void ask_holder(sqlite::Database& database, const Lease& lease) {
  write_meta(database, meta_key::lease_asked, std::to_string(lease.beat + 1));
}

void give_lease_back(sqlite::Database& database) {
  write_meta(database, meta_key::lease_holder, "");
}

// A holder that has just answered is left in peace for as long as it may keep silent.
LeaseWatch::Next LeaseWatch::look(const Lease& lease, Instant now) {
  if (lease.token != token_ || lease.beat != beat_) {
    const bool first = token_ == -1;
    token_ = lease.token;
    beat_ = lease.beat;
    since_ = now;
    asked_ = first;
    return first ? Next::ask : Next::wait;
  }
  if (now - since_ < lease_patience) return Next::wait;
  if (asked_) return Next::take;
  since_ = now;
  asked_ = true;
  return Next::ask;
}

}  // namespace slipway::store
