#include "store/settle.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/planted.h"
#include "store/history.h"
#include "store/id_map.h"
#include "store/identity.h"
#include "store/meta.h"
#include "store/queue.h"
#include "store/shadow.h"
#include "store/unheard.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::string_view too_late =
    "The discard came too late: the cloud had applied this entry already.";

constexpr std::string_view judged_long_ago =
    "The cloud judged this entry long ago and no longer knows how: its outcome is unknown. Compare "
    "the row with the cloud's, then discard this entry; where the row lacks what it wrote, write "
    "that again.";

constexpr std::string_view number_reused =
    "Another copy of this database has used this entry's number, so the cloud did not judge it. "
    "Retry sends it again under a number of its own; nothing was lost.";

constexpr std::string_view closed_elsewhere =
    "Another copy of this database discarded this entry or put another in its place, so the cloud "
    "closed it without writing it. What it said is kept here; make the change again if it is still "
    "wanted.";

// In the column; an id that does not fit it is the same as its text.
bool are_alike(const Field& field, const json::value& a, const json::value& b) {
  const auto a_column = to_column(field, a), b_column = to_column(field, b);
  return a_column && b_column ? *a_column == *b_column : key_text(a) == key_text(b);
}

class Settlement {
 public:
  explicit Settlement(Work& work) : work_(work) {}

  void receive(const Receipt& receipt) {
    const auto entry = find_entry_by_request_id(work_.database, receipt.id);
    if (!entry) return notice_unknown_receipt(work_, receipt);
    if (!is_open(entry->status)) return answer_void(*entry, receipt);
    if (entry->status == Status::conflict && receipt.verdict == Verdict::conflict) return;
    if (settle(*entry, receipt)) moved_.push_back(entry->id);
    touched_.insert(entry->body.entity);
    if (receipt.verdict != Verdict::applied) return;
    const bool is_delete = entry->body.op == Op::remove && entry->status != Status::discarding;
    if (is_delete) delete_unheard_row(work_, entry->body.entity);
    applied_[entry->body.entity].push_back(filled(*entry, receipt));
  }

  // The new shadow of one row. Without values it is the old one with our own applied entries.
  void receive(const PageRow& row) {
    RowState state;
    if (row.values) {
      state = {!row.deleted, *row.values};
    } else if (const Table* table = work_.schema.table(row.entity.type)) {
      std::vector<ViewStep> steps;
      const auto own = applied_.find(row.entity);
      if (own != applied_.end()) {
        for (const Entry& entry : own->second)
          steps.push_back({entry.body.op, &entry.body.payload, &entry.body.base});
      }
      state = view_of(read_shadow(work_, *table, row.entity.id).row, steps);
      if (row.deleted) state.exists = false;
    }
    const bool is_gone = !row.values && (row.deleted || row.left);
    const bool is_own_delete = is_gone && applied_.contains(row.entity);
    if (!is_own_delete)  // else who deleted it has seen all of it
      list_unheard_row(work_, row.entity, row.version, is_gone ? RowState{} : state);
    const bool outside = state.exists && !work_.scope.covers(row.entity.type, state.values);
    if (row.left || outside) return leave(row, std::move(state.values));
    // What is made of a row that is not known whole is not known whole either.
    const bool stands_on_unknown = !row.values && has_lost_version(work_, row.entity);
    if (!has_shadow(work_, row.entity)) offer_unheard_row(work_, row.entity, state);
    write_shadow(work_, row.entity, row.version, state);
    if (stands_on_unknown) lose_version(work_, row.entity);
    touched_.insert(row.entity);
  }

  // Of a target that tells its rows in its own words, and only what it has of them: what it does
  // not have stays as it is here. One that says what is known already changes nothing.
  void receive_from_target(PageRow row) {
    const Table* table = work_.schema.table(row.entity.type);
    if (!table) return receive(row);
    if (row.values && may_be_made_here(*table, row)) {
      has_held_back_ = true;
      return;
    }
    auto named = row_here(work_, *table, std::move(row));
    if (!named) return;
    row = std::move(*named);
    named_.insert(row.entity);
    if (!row.values) return receive(row);
    const Shadow shadow = read_shadow(work_, *table, row.entity.id);
    std::vector<ViewStep> steps;
    const auto own = applied_.find(row.entity);
    if (own != applied_.end()) {
      for (const Entry& entry : own->second)
        steps.push_back({entry.body.op, &entry.body.payload, &entry.body.base});
    }
    RowState state = view_of(shadow.row, steps);
    for (const auto& member : *row.values)
      state.values.insert_or_assign(member.key(), member.value());
    const bool known = shadow.version && shadow.row.exists && own == applied_.end();
    if (known && same_row({true, state.values}, shadow.row) && !shadow.quarantine) return;
    row.values = std::move(state.values);
    if (!has_shadow(work_, row.entity)) park_unheard_row(work_, row);
    receive(row);
  }

  // Rows were left out that must be told once more.
  bool has_held_back() const { return has_held_back_; }

  // The page named every row of this type: those that it did not name are gone.
  void sweep(const std::string& type, const Version& as_of) {
    auto told = work_.database.cached(
        "SELECT \"entityId\" FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"salt\" IS NOT NULL"
        " AND \"state\" <> 'ABSENT'");
    told->bind(1, type);
    std::vector<EntityKey> gone;
    while (told->step()) {
      EntityKey entity{type, std::string(told->text(0))};
      if (!named_.contains(entity)) gone.push_back(std::move(entity));
    }
    for (const EntityKey& entity : gone) {
      withdraw_shadow(work_, entity, as_of);
      touched_.insert(entity);
    }
  }

  // Judged so long ago that the cloud knows no more than that; asking again cannot help. Where the
  // row shows what was written, that is where it came from. `at` is the commit up to which the row
  // is known.
  void expire(const std::string& client_request_id, const Version& at) {
    const auto entry = find_entry_by_request_id(work_.database, client_request_id);
    if (!entry || is_parked(entry->status)) return;
    if (!is_open(entry->status) && entry->void_state != "owed") return;
    StatusChange change{entry->status, std::string(judged_long_ago), {}, {}, {}, {}};
    Receipt receipt{client_request_id, Verdict::expired, at.seq};
    receipt.salt = at.salt;
    change.receipt = to_json(receipt);
    change.receipt_seq = at.seq;
    if (entry->status == Status::discarding || is_open(entry->status)) change.to = Status::error;
    if (is_open(entry->status) && entry->status != Status::discarding && is_shown(*entry)) {
      change.to = Status::success;
      change.error_message.reset();
    }
    if (entry->void_state) change.void_state = "done";
    notice_expired_number(work_, entry->body.incarnation);
    change_status(work_, *entry, change);
    touched_.insert(entry->body.entity);
    moved_.push_back(entry->id);
  }

  void refresh() {
    refresh_views(work_, touched_);
    forget_regained(work_, touched_);
  }
  std::vector<EntryId> take_moved() { return std::move(moved_); }

 private:
  // A row that nobody here knows, with all that a create of this device says whose outcome is not
  // known: it is shown already. Once the create is settled, it is known whose it is.
  bool may_be_made_here(const Table& table, const PageRow& row) {
    if (!gives_ids(work_, table) || is_known(work_, table, row)) return false;
    const std::vector<json::object>& creates = creates_in_doubt(table);
    return std::ranges::any_of(creates, [&](const json::object& created) {
      return std::ranges::all_of(table.fields, [&](const Field& field) {
        const json::value *here = find(created, field.name), *there = find(*row.values, field.name);
        return !here || !there || field.key_position > 0 || are_alike(field, *here, *there);
      });
    });
  }

  // What they write, with the target's ids, but for what the target fills in.
  const std::vector<json::object>& creates_in_doubt(const Table& table) {
    const auto [known, is_new] = in_doubt_.try_emplace(table.name);
    if (!is_new) return known->second;
    auto creates = work_.database.cached(
        "SELECT \"payload\" FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"op\" = 'create'"
        " AND " +
        std::string(in_doubt));
    creates->bind(1, table.name);
    while (creates->step()) {
      auto values = parse_json_object(creates->text(0), "a payload");
      if (!values) continue;
      for (const std::string& field : work_.rules.entities.at(table.name).assigned)
        values->erase(field);
      known->second.push_back(with_ids_there(work_, table, std::move(*values)));
    }
    return known->second;
  }

  // Of a row that this device never knew it need not know where it went.
  void leave(const PageRow& row, json::object values) {
    if (!has_shadow(work_, row.entity)) return;
    leave_shadow(work_, row.entity, std::move(values),
                 row.left ? std::nullopt : std::optional(row.version));
    touched_.insert(row.entity);
  }

  // The cloud's row is what the entry would make of it. What adds up (sum) shows nothing.
  bool is_shown(const Entry& entry) {
    const Table* table = work_.schema.table(entry.body.entity.type);
    if (!table) return false;
    const Shadow shadow = read_shadow(work_, *table, entry.body.entity.id);
    if (!shadow.version) return false;
    if (entry.body.op == Op::remove) return !shadow.row.exists;
    if (!shadow.row.exists) return false;
    const TypeRules& rules = rules_of(work_, entry.body.entity.type);
    for (const auto& member : entry.body.payload) {
      if (entry.body.op == Op::update && rules.of(member.key()) == Rule::sum) return false;
      if (entry.body.op == Op::create && member.value().is_null()) continue;  // may be filled in
      const json::value* value = find(shadow.row.values, member.key());
      if (!value || !same_value(*value, member.value())) return false;
    }
    return true;
  }

  // A row without values is what our entry says, with what the other side filled in. A value that
  // the app's table does not take is left out.
  Entry filled(Entry entry, const Receipt& receipt) const {
    const Table* table = work_.schema.table(entry.body.entity.type);
    if (!receipt.assigned || !table) return entry;
    for (const auto& member : *receipt.assigned) {
      const Field* field = table->field(member.key());
      if (!field || field->key_position > 0 || !to_column(*field, member.value())) continue;
      entry.body.payload.insert_or_assign(member.key(), member.value());
    }
    return entry;
  }

  std::optional<std::string> take_given_id(const Entry& entry, const Receipt& receipt) {
    const Table* table = work_.schema.table(entry.body.entity.type);
    if (!receipt.assigned || !table || table->key.size() != 1) return std::nullopt;
    const json::value* id = find(*receipt.assigned, table->key.front());
    if (!id) return std::nullopt;
    return remember_id(work_, *table, entry.body.entity.id, *id, touched_);
  }

  // What a target without a log told of its row, it told with its own ids.
  void name_rows_as_here(const Entry& entry, json::object& conflict) {
    const Table* table = work_.schema.table(entry.body.entity.type);
    json::value* server = conflict.if_contains("server");
    if (!table || !server || !server->is_object()) return;
    *server = with_ids_here(work_, *table, std::move(server->get_object()));
  }

  bool settle(const Entry& entry, const Receipt& receipt) {
    StatusChange change{Status::success, {}, to_json(receipt), receipt.seq, {}, {}};
    const bool discarding = entry.status == Status::discarding;
    if (entry.void_state) change.void_state = "done";
    switch (receipt.verdict) {
      case Verdict::applied:
      case Verdict::merged:
        if (discarding) change.error_message = too_late;
        if (auto told = take_given_id(entry, receipt)) change.error_message = std::move(told);
        break;
      case Verdict::conflict:
        change.to = discarding ? Status::discarded : Status::conflict;
        change.conflict = receipt.conflict.value_or(json::object{{"reason", receipt.reason}});
        name_rows_as_here(entry, *change.conflict);
        change.error_message =
            receipt.message.empty() ? std::nullopt : std::optional(receipt.message);
        break;
      case Verdict::rejected:
        // A target without receipts cannot say whether a sent entry took effect.
        change.to =
            discarding && receipt.reason != "outcome-unknown" ? Status::discarded : Status::error;
        change.error_message = receipt.message.empty()
                                   ? "The cloud refused this entry: " + receipt.reason
                                   : receipt.message;
        if (receipt.reason == "key-reused") {
          change.error_message = std::string(number_reused);
          notice_reused_number(work_, entry.body.incarnation);
        }
        break;
      case Verdict::voided:
        return settle_voided(entry, change);
      default:
        return false;
    }
    // A parked entry that a receipt reaches can only become SUCCESS; other receipts confirm it.
    if (is_parked(entry.status) && change.to != Status::success) change.to = entry.status;
    change_status(work_, entry, change);
    return true;
  }

  // Discarded here, or in another copy of this file: then the person here is told of it.
  bool settle_voided(const Entry& entry, StatusChange change) {
    if (entry.status != Status::discarding) change.error_message = std::string(closed_elsewhere);
    change.to = Status::discarding;
    const bool may_close =
        entry.status == Status::discarding || is_parked(entry.status) || !entry.sent_at;
    if (!may_close) change_status(work_, entry, change);  // the published edge goes by DISCARDING
    change.to = Status::discarded;
    change.void_state = "done";
    change_status(work_, entry, change);
    return true;
  }

  // The entry is closed here; this receipt is the answer to its void.
  void answer_void(const Entry& entry, const Receipt& receipt) {
    if (receipt.verdict == Verdict::applied)
      applied_[entry.body.entity].push_back(filled(entry, receipt));
    if (entry.void_state != "owed") return;
    StatusChange change{entry.status, entry.error_message, to_json(receipt), receipt.seq, {},
                        "done"};
    if (receipt.verdict == Verdict::applied || receipt.verdict == Verdict::merged)
      change.error_message = too_late;
    if (auto told = take_given_id(entry, receipt)) change.error_message = std::move(told);
    change_status(work_, entry, change);
    moved_.push_back(entry.id);
    work_.changes.work_appeared = true;
  }

  Work& work_;
  std::set<EntityKey> touched_;
  std::set<EntityKey> named_;  // by a page in the words of the target
  std::map<std::string, std::vector<json::object>> in_doubt_;  // by type
  bool has_held_back_ = false;
  std::vector<EntryId> moved_;
  std::map<EntityKey, std::vector<Entry>> applied_;  // by this page, for rows without values
};

}  // namespace

Settled apply_page(Work& work, const Page& page) {
  const auto cursor = read_meta_version(work.database, meta_key::cursor);
  if (!cursor) return {};
  if (*cursor != page.from && !planted(Bug::absorbs_stale_page)) return {};
  if (page.to.seq == page.from.seq && page.to != page.from) return {};  // one commit has one salt
  Settlement settlement(work);
  for (const Receipt& receipt : page.receipts) settlement.receive(receipt);
  for (const PageRow& row : page.rows) {
    if (page.in_words_of_target)
      settlement.receive_from_target(row);
    else
      settlement.receive(row);
  }
  for (const std::string& type : page.whole_types) settlement.sweep(type, page.to);
  if (!page.whole_types.empty()) write_meta(work.database, meta_key::list_everything, "");
  if (settlement.has_held_back() || !page.whole_types.empty())
    write_meta(work.database, meta_key::held_back, settlement.has_held_back() ? "1" : "");
  settlement.refresh();
  if (page.to != page.from) write_meta(work.database, meta_key::cursor, to_text(page.to));
  return {true, settlement.take_moved()};
}

std::vector<EntryId> apply_receipts(Work& work, const std::vector<Receipt>& receipts) {
  Settlement settlement(work);
  for (const Receipt& receipt : receipts) settlement.receive(receipt);
  settlement.refresh();
  return settlement.take_moved();
}

std::vector<EntryId> apply_verdicts(Work& work, const std::vector<Receipt>& verdicts,
                                    const Version& head) {
  const auto cursor = read_meta_version(work.database, meta_key::cursor);
  if (!cursor) return {};
  Settlement settlement(work);
  for (const Receipt& verdict : verdicts) {
    const bool absorbed = verdict.seq <= cursor->seq || planted(Bug::settles_before_the_feed) ||
                          planted(Bug::matches_verdicts_by_place);
    if (is_final(verdict.verdict) && absorbed) settlement.receive(verdict);
    // Told on the newest state only: else the row may not show yet what it will.
    if (verdict.verdict == Verdict::expired && *cursor == head) settlement.expire(verdict.id, head);
  }
  settlement.refresh();
  return settlement.take_moved();
}

}  // namespace slipway::store
