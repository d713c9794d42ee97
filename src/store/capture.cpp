#include "store/capture.h"

#include "base/check.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "store/lineage.h"
#include "store/meta.h"
#include "store/naming.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

// Numbers of one incarnation are given without gaps; the transaction that gives one keeps it.
std::int64_t take_number(Work& work) {
  const std::int64_t number = read_meta_integer(work.database, meta_key::number) + 1;
  write_meta(work.database, meta_key::number, std::to_string(number));
  return number;
}

std::string current_incarnation(Work& work) {
  return known_meta(work.database, meta_key::incarnation);
}

Entry number_and_append(Work& work, Entry entry) {
  entry.body.incarnation = current_incarnation(work);
  entry.body.number = take_number(work);
  entry.body.nonce = work.random.hex(16);
  entry.client_request_id = client_request_id(entry.body);
  if (entry.root_id.empty()) entry.root_id = entry.client_request_id;
  entry.status = Status::pending;
  entry.created_at = entry.updated_at = work.now;
  append_entry(work, entry);
  return entry;
}

Entry entry_of(Draft draft, EntryId id) {
  Entry entry;
  entry.id = id;
  entry.body.entity = std::move(draft.entity);
  entry.body.action = std::move(draft.action);
  entry.body.op = draft.op;
  entry.body.payload = std::move(draft.payload);
  entry.body.base = std::move(draft.base);
  entry.body.base_versions = std::move(draft.base_versions);
  entry.body.lane_position = id;
  entry.depends_on = std::move(draft.depends_on);
  return entry;
}

Result<void> check_size(const std::vector<Draft>& drafts, const CaptureLimits& limits) {
  std::size_t bytes = 0;
  for (const Draft& draft : drafts) {
    constexpr std::size_t envelope_bytes = 700;  // ids, versions and names around payload and base
    bytes +=
        envelope_bytes + canonical_json(draft.payload).size() + canonical_json(draft.base).size();
  }
  if (drafts.size() <= limits.entries_max && bytes <= limits.bytes_max) return {};
  return fail(ErrorKind::too_large, "group-too-large",
              "This write makes " + std::to_string(drafts.size()) + " entries of " +
                  std::to_string(bytes) + " bytes that must be sent together; at most " +
                  std::to_string(limits.entries_max) + " entries and " +
                  std::to_string(limits.bytes_max) + " bytes can be",
              "Nothing was written. Split it into smaller groups.");
}

// The app says it in its columns.
Result<void> apply_in_fields(Work& work, Mutation mutation, std::vector<Draft>& drafts) {
  if (const Table* table = work.schema.table(mutation.entity_type)) {
    auto payload = in_fields(*table, std::move(mutation.payload), "payload");
    if (!payload) return std::unexpected(payload.error());
    mutation.payload = std::move(*payload);
  }
  return apply_write(work, mutation, drafts);
}

}  // namespace

Result<std::vector<Entry>> capture(Work& work, const std::vector<Mutation>& mutations,
                                   bool as_group, const CaptureLimits& limits) {
  CHECK(as_group || mutations.size() == 1);
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    if (auto applied = apply_in_fields(work, mutations[i], drafts); !applied) {
      Error error = applied.error();
      if (as_group) {
        const std::string place = "mutations[" + std::to_string(i) + "]";
        error.field = error.field.empty() ? place : place + "." + error.field;
      }
      return std::unexpected(std::move(error));
    }
  }
  return append_drafts(work, std::move(drafts), limits);
}

Result<std::vector<Entry>> append_drafts(Work& work, std::vector<Draft> drafts,
                                         const CaptureLimits& limits) {
  if (auto checked = check_size(drafts, limits); !checked) return std::unexpected(checked.error());
  std::optional<std::string> group_id;
  if (drafts.size() > 1) group_id = work.random.uuid();
  std::vector<Entry> entries;
  EntryId id = next_entry_id(work.database);
  const auto size = std::int64_t(drafts.size());
  for (Draft& draft : drafts) {
    Entry entry = entry_of(std::move(draft), id++);
    entry.body.group_id = group_id;
    entry.body.group_size = size;
    entries.push_back(number_and_append(work, std::move(entry)));
  }
  return entries;
}

Entry append_offer(Work& work, const Table& table, json::object row) {
  Draft draft{{table.name, entity_id(table, row)},
              default_action(Op::create, table.name),
              Op::create,
              {},
              {},
              {},
              {}};
  hold_shadow(work, draft.entity, row);  // it was there before, and is when this is discarded
  draft.payload = std::move(row);
  draft.base_versions = base_versions(work, draft, {});
  draft.depends_on = dependencies(work, table, draft);
  return number_and_append(work, entry_of(std::move(draft), next_entry_id(work.database)));
}

Entry append_successor(Work& work, const Entry& old, Succession succession) {
  Entry entry;
  entry.id = next_entry_id(work.database);
  entry.body = std::move(succession.body);
  entry.body.lane_position = old.body.lane_position;
  entry.body.supersedes = old.client_request_id;
  entry.body.group_id = std::move(succession.group_id);
  entry.body.group_size = succession.group_size;
  entry.depends_on = std::move(succession.depends_on);
  entry.root_id = old.root_id;
  return number_and_append(work, std::move(entry));
}

}  // namespace slipway::store
