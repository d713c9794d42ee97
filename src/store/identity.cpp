#include "store/identity.h"

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/meta.h"
#include "store/queue.h"

namespace slipway::store {

namespace {

bool is_current(Work& work, const std::string& incarnation) {
  return read_meta(work.database, meta_key::incarnation) == incarnation;
}

void take_new_incarnation(Work& work, const std::string& why) {
  json::array shared;
  for (const std::string& earlier : shared_incarnations(work.database))
    shared.emplace_back(earlier);
  shared.emplace_back(known_meta(work.database, meta_key::incarnation));
  write_meta(work.database, meta_key::shared_incarnations, json_text(shared));
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

// Of one that was purged from the archive this file has given the number; unless another entry has
// it.
void notice_unknown_receipt(Work& work, const Receipt& receipt) {
  if (!is_current(work, receipt.incarnation) || planted(Bug::ignores_unknown_receipts)) return;
  const std::int64_t newest = read_meta_integer(work.database, meta_key::number);
  if (receipt.number <= newest) {
    // Entries and their numbers are counted alike.
    const EntryId id = next_entry_id(work.database) - 1 - (newest - receipt.number);
    const auto holder = find_entry(work.database, id);
    if (!holder || holder->body.incarnation != receipt.incarnation ||
        holder->body.number != receipt.number)
      return;
  }
  take_new_incarnation(work, "the cloud knows entries of this device that this file does not");
}

void notice_reused_number(Work& work, const std::string& incarnation) {
  if (!is_current(work, incarnation)) return;
  take_new_incarnation(work, "another copy of this file has given the same numbers");
}

void notice_expired_number(Work& work, const std::string& incarnation) {
  if (!is_current(work, incarnation)) return;
  take_new_incarnation(work, "the cloud has judged entries of these numbers long ago");
}

std::set<std::string> shared_incarnations(sqlite::Database& database) {
  std::set<std::string> incarnations;
  const auto text = read_meta(database, meta_key::shared_incarnations);
  if (!text) return incarnations;
  const auto list = parse_json(*text, "shared incarnations");
  if (!list || !list->is_array()) throw_damaged(meta_key::shared_incarnations);
  for (const json::value& one : list->get_array()) {
    if (!one.is_string()) throw_damaged(meta_key::shared_incarnations);
    incarnations.emplace(one.get_string());
  }
  return incarnations;
}

}  // namespace slipway::store
