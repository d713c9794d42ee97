#include "local_api/entry_json.h"

#include "store/misfit.h"
#include "store/naming.h"

namespace slipway::local_api {

namespace {

json::value as_value(const std::optional<EntryId>& id) {
  return id ? json::value(*id) : json::value(nullptr);
}

json::value object_or_null(const std::optional<json::object>& object) {
  return object ? json::value(*object) : json::value(nullptr);
}

json::object why(std::string_view code, std::string text, json::value behind = nullptr,
                 json::value next_ms = nullptr) {
  return {{"code", code},
          {"text", std::move(text)},
          {"behind", std::move(behind)},
          {"root", nullptr},
          {"nextAttemptInMs", std::move(next_ms)}};
}

std::int64_t ms_until(Instant at, Instant now) {
  return std::max<std::int64_t>(0, (at - now).count());
}

json::object why_connection(Context& context) {
  const Engine& engine = context.worker.engine();
  json::value next_ms = nullptr;
  if (const auto at = engine.retry_at()) next_ms = ms_until(*at, context.clock().instant);
  switch (engine.connection()) {
    case Connection::online:
      return why("ready", "Goes out next");
    case Connection::paused:
      return why("paused", "Syncing is paused");
    case Connection::signed_out:
      return why("signed-out", "Waits until you sign in again");
    case Connection::upgrade_needed:
      return why("upgrade-needed", "Waits for a newer version of this program");
    case Connection::history_changed:
      return why("history-changed", "Waits until it is clear what the cloud still has");
    case Connection::standby:
      return why("standby", "Another slipway works on this database");
    case Connection::other_cloud:
      return why("other-cloud", "Waits: another cloud answers; you decide");
    case Connection::busy:
      return why("backoff", "The cloud is busy; tried again soon", nullptr, next_ms);
    case Connection::probing:
      return why("offline", "Looking for the cloud", nullptr, next_ms);
    case Connection::offline:
      break;
  }
  return why("offline",
             engine.simulates_offline() ? "“Simulate offline” is switched on" : "Offline", nullptr,
             next_ms);
}

json::object why_behind(EntryId behind, std::optional<EntryId> root) {
  std::string text = "Waits for #" + std::to_string(behind);
  if (root && *root != behind) text += ", which waits for #" + std::to_string(*root);
  if (root) text += ": that one needs you";
  json::object reason = why("behind", std::move(text), behind);
  if (root) reason["root"] = *root;
  return reason;
}

Result<json::object> why_pending(Context& context, const store::Entry& entry,
                                 std::optional<EntryId> root) {
  auto before = context.store.prerequisite_of(entry);
  if (!before) return std::unexpected(before.error());
  if (*before) return why_behind((*before)->id, root);
  if (const auto until = context.worker.engine().wait_until(entry.id)) {
    const std::int64_t ms = ms_until(*until, context.clock().instant);
    if (ms > 0 && context.worker.engine().alarms(entry.id, context.clock().instant)) {
      return why("backoff", "The cloud has failed on this for over an hour; it is tried on",
                 nullptr, ms);
    }
    if (ms > 0)
      return why("backoff", "Next try in " + std::to_string((ms + 999) / 1000) + " s", nullptr, ms);
  }
  return why_connection(context);
}

std::string why_conflict(const store::Entry& entry, std::optional<EntryId> culprit) {
  if (culprit)
    return "Its group could not be written because of #" + std::to_string(*culprit) +
           ": you decide";
  const std::string_view reason =
      entry.conflict ? text_at(*entry.conflict, "reason").value_or("") : std::string_view();
  if (reason == "reference-missing" || reason == "has-children")
    return "Another row stands in the way: you decide";
  return "Someone else changed this meanwhile: you decide";
}

std::string why_error(const store::Entry& entry, std::optional<EntryId> culprit) {
  const bool is_unknown = entry.receipt && text_at(*entry.receipt, "reason") == "outcome-unknown";
  if (is_unknown) return "Outcome unknown: you say what is so";
  if (!store::is_parked_as_misfit(entry)) return "Refused: you decide";
  if (culprit)
    return "It goes together with #" + std::to_string(*culprit) +
           ", which no longer fits the app's tables: you decide";
  return "It no longer fits the app's tables: you decide";
}

Result<json::value> why_json(Context& context, const store::Entry& entry,
                             std::optional<EntryId> root, std::optional<EntryId> culprit) {
  switch (entry.status) {
    case Status::success:
    case Status::discarded:
      return json::value(nullptr);
    case Status::processing:
      return json::value(why("sending", "Being sent"));
    case Status::discarding:
      return json::value(why("discarding", "Being discarded; waits for the cloud's word"));
    case Status::conflict:
      return json::value(why("conflict", why_conflict(entry, culprit), as_value(culprit)));
    case Status::error:
      return json::value(why("error", why_error(entry, culprit), as_value(culprit)));
    case Status::pending:
      break;
  }
  auto reason = why_pending(context, entry, root);
  if (!reason) return std::unexpected(reason.error());
  return json::value(std::move(*reason));
}

}  // namespace

json::array carried_json(const store::Entry& entry) {
  json::array fields;
  for (const auto& member : entry.body.payload) {
    if (store::is_carried(entry.body, member.key())) fields.emplace_back(member.key());
  }
  return fields;
}

json::object compact_json(const store::Entry& entry) {
  return {{"id", entry.id},
          {"clientRequestId", entry.client_request_id},
          {"entityType", entry.body.entity.type},
          {"entityId", entry.body.entity.id},
          {"action", entry.body.action},
          {"op", to_text(entry.body.op)},
          {"status", to_text(entry.status)},
          {"groupId", text_or_null(entry.body.group_id)}};
}

Result<json::object> full_json(Context& context, const store::Entry& by_field,
                               const store::HeldEntries& held) {
  const store::Entry entry = store::in_columns(context.store.schema(), by_field);
  auto culprit = context.store.culprit_of(entry);
  if (!culprit) return std::unexpected(culprit.error());
  auto reason = why_json(context, entry, held.root_of(entry.id), *culprit);
  if (!reason) return std::unexpected(reason.error());
  json::object object = compact_json(entry);
  object["payload"] = entry.body.payload;
  object["base"] = entry.body.base;
  object["baseVersions"] = entry.body.base_versions;
  object["errorMessage"] = text_or_null(entry.error_message);
  object["attempts"] = entry.attempts;
  object["createdAt"] = entry.created_at;
  object["updatedAt"] = entry.updated_at;
  object["incarnation"] = entry.body.incarnation;
  object["number"] = entry.body.number;
  object["dependsOn"] = json::value_from(entry.depends_on);
  object["groupSize"] = entry.body.group_size;
  object["lanePosition"] = entry.body.lane_position;
  object["supersedes"] = text_or_null(entry.body.supersedes);
  object["rootId"] = entry.root_id;
  object["sentAt"] = text_or_null(entry.sent_at);
  object["nextAttemptAt"] = text_or_null(entry.next_attempt_at);
  object["receipt"] = object_or_null(entry.receipt);
  object["receiptSeq"] = entry.receipt_seq ? json::value(*entry.receipt_seq) : json::value(nullptr);
  object["conflict"] = object_or_null(entry.conflict);
  object["carried"] = carried_json(entry);
  object["culprit"] = as_value(*culprit);
  object["holds"] = held.beneath(entry.id);
  object["voidState"] = text_or_null(entry.void_state);
  object["why"] = std::move(*reason);
  return object;
}

json::object attempt_json(const store::Attempt& attempt) {
  return {{"id", attempt.id},
          {"entryId", attempt.entry},
          {"exchangeId", attempt.exchange_id},
          {"kind", attempt.kind},
          {"outcome", attempt.outcome},
          {"detail", text_or_null(attempt.detail)},
          {"sentAt", attempt.sent_at},
          {"endedAt", attempt.ended_at}};
}

json::object row_json(const store::ListedRow& row) {
  return {{"entityId", row.entity_id},
          {"values", row.values},
          {"sync",
           {{"state", row.state},
            {"entries", json::value_from(row.open_entries)},
            {"cloudId", row.cloud_id.value_or(nullptr)},
            {"version", to_json(row.version)}}}};
}

}  // namespace slipway::local_api
