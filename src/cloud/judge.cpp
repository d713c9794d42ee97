#include "cloud/judge.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "base/planted.h"
#include "cloud/conflict.h"
#include "cloud/entry_rules.h"
#include "cloud/limits.h"
#include "model/client_request_id.h"

namespace slipway::cloud {

namespace {

bool took_effect(Verdict verdict) {
  return verdict == Verdict::applied || verdict == Verdict::merged;
}

// Items that are judged together: a group, or one item alone.
using Unit = std::vector<const Item*>;

std::vector<Unit> units_of(const std::vector<Item>& items) {
  std::vector<Unit> units;
  // A void and a write of one id are two statements; each of them counts once.
  std::set<std::pair<std::string_view, bool>> seen;
  std::map<std::string_view, std::size_t> groups;
  for (const Item& item : items) {
    if (!seen.emplace(item.id, item.write.has_value()).second) continue;
    if (item.write && item.write->group_id) {
      const auto [at, first] = groups.emplace(*item.write->group_id, units.size());
      if (first) units.emplace_back();
      units[at->second].push_back(&item);
    } else {
      units.push_back({&item});
    }
  }
  return units;
}

class Judge {
 public:
  Judge(const MergeRules& rules, const State& state, const NewCommit& commit)
      : rules_(rules), state_(state), commit_(commit), counters_(state.counters) {}

  Judgement run(const std::vector<Item>& items) {
    for (const Item& item : items) {
      if (is_purged(item) || is_reused(item)) shared_.insert(item.incarnation);
    }
    for (const Unit& unit : units_of(items)) {
      if (unit.front()->write) {
        judge_unit(unit);
      } else if (planted(Bug::swallows_voids)) {
        verdicts_.emplace(
            unit.front()->id,
            Receipt{unit.front()->id, Verdict::voided, commit_.seq, {}, {}, std::nullopt});
      } else if (const Receipt* receipt = recorded(unit.front()->id)) {
        if (took_effect(receipt->verdict))
          pushed_.emplace(receipt->seq, unit.front()->incarnation, unit.front()->lane_position);
      } else {
        judge_void(*unit.front());
      }
    }
    std::set<std::string_view> answered;
    for (const Item& item : items) {
      if (answered.insert(item.id).second) result_.verdicts.push_back(verdicts_.at(item.id));
    }
    return std::move(result_);
  }

 private:
  using Rows = std::map<EntityKey, WrittenRow>;

  // The final verdict that an id has already, from an earlier batch or an earlier item.
  const Receipt* recorded(const std::string& id) {
    if (const auto at = verdicts_.find(id); at != verdicts_.end()) {
      return is_final(at->second.verdict) ? &at->second : nullptr;
    }
    const auto at = state_.receipts.find(id);
    if (at == state_.receipts.end() || planted(Bug::judges_again)) return nullptr;
    return &verdicts_.emplace(id, at->second).first->second;
  }

  bool holds_another(const EntryNumber& number, const std::string& id) const {
    for (const auto* judged : {&state_.judged, &judged_}) {
      if (const auto at = judged->find(number); at != judged->end()) return at->second != id;
    }
    return false;
  }

  bool is_reused(const Item& item) const {
    return holds_another({item.incarnation, item.number}, item.id);
  }

  void record(Receipt receipt, const Item& item) {
    receipt.id = item.id;
    receipt.seq = commit_.seq;
    receipt.salt = commit_.commit.salt;
    receipt.incarnation = item.incarnation;
    receipt.number = item.number;
    const EntryNumber number{item.incarnation, item.number};
    std::optional<std::int64_t> kept_number;
    if (!holds_another(number, item.id)) {
      kept_number = item.number;
      judged_.emplace(number, item.id);
    }
    verdicts_.insert_or_assign(item.id, receipt);
    result_.receipts.push_back({std::move(receipt), item.incarnation, kept_number});
  }

  // Not recorded: it means "wait", or "do not send again".
  void say(const Unit& unit, Verdict verdict) {
    for (const Item* item : unit) verdicts_.emplace(item->id, Receipt{item->id, verdict});
  }

  void note_pushed(const Body& body, std::int64_t seq) {
    pushed_.emplace(seq, body.incarnation, body.lane_position);
  }

  bool is_purged(const EntryNumber& number) const {
    return !planted(Bug::executes_the_expired) && state_.purged.contains(number);
  }
  bool is_purged(const Item& item) const { return is_purged({item.incarnation, item.number}); }

  // It took the place of an entry which was judged so long ago that nobody here knows whether it
  // took effect; its device knows no better.
  bool may_repeat_what_is_forgotten(const Item& item) {
    return std::ranges::any_of(item.replaces, [&](const Replaced& replaced) {
      return !replaced.without_effect && !recorded(replaced.id) &&
             is_purged({replaced.incarnation, replaced.number});
    });
  }

  void judge_void(const Item& item) {
    if (is_purged(item)) return say({&item}, Verdict::expired);
    record({item.id, Verdict::voided}, item);
  }

  void judge_unit(const Unit& whole) {
    Unit unit;
    for (const Item* item : whole) {
      const Receipt* receipt = recorded(item->id);
      if (!receipt)
        unit.push_back(item);
      else if (took_effect(receipt->verdict))
        note_pushed(*item->write, receipt->seq);
    }
    if (unit.empty()) return;
    const Item* reused = nullptr;
    for (const Item* item : unit) {
      if (!is_reused(*item)) continue;
      reject_reused(*item);
      reused = item;
    }
    std::erase_if(unit, [&](const Item* item) { return recorded(item->id) != nullptr; });
    // Also what is not ready: its group will never be whole.
    if (reused) return fail_group(unit, reused->id);
    const bool purged = std::any_of(unit.begin(), unit.end(), [&](const Item* item) {
      return is_purged(*item) || may_repeat_what_is_forgotten(*item);
    });
    if (purged) return say(unit, Verdict::expired);
    const bool ready = is_whole(whole) && prerequisites_applied(unit, whole);
    if (!ready && planted(Bug::voids_what_must_wait)) {
      for (const Item* item : unit) record({item->id, Verdict::voided}, *item);
      return;
    }
    if (!ready && !planted(Bug::ignores_prerequisites)) return say(unit, Verdict::blocked);
    for (const Item* item : whole) {
      const Receipt* mate = recorded(item->id);
      if (mate && !took_effect(mate->verdict)) return fail_group(unit, item->id);
    }
    write(unit);
  }

  void reject_reused(const Item& item) {
    record({item.id, Verdict::rejected, 0, "key-reused",
            "Entry " + std::to_string(item.number) +
                " of this device was judged before, with other contents",
            std::nullopt},
           item);
  }

  // What the device may neither see nor write. A row that it hands over is its own until then.
  bool lies_outside(const Body& body, const Rows& rows) {
    if (state_.scope.is_everything() || planted(Bug::writes_outside_the_scope)) return false;
    const CloudRow& row = row_of(body.entity, rows);
    if (is_hidden(body.entity, row)) return true;
    return body.op == Op::create && !row.live() &&
           !state_.scope.covers(body.entity.type, body.payload);
  }

  // The cloud has it, or had, and does not tell the device of it.
  bool is_hidden(const EntityKey& key, const CloudRow& row) const {
    return row.life != Life::never && !state_.scope.covers(key.type, row.values);
  }

  void reject_outside(const Item& item) {
    record({item.id, Verdict::rejected, 0, "outside-scope",
            to_text(item.write->entity) +
                " lies outside of what this device holds, so the cloud did not write it. "
                "Discard the entry, or let the device's scope be widened and retry",
            std::nullopt},
           item);
  }

  // As short as every storage can find again. Nobody can ever have made such a row.
  void reject_name(const Item& item) {
    const EntityKey& key = item.write->entity;
    record({item.id, Verdict::rejected, 0, "invalid-name",
            "The type has " + std::to_string(key.type.size()) + " bytes and the id " +
                std::to_string(key.id.size()) + "; the cloud keeps rows of which each has " +
                std::to_string(entity_name_bytes_max) +
                " at most. Discard the entry, and give the row a shorter id",
            std::nullopt},
           item);
  }

  static bool is_whole(const Unit& unit) {
    if (!unit.front()->write->group_id) return true;
    return std::all_of(unit.begin(), unit.end(), [&](const Item* item) {
      return item->write->group_size == std::int64_t(unit.size());
    });
  }

  bool prerequisites_applied(const Unit& unit, const Unit& whole) {
    for (const Item* item : unit) {
      for (const std::string& id : item->after) {
        const bool is_mate = std::any_of(whole.begin(), whole.end(),
                                         [&](const Item* mate) { return mate->id == id; });
        if (is_mate) continue;
        const auto at = verdicts_.find(id);
        if (at == verdicts_.end() || !took_effect(at->second.verdict)) return false;
      }
    }
    return true;
  }

  // A row as it stands, with what the unit has written so far; never null.
  const CloudRow& row_of(const EntityKey& key, const Rows& unit_rows) {
    for (const Rows* rows : {&unit_rows, &std::as_const(result_.rows)}) {
      if (const auto at = rows->find(key); at != rows->end()) return at->second.row;
    }
    if (const auto at = state_.rows.find(key); at != state_.rows.end()) return at->second;
    static const CloudRow none;
    result_.missing.insert(key);
    return none;
  }

  bool is_forgotten(const Item& item, const std::string& id) const {
    return std::ranges::any_of(item.replaces, [&](const Replaced& replaced) {
      return replaced.id == id && is_purged({replaced.incarnation, replaced.number});
    });
  }

  // What an entry takes the place of must not take effect any more; where it has been judged
  // already, that stands.
  void void_superseded(const Unit& unit) {
    for (const Item* item : unit) {
      const auto& id = item->write->supersedes;
      if (!id || recorded(*id) || is_forgotten(*item, *id)) continue;
      if (verdicts_.contains(*id)) continue;  // its void has expired: what became of it is unknown
      Receipt receipt{*id, Verdict::voided, commit_.seq};
      receipt.salt = commit_.commit.salt;
      verdicts_.insert_or_assign(*id, receipt);
      result_.receipts.push_back({std::move(receipt), item->incarnation, std::nullopt});
    }
  }

  // The receipt of the latest entry of the chain that took effect, and whether it said the same.
  std::pair<const Receipt*, bool> effective_predecessor(const Item& item) {
    const auto effective = [&](const std::string& id) -> const Receipt* {
      const Receipt* receipt = recorded(id);
      if (planted(Bug::a_retry_adds_again)) return nullptr;
      return receipt && took_effect(receipt->verdict) ? receipt : nullptr;
    };
    for (auto replaced = item.replaces.rbegin(); replaced != item.replaces.rend(); ++replaced) {
      if (const Receipt* receipt = effective(replaced->id)) return {receipt, replaced->same};
    }
    const auto& id = item.write->supersedes;
    return {id ? effective(*id) : nullptr, false};
  }

  // What became of an item within its unit; the verdict is recorded when all of it is settled.
  struct Settled {
    Receipt receipt;
    bool wrote = false;  // changed its row's image
  };

  Settled settle(const Item& item, Rows& rows, std::optional<Finding>& finding) {
    const Body& body = *item.write;
    Receipt receipt{item.id, Verdict::applied};
    CloudRow row = row_of(body.entity, rows);
    const auto [earlier, same] = effective_predecessor(item);
    if (earlier && same) {
      receipt.verdict = earlier->verdict;
      receipt.merge = earlier->merge;
      receipt.message = "It had taken effect before, as the entry whose place it took";
      return {std::move(receipt)};
    }
    // Who has seen what the earlier form had done, and decides anew, is judged like anybody.
    const bool seen =
        earlier && place_in(state_.commits, base_version_of(body, "*")) >= earlier->seq;
    if (earlier && !seen) {
      if (!shows(row, body)) finding = Finding{.reason = "superseded-applied", .by = earlier->seq};
      return {std::move(receipt)};
    }
    static const TypeRules manual;
    const auto of_type = rules_.find(body.entity.type);
    const TypeRules& rules = of_type == rules_.end() ? manual : of_type->second;
    const std::int64_t seen_seq = row.seq;
    const bool is_shared = item.is_shared || shared_.contains(item.incarnation);
    const Beside beside{commit_.commit.device, state_.cursor, is_shared,
                        item.is_exact,         pushed_,       state_.commits};
    Outcome outcome = apply_entry(row, body, rules, commit_.seq, beside);
    if (outcome.finding) {
      finding = std::move(outcome.finding);
      return {std::move(receipt)};
    }
    if (!outcome.merges.empty() && !planted(Bug::merges_silently)) {
      MergeText text = describe_merge(outcome.merges, body, seen_seq, state_.commits, commit_);
      receipt.verdict = Verdict::merged;
      receipt.message = std::move(text.message);
      receipt.merge = std::move(text.merge);
    }
    if (outcome.effect == Effect::none) return {std::move(receipt)};
    if (body.op == Op::create) fill_in_what_was_left_open(body, row, receipt);
    WrittenRow& written = rows[body.entity];
    written.row = std::move(row);
    if (outcome.effect == Effect::bookkeeping) return {std::move(receipt)};
    written.image = true;
    for (const Edge& edge : edges_of(body.entity, written.row, state_.references)) {
      maybe_referrers_[edge.target].insert(body.entity);
    }
    return {std::move(receipt), true};
  }

  // A row that came to life in this entry, and the fields that its writer left to the cloud.
  void fill_in_what_was_left_open(const Body& body, CloudRow& row, Receipt& receipt) {
    const auto counters = counters_.find(body.entity.type);
    const bool is_born = row.birth == Mark{commit_.seq, body.incarnation, body.lane_position};
    if (counters == counters_.end() || !is_born) return;
    json::object assigned = fill_in(row, body, counters->second, commit_.seq, given_);
    if (!assigned.empty()) receipt.assigned = std::move(assigned);
  }

  void write(const Unit& unit) {
    given_.clear();
    void_superseded(unit);
    Rows rows;
    std::vector<Settled> settled;
    std::optional<Finding> finding;
    for (const Item* item : unit) {
      if (!is_keepable(item->write->entity)) {
        reject_name(*item);
        return fail_mates(unit, *item);
      }
      const bool repeats = effective_predecessor(*item).first != nullptr;
      if (!repeats && lies_outside(*item->write, rows)) {
        reject_outside(*item);
        return fail_mates(unit, *item);
      }
      note_pushed(*item->write, commit_.seq);
      settled.push_back(settle(*item, rows, finding));
      if (finding && planted(Bug::applies_half_a_group)) finding.reset();
      if (finding) return fail(unit, *item, *finding);
    }
    for (std::size_t i = 0; i < unit.size(); ++i) {
      if (!settled[i].wrote) continue;
      finding = broken_reference(*unit[i]->write, rows);
      if (finding) return fail(unit, *unit[i], *finding);
    }
    // Those of a unit that failed are left out for ever.
    std::ranges::move(given_, std::back_inserter(result_.given));
    for (auto& [key, written] : rows) {
      WrittenRow& kept = result_.rows[key];
      kept.image = kept.image || written.image;
      kept.row = std::move(written.row);
    }
    for (std::size_t i = 0; i < unit.size(); ++i) record(std::move(settled[i].receipt), *unit[i]);
  }

  // Foreign keys at the end of a unit, of the rows and fields that the entry wrote.
  std::optional<Finding> broken_reference(const Body& body, const Rows& rows) {
    if (planted(Bug::leaves_references_unchecked)) return std::nullopt;
    const CloudRow& row = row_of(body.entity, rows);
    if (body.op == Op::remove) return row.live() ? std::nullopt : has_children(body.entity, rows);
    const auto references = state_.references.find(body.entity.type);
    if (!row.live() || references == state_.references.end()) return std::nullopt;
    for (const Reference& reference : references->second) {
      const auto touched = [&](const std::string& field) {
        return find(body.payload, field) != nullptr;
      };
      if (std::none_of(reference.fields.begin(), reference.fields.end(), touched)) continue;
      const auto target = referred(reference, row.values);
      if (target && !row_of(*target, rows).live()) {
        return Finding{"reference-missing", reference.fields, target};
      }
    }
    return std::nullopt;
  }

  std::optional<Finding> has_children(const EntityKey& key, const Rows& rows) {
    std::set<EntityKey> candidates;
    if (const auto at = state_.referrers.find(key); at != state_.referrers.end())
      candidates = at->second;
    if (const auto at = maybe_referrers_.find(key); at != maybe_referrers_.end()) {
      candidates.insert(at->second.begin(), at->second.end());
    }
    for (const EntityKey& from : candidates) {
      const bool written = rows.contains(from) || result_.rows.contains(from);
      if (!written && !state_.rows.contains(from)) return Finding{"has-children", {}, from};
      for (const Edge& edge : edges_of(from, row_of(from, rows), state_.references)) {
        if (edge.target == key) return Finding{"has-children", {}, from};
      }
    }
    return std::nullopt;
  }

  void fail(const Unit& unit, const Item& culprit, const Finding& finding) {
    record_conflict(culprit, finding, std::nullopt);
    fail_mates(unit, culprit);
  }

  void fail_mates(const Unit& unit, const Item& culprit) {
    Unit mates = unit;
    std::erase(mates, &culprit);
    fail_group(mates, planted(Bug::blames_the_first_of_a_group) ? unit.front()->id : culprit.id);
  }

  // A conflict shows what the cloud has, which a device is not told of a row outside of its scope.
  void fail_group(const Unit& mates, const std::string& culprit) {
    for (const Item* mate : mates) {
      if (lies_outside(*mate->write, {}))
        reject_outside(*mate);
      else
        record_conflict(*mate, Finding{"group"}, culprit);
    }
  }

  void record_conflict(const Item& item, const Finding& finding,
                       const std::optional<std::string>& culprit) {
    // One that refers to it is known by its name alone at first; who wrote it the row says.
    const CloudRow* because = finding.because ? &row_of(*finding.because, {}) : nullptr;
    std::optional<Finding> told;
    if (because && is_hidden(*finding.because, *because) &&
        !planted(Bug::names_rows_outside_the_scope)) {
      told = finding;
      // To what is missing the entry refers itself.
      if (finding.reason == "has-children") told->because.reset();
      because = nullptr;
    }
    ConflictText text =
        describe_conflict(told ? *told : finding, *item.write, row_of(item.write->entity, {}),
                          because, state_.commits, commit_, culprit);
    record({item.id, Verdict::conflict, 0, std::string(finding.reason), std::move(text.message),
            std::move(text.conflict)},
           item);
  }

  const MergeRules& rules_;
  const State& state_;
  const NewCommit& commit_;
  Counters counters_;
  std::vector<GivenNumber> given_;  // in the unit that is being judged
  Judgement result_;
  std::map<std::string, Receipt> verdicts_;  // of this batch, by id
  std::map<EntryNumber, std::string> judged_;
  // Of this batch: what took effect, now or when it came before.
  std::set<std::tuple<std::int64_t, std::string, std::int64_t>> pushed_;
  std::set<std::string> shared_;  // incarnations by which another file has gone on, as it shows
  // Rows that the batch made refer to a row, perhaps only for a while.
  std::map<EntityKey, std::set<EntityKey>> maybe_referrers_;
};

std::unexpected<Error> too_long(const std::string& what, std::size_t bytes) {
  return fail(ErrorKind::invalid, "invalid-entry",
              what + " has " + std::to_string(bytes) + " bytes; " +
                  std::to_string(entry_id_bytes_max) + " at most can be told apart",
              "Nothing of the batch was judged.");
}

}  // namespace

Result<std::vector<Item>> decode_items(const PushRequest& request) {
  std::vector<Item> items;
  items.reserve(request.items.size());
  for (const PushItem& item : request.items) {
    const std::size_t longest = std::max(item.id.size(), item.void_incarnation.size());
    if (longest > entry_id_bytes_max) return too_long("An item's id or incarnation", longest);
    if (!item.write) {
      items.push_back({item.id,
                       std::nullopt,
                       item.void_incarnation,
                       item.void_number,
                       item.void_lane_position,
                       {}});
      continue;
    }
    auto body = body_from_json(*item.write);
    if (!body) {
      return fail(ErrorKind::invalid, "invalid-entry",
                  "Item " + item.id + ": " + body.error().message,
                  "Nothing of the batch was judged.", body.error().field);
    }
    if (client_request_id(*item.write) != item.id) {
      return fail(ErrorKind::invalid, "id-mismatch",
                  "Item " + item.id + " does not have the id of its contents",
                  "It was altered after it was captured. Nothing of the batch was judged.");
    }
    if (body->incarnation.size() > entry_id_bytes_max)
      return too_long("Item " + item.id + ": its incarnation", body->incarnation.size());
    Item decoded{item.id,       std::move(*body), {},           0, 0, item.after,
                 item.replaces, item.shared,      request.exact};
    decoded.incarnation = decoded.write->incarnation;
    decoded.number = decoded.write->number;
    items.push_back(std::move(decoded));
  }
  return items;
}

Judgement judge(const std::vector<Item>& items, const MergeRules& rules, const State& state,
                const NewCommit& commit) {
  return Judge(rules, state, commit).run(items);
}

}  // namespace slipway::cloud
