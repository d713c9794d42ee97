// I12: whom a conflict, or a merge, names: who changed what it tells of, and when; and of a group
// the entry that made it fail. By the oracle's own lineage and by who sent each push, not by the
// cloud's marks and log.

#include <algorithm>

#include "checks.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

json::value part_of(const json::object& told, std::string_view name) {
  const json::value* value = find(told, name);
  return value ? *value : json::value(nullptr);
}

std::string text_of(const json::object& told, std::string_view name) {
  return std::string(text_at(told, name).value_or("nobody"));
}

std::optional<EntityKey> because_of(const json::object& conflict) {
  const json::value* named = find(conflict, "because");
  if (!named) return std::nullopt;
  const json::object& row = named->as_object();
  return EntityKey{text_of(row, "entityType"), text_of(row, "entityId")};
}

}  // namespace

// When the row that the cloud has became what it is; 0: the cloud knows of none.
std::int64_t Lineage::tick_of_row(const EntityKey& entity) const {
  const auto found = rows_.find(entity);
  if (found == rows_.end()) return 0;
  const std::int64_t since = found->second.since.tick;
  const auto is_forgotten = [&](std::int64_t tick) { return meanings_.is_forgotten(entity, tick); };
  const bool end_is_forgotten =
      !found->second.live && is_forgotten(tick_ - 1) && !is_forgotten(since - 1);
  return end_is_forgotten ? 0 : since;
}

// The commit that stands against the entry; 0: none does.
std::int64_t Lineage::responsible(std::string_view reason, const LineageRow& row,
                                  const Meaning& meaning, const json::object& conflict) const {
  if (reason == "group") return 0;
  if (reason == "superseded-applied") {
    const Meaning* earlier = effective_before(meaning.id);
    return earlier ? effects_.at(earlier->id) : 0;
  }
  if (const auto named = because_of(conflict)) return tick_of_row(*named);
  if (reason == "has-children") return 0;  // of a row that may not be named nothing is told
  if (reason == "re-created") return row.born;
  const json::array& fields = conflict.at("fields").as_array();
  if (fields.empty()) return row.since.tick;
  std::int64_t latest = 0;
  for (const json::value& field : fields) {
    const auto state = row.fields.find(std::string_view(field.as_string()));
    if (state != row.fields.end()) latest = std::max(latest, state->second.since.tick);
  }
  return latest;
}

// What a group's mates had made of the rows is gone with the group.
bool Lineage::is_because(std::string_view reason, const EntityKey& named,
                         const Meaning& meaning) const {
  if (meaning.body.group_id) return true;
  const auto refers = [](const json::object& values, const EntityKey& to) {
    const json::value* parent = find(values, "parentId");
    return parent && to.type == "Parent" && *parent == json::value(to.id);
  };
  if (reason == "reference-missing") return refers(meaning.body.payload, named) && !is_live(named);
  return is_live(named) && refers(rows_.at(named).values, meaning.body.entity);
}

void Lineage::check_author(const Meaning& meaning, const json::object& told, std::int64_t tick) {
  const auto author = authors_.find(tick);
  const bool is_known = author != authors_.end();
  const json::value who(is_known ? json::value(device_name(author->second.device)) : nullptr);
  const json::value when(is_known ? json::value(to_text(author->second.at)) : nullptr);
  for (const auto& [name, should] : {std::pair{"who", &who}, {"when", &when}}) {
    const json::value is = part_of(told, name);
    if (is == *should) continue;
    violated(meaning, "it is told " + std::string(name) + " " + canonical_json(is) + ", it was " +
                          canonical_json(*should));
  }
}

void Lineage::check_blame(const LineageRow& row, const Meaning& meaning,
                          const json::object& receipt) {
  const json::object& conflict = receipt.at("conflict").as_object();
  const std::string_view reason = text_at(conflict, "reason").value_or("");
  const auto named = because_of(conflict);
  if (named && !is_because(reason, *named, meaning))
    violated(meaning, to_text(*named) + " does not stand in its way");
  check_author(meaning, conflict, responsible(reason, row, meaning, conflict));
  const auto who = text_at(conflict, "who");
  const std::string_view message = text_at(receipt, "message").value_or("");
  const bool says_who = reason == "changed" || reason == "deleted" || reason == "re-created";
  if (says_who && who && !message.contains(" by " + std::string(*who)))
    violated(meaning, "its message does not say that it was " + std::string(*who));
}

// The last of those whose values were merged.
void Lineage::check_merge_author(const Meaning& meaning, const Changes& changes,
                                 const json::object& merge) {
  std::int64_t latest = 0;
  for (const auto& field : merge.at("fields").as_object()) {
    const auto change = changes.find(std::string_view(field.key()));
    if (change != changes.end()) latest = std::max(latest, change->second.since);
  }
  check_author(meaning, merge, latest);
}

std::string blame_text(const std::string& who, const std::string& when,
                       const std::string& culprit) {
  return who + ", " + when + ", " + culprit;
}

void CloudLog::note_blame(const std::string& id, const json::object& receipt) {
  const json::value* told = find(receipt, "conflict");
  if (!told || !told->is_object()) return run_.violated("I12", "a conflict that tells nothing");
  const json::object& conflict = told->get_object();
  if (text_at(conflict, "reason") == "group") failed_with_others_.insert(id);
  culprits_[id] = text_of(conflict, "culprit");
  blames_[id].insert(
      blame_text(text_of(conflict, "who"), text_of(conflict, "when"), culprits_[id]));
}

// I27: what stands in the way is named to a desk that may know of it, and to no other.
void CloudLog::check_named(const json::object& receipt) {
  const json::object& conflict = receipt.at("conflict").as_object();
  if (text_at(conflict, "reason") != "has-children") return;
  const std::size_t device = cloud_.push_of(head_.seq).device;
  const RowScope& scope = scope_of(device, tick_);
  const auto named = because_of(conflict);
  if (!named) {
    run_.seen("a conflict with a row outside of a desk's scope");
    if (scope.is_everything())
      run_.violated("I12", device_name(device) + " is not told what stands in the way");
    return;
  }
  const auto row = lineage_.rows().find(*named);
  const bool is_there = row != lineage_.rows().end() && row->second.live;
  if (is_there && !scope.covers(named->type, row->second.values))
    run_.violated("I27",
                  device_name(device) + " is told by a conflict that there is " + to_text(*named));
}

// A mate that was refused for what it is itself, or closed by a person; not one that only failed
// with its group.
void CloudLog::check_culprit(const std::string& id) {
  const std::string& culprit = culprits_.at(id);
  const auto complain = [&](const std::string& what) {
    run_.violated(
        "I12", "the culprit of " + id.substr(0, 8) + " is " + culprit.substr(0, 8) + ", " + what);
  };
  if (!failed_with_others_.contains(id)) {
    if (culprit != "nobody") complain("though it was judged for itself");
    return;
  }
  const Meaning* meaning = lineage_.meanings().find(id);
  const Meaning* mate = lineage_.meanings().find(culprit);
  if (!mate || !meaning || mate->body.group_id != meaning->body.group_id)
    return complain("which is none of its group");
  const std::string verdict = verdict_of(culprit);
  const bool failed = verdict == "conflict" || verdict == "rejected" || verdict == "voided";
  if (!failed) return complain("whose verdict is " + verdict);
  if (failed_with_others_.contains(culprit)) complain("which failed for another one's sake");
}

bool CloudLog::has_blamed(const std::string& id, const std::string& blame) const {
  const auto found = blames_.find(id);
  return found != blames_.end() && found->second.contains(blame);
}

// Beside it in the queue stands the culprit, as long as the archive keeps it.
void check_blames(Run& run, Device& device, const CloudLog& log) {
  for (const TextRow& row :
       query(device.raw(),
             "SELECT e.id, e.clientRequestId, ifnull(e.conflict ->> 'who', 'nobody'),"
             " ifnull(e.conflict ->> 'when', 'nobody'), ifnull(e.conflict ->> 'culprit', 'nobody'),"
             " c.id FROM SyncQueue e LEFT JOIN SyncQueue c ON c.clientRequestId ="
             " e.conflict ->> 'culprit' WHERE e.status = 'CONFLICT'")) {
    const std::string blame = blame_text(row[2], row[3], row[4]);
    run.seen(row[4] == "nobody" ? "a conflict names who it was" : "a conflict names its culprit");
    if (!log.has_blamed(row[1], blame)) {
      run.violated("I12", device.name() + " shows of entry " + row[0] + " " + blame +
                              ", which the cloud has never told of it");
    }
    const auto entry = device.store().entry(std::atoll(row[0].c_str()));
    if (!entry || !*entry) continue;  // its disk fails just now
    const auto shown = device.store().culprit_of(**entry);
    const std::string culprit = shown && *shown ? std::to_string(**shown) : "NULL";
    if (shown && culprit != row[5]) {
      run.violated("I12", device.name() + " shows entry " + culprit + " as the culprit of " +
                              row[0] + ", it is " + row[5]);
    }
  }
}

}  // namespace slipway::sim
