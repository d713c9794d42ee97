#include "store/identity.h"

#include "store/meta.h"

namespace slipway::store {

namespace {

bool is_current(Work& work, const std::string& incarnation) {
  return read_meta(work.database, meta_key::incarnation) == incarnation;
}

void take_new_incarnation(Work& work, const std::string& why) {
  write_meta(work.database, meta_key::incarnation, work.random.uuid());
  write_meta(work.database, meta_key::number, "0");
  write_meta(work.database, meta_key::incarnation_why, why + " (" + work.now + ")");
}

}  // namespace

void give_identity(Work& work) {
  for (const std::string_view key : {meta_key::device, meta_key::incarnation}) {
    if (!read_meta(work.database, key)) write_meta(work.database, key, work.random.uuid());
  }
}

void notice_place(Work& work, const std::string& place) {
  if (place.empty()) return;
  const auto before = read_meta(work.database, meta_key::place);
  if (before == place) return;
  write_meta(work.database, meta_key::place, place);
  if (before) {
    take_new_incarnation(work,
                         "the file is on another machine than before, or was copied or restored");
  }
}

// One that was purged from the archive has a number that this file has given.
void notice_unknown_receipt(Work& work, const Receipt& receipt) {
  if (!is_current(work, receipt.incarnation)) return;
  if (receipt.number <= read_meta_integer(work.database, meta_key::number)) return;
  take_new_incarnation(work, "the cloud knows entries of this device that this file does not");
}

void notice_reused_number(Work& work, const std::string& incarnation) {
  if (!is_current(work, incarnation)) return;
  take_new_incarnation(work, "another copy of this file has given the same numbers");
}

}  // namespace slipway::store
