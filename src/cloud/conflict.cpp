#include "cloud/conflict.h"

#include <algorithm>

#include "base/planted.h"

namespace slipway::cloud {

namespace {

const Commit* commit_of(std::int64_t seq, const Commits& commits, const NewCommit& commit) {
  if (seq == 0) return nullptr;  // commit 0 holds nothing
  if (seq == commit.seq) return &commit.commit;
  const auto at = commits.find(seq);
  return at == commits.end() ? nullptr : &at->second;
}

// The commit that made the entry a conflict; 0 when none did.
std::int64_t responsible(const Finding& finding, const CloudRow& row, const CloudRow* because) {
  if (finding.by) return finding.by;
  if (finding.because || finding.reason == "has-children") return because ? because->seq : 0;
  if (finding.reason == "re-created") return row.birth.seq;
  if (finding.fields.empty() || planted(Bug::blames_who_wrote_last)) return row.seq;
  std::int64_t seq = 0;
  for (const std::string& field : finding.fields) seq = std::max(seq, row.mark_of(field).seq);
  return seq;
}

json::value server_state(const Finding& finding, const Body& body, const CloudRow& row) {
  if (!row.live()) return nullptr;
  const bool touched_only = body.op == Op::update && finding.reason != "re-created";
  if (!touched_only) return row.values;
  json::object touched;
  const auto touch = [&](std::string_view field) {
    const json::value* value = find(row.values, field);
    if (planted(Bug::tells_another_server_value)) value = find(body.base, field);
    touched[field] = value ? *value : json::value(nullptr);
  };
  for (const json::object* fields : {&body.payload, &body.base}) {
    for (const auto& member : *fields) touch(member.key());
  }
  for (const std::string& field : finding.fields) touch(field);  // that the writer did not touch
  return touched;
}

std::string message_of(const Finding& finding, const Body& body, const CloudRow& row,
                       const std::string& who) {
  const std::string name = to_text(body.entity);
  const std::string by = who.empty() ? "" : " by " + who;
  const std::string fields = finding.fields.empty() ? "" : ": " + joined(finding.fields);
  if (finding.reason == "changed") {
    if (finding.fields.empty() && !finding.note.empty()) return name + ": " + finding.note;
    const std::string note = finding.note.empty() ? "" : ". " + finding.note;
    return name + " was changed" + by + " meanwhile" + fields + note;
  }
  if (finding.reason == "deleted" && row.life == Life::never) {
    return name + " does not exist in the cloud: it never did, or its deletion is forgotten there";
  }
  if (finding.reason == "superseded-applied") {
    return name + " holds what an earlier form of this change wrote, which had taken effect" +
           " although no answer came";
  }
  if (finding.reason == "deleted") return name + " was deleted" + by + " meanwhile";
  if (finding.reason == "re-created")
    return name + " was deleted and made anew" + by + " meanwhile";
  if (finding.reason == "already-exists")
    return name + " exists already, with other values" + fields;
  if (finding.reason == "reference-missing") {
    return name + " refers to " + to_text(*finding.because) + ", which does not exist" + fields;
  }
  if (finding.reason == "has-children") {
    const std::string other =
        finding.because ? to_text(*finding.because) : "a row that this device is not told of";
    return name + " cannot be deleted: " + other + " still refers to it";
  }
  return name + " was not written: another change of its group could not be";
}

// The latest of the commits whose values were merged.
std::int64_t latest(const std::vector<FieldMerge>& merges) {
  std::int64_t seq = 0;
  for (const FieldMerge& merge : merges) seq = std::max(seq, merge.by);
  return seq;
}

json::object to_json(const FieldMerge& merge, const Body& body) {
  json::object object{{"rule", to_text(merge.rule)}};
  for (const auto& [side, values] : {std::pair{"base", &body.base}, {"local", &body.payload}}) {
    const json::value* value = find(*values, merge.field);
    object[side] = value ? *value : json::value(nullptr);
  }
  object["server"] = merge.server;
  object["value"] = merge.value;
  return object;
}

}  // namespace

ConflictText describe_conflict(const Finding& finding, const Body& body, const CloudRow& row,
                               const CloudRow* because, const Commits& commits,
                               const NewCommit& commit, const std::optional<std::string>& culprit) {
  const Commit* last = commit_of(row.seq, commits, commit);
  const Commit* cause = finding.reason == "group"
                            ? nullptr
                            : commit_of(responsible(finding, row, because), commits, commit);
  json::object conflict{{"reason", finding.reason},
                        {"fields", json::value_from(finding.fields)},
                        {"base", body.base},
                        {"local", body.payload},
                        {"server", server_state(finding, body, row)}};
  if (row.life == Life::dead) conflict["lastValues"] = row.values;
  conflict["version"] =
      last && row.seq ? to_json(Version{row.seq, last->salt}) : json::value(nullptr);
  conflict["who"] = cause ? json::value(cause->device) : json::value(nullptr);
  conflict["when"] = cause ? json::value(cause->at) : json::value(nullptr);
  if (finding.because) {
    conflict["because"] = {{"entityType", finding.because->type},
                           {"entityId", finding.because->id}};
  }
  if (culprit) conflict["culprit"] = *culprit;
  return {std::move(conflict), message_of(finding, body, row, cause ? cause->device : "")};
}

MergeText describe_merge(const std::vector<FieldMerge>& merges, const Body& body,
                         std::int64_t seen_seq, const Commits& commits, const NewCommit& commit) {
  const Commit* seen = commit_of(seen_seq, commits, commit);
  const Commit* cause = commit_of(latest(merges), commits, commit);
  json::object fields;
  std::vector<std::string> names;
  for (const FieldMerge& merge : merges) {
    fields[merge.field] = to_json(merge, body);
    names.push_back(merge.field);
  }
  json::object object{{"fields", std::move(fields)}};
  object["version"] = seen ? slipway::to_json(Version{seen_seq, seen->salt}) : json::value(nullptr);
  object["who"] = cause ? json::value(cause->device) : json::value(nullptr);
  object["when"] = cause ? json::value(cause->at) : json::value(nullptr);
  const std::string whose = cause ? "a change by " + cause->device : "another change";
  return {std::move(object),
          to_text(body.entity) + " was merged with " + whose + ": " + joined(names)};
}

}  // namespace slipway::cloud
