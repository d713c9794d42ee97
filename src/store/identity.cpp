#include "store/identity.h"

#include "base/check.h"
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
  shared.emplace_back(*read_meta(work.database, meta_key::incarnation));
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

// Of one that was purged from the archive this file has given the number; unless another entry,
// not judged yet, has it.
void notice_unknown_receipt(Work& work, const Receipt& receipt) {
  if (!is_current(work, receipt.incarnation) || planted(Bug::ignores_unknown_receipts)) return;
  if (receipt.number <= read_meta_integer(work.database, meta_key::number)) {
    auto holder = work.database.cached(
        "SELECT 1 FROM \"SyncQueue\" WHERE \"incarnation\" = ?1 AND \"number\" = ?2"
        " AND \"status\" IN " +
        std::string(open_statuses));
    holder->bind_all(receipt.incarnation, receipt.number);
    if (!holder->step()) return;
  }
  take_new_incarnation(work, "the cloud knows entries of this device that this file does not");
}

void notice_reused_number(Work& work, const std::string& incarnation) {
  if (!is_current(work, incarnation)) return;
  take_new_incarnation(work, "another copy of this file has given the same numbers");
}

std::set<std::string> shared_incarnations(sqlite::Database& database) {
  std::set<std::string> incarnations;
  const auto text = read_meta(database, meta_key::shared_incarnations);
  if (!text) return incarnations;
  const auto list = parse_json(*text, "shared incarnations");
  CHECK(list && list->is_array());
  for (const json::value& one : list->get_array()) incarnations.emplace(one.as_string());
  return incarnations;
}

}  // namespace slipway::store
