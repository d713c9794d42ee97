// Conflicts and merges as receipts record them and people see them: base, local, server, who and
// when.
#pragma once

#include <optional>
#include <string>

#include "cloud/cloud_row.h"
#include "cloud/commits.h"
#include "cloud/entry_rules.h"
#include "model/entry.h"

namespace slipway::cloud {

struct ConflictText {
  json::object conflict;
  std::string message;
};

// `row` is the entity as it stands after the judgement; `because` the row that the finding names;
// null: it names none, or one of which the device is not told who wrote it. `culprit` is the mate
// that made a group fail.
ConflictText describe_conflict(const Finding& finding, const Body& body, const CloudRow& row,
                               const CloudRow* because, const Commits& commits,
                               const NewCommit& commit,
                               const std::optional<std::string>& culprit = std::nullopt);

struct MergeText {
  json::object merge;
  std::string message;
};

// `seen_seq` is the commit of the row's newest image before the merge.
MergeText describe_merge(const std::vector<FieldMerge>& merges, const Body& body,
                         std::int64_t seen_seq, const Commits& commits, const NewCommit& commit);

}  // namespace slipway::cloud
