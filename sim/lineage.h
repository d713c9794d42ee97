// I12: the oracle's own judgement of every effect, by lineage: which writes a value contains, and
// whether the writer had seen them. The rows that come of it are what the cloud's log must show:
//   a sum is its first value and every difference once; a list has what was added and not removed;
//   a number under max or min never falls behind one that its writer had not seen;
//   a value that its writer had not seen is overwritten by `client` alone, and then kept.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "meaning.h"

namespace slipway::sim {

class Lineage {
 public:
  Lineage(Run& run, const Past& past)
      : run_(run),
        past_(past),
        meanings_(run, past, [this](const EntityKey& entity, std::int64_t tick) {
          return row_at(entity, tick);
        }) {}

  Meanings& meanings() { return meanings_; }
  const std::map<EntityKey, LineageRow>& rows() const { return rows_; }
  const LineageRow* row_at(const EntityKey& entity, std::int64_t tick) const;
  // Whoever had seen all up to then had seen the row.
  bool was_known(const EntityKey& entity, std::int64_t tick) const;

  // I13: one of its chain took effect. It has none of its own, unless its writer had seen that one
  // and decided otherwise.
  bool repeats(const std::string& id) const;
  const Meaning* effective_before(const std::string& id) const;
  const std::vector<Effects>* outcomes_of(const std::string& id) const {
    const auto found = outcomes_.find(id);
    return found == outcomes_.end() ? nullptr : &found->second;
  }
  // What came with the push that made the commit which is judged next.
  void came_with(std::int64_t tick, const Cloud::Pushed& pushed) {
    tick_ = tick;
    pushed_ = &pushed;
    authors_[tick] = {pushed.device, pushed.at};
  }
  // In the order of the cloud's receipts.
  void took_effect(const Version& commit, const std::string& id, const json::object& receipt);
  // The cloud has no tombstone of it any more, since this tick: there is nothing to bring back or
  // to tell of.
  void end_is_forgotten(const EntityKey& entity, std::int64_t since);
  void conflicted(const std::string& id, const json::object& receipt);
  // The cloud is as it was at an earlier tick. Whoever saw more than that meets a change.
  void restored(std::int64_t to, std::int64_t tick);

 private:
  struct Change {
    json::value before, after;
    bool foreign = false;
    std::int64_t since = 0;  // when `before` was written
  };
  using Changes = std::map<std::string, Change, std::less<>>;
  struct Author {
    std::size_t device;
    WallTime at;
  };

  void bring_back(Since& since, const EntityKey& entity, std::int64_t to, std::int64_t now,
                  const std::function<bool(const LineageRow&)>& is_as_it_was) const;
  void create(LineageRow& row, const Meaning& meaning);
  Changes update(LineageRow& row, const Meaning& meaning);
  Changes remove(LineageRow& row, const Meaning& meaning);
  void put(LineageRow& row, const Meaning& meaning, const std::string& field, json::value value);
  json::value becomes(const LineageRow& row, const Meaning& meaning, std::string_view field,
                      bool row_is_foreign);
  bool is_own(const std::string& by, const Meaning& meaning) const;
  bool is_known_as_own(const std::string& by, const Meaning& meaning) const;
  std::int64_t still_known(const Meaning& meaning, std::int64_t knew) const;
  bool is_changed(const LineageRow& row, const Meaning& meaning, std::string_view field) const;
  bool is_foreign(const LineageRow& row, const Meaning& meaning, std::string_view field) const;
  // By what the desk declared whose push is judged.
  Rule rule(const Meaning& meaning, std::string_view field) const;
  bool has_own_rule(const Meaning& meaning, std::string_view field) const;
  bool is_live(const EntityKey& entity) const;
  bool refers_to_nothing(const LineageRow& row, const Body& body) const;
  bool has_children(const EntityKey& entity) const;
  bool has_cause(std::string_view reason, const LineageRow& row, const Meaning& meaning) const;
  void check_fields(const LineageRow& row, const Meaning& meaning, const json::array& told);
  // Who did what it tells of, and when (blame_check.cpp).
  bool is_because(std::string_view reason, const EntityKey& named, const Meaning& meaning) const;
  std::int64_t responsible(std::string_view reason, const LineageRow& row, const Meaning& meaning,
                           const json::object& conflict) const;
  std::int64_t tick_of_row(const EntityKey& entity) const;
  void check_author(const Meaning& meaning, const json::object& told, std::int64_t tick);
  void check_blame(const LineageRow& row, const Meaning& meaning, const json::object& receipt);
  void check_merge_author(const Meaning& meaning, const Changes& changes,
                          const json::object& merge);
  void check_life(const LineageRow& row, const Meaning& meaning);
  void note_outcome(const Meaning& meaning, const Changes& changes);
  void check_receipt(const Meaning& meaning, const Changes& changes, const json::object& receipt);
  void violated(const Meaning& meaning, const std::string& what);

  Run& run_;
  const Past& past_;
  Meanings meanings_;
  std::int64_t tick_ = 0, commit_ = 0;  // of the commit that is judged
  std::map<EntityKey, LineageRow> rows_;
  std::map<EntityKey, std::map<std::int64_t, LineageRow>> history_;
  std::map<std::string, std::int64_t> effects_;           // id → tick
  std::map<std::string, std::size_t> effective_devices_;  // id → whose push it came with, last
  std::map<std::string, std::vector<Effects>> outcomes_;  // of updates, by id
  const Cloud::Pushed* pushed_ = nullptr;
  std::map<std::int64_t, Author> authors_;  // by tick
};

}  // namespace slipway::sim
