#include "cloud/conflict.h"

#include <algorithm>

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
  if (finding.because) return because ? because->seq : 0;
  if (finding.fields.empty()) return row.seq;
  std::int64_t seq = 0;
  for (const std::string& field : finding.fields) seq = std::max(seq, row.mark_of(field).seq);
  return seq;
}

json::value server_state(const Finding& finding, const Body& body, const CloudRow& row) {
  if (!row.live()) return nullptr;
  const bool touched_only = body.op == Op::update && finding.reason != "re-created";
  if (!touched_only) return row.values;
  json::object touched;
  for (const auto& member : body.payload) {
    const json::value* value = find(row.values, member.key());
    touched[member.key()] = value ? *value : json::value(nullptr);
  }
  return touched;
}

std::string message_of(const Finding& finding, const Body& body, const std::string& who) {
  const std::string row = to_text(body.entity);
  const std::string by = who.empty() ? "" : " by " + who;
  const std::string fields = finding.fields.empty() ? "" : ": " + joined(finding.fields);
  if (finding.reason == "changed") return row + " was changed" + by + " meanwhile" + fields;
  if (finding.reason == "deleted") return row + " was deleted" + by + " meanwhile";
  if (finding.reason == "re-created") return row + " was deleted and made anew" + by + " meanwhile";
  if (finding.reason == "already-exists")
    return row + " exists already, with other values" + fields;
  if (finding.reason == "reference-missing") {
    return row + " refers to " + to_text(*finding.because) + ", which does not exist" + fields;
  }
  if (finding.reason == "has-children") {
    return row + " cannot be deleted: " + to_text(*finding.because) + " still refers to it";
  }
  return row + " was not written: another change of its group could not be";
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
  return {std::move(conflict), message_of(finding, body, cause ? cause->device : "")};
}

}  // namespace slipway::cloud
